"""How to reach a reporter is read by two people's agreement, and the reporter is told; no script.

Where it is urgent one opens first, and whoever comes too late is missing for all to see.
"""

import logging
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import delete

from crypto.roles import Role
from crypto.standing import Stage
from reporting.models import CasePart, CaseWrap, Part, Wrapped
from tests.builders import Seeds
from tests.builders_contact import REACH, a_reachable_report, logged, told
from tests.builders_staff import a_member, first_page, noted, the_staff
from tests.conftest import Clock
from tests.deciders import PLAUSIBLE, URGENT, Decider, Team, a_team
from tests.stepping_up import ASKS, confirm

WHY = {"reason": "arrange", "why": "canary-why-2b90 the shelter has a bed tonight"}
OPENED = "The way to reach you was opened, because we had to arrange help with you."
DANGER = "The way to reach you was opened, because somebody may be in danger."
HOURS_5 = timedelta(hours=5)


@pytest.fixture
def team(app: Flask, seeds: Seeds, clock: Clock) -> Team:
    return a_team(app, seeds, clock)


def owned(app: Flask, team: Team, clock: Clock) -> tuple[str, str]:
    case, code = a_reachable_report(app, clock)
    team.aiko.press(case, "take")
    assert team.aiko.triage(case, "accept").status_code == 303
    assert team.mika.decide(case, "assign").status_code == 303
    return case, code


def urgent(app: Flask, team: Team, clock: Clock) -> tuple[str, str]:
    kept_out = {"contact_rule": ("not_named",), "not_names": ("canary-4d1",)}
    case, code = a_reachable_report(app, clock, kinds=("physical", "family"), more=kept_out)
    team.aiko.press(case, "take")
    assert team.aiko.triage(case, "escalate", URGENT).status_code == 303
    assert team.mika.press(case, "take-over").status_code == 303
    return case, code


def ready(app: Flask, clock: Clock, *people: Decider) -> None:
    for person in people:
        confirm(app, person.client, clock)


def at(case: str, what: str = "") -> str:
    return f"/staff/case/{case}/contact{what}"


def back(app: Flask, clock: Clock, who: Decider) -> Decider:
    """Let somebody sign in anew, a moment ago confirmed."""
    client = app.test_client()
    client.set_cookie("__Host-l", "en")
    first_page(client, who.member, clock)
    again = Decider.at(client, app, who.member, clock)
    ready(app, clock, again)
    return again


def token_of(who: Decider, address: str) -> str:
    return who.open(address).all("input", name="token")[0].attributes["value"]


def asked(app: Flask, team: Team, clock: Clock) -> tuple[str, str, str]:
    """Let Mika ask; return the report, its code and the number of what was asked."""
    case, code = owned(app, team, clock)
    ready(app, clock, team.mika, team.sora)
    assert team.mika.send(team.mika.open(at(case)), at(case), WHY).headers["Location"] == at(case)
    number = team.sora.open(at(case)).all("input", name="ask")[0].attributes["value"]
    return case, code, number


