"""Decisions about a report, and the second person that some of them need; without script."""

import re
from datetime import timedelta

import pytest
from flask import Flask

from reporting import mailbox
from tests.builders import Seeds
from tests.builders_staff import a_stored_report, the_staff
from tests.conftest import Clock
from tests.deciders import CALM, PLAUSIBLE, Team, a_team

DEEDS = {"class": "deeds"}
CONFLICT = {"reason": "conflict"}
HANDOVER = {"done": "We spoke.", "promised": "An answer on Monday.", "next": "Call the lawyer."}
CLOSING = {
    **PLAUSIBLE,
    "outcome": "helped",
    "message": "closed_done",
}


@pytest.fixture
def team(app: Flask, seeds: Seeds, clock: Clock) -> Team:
    return a_team(app, seeds, clock)


def what_the_reporter_reads(app: Flask, code: str, clock: Clock) -> list[str]:
    service = the_staff(app).service
    with service.read() as session:
        until = clock() + timedelta(hours=1)
        opened = mailbox.enter(session, code, service.desk.pepper, until)
        return [message.text for message in mailbox.read_thread(session, opened, clock()).messages]


def triaged(app: Flask, team: Team, clock: Clock) -> tuple[str, str]:
    case, code = a_stored_report(app, clock)
    team.aiko.press(case, "take")
    assert team.aiko.triage(case, "accept").status_code == 303
    return case, code


def owned(app: Flask, team: Team, clock: Clock) -> tuple[str, str]:
    case, code = triaged(app, team, clock)
    assert team.mika.decide(case, "assign").status_code == 303
    return case, code


def test_what_is_done_leads_back_to_the_report_only_if_that_still_opens(
    app: Flask, team: Team, clock: Clock
) -> None:
    case, _code = triaged(app, team, clock)
    other, _code = a_stored_report(app, clock)
    team.ren.press(other, "take")
    team.ren.send(team.ren.open(f"/staff/case/{other}/skip"), f"/staff/case/{other}/skip", CONFLICT)
    for who, about, done in ((team.aiko, case, "accept"), (team.ren, other, "skip")):
        page = who.open(f"/staff/case/{about}/done/{done}")
        assert page.all("a", href=f"/staff/case/{about}") == [], "it exists for them no more"
    asked = team.mika.open(f"/staff/case/{case}/decide/assign")
    waiting = [one.text for one in asked.all("button") if "autofocus" in one.attributes]
    assert waiting == ["Take or assign"], "taking it is one key and Enter"
    assert team.mika.decide(case, "assign").status_code == 303
    back = team.mika.open(f"/staff/case/{case}/done/assign").one("a", href=f"/staff/case/{case}")
    assert back.attributes["data-key"] == "b"


def test_what_was_set_aside_is_brought_back_by_another_person(
    app: Flask, team: Team, clock: Clock
) -> None:
    case, _code = a_stored_report(app, clock)
    team.aiko.press(case, "take")
    team.aiko.triage(case, "quarantine")
    assert team.aiko.decide(case, "quarantine", {"reason": "machine"}).status_code == 303
    assert case[:8] in team.ren.open("/staff/list/set_aside").response.text
    own = team.aiko.decide(case, "release_quarantine", {"reason": "may_be_real"})
    assert own.status_code == 409
    assert "Somebody else has to bring it back." in own.text
    back = team.ren.decide(case, "release_quarantine", {"reason": "may_be_real"})
    assert back.status_code == 303
    assert "Received" in team.ren.case(case).response.text


def test_a_second_person_looks_again_at_what_was_set_aside(
    app: Flask, team: Team, clock: Clock
) -> None:
    case, _code = a_stored_report(app, clock)
    team.aiko.press(case, "take")
    team.aiko.triage(case, "quarantine")
    team.aiko.decide(case, "quarantine", {"reason": "flood"})
    assert team.aiko.case(case).all("button", name="agrees") == []
    assert case[:8] in team.ren.open("/staff/list/second_look").response.text
    assert team.ren.press(case, "look").headers["Location"] == f"/staff/case/{case}#decide"
    asked = team.ren.case(case)
    why = asked.one("section", id="decide").text
    assert "One of many that look the same" in why, "why it was decided is what is judged"
    keys = [one.attributes.get("data-key") for one in asked.all("button", name="agrees")]
    assert keys == ["s", None]
    assert team.ren.press(case, "look", {"agrees": "yes"}).status_code == 303
    seen = team.ren.case(case)
    assert seen.all("button", name="agrees") == []
    assert "Ren Okada · agrees" in seen.one("ul", **DEEDS).text


