"""An owner who declares a tie has the report no more, and a colleague is handed it."""

import hashlib
from dataclasses import fields, replace
from datetime import timedelta

import pytest
from flask import Flask

from admin import cards
from crypto.roles import Role
from forms.answers import Answers, GivenConsent, Report
from reporting import intake
from tests.builders import Seeds
from tests.builders_cases import a_card
from tests.builders_staff import a_member, first_page, the_staff
from tests.conftest import Clock
from tests.deciders import CALM, Team, a_team
from tests.flows.test_declaration_pages import DECLARATION, MINE
from tests.flows.test_known_pages import IRAN, record
from tests.founded import fill

ABOUT_CHINA: Answers = {"kinds": ("threat",), "state": ("CN",)}


@pytest.fixture
def team(app: Flask, seeds: Seeds, clock: Clock) -> Team:
    return a_team(app, seeds, clock)


def filed(app: Flask, clock: Clock) -> str:
    consents = {"c_store": GivenConsent("yes", hashlib.sha256(b"Keep it").hexdigest(), "en")}
    report = Report("short", ABOUT_CHINA, "They came.", {}, "en", consents)
    service = the_staff(app).service
    sealed = intake.prepare(report, service.desk, clock())
    with service.begin() as session:
        intake.store(session, sealed)
    return bytes(sealed.case["id"]).hex()  # type: ignore[arg-type]


def test_a_new_tie_gives_the_report_to_the_team_and_tells_nobody_why(
    app: Flask, seeds: Seeds, team: Team, clock: Clock
) -> None:
    case = filed(app, clock)
    assert team.aiko.pulled() == case
    assert team.aiko.triage(case, "accept").status_code == 303
    assert team.mika.pulled() == case
    assert team.mika.decide(case, "assign").status_code == 303
    assert case[:8] in team.mika.open("/staff/list/mine").response.text
    assert fill(team.mika.client, DECLARATION, **MINE).status_code == 303
    assert team.mika.client.get(f"/staff/case/{case}").status_code == 404
    for page in ("/staff/", "/staff/list/mine", "/staff/list/tasks", "/staff/list/triaged"):
        assert case[:8] not in team.mika.open(page).response.text
    assert team.sora.pulled() == case
    seen = team.sora.case(case).response.text
    assert "China" in seen
    assert "may not open" not in seen
    assert team.sora.decide(case, "assign").status_code == 303
    auditor = app.test_client()
    auditor.set_cookie("__Host-l", "en")
    log = first_page(auditor, a_member(app, seeds, "Goro Abe", Role.AUDITOR), clock).text
    assert "a report was taken from somebody who may not open it any more" in log


def test_whoever_names_what_hides_it_from_themself_is_led_away(
    app: Flask, team: Team, clock: Clock
) -> None:
    assert fill(team.mika.client, DECLARATION, **MINE).status_code == 303
    case = filed(app, clock)
    assert team.aiko.pulled() == case
    away = {"states": ["IR"]}
    assert fill(team.aiko.client, DECLARATION, **{**MINE, "state_0": "IR"}).status_code == 303
    sent = team.aiko.triage(case, "accept", {**CALM, **away})
    assert (sent.status_code, sent.headers["Location"]) == (303, "/staff/")
    assert team.aiko.client.get(f"/staff/case/{case}").status_code == 404
    assert team.ren.pulled() == case


def test_whoever_records_later_what_hides_it_from_themself_has_it_no_more(
    app: Flask, team: Team, clock: Clock
) -> None:
    assert fill(team.mika.client, DECLARATION, **{**MINE, "state_0": "IR"}).status_code == 303
    case = filed(app, clock)
    assert team.aiko.pulled() == case
    assert team.aiko.triage(case, "accept").status_code == 303
    assert team.mika.decide(case, "assign").status_code == 303
    sent = record(team.mika, case, IRAN)
    assert (sent.status_code, sent.headers["Location"]) == (303, "/staff/")
    assert team.mika.client.get(f"/staff/case/{case}").status_code == 404
    assert case[:8] not in team.mika.open("/staff/list/mine").response.text
    assert case[:8] in team.sora.open("/staff/list/triaged").response.text


def test_supervisors_alone_read_that_somebody_is_missing_and_nothing_more(
    app: Flask, team: Team, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    missing = "Something waits that nobody of the team may open."
    recused = replace(a_card(clock), states=frozenset({"CN"}))
    everybody = [getattr(team, one.name).member.id for one in fields(team)]
    monkeypatch.setattr(cards, "own", lambda *_about: recused)
    monkeypatch.setattr(cards, "of_everybody", lambda *_about: dict.fromkeys(everybody, recused))
    case = filed(app, clock)
    assert missing not in team.kenji.open("/staff/").response.text
    clock.advance(timedelta(days=30))
    vars(team.kenji).pop("client")
    told = team.kenji.open("/staff/").response.text
    assert (missing in told, case[:8] in told, "China" in told) == (True, False, False)
    assert missing not in team.ren.open("/staff/").response.text
