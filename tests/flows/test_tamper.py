"""Whoever owns the database can destroy, but not alter: what was touched is refused or reported."""

import re
import secrets
from collections.abc import Callable

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Table, select, update
from sqlalchemy.orm import Session

from crypto import acts, entries
from crypto.custody import make_seed, open_sealed, public_key
from crypto.envelope import OpenError, make_key
from crypto.roles import Group
from reporting import drafts, office, places
from reporting.database import Base
from reporting.errors import VisitGoneError
from reporting.file_rows import Piece
from reporting.models import CaseWrap, Wrapped
from reporting.office_rows import Epoch
from reporting.runtime import Runtime
from reporting.visit_keys import keys_from
from tests.builders import FOUNDED, Seeds
from tests.builders_staff import (
    a_reviewer,
    a_stored_report,
    an_auditor,
    first_page,
    sign_in,
    token_of,
    type_code,
    type_passphrase,
    write,
)
from tests.conftest import Clock
from tests.multipart import Evidence
from tests.visitor import Visitor
from wsgi import main

STORY = "canary-story he said my name"
MESSAGE = "canary-message are you there"
READ_BY_STAFF = [
    ("case_wrap", "key_sealed"),
    ("case_part", "content_sealed"),
    ("mailbox", "case_lock_sealed"),
    ("message", "content_sealed"),
    ("note", "content_sealed"),
    ("own_note", "content_sealed"),
    ("file", "key_sealed"),
    ("file", "meta_sealed"),
]
READ_BY_REPORTER = [
    ("mailbox", "receipt_lock_sealed"),
    ("message", "content_sealed"),
    ("file", "key_sealed"),
    ("file", "meta_sealed"),
]
FILM = Evidence("canary-name.mp4", b"canary-film " * 100_000, "video/canary-type")


def the_service(app: Flask) -> Runtime:
    service: Runtime = app.extensions["tomoshibi"]
    return service


def values_of(session: Session, table: Table, column: str) -> list[tuple[list[object], bytes]]:
    keys = list(table.primary_key)
    rows = session.execute(select(table.c[column], *keys)).all()
    return [([*row[1:]], row[0]) for row in rows]


def put(session: Session, table: Table, column: str, key: list[object], value: bytes) -> None:
    where = [part == wanted for part, wanted in zip(table.primary_key, key, strict=True)]
    session.execute(update(table).where(*where).values({column: value}))


