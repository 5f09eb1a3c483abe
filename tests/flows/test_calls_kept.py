"""What is kept of calls is no more than they need, and tells nothing to whoever finds it."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask

from admin import call_memory, call_requests, calls, cli_call
from admin.call_memory import Known
from admin.calling import AT_MOST_EVERY, LATER_BY_CHANCE
from admin.errors import OnCallError
from reporting.settings import Settings
from tests.builders_cases import URGENT, Office
from tests.builders_staff import the_staff
from tests.conftest import Clock
from tests.flows.test_calls import CRANE, HERON, NEVER, said, server
from tests.postbox import Postbox, a_postbox
from wsgi import Installation

PIECE = re.compile("[0-9a-f]{32}")  # longer than what meets by chance


@pytest.fixture
def postbox() -> Iterator[Postbox]:
    """A mail server on this machine."""
    with a_postbox() as made:
        yield made


@pytest.fixture
def no_practice(monkeypatch: pytest.MonkeyPatch) -> None:
    """Chance that lets every call go out at once, and puts practice off for long."""
    monkeypatch.setattr(cli_call, "_CHANCE", lambda: 0.0)
    monkeypatch.setattr("admin.calling._until_practice", lambda _chance: NEVER)


@pytest.fixture
def installation(app: Flask, clock: Clock, postbox: Postbox) -> Installation:
    """An office with a mail server; its time zone is Japan's, where it is half past six."""
    settings: Settings = app.extensions["tomoshibi"].settings
    return Installation(replace(settings, mail=server(postbox)), clock)


@pytest.fixture
def desk(app: Flask, clock: Clock) -> Office:
    """Where reports come in."""
    return Office(app, clock, {})


@pytest.mark.usefixtures("no_practice")
def test_what_is_remembered_is_forgotten_with_the_person(
    installation: Installation, desk: Office
) -> None:
    said(installation, *CRANE)
    desk.report(URGENT)
    said(installation, "call", "run")
    folder = installation.settings.instance
    assert call_memory.load(folder).of("Crane").called == desk.clock()
    said(installation, "call", "remove", "Crane")
    said(installation, *HERON)
    said(installation, "call", "run")
    assert call_memory.load(folder).of("Crane") == Known()
    assert "example.org" not in (folder / "calls.json").read_text(encoding="utf-8")
    assert AT_MOST_EVERY > LATER_BY_CHANCE
    with pytest.raises(OnCallError):
        calls.open_post(replace(installation.settings, mail=None), float)


def test_a_copy_of_the_database_holds_no_address(
    installation: Installation, desk: Office, postbox: Postbox
) -> None:
    said(installation, *CRANE)
    desk.report(URGENT)
    said(installation, "call", "run")
    assert postbox is not None
    connection = the_staff(desk.app).service.database.engine.raw_connection()
    for name in ("call_request", "member", "about"):
        cursor = connection.cursor()
        cursor.execute(f"SELECT * FROM {name}")  # noqa: S608 - names of this test's own
        assert "crane" not in str(cursor.fetchall())
    connection.close()


@pytest.mark.usefixtures("no_practice")
def test_what_a_run_leaves_tells_nobody_who_finds_it_how_much_waits(
    installation: Installation, desk: Office
) -> None:
    path = installation.settings.instance / "calls.json"

    def left() -> str:
        said(installation, "call", "run")
        return path.read_text(encoding="utf-8")

    said(installation, *CRANE)
    nothing_waits = left()
    cases = [desk.report(URGENT, f"Canary-Story {n}") for n in range(4)]
    with the_staff(desk.app).service.begin() as session:
        for _ in cases:
            call_requests.ask(session)
    much_waits = left()
    desk.later(minutes=2)
    still_waits = left()
    assert len(nothing_waits) == len(much_waits) == len(still_waits)
    assert set(PIECE.findall(much_waits)).isdisjoint(PIECE.findall(still_waits))
    for text in (nothing_waits, much_waits, still_waits):
        assert "Crane" not in text
        assert "2026-" not in text  # not when anybody was called, for need or for practice
        assert not any(case.hex() in text for case in cases)
    said(installation, *HERON)
    assert len(left()) == len(still_waits)
