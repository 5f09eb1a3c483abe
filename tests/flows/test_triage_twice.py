"""A button that was pressed twice does once what it says; without script."""

import pytest
from flask import Flask

from reporting.audit_rows import AuditRow
from tests.builders import Seeds
from tests.builders_staff import a_stored_report, the_staff
from tests.conftest import Clock
from tests.deciders import CALM, PLAUSIBLE, URGENT, Decider, Team, Typed, a_team
from tests.visitor import Page


@pytest.fixture
def team(app: Flask, seeds: Seeds, clock: Clock) -> Team:
    return a_team(app, seeds, clock)


def rows(app: Flask) -> int:
    with the_staff(app).service.read() as session:
        return session.query(AuditRow).count()


def press_twice(
    app: Flask, who: Decider, page: Page, action: str, typed: Typed | None = None
) -> str:
    """Press a button twice and check that nothing is done the second time."""
    first = who.send(page, action, typed)
    assert first.status_code == 303, first.text
    before = rows(app)
    second = who.send(page, action, typed)
    assert (second.status_code, second.headers["Location"]) == (303, first.headers["Location"])
    assert rows(app) == before
    return first.headers["Location"]


def test_what_is_found_set_aside_and_taken_back_happens_once(
    app: Flask, team: Team, clock: Clock
) -> None:
    case, _code = a_stored_report(app, clock)
    at = f"/staff/case/{case}"
    team.aiko.press(case, "take")
    press_twice(app, team.aiko, team.aiko.case(case), f"{at}/code", {**CALM, "do": "keep"})
    page = team.aiko.open(f"{at}/decide/quarantine")
    done = press_twice(app, team.aiko, page, f"{at}/decide/quarantine", {"reason": "machine"})
    press_twice(app, team.aiko, team.aiko.open(done), f"{at}/undo")
    press_twice(app, team.yui, team.yui.case(case), f"{at}/countersign", {"action": "decline"})
    page = team.aiko.open(f"{at}/skip")
    press_twice(app, team.aiko, page, f"{at}/skip", {"reason": "unsure"})


def test_a_second_look_and_taking_on_happen_once(app: Flask, team: Team, clock: Clock) -> None:
    calm, _code = a_stored_report(app, clock)
    team.aiko.press(calm, "take")
    team.aiko.triage(calm, "quarantine")
    team.aiko.decide(calm, "quarantine", {"reason": "flood"})
    page = team.ren.case(calm)
    press_twice(app, team.ren, page, f"/staff/case/{calm}/look", {"agrees": "no"})
    urgent, _code = a_stored_report(app, clock, kinds=("physical", "family"))
    team.aiko.press(urgent, "take")
    team.aiko.triage(urgent, "escalate", URGENT)
    page = team.mika.case(urgent)
    press_twice(app, team.mika, page, f"/staff/case/{urgent}/take-over")


def test_a_text_that_is_for_something_else_counts_as_none(
    app: Flask, team: Team, clock: Clock
) -> None:
    case, _code = a_stored_report(app, clock)
    team.aiko.press(case, "take")
    team.aiko.triage(case, "accept")
    team.mika.decide(case, "assign")
    codes = {**PLAUSIBLE, "outcome": "helped"}
    refused = team.mika.decide(case, "propose_close", {**codes, "message": "scam"})
    assert refused.status_code == 422
    assert "language is missing. Take a ready text" in refused.text
