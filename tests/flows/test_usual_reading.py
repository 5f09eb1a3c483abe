"""Whoever reads much more than usual for them, or much about one government, shows who they are."""

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from admin import reading_counts, reading_days
from admin.reading_rows import ReadingRow
from admin.tripwires import FEWEST_DAYS, LIMITS, MOST_DAYS, NEVER_BELOW, Counts, Kind
from reporting import intake
from tests.builders import Seeds, a_report
from tests.builders_staff import flipped, the_staff
from tests.conftest import Clock
from tests.deciders import Decider, Team, a_team
from tests.metered import counted, has_read, has_read_before, meter
from tests.stepping_up import confirm

MORE = "Read much more than on their usual days"
REACHED = "Came to the limit of a day"
ABOUT_ONE = "reports about one government that nobody gave to them"
FOR_YOU = "That is much more than on most of your own days."
MOST = LIMITS[Kind.STORIES]
LEAST = MOST // NEVER_BELOW


@pytest.fixture
def team(app: Flask, seeds: Seeds, clock: Clock) -> Team:
    return a_team(app, seeds, clock)


def reports(app: Flask, clock: Clock, count: int, *states: str) -> list[str]:
    """Store reports that name these governments; return their numbers in hex."""
    service, found = the_staff(app).service, []
    report = replace(a_report(), answers={"kinds": ("threat",), "state": states})
    for _ in range(count):
        sealed = intake.prepare(report, service.desk, clock())
        with service.begin() as session:
            intake.store(session, sealed)
        found.append(bytes(sealed.case["id"]).hex())  # type: ignore[arg-type]
    return found


def status(who: Decider, case: str) -> int:
    return who.client.get(f"/staff/case/{case}").status_code


def told(who: Decider) -> str:
    return who.open("/staff/reading").one("main").text


def has_counted(app: Flask, who: Decider, clock: Clock, counts: Counts) -> None:
    with the_staff(app).service.begin() as session:
        reading_counts.keep(session, meter(app), who.member.id, clock(), counts)


def test_who_usually_reads_little_is_asked_sooner_and_the_supervisors_are_told(
    app: Flask, team: Team, clock: Clock
) -> None:
    cases = reports(app, clock, LEAST + 2)
    has_read_before(app, team.ren.member.id, clock, FEWEST_DAYS, {Kind.STORIES: 2})
    assert {status(team.ren, case) for case in cases[:LEAST]} == {200}
    page = team.ren.client.get(f"/staff/case/{cases[LEAST]}")
    assert (page.status_code, FOR_YOU in page.text) == (429, True)
    assert f"Today you opened {LEAST} reports" in page.text
    assert told(team.kenji).count(MORE) == 1
    assert REACHED not in told(team.kenji)
    confirm(app, team.ren.client, clock)
    assert {status(team.ren, case) for case in cases} == {200}
    assert told(team.kenji).count(MORE) == 1
    # The others are asked where the whole team is.
    assert {status(team.aiko, case) for case in cases} == {200}


@pytest.mark.parametrize(
    ("days", "usual"), [(FEWEST_DAYS - 1, 1), (FEWEST_DAYS, LEAST + 1)], ids=["new", "reads much"]
)
def test_who_is_new_or_usually_reads_much_has_the_limit_of_the_team(
    app: Flask, team: Team, clock: Clock, days: int, usual: int
) -> None:
    (case, another) = reports(app, clock, 2)
    has_read_before(app, team.ren.member.id, clock, days, {Kind.STORIES: usual})
    assert status(team.ren, case) == 200
    has_read(app, team.ren.member.id, Kind.STORIES, clock)
    assert status(team.ren, another) == 429
    assert REACHED in told(team.kenji)
    assert MORE not in told(team.kenji)


