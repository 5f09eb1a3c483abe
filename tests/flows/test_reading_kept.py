"""What is counted and told of reading is locked, and who alters it is found out."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, func, select

from admin.models import LetterRow
from admin.own_keys import Typed, set_decoy
from admin.reading_rows import DigestLine, ReadingRow
from admin.tripwires import Kind
from crypto.roles import Role
from reporting.database import Base
from tests.arrivals import arrive, seat_founders
from tests.builders import Seeds
from tests.builders_staff import (
    PASSPHRASE,
    a_member,
    a_reviewer,
    a_stored_report,
    flipped,
    the_staff,
)
from tests.conftest import Clock
from tests.deciders import Team, a_team, at_work
from tests.forced import SECOND
from tests.limited import (
    MOST,
    REACHED,
    STORY,
    allow,
    read,
    reports,
    told,
    unmask,
)
from tests.metered import has_read, logged
from tests.stepping_up import confirm


@pytest.fixture
def team(app: Flask, seeds: Seeds, clock: Clock) -> Team:
    return a_team(app, seeds, clock)


@pytest.fixture
def report(app: Flask, clock: Clock) -> str:
    return a_stored_report(app, clock, story=STORY)[0]


def test_neither_the_database_nor_the_log_says_what_was_read_or_how_much(
    app: Flask, seeds: Seeds, team: Team, clock: Clock
) -> None:
    cases = reports(app, clock, 3)
    who = team.kenji.member.id
    read(team.aiko, cases[0])
    has_read(app, who, Kind.STORIES, clock, less=1)
    assert read(team.kenji, cases[0])
    assert not read(team.kenji, cases[1])
    unmask(team.kenji, cases[0])
    unmask(team.ren, cases[0])
    with the_staff(app).service.read() as session:
        counts = session.scalars(select(ReadingRow)).all()
        lines = Counter(session.scalars(select(DigestLine.member_id)))
        sizes = {len(one.box_sealed) for one in counts}
        sizes_of_lines = set(session.scalars(select(func.length(DigestLine.content_sealed))))
        opened = set(
            session.scalars(
                select(func.length(LetterRow.content_sealed)).where(LetterRow.kind == "opened")
            )
        )
    # Whoever read much and whoever read little leave the same behind, and so do supervisors.
    # One of today for each, and one of what is usual for them.
    assert len(counts) == 6
    assert (len(sizes), len(sizes_of_lines), len(opened)) == (1, 1, 1)
    assert lines == {
        team.yui.member.id: 3,
        team.kenji.member.id: 3,
    }
    for table in ("reading", "digest_line"):
        assert not _holds(app, table, bytes.fromhex(cases[0]), b"stories", b"to_decide")
    assert not _holds(app, "reading", who, team.aiko.member.id)
    (limit,) = logged(app, seeds, "reading.limit")
    assert (limit.subject, limit.fields, limit.count) == (who.hex(), ("stories",), None)
    assert not any(case in repr(limit) for case in cases)


def _holds(app: Flask, table: str, *words: bytes) -> bool:
    """Say whether some bytes stand anywhere in a table."""
    columns = Base.metadata.tables[table].columns
    with the_staff(app).service.read() as session:
        rows = session.execute(select(*columns)).all()
    values = [bytes(v) if isinstance(v, bytes) else str(v).encode() for row in rows for v in row]
    return any(word in value for word in words for value in values)


def test_a_count_that_was_taken_away_is_one_that_is_reached(
    app: Flask, team: Team, clock: Clock
) -> None:
    cases = reports(app, clock, 2)
    assert read(team.ren, cases[0])
    with the_staff(app).service.begin() as session:
        session.execute(delete(ReadingRow))
    assert not read(team.ren, cases[1])
    assert REACHED in told(team.kenji)


def test_a_count_that_was_altered_is_an_alarm_for_its_owner_and_blocks_nobody_else(
    app: Flask, team: Team, report: str, clock: Clock
) -> None:
    has_read(app, team.ren.member.id, Kind.STORIES, clock, less=-MOST)
    with the_staff(app).service.begin() as session:
        row = session.scalars(select(ReadingRow)).one()
        row.box_sealed = flipped(row.box_sealed)
    assert team.ren.client.get(f"/staff/case/{report}").status_code == 409
    assert "waits for an answer" not in team.yui.open("/staff/").one("main").text


def test_a_line_that_was_altered_is_shown_as_such(app: Flask, team: Team, report: str) -> None:
    unmask(team.ren, report)
    with the_staff(app).service.begin() as session:
        for row in session.scalars(select(DigestLine)):
            row.content_sealed = flipped(row.content_sealed)
    assert "was altered in the database" in told(team.yui)


def test_what_was_sealed_to_earlier_keys_is_passed_over(
    app: Flask, team: Team, report: str
) -> None:
    unmask(team.ren, report)
    with the_staff(app).service.begin() as session:
        for row in session.scalars(select(DigestLine)):
            row.key_sealed = row.key_sealed[:2] + bytes(16) + row.key_sealed[18:]
    assert "Uncovered" not in told(team.yui)


def test_who_leads_and_is_forced_finds_the_pages_with_nothing_on_them(
    app: Flask, seeds: Seeds, clock: Clock
) -> None:
    seat_founders(app, seeds)
    mei = a_member(app, seeds, "Mei", Role.SUPERVISOR)
    set_decoy(
        the_staff(app), arrive(app, mei, clock).ring, Typed(PASSPHRASE, SECOND, SECOND), clock()
    )
    reader = a_reviewer(app, seeds)
    has_read(app, reader.id, Kind.STORIES, clock, less=-MOST)
    clock.advance(timedelta(seconds=30))
    forced = at_work(app, replace(mei, passphrase=SECOND), clock)
    assert "waits for an answer" not in forced.open("/staff/").one("main").text
    assert not forced.open("/staff/reading").all("h3")
    assert "0" in forced.open("/staff/figures").one("main").text
    confirm(app, forced.client, clock)
    assert allow(forced, reader.id) == 404