def test_who_does_not_agree_with_what_was_set_aside_stands_beside_it(
    app: Flask, team: Team, clock: Clock
) -> None:
    case, _code = a_stored_report(app, clock)
    team.aiko.press(case, "take")
    team.aiko.triage(case, "quarantine")
    team.aiko.decide(case, "quarantine", {"reason": "machine"})
    assert team.ren.press(case, "look", {"agrees": "no"}).status_code == 303
    deeds = team.yui.case(case).one("ul", **DEEDS).text
    assert "Written by a machine" in deeds
    assert "does not agree" in deeds
    page = team.yui.case(case).response.text
    assert "First look within" not in team.yui.open("/staff/list/set_aside").response.text
    assert "<dt>Due</dt>" not in page, "no clock runs for what is set aside"


def test_a_dangerous_report_is_set_aside_only_if_a_supervisor_agrees(
    app: Flask, team: Team, clock: Clock
) -> None:
    case, _code = a_stored_report(app, clock)
    team.aiko.press(case, "take")
    team.aiko.triage(case, "keep", {**CALM, "child": "yes"})
    page = team.aiko.case(case).response.text
    assert "Somebody may be in danger here. Ask a supervisor to agree first." in page
    agreed = team.yui.press(case, "countersign", {"action": "quarantine"})
    assert agreed.headers["Location"] == f"/staff/case/{case}#decide"
    team.aiko.triage(case, "quarantine", {**CALM, "child": "yes"})
    assert team.aiko.decide(case, "quarantine", {"reason": "hostile"}).status_code == 303


def test_whoever_agreed_beforehand_can_take_it_back_until_it_is_done(
    app: Flask, team: Team, clock: Clock
) -> None:
    case, _code = a_stored_report(app, clock)
    danger = {**CALM, "child": "yes"}
    team.aiko.press(case, "take")
    team.aiko.triage(case, "keep", danger)
    undo = f"/staff/case/{case}/countersign/undo"
    assert undo not in team.yui.case(case).response.text
    team.yui.press(case, "countersign", {"action": "quarantine"})
    page = team.yui.case(case)
    assert "You agreed to this. Nobody has done it yet:" in page.response.text
    assert undo not in team.kenji.case(case).response.text
    for _twice in range(2):
        taken_back = team.yui.send(page, undo, {"action": "quarantine"})
        assert taken_back.headers["Location"] == f"/staff/case/{case}#decide"
    assert undo not in team.yui.case(case).response.text
    team.aiko.triage(case, "quarantine", danger)
    assert team.aiko.decide(case, "quarantine", {"reason": "hostile"}).status_code == 409
    team.yui.press(case, "countersign", {"action": "quarantine"})
    page = team.yui.case(case)
    team.aiko.triage(case, "quarantine", danger)
    assert team.aiko.decide(case, "quarantine", {"reason": "hostile"}).status_code == 303
    assert undo not in team.yui.case(case).response.text
    assert team.yui.send(page, undo, {"action": "quarantine"}).status_code == 409


def test_a_report_goes_from_hand_to_hand_and_is_closed_by_a_second_person(
    app: Flask, team: Team, clock: Clock
) -> None:
    case, code = owned(app, team, clock)
    refused = team.mika.decide(case, "release", {**HANDOVER, "next": " "})
    assert refused.status_code == 422
    assert "We spoke.</textarea>" in refused.text
    assert team.mika.decide(case, "release", HANDOVER).status_code == 303
    assert team.sora.decide(case, "assign").status_code == 303
    assert team.sora.decide(case, "propose_close", {**CLOSING, "outcome": ""}).status_code == 422
    assert team.sora.decide(case, "propose_close", CLOSING).status_code == 303
    proposed = team.yui.open(f"/staff/case/{case}/decide/approve_close").response.text
    assert "We helped" in proposed
    assert "We have done what we can do for now" in proposed
    assert team.yui.decide(case, "approve_close").status_code == 303
    assert "Closed" in team.yui.case(case).response.text
    clock.advance(timedelta(minutes=2))
    assert "We have done what we can do" in what_the_reporter_reads(app, code, clock)[-1]


def test_a_supervisor_gives_a_report_to_somebody_by_name(
    app: Flask, team: Team, clock: Clock
) -> None:
    case, _code = triaged(app, team, clock)
    page = team.yui.open(f"/staff/case/{case}/decide/assign")
    names = {option.text: option.attributes["value"] for option in page.all("option")}
    assert len(names) == 4
    given = {"assignee": team.mika.member.id.hex()}
    assert team.yui.decide(case, "assign", given).status_code == 303
    assert case[:8] in team.mika.open("/staff/list/mine").response.text