def test_the_limit_of_the_team_is_told_anew_after_that_of_ones_own(
    app: Flask, team: Team, clock: Clock
) -> None:
    (case,) = reports(app, clock, 1)
    counts = Counts({Kind.STORIES: LEAST}, own={Kind.STORIES: LEAST})
    has_counted(app, team.ren, clock, counts.with_told(Kind.STORIES))
    confirm(app, team.ren.client, clock)
    assert status(team.ren, case) == 200
    (case,) = reports(app, clock, 1)
    counts = replace(counts.with_told(Kind.STORIES), read={Kind.STORIES: MOST})
    has_counted(app, team.ren, clock, counts)
    assert FOR_YOU not in team.ren.client.get(f"/staff/case/{case}").text
    assert REACHED in told(team.kenji)
    assert status(team.ren, case) == 200


def test_many_reports_about_one_government_ask_and_then_stop(
    app: Flask, team: Team, clock: Clock
) -> None:
    first, second, third = reports(app, clock, 3, "IR", "CN")
    (other,), (none,) = reports(app, clock, 1, "RU"), reports(app, clock, 1)
    limit = LIMITS[Kind.STATE]
    counts = Counts({Kind.STORIES: limit - 1, Kind.STATE: limit - 1}, states={"IR": limit - 1})
    has_counted(app, team.ren, clock, counts)
    assert status(team.ren, first) == 200
    page = team.ren.client.get(f"/staff/case/{second}")
    assert (page.status_code, f"{limit} reports about one government" in page.text) == (429, True)
    assert (ABOUT_ONE in told(team.kenji), "Iran" in told(team.kenji)) == (True, False)
    assert (status(team.ren, other), status(team.ren, none)) == (200, 200)
    confirm(app, team.ren.client, clock)
    assert status(team.ren, second) == 200
    assert counted(app, team.ren.member.id, Kind.STATE, clock) == limit + 1
    stopped = Counts({Kind.STATE: limit * 2}, states={"CN": limit * 2})
    has_counted(app, team.ren, clock, stopped)
    assert "Enough for today" in team.ren.client.get(f"/staff/case/{third}").text
    assert "1 person waits for an answer" in team.yui.open("/staff/").one("main").text
    confirm(app, team.yui.client, clock)
    address = f"/staff/reading/{team.ren.member.id.hex()}/allow"
    page_of = team.yui.open("/staff/reading")
    assert team.yui.send(page_of, address, {"sentence": "He asked me."}).status_code == 303
    confirm(app, team.ren.client, clock)
    # Supervisors are told first, then the factor counts.
    assert [status(team.ren, third) for _twice in range(2)] == [429, 200]


def test_what_is_usual_for_somebody_is_locked_and_goes_weeks_after_they_read_last(
    app: Flask, team: Team, clock: Clock
) -> None:
    cases = reports(app, clock, 2, "IR")
    member = team.ren.member.id
    assert status(team.ren, cases[0]) == 200
    tag = meter(app).usual_tag(member)
    with the_staff(app).service.begin() as session:
        row = session.get_one(ReadingRow, tag)
        assert Kind.STORIES.encode() not in row.box_sealed
        sizes = {len(one.box_sealed) for one in session.scalars(select(ReadingRow))}
        assert (len(sizes), row.rev) == (1, 0)
        assert reading_counts.sweep(session, clock() + timedelta(weeks=8)) == 1
        assert reading_counts.sweep(session, clock() + timedelta(weeks=9, days=1)) == 1


def test_what_is_usual_and_was_altered_is_an_alarm(app: Flask, team: Team, clock: Clock) -> None:
    (case,) = reports(app, clock, 1)
    member = team.ren.member.id
    has_read_before(app, member, clock, 1, {})
    with the_staff(app).service.begin() as session:
        row = session.get_one(ReadingRow, meter(app).usual_tag(member))
        row.box_sealed = flipped(row.box_sealed)
    assert status(team.ren, case) == 409


def test_of_many_days_some_are_forgotten_and_nobody_knows_which(
    app: Flask, team: Team, clock: Clock
) -> None:
    member = team.ren.member.id
    has_read_before(app, member, clock, MOST_DAYS + 5, {Kind.FILES: 3})
    with the_staff(app).service.begin() as session:
        found = reading_days.usual(session, meter(app), member, clock())
    assert found.days[Kind.FILES] == (3,) * MOST_DAYS
    assert found.limits[Kind.FILES] == LIMITS[Kind.FILES] // NEVER_BELOW
