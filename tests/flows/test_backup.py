"""An office that is lost comes back from its two archives, and nothing that was erased does."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import delete, func, select, update
from sqlalchemy.engine import URL

from reporting.database import Base, connect
from reporting.models import Case, CasePart, MessageRow, VisitRow
from reporting.settings import BackupLives, Settings
from tests.archivist import ARCHIVES, Archivist
from tests.builders_staff import a_stored_report, write
from tests.conftest import Clock
from tests.founded import Founded
from tests.multipart import Evidence
from tests.visitor import Visitor

STORY = "canary-story-44c1 they came to my mother's house"
REPLY = "canary-reply-91b0 are you safe?"
PHOTO = Evidence("canary-name.jpg", b"canary-content-7d " * 70_000, "image/jpeg")


@pytest.fixture
def archivist(
    settings: Settings, clock: Clock, tmp_path: Path, new_database: Callable[[str], URL]
) -> Archivist:
    return Archivist(settings, clock, tmp_path / "archives", new_database)


def browser(app: Flask) -> Visitor:
    return Visitor(app.test_client())


def cases(settings: Settings) -> set[bytes]:
    """Return the numbers of the reports in a database."""
    database = connect(settings.database)
    with database.read() as session:
        found = set(session.scalars(select(Case.id)))
    database.engine.dispose()
    return found


def is_empty(settings: Settings) -> bool:
    database = connect(settings.database)
    with database.read() as session:
        rows = [session.execute(select(table)).first() for table in Base.metadata.sorted_tables]
    database.engine.dispose()
    return not any(rows)


def says(result: object) -> str:
    """Return what a command printed, in one line."""
    return " ".join(str(getattr(result, "output", "")).split())


def test_the_full_circle(office: Founded, archivist: Archivist) -> None:
    visitor = browser(office.app)
    code = visitor.send_report(STORY, [PHOTO])
    (case,) = cases(archivist.settings)
    page = f"/staff/case/{case.hex()}"
    aiko = office.signed_in(office.aiko)
    assert STORY.split()[0] in aiko.get(page).text
    assert write(aiko, case.hex(), "reply", REPLY).status_code == 303
    made = archivist.back_up()
    assert made.exit_code == 0, made.output
    assert "final after 14 days" in says(made)
    archivist.move()
    back = archivist.restore()
    assert back.exit_code == 0, back.output
    assert "1 reports." in says(back)
    with archivist.opened() as app:
        there = replace(office, app=app)
        assert aiko.get(page).status_code == 200  # where she was signed in before
        old = app.test_client()
        for cookie in aiko._cookies.values():
            old.set_cookie(cookie.key, cookie.value, secure=True)
        assert old.get(page).status_code == 302
        daniel = there.signed_in(office.daniel)
        shown = daniel.get(page).text
        assert STORY in shown.replace("&#39;", "'")
        (file,) = re.findall(r'href="(/staff/case/\w+/file/\w+)"', shown)
        assert daniel.get(file).data == PHOTO.data
        again = browser(app)
        again.fill("/m", {"code": code, "keep": "hour"})
        assert REPLY in again.get("/m/read").text
        log = run_verify(archivist)
        assert "Countersignatures that hold" in log
        verbs = [entry.verb for entry in there.noted()]
        assert verbs.index("backup.made") < verbs.index("restored")


def run_verify(archivist: Archivist) -> str:
    from tests.typist import run
    from wsgi import Installation

    return run(Installation(archivist.place, archivist.clock), "audit", "verify").output
