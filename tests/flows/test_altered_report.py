"""One report that was altered in the database is told of, and stops nobody's pages."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import update

from reporting.models import CasePart, Part
from tests.builders import Seeds
from tests.builders_staff import a_stored_report, first_page, flipped, the_staff
from tests.conftest import Clock
from tests.deciders import CALM, Decider, Team, a_team

LEFT_OUT = "1 report could not be opened and is left out. The supervisors have been told."
PAGES = ("/staff/", "/staff/list/mine", "/staff/list/waiting", "/staff/list/overdue")


@pytest.fixture
def team(app: Flask, seeds: Seeds, clock: Clock) -> Team:
    return a_team(app, seeds, clock)


def watched(app: Flask, team: Team, clock: Clock) -> str:
    """Return a report that is only watched, until a day that is due soon."""
    case, _code = a_stored_report(app, clock)
    team.aiko.press(case, "take")
    team.aiko.triage(case, "accept", CALM)
    assert team.mika.decide(case, "assign").status_code == 303
    until = (clock() + timedelta(days=8)).date()
    typed = {"message": "watching", "next_check": until.isoformat()}
    assert team.mika.decide(case, "watch", typed).status_code == 303
    return case


def spoil(app: Flask, case: str, part: Part = Part.FACETS) -> None:
    where = (CasePart.case_id == bytes.fromhex(case)) & (CasePart.part == part)
    with the_staff(app).service.begin() as session:
        row = session.get_one(CasePart, (bytes.fromhex(case), part))
        box = flipped(row.content_sealed)
        session.execute(update(CasePart).where(where).values(content_sealed=box))


def come_in(who: Decider, clock: Clock) -> None:
    first_page(who.client, who.member, clock)


def test_the_first_page_and_every_list_open_although_one_report_does_not(
    app: Flask, team: Team, clock: Clock
) -> None:
    spoiled, other = watched(app, team, clock), watched(app, team, clock)
    clock.advance(timedelta(days=9))
    spoil(app, spoiled)
    come_in(team.mika, clock)
    for address in PAGES:
        assert LEFT_OUT in team.mika.open(address).one("main").text, address
    mine = team.mika.open("/staff/list/mine").response.text
    assert other in mine
    assert spoiled not in mine
    page = team.mika.open("/staff/search")
    team.mika.send(page, "/staff/search", {"words": ""})
    assert LEFT_OUT in team.mika.open("/staff/search/found").one("main").text
    come_in(team.yui, clock)
    told = team.yui.open("/staff/").one("main").text
    assert "A report was altered in the database and does not open" in told
    assert spoiled[:8] not in told


def test_whoever_opens_one_that_was_altered_is_told_and_so_are_the_supervisors(
    app: Flask, team: Team, clock: Clock
) -> None:
    case, _code = a_stored_report(app, clock)
    spoil(app, case, Part.STORY)
    assert team.aiko.client.get(f"/staff/case/{case}").status_code == 409
    assert LEFT_OUT in team.aiko.open("/staff/").one("main").text
    assert "A report was altered" in team.yui.open("/staff/").one("main").text


def test_the_queue_tells_of_one_that_was_altered(app: Flask, team: Team, clock: Clock) -> None:
    case, _code = a_stored_report(app, clock)
    spoil(app, case)
    shown = team.aiko.open("/staff/list/received").one("main").text
    assert "This report was altered in the database and does not open." in shown
    assert "A report was altered" in team.yui.open("/staff/").one("main").text


def test_next_says_so_where_nothing_but_an_altered_report_waits(
    app: Flask, team: Team, clock: Clock
) -> None:
    case, _code = a_stored_report(app, clock)
    spoil(app, case, Part.STORY)
    assert team.aiko.pull().status_code == 409
    assert LEFT_OUT in team.aiko.open("/staff/").one("main").text
    other, _code = a_stored_report(app, clock)
    assert team.aiko.pulled() == other
