"""Somebody outside is told in an emergency by two, and only whom the reporter allowed."""

from datetime import timedelta

import pytest
from flask import Flask

from tests.builders import Seeds
from tests.builders_contact import a_reachable_report, logged, messages, told
from tests.builders_staff import a_stored_report, first_page, noted
from tests.conftest import Clock
from tests.deciders import URGENT, Decider, Team, Typed, a_team
from tests.stepping_up import ASKS, confirm

PLAN: Typed = {
    "to": "helper",
    "called": "canary-shelter-41",
    "items": ["danger", "place"],
    "why": "canary-reason-9c3 they follow her home",
}
HELPER = "decided to tell a support organisation"


@pytest.fixture
def team(app: Flask, seeds: Seeds, clock: Clock) -> Team:
    return a_team(app, seeds, clock)


def urgent(app: Flask, team: Team, clock: Clock, life: str, harm: str = "yes") -> tuple[str, str]:
    case, code = a_reachable_report(app, clock, life=life, kinds=("physical", "family"))
    team.aiko.press(case, "take")
    found = {**URGENT, "harm_soon": harm}
    assert team.aiko.triage(case, "escalate", found).status_code == 303
    assert team.mika.press(case, "take-over").status_code == 303
    for who in (team.mika, team.sora, team.yui):
        confirm(app, who.client, clock)
    return case, code


def at(case: str, what: str = "") -> str:
    return f"/staff/case/{case}/emergency{what}"


def propose(who: Decider, case: str, **other: str | list[str]) -> tuple[int, str]:
    sent = who.send(who.open(at(case)), at(case), {**PLAN, **other})
    return sent.status_code, sent.text


def number_of(who: Decider, case: str) -> dict[str, str]:
    """Return what the form to sign with would send, from the page of somebody who sees it."""
    page = who.open(at(case))
    return {"plan": page.all("input", name="plan")[0].attributes["value"]}


def token_of(who: Decider, case: str) -> dict[str, str]:
    return {"token": who.open(at(case)).all("input", name="token")[0].attributes["value"]}


UNFIT: tuple[tuple[dict[str, str | list[str]], str], ...] = (
    ({"to": "police"}, "has not allowed this one"),
    ({"called": " "}, "Write the name of the organisation"),
    ({"items": []}, "Choose at least one thing"),
    ({"why": ""}, "Please write why."),
    ({"to": ""}, "Please choose who is to be told."),
)


def test_a_plan_keeps_to_what_is_allowed_and_says_everything(
    app: Flask, team: Team, clock: Clock, subtests: pytest.Subtests
) -> None:
    case, _code = urgent(app, team, clock, "support")
    page = team.mika.open(at(case))
    offered = {one.attributes["value"] for one in page.all("input", name="to")}
    assert offered == {"emergency_service", "helper", "relative"}
    for wrong, says in UNFIT:
        with subtests.test(says):
            status, text = propose(team.mika, case, **wrong)
            assert (status, says in text) == (422, True)


