"""What two people escalated is not given back by one of them alone."""

import pytest
from flask import Flask

from tests.builders import Seeds
from tests.builders_staff import a_stored_report
from tests.conftest import Clock
from tests.deciders import URGENT, Decider, Team, a_team

NOTE = {"done": "I wrote to them.", "promised": "Nothing.", "next": "Call on Monday."}


@pytest.fixture
def team(app: Flask, seeds: Seeds, clock: Clock) -> Team:
    return a_team(app, seeds, clock)


def escalated(app: Flask, team: Team, clock: Clock) -> str:
    """Return a report that Ren escalated and Mika took from the duty desk."""
    case, _code = a_stored_report(app, clock)
    team.ren.press(case, "take")
    assert team.ren.triage(case, "escalate", URGENT).status_code == 303
    assert team.mika.press(case, "take-over").status_code == 303
    return case


def agree(who: Decider, case: str, action: str) -> int:
    return who.press(case, "countersign", {"action": action}).status_code


def may_give_back(who: Decider, case: str) -> bool:
    return bool(who.case(case).all("a", href=f"/staff/case/{case}/decide/release"))


def test_an_agreed_escalation_takes_a_second_person_to_be_given_back(
    app: Flask, team: Team, clock: Clock
) -> None:
    case = escalated(app, team, clock)
    assert not may_give_back(team.mika, case), "nobody agreed yet, and she did not escalate it"
    assert agree(team.yui, case, "escalate") == 303
    for who in (team.mika, team.yui):
        assert not may_give_back(who, case)
        refused = who.decide(case, "release", NOTE)
        assert (refused.status_code, "A second person has to agree" in refused.text) == (409, True)
    assert agree(team.mika, case, "release") == 303
    assert not may_give_back(team.mika, case), "nobody agrees with themself"
    assert may_give_back(team.yui, case)
    assert team.yui.decide(case, "release", NOTE).status_code == 303
    assert "Triaged" in team.mika.case(case).response.text
