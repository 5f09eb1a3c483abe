"""Flags, keeping a report, the next look and own notes, through HTTP and without script."""

from datetime import timedelta

import pytest
from flask import Flask

from tests.builders import Seeds
from tests.builders_staff import a_stored_report
from tests.conftest import Clock
from tests.deciders import CALM, Decider, Team, a_team, at_work

HANDOVER = {"done": "We spoke.", "promised": "An answer on Monday.", "next": "Call the lawyer."}


@pytest.fixture
def team(app: Flask, seeds: Seeds, clock: Clock) -> Team:
    return a_team(app, seeds, clock)


def day(clock: Clock, days: int = 0) -> str:
    return (clock() + timedelta(days=days)).date().isoformat()


def owned(app: Flask, team: Team, clock: Clock) -> str:
    case, _code = a_stored_report(app, clock)
    team.aiko.press(case, "take")
    assert team.aiko.triage(case, "accept", CALM).status_code == 303
    assert team.mika.decide(case, "assign").status_code == 303
    return case


def text_of(who: Decider, path: str) -> str:
    return who.open(path).one("main").text


TASK = {"kind": "call_back", "text": "the landlord"}


def test_a_flag_is_seen_in_words_on_the_page_and_in_the_lists_until_it_is_taken_away(
    app: Flask, team: Team, clock: Clock
) -> None:
    case, _code = a_stored_report(app, clock)
    page = f"/staff/case/{case}"
    assert team.aiko.press(case, "flag", {"flag": ""}).status_code == 303
    assert team.aiko.press(case, "flag", {"flag": "do_not_write"}).status_code == 303
    assert team.aiko.press(case, "flag", {"flag": "child"}).status_code == 303
    shown = team.ren.case(case)
    flags = [
        one.text for one in shown.elements if "flag tone-alarm" in one.attributes.get("class", "")
    ]
    assert "Do not write for now" in flags
    assert "Do not write for now" in text_of(team.ren, "/staff/list/received")
    assert team.ren.press(case, "unflag", {"flag": "do_not_write"}).status_code == 303
    assert "Do not write for now" not in text_of(team.ren, "/staff/list/received")
    assert "A child is in it" in text_of(team.ren, "/staff/list/received")
    token = team.ren.open("/staff/").all("input", name="token")[0].attributes["value"]
    typed = {"token": token, "flag": "friend of mine"}
    assert team.ren.client.post(f"{page}/flag", data=typed).status_code == 400


def test_whoever_keeps_a_report_is_the_only_one_who_is_not_handed_another(
    app: Flask, team: Team, clock: Clock
) -> None:
    case, _code = a_stored_report(app, clock)
    address = f"/staff/case/{case}/keep"
    empty = team.aiko.send(team.aiko.open(address), address, {"why": " "})
    assert empty.status_code == 422
    assert "Please write in one line why." in empty.text
    team.aiko.press(case, "take")
    why = {"why": "I ring her brother at noon."}
    assert team.aiko.send(team.aiko.open(address), address, why).status_code == 303
    for somebody in (team.ren, team.aiko):
        nothing = somebody.pull()
        assert nothing.status_code == 200
        assert "Nothing waits for you" in nothing.text
    assert "I ring her brother at noon." in text_of(team.ren, f"/staff/case/{case}")
    assert "kept for later" in text_of(team.ren, "/staff/list/received")
    assert case[:8] in text_of(team.aiko, "/staff/list/mine")
    theirs = team.ren.send(team.ren.open(address), address, why)
    assert theirs.status_code == 409
    assert "A colleague keeps this report for later." in theirs.text
    assert "I ring her brother at noon." in theirs.text
    assert team.aiko.press(case, "give-up").status_code == 303
    assert team.ren.pulled() == case


def test_the_next_look_is_a_task_whose_day_the_owner_moves(
    app: Flask, team: Team, clock: Clock
) -> None:
    case = owned(app, team, clock)
    watched = {"next_check": day(clock, 20), "message": "watching"}
    assert team.mika.decide(case, "watch", watched).status_code == 303
    shown = text_of(team.mika, f"/staff/case/{case}")
    assert "Look whether anything is new" in shown
    address = f"/staff/case/{case}/check"
    far = team.mika.send(team.mika.open(address), address, {"next_check": day(clock, 200)})
    assert far.status_code == 422
    assert "at most 90 days" in far.text
    none = team.mika.send(team.mika.open(address), address, {"next_check": "soon"})
    assert none.status_code == 422
    moved = {"next_check": day(clock, 30)}
    assert team.mika.send(team.mika.open(address), address, moved).status_code == 303
    page = team.mika.case(case)
    days = {one.attributes["datetime"] for one in page.elements if one.tag == "time"}
    assert day(clock, 30) in days
    assert day(clock, 20) not in days
    not_theirs = team.sora.send(team.sora.open(address), address, moved)
    assert not_theirs.status_code == 409
    assert "Only whoever owns this report" in not_theirs.text