def test_a_report_is_watched_until_a_day_and_then_worked_on_again(
    app: Flask, team: Team, clock: Clock
) -> None:
    case, _code = owned(app, team, clock)
    watched = {"next_check": "someday", "message": "watching"}
    refused = team.mika.decide(case, "watch", watched)
    assert refused.status_code == 422
    assert "Please write a day like 2027-01-31." in refused.text
    day = (clock() + timedelta(days=20)).date().isoformat()
    assert team.mika.decide(case, "watch", {**watched, "next_check": day}).status_code == 303
    assert team.mika.decide(case, "wake").status_code == 422
    assert team.mika.decide(case, "wake", {"reason": "new_facts"}).status_code == 303


def test_whoever_was_slower_reads_who_was_quicker_beside_what_they_typed(
    app: Flask, team: Team, clock: Clock
) -> None:
    case, _code = owned(app, team, clock)
    address = f"/staff/case/{case}/decide/release"
    seen = team.mika.open(address)
    team.yui.send(team.yui.case(case), f"/staff/case/{case}/note", {"text": "a note"})
    clock.advance(timedelta(minutes=2))
    late = team.mika.send(seen, address, HANDOVER)
    assert late.status_code == 409
    assert re.search(r"moved this on 2 minutes ago\.", late.text)
    for words in HANDOVER.values():
        assert f"{words}</textarea>" in late.text


def test_what_does_not_go_now_is_said_in_a_sentence(app: Flask, team: Team, clock: Clock) -> None:
    case, _code = a_stored_report(app, clock)
    page = team.aiko.case(case)
    team.ren.press(case, "take")
    late = team.aiko.send(page, f"/staff/case/{case}/take")
    assert late.status_code == 409
    assert "A colleague has this report in hand" in late.text


def test_an_escalated_report_waits_at_the_duty_desk_until_somebody_takes_it_on(
    app: Flask, team: Team, clock: Clock
) -> None:
    case, _code = a_stored_report(app, clock, kinds=("physical", "family"))
    team.aiko.press(case, "take")
    urgent = {**CALM, "level": "3", "harm_soon": "yes"}
    assert team.aiko.triage(case, "escalate", urgent).status_code == 303
    assert team.mika.press(case, "take-over").status_code == 303
    assert case[:8] in team.mika.open("/staff/list/mine").response.text
    assert team.yui.press(case, "countersign", {"action": "escalate"}).status_code == 303


SEEN = ("", "/decide/accept")
SENT = ("/take", "/take-over", "/code", "/skip", "/decide/accept", "/undo", "/countersign", "/look")


def test_a_report_of_others_and_one_that_never_was_are_the_same_page(
    app: Flask, team: Team, clock: Clock
) -> None:
    case, _code = triaged(app, team, clock)
    made_up = "ab" * 16
    token = team.aiko.open("/staff/").all("input", name="token")[0].attributes["value"]
    fields = {
        "/countersign": {"action": "decline"},
        "/skip": {"reason": "unsure"},
        "/look": {"agrees": "yes", "rev": "1"},
    }
    for address in SEEN:
        real, none = (
            team.aiko.client.get(f"/staff/case/{one}{address}") for one in (case, made_up)
        )
        assert real.status_code == none.status_code == 404, address
        assert real.data == none.data
        assert sorted(real.headers) == sorted(none.headers)
    for address in SENT:
        typed = {"token": token, **fields.get(address, {})}
        real, none = (
            team.aiko.client.post(f"/staff/case/{one}{address}", data=typed)
            for one in (case, made_up)
        )
        assert real.status_code == none.status_code == 404, (address, real.text)
        assert real.data == none.data


def test_a_move_that_is_none_is_no_page(app: Flask, team: Team, clock: Clock) -> None:
    case, _code = a_stored_report(app, clock)
    hidden = team.aiko.client.get("/staff/nowhere")
    team.aiko.press(case, "take")
    shown = team.aiko.case(case)
    fields = {
        name: shown.all("input", name=name)[0].attributes["value"] for name in ("token", "rev")
    }
    nowhere = team.aiko.client.get(f"/staff/case/{case}/decide/eat")
    assert (nowhere.status_code, nowhere.data) == (404, hidden.data)
    for name in ("eat", "withdraw", "appeal", "assign"):
        sent = team.aiko.client.post(f"/staff/case/{case}/decide/{name}", data=fields)
        assert (sent.status_code, sent.data) == (404, hidden.data), name
