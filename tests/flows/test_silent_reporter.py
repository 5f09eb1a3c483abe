"""A reporter who does not answer holds a report up for four weeks, and for no longer."""

from datetime import timedelta

import pytest
from flask import Flask

from tests.builders import Seeds
from tests.builders_staff import a_stored_report
from tests.conftest import Clock
from tests.deciders import CALM, PLAUSIBLE, Decider, Team, a_team, at_work
from tests.visitor import Visitor

TWO_WEEKS = timedelta(days=14, minutes=1)
NO_CONTACT = {"outcome": "no_contact", "message": "closed_done"}


@pytest.fixture
def team(app: Flask, seeds: Seeds, clock: Clock) -> Team:
    return a_team(app, seeds, clock)


def reads(app: Flask, code: str) -> str:
    """Return what the reporter reads in their mailbox."""
    visitor = Visitor(app.test_client())
    visitor.client.set_cookie("__Host-l", "en")
    visitor.fill("/m", {"code": code, "keep": "hour"})
    return visitor.open("/m/read").response.text


def text_of(who: Decider, path: str) -> str:
    return who.open(path).one("main").text


def test_it_is_asked_again_then_told_and_then_two_people_may_close_it(
    app: Flask, team: Team, clock: Clock
) -> None:
    case, code = a_stored_report(app, clock)
    team.aiko.press(case, "take")
    assert team.aiko.triage(case, "accept", CALM).status_code == 303
    assert team.mika.decide(case, "assign").status_code == 303
    assert team.mika.press(case, "reply", {"text": "When?", "asks": "yes"}).status_code == 303
    clock.advance(TWO_WEEKS)
    sora = at_work(app, team.sora.member, clock)
    assert "No answer came" not in text_of(sora, f"/staff/case/{case}")
    assert "We asked you something here" in reads(app, code)
    clock.advance(TWO_WEEKS)
    mika = at_work(app, team.mika.member, clock)
    assert case[:8] in text_of(mika, "/staff/list/tasks")
    assert "No answer came: go on with what is known" in text_of(mika, f"/staff/case/{case}")
    assert case[:8] not in text_of(mika, "/staff/list/waiting")
    assert "now go on with what we know" in reads(app, code)
    still = mika.decide(case, "propose_close", {**PLAUSIBLE, **NO_CONTACT})
    assert "A task, a question or a request is still open." in still.text
    assert mika.press(case, "task/1", {"done": "yes"}).status_code == 303
    assert mika.decide(case, "propose_close", {**PLAUSIBLE, **NO_CONTACT}).status_code == 303
    yui = at_work(app, team.yui.member, clock)
    assert yui.decide(case, "approve_close").status_code == 303
    assert "Closed" in reads(app, code)