def test_two_sign_the_same_words_and_the_reporter_reads_it_at_the_next_visit(
    app: Flask, seeds: Seeds, team: Team, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    case, code = urgent(app, team, clock, "support")
    assert "This site sends nothing." in team.mika.open(at(case)).response.text
    empty = team.mika.open(at(case))
    for _twice in range(2):
        assert team.mika.send(empty, at(case), PLAN).status_code == 303
    assert case[:8] in team.yui.open("/staff/list/approvals").response.text
    assert not any(HELPER in line for line in told(app, code, clock))
    page = team.yui.open(at(case))
    for _twice in range(2):
        assert team.yui.send(page, at(case, "/sign")).status_code == 303
    assert any(HELPER in line for line in told(app, code, clock))
    assert "Say it by voice until" in team.mika.open(at(case)).response.text
    assert messages(app, code, clock) == []
    deeds = [verb for verb in noted(app, seeds, case) if verb.startswith("emergency.")]
    assert deeds == ["emergency.proposed", "emergency.signed"]
    assert "canary" not in caplog.text + logged(app, seeds)


def test_one_person_signs_once_and_one_of_two_is_another_supervisor(
    app: Flask, team: Team, clock: Clock
) -> None:
    case, _code = urgent(app, team, clock, "support")
    assert propose(team.mika, case)[0] == 303
    assert "One is open already" in team.sora.open(at(case)).response.text
    plan = number_of(team.yui, case)
    own = team.mika.client.post(at(case, "/sign"), data={**token_of(team.mika, case), **plan})
    assert (own.status_code, "Somebody else has to sign." in own.text) == (409, True)
    two = team.sora.client.post(at(case, "/sign"), data={**token_of(team.sora, case), **plan})
    assert (two.status_code, "has to be a supervisor" in two.text) == (409, True)
    token = token_of(team.yui, case)
    assert team.yui.client.post(at(case, "/sign"), data={**token, **plan}).status_code == 303
    again = team.yui.client.post(at(case, "/sign"), data={**token, **plan})
    assert again.status_code == 409


def test_about_a_report_that_nobody_works_on_there_is_no_such_page(
    app: Flask, team: Team, clock: Clock
) -> None:
    case, _code = a_stored_report(app, clock)
    confirm(app, team.yui.client, clock)
    assert team.yui.case(case).all("a", href=at(case)) == []
    assert team.yui.client.get(at(case)).status_code == 404


def test_what_nobody_signs_in_a_day_is_over(
    app: Flask, seeds: Seeds, team: Team, clock: Clock
) -> None:
    case, code = urgent(app, team, clock, "support")
    assert propose(team.mika, case)[0] == 303
    clock.advance(timedelta(hours=25))
    client = app.test_client()
    client.set_cookie("__Host-l", "en")
    first_page(client, team.yui.member, clock)
    yui = Decider.at(client, app, team.yui.member, clock)
    assert "Nobody else signed in 24 hours" in yui.open(at(case)).response.text
    assert yui.open(at(case)).all("form", action=at(case, "/sign")) == []
    assert noted(app, seeds, case).count("emergency.lapsed") == 1
    yui.open("/staff/")
    assert noted(app, seeds, case).count("emergency.lapsed") == 1
    assert not any(HELPER in line for line in told(app, code, clock))


@pytest.mark.parametrize("life", ["", "nobody"], ids=["skipped", "nobody"])
def test_without_a_yes_nobody_is_told_and_the_mailbox_asks_once_more(
    app: Flask, team: Team, clock: Clock, life: str
) -> None:
    case, code = urgent(app, team, clock, life)
    page = team.yui.open(at(case))
    assert "So nobody is told, whatever" in page.response.text
    assert page.all("textarea", name="why") == []
    token = page.all("input", name="token")[0].attributes["value"]
    refused = team.yui.client.post(at(case), data={"token": token, **PLAN})
    assert refused.status_code == 409
    assert team.yui.send(page, f"/staff/case/{case}/reply").status_code == 303
    assert "Without your yes we tell nobody." in messages(app, code, clock)[0]


def test_without_danger_within_days_there_is_nothing_to_sign(
    app: Flask, team: Team, clock: Clock
) -> None:
    case, _code = urgent(app, team, clock, "police", harm="no")
    page = team.mika.open(at(case))
    assert "This is only for an urgent report" in page.response.text
    assert page.all("form", action=f"/staff/case/{case}/reply") == []


def test_the_police_only_with_that_yes_and_never_without_showing_a_factor(
    app: Flask, team: Team, clock: Clock
) -> None:
    case, code = urgent(app, team, clock, "police")
    other, _code = urgent(app, team, clock, "police")
    page = team.kenji.open(at(case))
    assert ASKS in team.kenji.send(page, at(case), PLAN).text
    assert team.aiko.client.get(at(case)).status_code == 404
    assert propose(team.yui, case, to="police", called="")[0] == 303
    sent = {**token_of(team.mika, case), **number_of(team.mika, case)}
    assert team.mika.client.post(at(other, "/sign"), data=sent).status_code == 404
    assert team.mika.client.post(at(case, "/sign"), data=sent).status_code == 303
    assert any("tell the police" in line for line in told(app, code, clock))