def test_two_agree_one_reads_and_the_reporter_is_told_why(
    app: Flask, seeds: Seeds, team: Team, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    case, code, _number = asked(app, team, clock)
    assert case[:8] in team.sora.open("/staff/list/approvals").response.text
    assert case[:8] not in team.mika.open("/staff/list/approvals").response.text
    assert REACH not in team.mika.open(at(case)).response.text
    theirs = team.sora.open(at(case))
    for _twice in range(2):
        agreed = team.sora.send(theirs, at(case, "/second"), {"agrees": "yes"})
        assert agreed.status_code == 303
    assert OPENED not in told(app, code, clock)
    opened = team.mika.send(team.mika.open(at(case)), at(case, "/open"))
    assert (opened.status_code, REACH in opened.text) == (200, True)
    assert "No calls or voice mail" in opened.text
    assert OPENED in told(app, code, clock)
    deeds = [verb for verb in noted(app, seeds, case) if verb.startswith("contact.")]
    assert deeds == ["contact.asked", "contact.agreed", "contact.opened"]
    assert "canary" not in caplog.text + logged(app, seeds)


def test_the_page_is_there_for_casework_only_and_a_form_shows_a_factor_first(
    app: Flask, team: Team, clock: Clock
) -> None:
    case, _code = owned(app, team, clock)
    page = team.mika.open(at(case))
    assert "a second person agrees" in page.response.text
    assert team.aiko.client.get(at(case)).status_code == 404
    assert ASKS in team.mika.send(page, at(case), WHY).text
    ready(app, clock, team.mika)
    missing = team.mika.send(page, at(case), {"reason": "", "why": "typed"})
    assert (missing.status_code, "typed</textarea>" in missing.text) == (422, True)
    for _twice in range(2):
        assert team.mika.send(page, at(case), WHY).status_code == 303
    more = {"token": token_of(team.mika, at(case)), **WHY}
    refused = team.mika.client.post(at(case), data=more)
    assert (refused.status_code, "You have asked already." in refused.text) == (409, True)
    blocked = team.mika.case(case).response.text
    assert "A task, a question or a request is still open." in blocked


def test_nobody_agrees_to_their_own_asking_and_nothing_opens_before(
    app: Flask, team: Team, clock: Clock
) -> None:
    case, code, number = asked(app, team, clock)
    sent = {"token": token_of(team.mika, at(case)), "ask": number}
    own = team.mika.client.post(at(case, "/second"), data={**sent, "agrees": "yes"})
    assert (own.status_code, "Somebody else has to agree." in own.text) == (409, True)
    early = team.mika.client.post(at(case, "/open"), data=sent)
    assert (early.status_code, REACH in early.text) == (409, False)
    assert OPENED not in told(app, code, clock)


def test_an_agreement_is_good_for_a_day(app: Flask, team: Team, clock: Clock) -> None:
    case, _code, number = asked(app, team, clock)
    team.sora.send(team.sora.open(at(case)), at(case, "/second"), {"agrees": "yes"})
    clock.advance(timedelta(hours=25))
    mika = back(app, clock, team.mika)
    sent = {"token": token_of(mika, at(case)), "ask": number}
    over = mika.client.post(at(case, "/open"), data=sent)
    assert (over.status_code, "ask again" in over.text) == (409, True)
    late = back(app, clock, team.sora)
    sent = {"token": token_of(late, at(case)), "ask": number, "agrees": "yes"}
    assert late.client.post(at(case, "/second"), data=sent).status_code == 409


def test_whoever_opened_an_urgent_one_first_opens_it_once_and_waits_for_the_second(
    app: Flask, team: Team, clock: Clock
) -> None:
    case, code = urgent(app, team, clock)
    ready(app, clock, team.mika)
    page = team.mika.open(at(case))
    sent = {"reason": "danger", "why": "they are at the door", "do": "open"}
    first = team.mika.send(page, at(case), sent)
    assert (first.status_code, REACH in first.text) == (200, True)
    assert "canary-4d1" not in first.text
    assert DANGER in told(app, code, clock)
    again = team.mika.send(page, at(case), sent)
    assert (again.status_code, REACH in again.text) == (303, False)
    assert team.mika.open(at(case)).all("textarea", name="why") == []


def test_a_missing_second_person_is_told_to_supervisors_and_so_is_one_who_says_no(
    app: Flask, team: Team, clock: Clock
) -> None:
    case, _code = urgent(app, team, clock)
    ready(app, clock, team.mika)
    sent = {"reason": "danger", "why": "they are at the door", "do": "open"}
    team.mika.send(team.mika.open(at(case)), at(case), sent)
    clock.advance(HOURS_5)
    sora, yui = back(app, clock, team.sora), back(app, clock, team.yui)
    for _twice in range(2):
        assert yui.open("/staff/").response.text.count("and no second person agreed") == 1
    assert "second person missing" in yui.open("/staff/list/approvals").response.text
    assert "the four hours are over" in sora.open(at(case)).response.text
    refused = sora.send(sora.open(at(case)), at(case, "/second"), {"agrees": "no"})
    assert refused.status_code == 303
    assert "does not agree" in sora.open(at(case)).response.text
    assert yui.open("/staff/").response.text.count("and no second person agreed") == 2
    assert "second person missing" not in yui.open("/staff/list/approvals").response.text


def test_what_is_not_urgent_is_never_opened_first(app: Flask, team: Team, clock: Clock) -> None:
    case, code = owned(app, team, clock)
    ready(app, clock, team.mika)
    refused = team.mika.send(team.mika.open(at(case)), at(case), {**WHY, "do": "open"})
    assert (refused.status_code, REACH in refused.text) == (409, False)
    assert "canary-why-2b90" in refused.text
    assert OPENED not in told(app, code, clock)


def test_an_ask_belongs_to_one_report_and_is_none_for_people_who_do_not_own_it(
    app: Flask, team: Team, clock: Clock
) -> None:
    case, _code = owned(app, team, clock)
    other, _code = owned(app, team, clock)
    ready(app, clock, team.mika, team.sora)
    team.mika.send(team.mika.open(at(case)), at(case), WHY)
    page = team.sora.open(at(case))
    number = page.all("input", name="ask")[0].attributes["value"]
    token = page.all("input", name="token")[0].attributes["value"]
    nowhere = team.sora.client.get("/staff/nowhere").data
    for what in ("/second", "/open"):
        sent = {"token": token, "ask": number}
        wrong = team.sora.client.post(at(other, what), data=sent)
        assert (wrong.status_code, wrong.data) == (404, nowhere)
    for what, more in (("", WHY), ("/open", {"ask": number})):
        sent = {"token": token, **more}
        assert team.sora.client.post(at(case, what), data=sent).status_code == 404
    odd = team.sora.client.post(at(case, "/second"), data={"token": token, "ask": "abc"})
    assert odd.status_code == 400


def test_on_probation_there_is_no_page_about_contact(
    app: Flask, seeds: Seeds, clock: Clock
) -> None:
    member = a_member(app, seeds, "Nao Ueda", Role.SUPERVISOR, stage=Stage.PROBATION)
    team = a_team(app, seeds, clock)
    case, _code = owned(app, team, clock)
    client = app.test_client()
    client.set_cookie("__Host-l", "en")
    first_page(client, member, clock)
    confirm(app, client, clock)
    new = Decider.at(client, app, member, clock)
    assert new.case(case).all("a", href=at(case)) == []
    token = new.open("/staff/").all("input", name="token")[0].attributes["value"]
    for what in ("", "/second", "/open"):
        sent = client.post(at(case, what), data={"token": token, **(WHY if not what else {})})
        assert sent.status_code == 404
    assert client.get(at(case)).status_code == 404


def test_after_the_end_of_work_the_way_to_reach_them_is_gone_and_the_page_says_so(
    app: Flask, team: Team, clock: Clock
) -> None:
    case, _code = owned(app, team, clock)
    number = bytes.fromhex(case)
    codes = {**PLAUSIBLE, "outcome": "helped"}
    team.mika.decide(case, "propose_close", {**codes, "message": "closed_done"})
    assert team.yui.decide(case, "approve_close").status_code == 303
    assert "gone for good" in team.yui.open(at(case)).response.text
    clock.advance(timedelta(minutes=2))
    team.yui.open("/staff/")  # what is due is done there
    with the_staff(app).service.read() as session:
        assert session.get(CaseWrap, (number, Wrapped.CONTACT)) is None
    page = team.yui.open(at(case))
    assert "gone for good" in page.response.text
    assert page.all("textarea", name="why") == []
    ready(app, clock, team.yui)
    token = page.all("input", name="token")[0].attributes["value"]
    refused = team.yui.client.post(at(case), data={"token": token, **WHY})
    assert (refused.status_code, "are gone" in refused.text) == (409, True)


def test_a_key_that_nobody_shredded_and_a_lost_part_are_an_alarm(
    app: Flask, team: Team, clock: Clock
) -> None:
    case, _code = urgent(app, team, clock)
    ready(app, clock, team.mika)
    page = team.mika.open(at(case))
    with the_staff(app).service.begin() as session:
        part = (CasePart.case_id == bytes.fromhex(case)) & (CasePart.part == Part.CONTACT)
        session.execute(delete(CasePart).where(part))
    sent = {"reason": "danger", "why": "now", "do": "open"}
    lost = team.mika.send(page, at(case), sent)
    assert (lost.status_code, "Nothing was opened" in lost.text) == (409, True)
    with the_staff(app).service.begin() as session:
        wrap = (CaseWrap.case_id == bytes.fromhex(case)) & (CaseWrap.wrapped == Wrapped.CONTACT)
        session.execute(delete(CaseWrap).where(wrap))
    assert team.mika.client.get(at(case)).status_code == 409
