"""A flood of copies: one supervisor and one reviewer set them aside in one step; without script."""

from dataclasses import replace

import pytest
from flask import Flask

from reporting import intake
from reporting.models import Case
from tests.builders import Seeds, a_report
from tests.builders_staff import a_stored_report, the_staff
from tests.conftest import Clock
from tests.deciders import Decider, Team, a_team

COPY = "They will kill my whole family tonight, please do something at once, I beg you all."
HONEST = "The police of my country stood in front of my flat in Osaka this morning and waited."


@pytest.fixture
def team(app: Flask, seeds: Seeds, clock: Clock) -> Team:
    return a_team(app, seeds, clock)


@pytest.fixture
def flood(app: Flask, clock: Clock) -> tuple[str, list[str]]:
    """Return an honest urgent report, and copies that came with it."""
    honest = an_urgent(app, clock, HONEST)
    return honest, [an_urgent(app, clock, f"{COPY} {n}") for n in range(11)]


def an_urgent(app: Flask, clock: Clock, story: str) -> str:
    service = the_staff(app).service
    report = replace(a_report(story=story), answers={"kinds": ("threat",), "danger": ("now",)})
    sealed = intake.prepare(report, service.desk, clock())
    with service.begin() as session:
        intake.store(session, sealed)
    case = sealed.case["id"]
    assert isinstance(case, bytes)
    return case.hex()


def state(app: Flask, case: str) -> str:
    with the_staff(app).service.read() as session:
        return session.get_one(Case, bytes.fromhex(case)).state


def page(who: Decider, case: str) -> str:
    return who.open(f"/staff/case/{case}/flood").response.text


def propose(who: Decider, case: str) -> int:
    address = f"/staff/case/{case}/flood"
    return who.send(who.open(address), address, {"reason": "flood"}).status_code


def test_two_people_who_each_read_one_set_a_flood_aside(
    app: Flask, team: Team, flood: tuple[str, list[str]]
) -> None:
    honest, copies = flood
    first, touched, held = copies[0], copies[1], copies[2]
    assert "Nothing else looks the same" in page(team.yui, honest)
    assert "Open one of these reports first" in page(team.yui, first)
    assert f"/staff/case/{first}/flood" in team.yui.case(first).response.text
    address = f"/staff/case/{first}/flood"
    form = team.yui.open(address)
    for _ in range(2):
        assert team.yui.send(form, address, {"reason": "flood"}).status_code == 303
    assert "You proposed to set these aside" in page(team.yui, first)
    assert first[:8] in team.aiko.open("/staff/list/approvals").response.text
    assert "Open one of these reports first" in page(team.aiko, first)
    team.aiko.case(first)
    confirm = f"/staff/case/{first}/flood/confirm"
    shown = team.aiko.open(f"/staff/case/{first}/flood")
    team.ren.press(held, "take")
    note = f"/staff/case/{touched}/note"
    team.ren.send(team.ren.case(touched), note, {"text": "This one may be real."})
    done = team.aiko.send(shown, confirm)
    left = team.aiko.open(done.headers["Location"]).response.text
    assert touched[:8] in left
    assert held[:8] in left
    assert {state(app, case) for case in copies[3:]} == {"quarantined"}
    assert {state(app, case) for case in (honest, touched, held)} == {"received"}
    again = team.aiko.send(shown, confirm)
    assert again.headers["Location"] == f"/staff/case/{first}/flood"


def test_a_flood_is_proposed_by_a_supervisor_alone(
    app: Flask, team: Team, clock: Clock, flood: tuple[str, list[str]]
) -> None:
    _honest, copies = flood
    calm, _code = a_stored_report(app, clock, story=COPY)
    assert "Nothing else looks the same" in page(team.yui, calm)
    assert "/flood" not in team.yui.case(calm).response.text
    team.yui.case(copies[0])
    address = f"/staff/case/{copies[0]}/flood"
    empty = team.yui.send(team.yui.open(address), address)
    assert (empty.status_code, "why they are set aside" in empty.text) == (422, True)
    first = copies[0]
    team.yui.case(first)
    team.aiko.case(first)
    assert "Propose to set them aside" not in page(team.aiko, first)
    token = team.aiko.case(first).all("input", name="token")[0].attributes["value"]
    fields = {"token": token, "reason": "flood"}
    assert team.aiko.client.post(f"/staff/case/{first}/flood", data=fields).status_code == 404


def test_whoever_proposed_it_read_none_or_is_no_reviewer_confirms_nothing(
    app: Flask, team: Team, flood: tuple[str, list[str]]
) -> None:
    _honest, copies = flood
    first = copies[0]
    team.yui.case(first)
    token = team.aiko.case(first).all("input", name="token")[0].attributes["value"]
    propose(team.yui, first)
    own = team.yui.case(first).all("input", name="token")[0].attributes["value"]
    shown = team.aiko.open(f"/staff/case/{first}/flood")
    number = shown.all("input", name="proposal")[0].attributes["value"]
    confirm = f"/staff/case/{first}/flood/confirm"
    alone = team.yui.client.post(confirm, data={"token": own, "proposal": number})
    assert (alone.status_code, "proposed this yourself" in alone.text) == (409, True)
    other = team.kenji.case(first).all("input", name="token")[0].attributes["value"]
    no_reviewer = team.kenji.client.post(confirm, data={"token": other, "proposal": number})
    assert no_reviewer.status_code == 404
    unread = team.ren.open("/staff/me").all("input", name="token")[0].attributes["value"]
    not_read = team.ren.client.post(confirm, data={"token": unread, "proposal": number})
    assert (not_read.status_code, "Open one of these" in not_read.text) == (409, True)
    made_up = team.aiko.client.post(confirm, data={"token": token, "proposal": "0" * 32})
    assert made_up.status_code == 409
    assert {state(app, case) for case in copies} == {"received"}


def test_a_supervisor_who_read_none_proposes_nothing(
    team: Team, flood: tuple[str, list[str]]
) -> None:
    _honest, copies = flood
    token = team.yui.open("/staff/me").all("input", name="token")[0].attributes["value"]
    fields = {"token": token, "reason": "flood"}
    sent = team.yui.client.post(f"/staff/case/{copies[0]}/flood", data=fields)
    assert (sent.status_code, "Open one of these" in sent.text) == (409, True)
    assert "You proposed" not in page(team.yui, copies[0])
