"""An office that is lost comes back from its two archives, and nobody can read either."""

import os
import re
import signal
import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.engine import URL
from sqlalchemy.orm import Session

from admin.archives import Stored
from reporting import withdrawal
from reporting.database import Base
from reporting.ids import CaseId
from reporting.settings import Settings
from tests.archivist import ARCHIVES, Archivist
from tests.builders_staff import a_stored_report, taken_out, the_staff, write
from tests.conftest import Clock
from tests.forking import in_another_process
from tests.founded import Founded
from tests.multipart import Evidence
from tests.search import disguises
from tests.typist import run
from tests.visitor import Visitor
from wsgi import Installation

STORY = "canary-story-44c1 they came to the house"
REPLY = "canary-reply-91b0 are you safe?"
DRAFT = "canary-draft-20aa never sent"
PHOTO = Evidence("canary-name-5f.jpg", b"canary-content-7d " * 70_000, "image/jpeg")
WEEK = timedelta(days=7)


@pytest.fixture
def archivist(
    settings: Settings, clock: Clock, tmp_path: Path, new_database: Callable[[str], URL]
) -> Archivist:
    return Archivist(settings, clock, tmp_path / "archives", new_database)


def a_visitor(office: Founded) -> Visitor:
    return Visitor(office.app.test_client())


def mailbox_of(office: Founded, code: str) -> str:
    """Return what somebody reads who comes with a code."""
    visitor = a_visitor(office)
    enter(visitor, code)
    return visitor.get("/m/read").text


def enter(visitor: Visitor, code: str) -> None:
    visitor.fill("/m", {"code": code, "keep": "hour"})


def test_the_full_circle_at_the_command_line(office: Founded, archivist: Archivist) -> None:
    code = a_visitor(office).send_report(STORY, [PHOTO])
    (case,) = archivist.cases
    page = f"/staff/case/{case.hex()}"
    assert write(office.signed_in(office.aiko), case.hex(), "reply", REPLY).status_code == 303
    made = archivist.typed(archivist.settings, "backup")
    assert made.exit_code == 0, made.output
    assert "What is erased is final after 14 days" in made.output
    archivist.move()
    back = archivist.typed(archivist.place, "restore")
    assert back.exit_code == 0, back.output
    assert "1 reports." in back.output
    assert not re.search("Not brought back|different times|Lost", back.output)
    checked = run(Installation(archivist.place, archivist.clock), "audit", "verify")
    assert "Countersignatures that hold" in checked.output
    with archivist.opened() as app:
        there = replace(office, app=app)
        daniel = there.signed_in(office.daniel)
        text = daniel.get(page).text
        assert STORY in text
        (file,) = re.findall(r'href="(/staff/case/\w+/file/\w+)"', text)
        assert taken_out(daniel, file).data == PHOTO.data
        assert REPLY in mailbox_of(there, code)
        verbs = [entry.verb for entry in there.noted()]
        assert verbs.index("backup.made") < verbs.index("restored")


def test_the_command_names_what_does_not_come_back(
    office: Founded, archivist: Archivist, clock: Clock
) -> None:
    visitor = a_visitor(office)
    visitor.open_mailbox()
    taken, _code = a_stored_report(office.app, clock)
    assert archivist.typed(archivist.settings, "backup").exit_code == 0
    archivist.path("first", "vault").rename(archivist.path("old", "vault"))
    archivist.path("first", "keys").unlink()
    fresh, _code = a_stored_report(office.app, clock)
    visitor.attach("/m/files", PHOTO)
    with the_staff(office.app).service.begin() as session:
        withdrawal.erase(session, CaseId(bytes.fromhex(taken)), clock())
    assert archivist.typed(archivist.settings, "backup").exit_code == 0
    archivist.path("old", "vault").rename(archivist.path("first", "vault"))
    archivist.move()
    back = archivist.typed(archivist.place, "restore")
    assert back.exit_code == 0, back.output
    assert "What was erased or taken back after" in back.output
    assert "Not brought back: 1 reports that have no keys any more." in back.output
    assert "The archives were made at different times." in back.output
    assert f"Lost: report {fresh}." in back.output
    assert "Lost: 1 files" in back.output


