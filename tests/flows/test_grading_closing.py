"""No report is closed without a grade, and closing with another one is a new version."""

import pytest
from flask import Flask

from tests.builders import Seeds
from tests.builders_staff import a_stored_report, noted
from tests.conftest import Clock
from tests.deciders import CALM, PLAUSIBLE, Team, Typed, a_team
from tests.flows.test_grading_pages import SURE, answer, at, give, head, owned

CLOSING = {"outcome": "helped", "message": "closed_done"}


@pytest.fixture
def team(app: Flask, seeds: Seeds, clock: Clock) -> Team:
    return a_team(app, seeds, clock)


@pytest.fixture
def case(app: Flask, team: Team, clock: Clock) -> str:
    return owned(app, team, clock)


def test_closing_begins_with_the_grade_and_another_one_is_a_new_version(
    app: Flask, seeds: Seeds, team: Team, case: str
) -> None:
    assert give(team.mika, case, PLAUSIBLE)[0] == 303
    begun = team.mika.open(f"/staff/case/{case}/decide/propose_close")
    chosen = [
        one.attributes["value"] for one in begun.all("option") if "selected" in one.attributes
    ]
    assert {"plausible", "unclear"} <= set(chosen)
    assert "Nobody said who sent them.</textarea>" in begun.response.text
    other = {**CLOSING, "verification": "supported", "verification_basis": "A letter."}
    assert team.mika.decide(case, "propose_close", other).status_code == 303
    proposed = team.yui.open(f"/staff/case/{case}/decide/approve_close").response.text
    assert "Single source plus document" in proposed
    assert "A letter." in proposed
    assert "Version 2" in head(team.yui, case)
    assert [verb for verb in noted(app, seeds, case) if verb == "graded"] == ["graded"] * 2
    assert team.yui.decide(case, "approve_close").status_code == 303
    assert "Version 2" in head(team.yui, case)
    closed = team.yui.open(at(case))
    assert "Nobody works on this report now" in closed.response.text
    assert not closed.all("form", action=at(case))
    assert team.mika.decide(case, "reopen", {"reason": "new_facts"}).status_code == 303
    assert "Version 2" in head(team.mika, case)


def test_closing_with_the_grade_that_it_has_makes_no_version(team: Team, case: str) -> None:
    assert give(team.mika, case, PLAUSIBLE)[0] == 303
    assert team.mika.decide(case, "propose_close", CLOSING).status_code == 303
    assert "Version 1" in head(team.yui, case)
    assert team.yui.decide(case, "approve_close").status_code == 303


def test_without_a_grade_nothing_closes_and_what_is_typed_stays(team: Team, case: str) -> None:
    bare = {**CLOSING, "verification": "plausible", "state_link": "unclear"}
    refused = team.mika.decide(case, "propose_close", {**bare, "state_link_basis": "A van."})
    assert refused.status_code == 422
    assert "Say what both grades rest on" in refused.text
    assert "A van.</textarea>" in refused.text
    wrong = team.mika.decide(case, "propose_close", {**PLAUSIBLE, **CLOSING, "sources": "some"})
    assert (wrong.status_code, "a number from 0 to 99" in wrong.text) == (422, True)
    assert team.mika.decide(case, "propose_close", {**PLAUSIBLE, **CLOSING}).status_code == 303


def test_nothing_closes_as_corroborated_that_nobody_agreed_to(team: Team, case: str) -> None:
    refused = team.mika.decide(case, "propose_close", {**SURE, **CLOSING})
    assert refused.status_code == 422
    assert "Corroborated takes a colleague who agrees." in refused.text
    assert give(team.mika, case, SURE)[0] == 303
    waits = team.mika.client.get(f"/staff/case/{case}")
    assert "a request is still open" in waits.text
    assert answer(team.sora, case, {"agrees": "yes"})[0] == 303
    edited = team.mika.decide(case, "propose_close", {**CLOSING, "verification_basis": "More."})
    assert (edited.status_code, "a colleague who agrees" in edited.text) == (422, True)
    assert team.mika.decide(case, "propose_close", CLOSING).status_code == 303
    assert team.yui.decide(case, "approve_close").status_code == 303


@pytest.mark.parametrize("typed", [PLAUSIBLE, SURE], ids=["given", "proposed"])
def test_a_grade_after_the_proposal_voids_it(team: Team, case: str, typed: Typed) -> None:
    assert team.mika.decide(case, "propose_close", {**PLAUSIBLE, **CLOSING}).status_code == 303
    assert give(team.yui, case, {**typed, "state_link_basis": "The van was hired."})[0] == 303
    refused = team.kenji.decide(case, "approve_close")
    assert (refused.status_code, "changed since it was proposed" in refused.text) == (409, True)
    again = team.kenji.decide(case, "return", {"reason": "codes_not_right"})
    assert again.status_code == 303


def test_closing_with_the_first_grade_asks_what_comes_first_as_the_page_of_grades_does(
    app: Flask, team: Team, clock: Clock
) -> None:
    found, _code = a_stored_report(app, clock, kinds=("threat", "cyber"))
    team.aiko.press(found, "take")
    assert team.aiko.triage(found, "accept", CALM).status_code == 303
    assert team.mika.decide(found, "assign").status_code == 303
    address = f"/staff/case/{found}/decide/propose_close"
    page = team.mika.open(address)
    # Right below the one of the first level: whoever goes by ear from heading to heading hears it.
    assert "What comes first?" in {one.text for one in page.all("h2")}
    refused = team.mika.decide(found, "propose_close", {**PLAUSIBLE, **CLOSING})
    assert refused.status_code == 422
    assert "This report names several. Choose the one that comes first" in refused.text
    assert PLAUSIBLE["verification_basis"] in refused.text
    chosen = {**PLAUSIBLE, **CLOSING, "main_tactic": "cyber"}
    assert team.mika.decide(found, "propose_close", chosen).status_code == 303