def test_whoever_takes_a_report_on_reads_what_the_one_before_wrote(
    app: Flask, team: Team, clock: Clock
) -> None:
    case = owned(app, team, clock)
    assert team.mika.decide(case, "release", HANDOVER).status_code == 303
    assert team.sora.decide(case, "assign").status_code == 303
    shown = text_of(team.sora, f"/staff/case/{case}")
    assert "What whoever had it before wrote for you" in shown
    for words in HANDOVER.values():
        assert words in shown
    assert "Give back to the team" in shown
    assert team.mika.member.id.hex()[:8] in shown


def test_an_own_note_is_read_by_its_writer_alone(app: Flask, team: Team, clock: Clock) -> None:
    case = owned(app, team, clock)
    page = f"/staff/case/{case}"
    blank = team.mika.press(case, "own-note", {"text": " "})
    assert blank.status_code == 422
    assert "Note only for me" in blank.text
    words = "I lived in that street."
    assert team.mika.press(case, "own-note", {"text": words}).status_code == 303
    team.mika.press(case, "note", {"text": "For all of us."})
    mine = team.mika.case(case)
    lanes = [one.text for one in mine.elements if "flag lane-" in one.attributes.get("class", "")]
    assert lanes == ["Team", "Only me"]
    assert words in mine.one("main").text
    for other in (team.sora, team.yui, team.kenji):
        assert words not in other.case(case).response.text
        assert "For all of us." in text_of(other, page)


def test_a_button_pressed_twice_does_it_once(app: Flask, team: Team, clock: Clock) -> None:
    case = owned(app, team, clock)
    page, task = f"/staff/case/{case}", {**TASK, "due": day(clock, 1)}
    watched = {"next_check": day(clock, 20), "message": "watching"}
    for address, typed in ((f"{page}/task", task), (f"{page}/own-note", {"text": "Mine."})):
        shown = team.mika.case(case) if "own" in address else team.mika.open(address)
        for _ in range(2):
            assert team.mika.send(shown, address, typed).status_code == 303
    shown = team.mika.case(case)
    assert shown.response.text.count("Mine.") == 1
    assert len([one for one in shown.elements if one.text == "Not needed any more"]) == 1
    assert team.mika.send(shown, f"{page}/task/1", {"done": "no"}).status_code == 303
    assert team.mika.press(case, "flag", {"flag": "child"}).status_code == 303
    assert team.mika.press(case, "unflag", {"flag": ""}).status_code == 303
    assert "A child is in it" in text_of(team.mika, page)
    assert team.mika.decide(case, "watch", watched).status_code == 303
    shown, moved = team.mika.open(f"{page}/check"), {"next_check": day(clock, 30)}
    for _ in range(2):
        assert team.mika.send(shown, f"{page}/check", moved).status_code == 303
    other, _code = a_stored_report(app, clock)
    shown, why = team.aiko.open(f"/staff/case/{other}/keep"), {"why": "a call"}
    for _ in range(2):
        sent = team.aiko.send(shown, f"/staff/case/{other}/keep", why)
        assert sent.status_code == 303


ADDRESSES = ("/task", "/keep", "/check")
SENT = {
    "/task": {"kind": "other", "who": "ab" * 16, "due": "2026-12-01"},
    "/task/1": {},
    "/flag": {"flag": "child"},
    "/unflag": {"flag": "child"},
    "/keep": {"why": "a call"},
    "/give-up": {},
    "/check": {"next_check": "2026-12-01"},
    "/own-note": {"text": "mine"},
}


def test_what_is_planned_for_a_report_of_others_looks_like_no_report_at_all(
    app: Flask, team: Team, clock: Clock
) -> None:
    case, made_up = owned(app, team, clock), "ab" * 16
    token = team.aiko.open("/staff/").all("input", name="token")[0].attributes["value"]
    for address in ADDRESSES:
        real, none = (
            team.aiko.client.get(f"/staff/case/{one}{address}") for one in (case, made_up)
        )
        assert (real.status_code, real.data) == (404, none.data), address
    for address, typed in SENT.items():
        real, none = (
            team.aiko.client.post(f"/staff/case/{one}{address}", data={"token": token, **typed})
            for one in (case, made_up)
        )
        assert (real.status_code, real.data) == (404, none.data), address


def test_while_the_reporter_is_asked_the_page_and_the_list_say_that_it_pauses(
    app: Flask, team: Team, clock: Clock
) -> None:
    case = owned(app, team, clock)
    paused = "paused; waits for the reporter since November 24, 2026"
    assert paused not in text_of(team.mika, f"/staff/case/{case}")
    asked = {"text": "Are you safe?", "asks": "yes"}
    assert team.mika.press(case, "reply", asked).status_code == 303
    assert paused in text_of(team.mika, f"/staff/case/{case}")
    assert "paused" in text_of(team.mika, "/staff/list/waiting")
    clock.advance(timedelta(days=15))
    assert paused not in at_work(app, team.mika.member, clock).case(case).response.text