def test_a_passphrase_is_asked_for_until_it_is_hard_to_guess(
    office: Founded, archivist: Archivist
) -> None:
    office.signed_in(office.aiko).get("/staff/")
    made = archivist.typed(archivist.settings, "backup", "password", ARCHIVES, ARCHIVES)
    assert "at least 16 characters" in made.output
    assert made.exit_code == 0
    assert ARCHIVES not in made.output


def test_a_command_that_refuses_asks_for_no_passphrase(
    office: Founded, archivist: Archivist
) -> None:
    archivist.make(office.app)
    refused = archivist.typed(archivist.settings, "restore")
    assert refused.exit_code == 1
    assert "into an empty one only" in refused.output
    assert "Passphrase" not in refused.output


def test_archives_past_their_life_are_deleted_by_a_command(
    office: Founded, archivist: Archivist, clock: Clock
) -> None:
    archivist.make(office.app)
    clock.advance(2 * WEEK)
    done = run(Installation(archivist.settings, clock), "prune", str(archivist.folder))
    assert "Deleted: 1 archives. Still in their time: 1." in done.output
    assert not archivist.path("first", "keys").exists()


def test_memory_does_not_grow_with_the_files_of_an_office(
    office: Founded, archivist: Archivist
) -> None:
    large = Evidence("film.mp4", bytes(40 << 20), "video/mp4")
    a_visitor(office).send_report(STORY, [large])
    tracemalloc.start()
    archivist.make(office.app)
    archivist.move()
    assert archivist.restore().reports == 1
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 32 << 20


def test_every_session_of_before_is_over(office: Founded, archivist: Archivist) -> None:
    signed_in = office.signed_in(office.aiko)
    cookie = signed_in.get_cookie("__Host-s")
    assert cookie
    archivist.make(office.app)
    archivist.move()
    archivist.restore()
    with archivist.opened() as app:
        browser = replace(office, app=app).browser()
        browser.set_cookie("__Host-s", cookie.value, secure=True)
        assert signed_in.get("/staff/me").status_code == 200
        assert browser.get("/staff/me").status_code == 303


def test_nothing_readable_and_nothing_unfinished_is_in_either_archive(
    office: Founded, archivist: Archivist
) -> None:
    unfinished, sent = a_visitor(office), a_visitor(office)
    unfinished.fill("/q", {"story": DRAFT, "c_store": "yes"})
    unfinished.attach("/s/8/files", PHOTO)
    code = sent.send_report(STORY, [PHOTO])
    office.signed_in(office.aiko).get("/staff/")
    archivist.make(office.app)
    archivist.move()
    archivist.restore()
    secrets = [STORY, DRAFT, PHOTO.name, "canary-content-7d", code, office.aiko.name, STORY[:16]]
    for kind in ("vault", "keys"):
        archive = archivist.path("first", kind).read_bytes()
        for secret in secrets:
            assert not any(form in archive for form in disguises(secret.encode()))
    with archivist.database() as database, database.read() as session:
        assert not any(rows_of(session, "visit", "sign_in", "spent_code", "invitation", "lease"))
        assert rows_of(session, "file", "file_piece") == [1, 2]
        # What lists show is made anew: they know that they know nothing.
        assert rows_of(session, "cases", "header", "listed") == [1, 1, 0]


def rows_of(session: Session, *tables: str) -> list[int]:
    counted = (select(func.count()).select_from(Base.metadata.tables[name]) for name in tables)
    return [session.scalars(count).one() for count in counted]


@pytest.mark.parametrize("row", [0, 3, 20])
def test_a_process_killed_while_it_brings_an_office_back_leaves_nothing(
    office: Founded, archivist: Archivist, clock: Clock, row: int
) -> None:
    a_stored_report(office.app, clock)
    archivist.make(office.app)
    archivist.move()
    status = in_another_process(
        lambda: archivist.restore(watch=lambda rows, _length: killed_at(rows, row))
    )
    assert os.WIFSIGNALED(status)
    assert archivist.is_empty
    assert archivist.restore().reports == 1


def killed_at(rows: Iterator[Stored], at: int) -> Iterator[Stored]:  # pragma: no cover - as above
    for n, row in enumerate(rows):
        if n == at:
            os.kill(os.getpid(), signal.SIGKILL)
        yield row