def flip_a_bit(app: Flask, name: str, column: str) -> None:
    """Flip one random bit in every row."""
    table = Base.metadata.tables[name]
    with the_service(app).begin() as session:
        for key, value in values_of(session, table, column):
            box = bytearray(value)
            bit = secrets.randbelow(len(box) * 8)
            box[bit // 8] ^= 1 << bit % 8
            put(session, table, column, key, bytes(box))


def swap_rows(app: Flask, name: str, column: str) -> None:
    """Give every row the box of the row before it."""
    table = Base.metadata.tables[name]
    with the_service(app).begin() as session:
        rows = values_of(session, table, column)
        boxes = [box for _key, box in rows]
        for (key, _box), box in zip(rows, boxes[-1:] + boxes[:-1], strict=True):
            put(session, table, column, key, box)


def cut_the_end(app: Flask, *_where: str) -> None:
    """Take the last piece of every file away."""
    with the_service(app).begin() as session:
        for piece in last_pieces(session):
            session.delete(piece)


def lengthen(app: Flask, *_where: str) -> None:
    """Put the last piece of every file once more behind it."""
    with the_service(app).begin() as session:
        for piece in last_pieces(session):
            session.add(Piece(id=piece.id + 1, slice_sealed=piece.slice_sealed))


def last_pieces(session: Session) -> list[Piece]:
    pieces = session.scalars(select(Piece)).all()
    numbers = {piece.id for piece in pieces}
    return [piece for piece in pieces if piece.id + 1 not in numbers]


DAMAGE = [flip_a_bit, swap_rows]


@pytest.fixture
def reports(app: Flask, client: FlaskClient, seeds: Seeds, clock: Clock) -> list[str]:
    """Two reports with a message and a note each, and somebody signed in who has read them."""
    made = [a_stored_report(app, clock, story=STORY) for _ in range(2)]
    for _case, code in made:
        reporter = app.test_client()
        enter(reporter, code)
        token = token_of(reporter.get("/m/write"))
        reporter.post("/m/write", data={"token": token, "text": MESSAGE, "do": "next"})
        Visitor(reporter).attach("/m/files", FILM)
    sign_in(client, a_reviewer(app, seeds), clock)
    for case, _code in made:
        write(client, case, "note", "canary-note")
        write(client, case, "own-note", "canary-own")
        shown = client.get(f"/staff/case/{case}").text
        assert STORY in shown
        assert FILM.name in shown
    return [part for pair in made for part in pair]


def enter(client: FlaskClient, code: str) -> str:
    token = token_of(client.get("/m"))
    fields = {"token": token, "code": code, "keep": "hour", "do": "next"}
    return client.post("/m", data=fields).headers["Location"]


@pytest.mark.parametrize("damage", DAMAGE)
@pytest.mark.parametrize("where", READ_BY_STAFF)
def test_the_team_is_alarmed_and_shown_nothing(
    app: Flask,
    client: FlaskClient,
    reports: list[str],
    where: tuple[str, str],
    damage: Callable[[Flask, str, str], None],
) -> None:
    damage(app, *where)
    for case in (reports[0], reports[2]):
        answer = client.get(f"/staff/case/{case}")
        assert answer.status_code == 409
        assert "canary" not in answer.text


def test_an_alarm_stands_in_the_log(
    app: Flask, client: FlaskClient, reports: list[str], seeds: Seeds, clock: Clock
) -> None:
    flip_a_bit(app, "case_part", "content_sealed")
    client.get(f"/staff/case/{reports[0]}")
    auditor = app.test_client()
    first_page(auditor, an_auditor(app, seeds), clock)
    english = {"Accept-Language": "en"}
    assert "met something that was altered" in auditor.get("/staff/", headers=english).text


@pytest.mark.parametrize("damage", DAMAGE)
@pytest.mark.parametrize("where", READ_BY_REPORTER)
def test_the_reporter_is_shown_nothing_false(
    app: Flask,
    reports: list[str],
    where: tuple[str, str],
    damage: Callable[[Flask, str, str], None],
) -> None:
    damage(app, *where)
    reporter = app.test_client()
    assert enter(reporter, reports[1]).startswith("/m")
    answer = reporter.get("/m/read", follow_redirects=True)
    assert "canary" not in answer.text


@pytest.mark.parametrize("damage", [*DAMAGE, cut_the_end, lengthen])
def test_of_a_file_that_was_altered_anywhere_not_one_byte_is_handed_out(
    app: Flask, client: FlaskClient, reports: list[str], damage: Callable[[Flask, str, str], None]
) -> None:
    reporter = app.test_client()
    enter(reporter, reports[3])
    damage(app, "file_piece", "slice_sealed")
    for browser, page in ((client, f"/staff/case/{reports[2]}"), (reporter, "/m/files")):
        (door,) = re.findall(r'href="(/[\w/]+/[0-9a-f]{32})"', browser.get(page).text)
        answer = browser.get(door)
        assert answer.status_code in {409, 500}
        assert b"canary" not in answer.data


def test_a_file_that_was_moved_to_another_report_is_an_alarm_in_both(
    app: Flask, client: FlaskClient, reports: list[str]
) -> None:
    swap_rows(app, "file", "case_id")
    for case in (reports[0], reports[2]):
        answer = client.get(f"/staff/case/{case}")
        assert answer.status_code == 409
        assert "canary" not in answer.text


def test_a_flipped_bit_in_a_draft_ends_it(app: Flask) -> None:
    service = the_service(app)
    keys = keys_from(make_key())
    with service.begin() as session:
        drafts.keep_page(session, keys, "q", {"story": (STORY,)}, service.clock())
    flip_a_bit(app, "visit", "content_sealed")
    with pytest.raises(VisitGoneError), service.read() as session:
        drafts.find(session, keys, service.clock())


def test_a_flipped_bit_in_a_sign_in_ends_it(
    app: Flask, client: FlaskClient, reports: list[str]
) -> None:
    flip_a_bit(app, "sign_in", "box_sealed")
    answer = client.get(f"/staff/case/{reports[0]}")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/staff/sign-in")


def test_a_removed_audit_row_is_reported_by_the_command_line(
    app: Flask, reports: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    service = the_service(app)
    assert reports
    with service.begin() as session:
        for statement in without_triggers(session.get_bind().dialect.name):
            session.connection().exec_driver_sql(statement)
        session.connection().exec_driver_sql("DELETE FROM audit_event WHERE n = 2")
    monkeypatch.setenv("TOMOSHIBI_INSTANCE", str(service.settings.instance))
    monkeypatch.setenv("TOMOSHIBI_DATABASE", service.settings.database_url)
    shown = CliRunner().invoke(main, ["audit", "verify"])
    assert shown.exit_code == 1
    assert re.search(r"broken at row [23]", shown.output)


def without_triggers(dialect: str) -> list[str]:
    """Return what a rogue administrator would do first."""
    if dialect == "postgresql":
        return ["ALTER TABLE audit_event DISABLE TRIGGER ALL"]
    return ["DROP TRIGGER audit_event_stays", "DROP TRIGGER audit_event_unchanged"]


def test_an_intake_key_planted_by_an_administrator_receives_no_report(
    app: Flask, clock: Clock
) -> None:
    service, seed = the_service(app), make_seed()
    known = service.office.roster
    planted = acts.Epoch(FOUNDED, secrets.token_bytes(16), Group.INTAKE, public_key(seed))
    with service.begin() as session:
        session.add(Epoch(id=planted.id, group=planted.group))
        office.store(session, 1, entries.write(1, known.head.hash.hex(), planted, make_key()))
    a_stored_report(app, clock)
    with service.read() as session:
        wrap = session.scalars(select(CaseWrap).where(CaseWrap.wrapped == Wrapped.CASE)).one()
    assert wrap.epoch_id == known.epoch(Group.INTAKE).id
    with pytest.raises(OpenError):
        open_sealed(seed, wrap.key_sealed, places.wrap(wrap.case_id, Wrapped.CASE, Group.INTAKE))


def test_an_entry_planted_in_the_roster_opens_nothing_for_anybody_and_alarms_everybody(
    app: Flask, client: FlaskClient, reports: list[str], seeds: Seeds, clock: Clock
) -> None:
    auditor, browser = an_auditor(app, seeds), app.test_client()
    with the_service(app).begin() as session:
        grown = the_service(app).office.follow(session)
        office.store(session, grown.head.n + 1, b"planted")
    shown = client.get(f"/staff/case/{reports[0]}")
    type_passphrase(browser, auditor.name, auditor.passphrase)
    let_in = type_code(browser, auditor.code(clock()))
    for answer in (shown, let_in):
        assert answer.status_code == 409
        assert "canary" not in answer.text
