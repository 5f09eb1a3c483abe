"""One thing is done with many reports at once, seen beforehand, and taken back in one step."""

from datetime import timedelta

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from admin import bulk, cards, tasks, transitions
from admin.searching import Found
from admin.tripwires import Kind
from tests.builders import Seeds
from tests.builders_cases import CALM, URGENT, Office, a_card
from tests.builders_staff import noted
from tests.conftest import Clock
from tests.deciders import Decider, Team, Typed, a_team
from tests.metered import has_read
from tests.visitor import Page

SEARCH, BULK = "/staff/search", "/staff/bulk"
DO, DONE, UNDO = f"{BULK}/do", f"{BULK}/done", f"{BULK}/undo"


@pytest.fixture
def team(app: Flask, seeds: Seeds, clock: Clock) -> Team:
    return a_team(app, seeds, clock)


@pytest.fixture
def triaged(app: Flask, team: Team, clock: Clock) -> list[str]:
    """Three reports that wait for an owner."""
    office = Office(app, clock, {})
    made = [office.report().hex() for _ in range(3)]
    for case in made:
        team.aiko.press(case, "take")
        assert team.aiko.triage(case, "accept").status_code == 303
    return sorted(made)


def show(who: Decider, cases: list[str], typed: Typed, status: int = 200) -> Page:
    assert who.send(who.open(SEARCH), SEARCH, {}).status_code == 303
    page = who.open(f"{SEARCH}/found")
    answer = who.send(page, BULK, {**typed, "cases": cases})
    assert answer.status_code == status, answer.text
    return Page(answer)


def do(who: Decider, page: Page, seen: list[str] | None = None) -> Page:
    """Press the button of a preview, and follow where it leads."""
    values = [one.attributes["value"] or "" for one in page.all("input", name="cases")]
    answer: TestResponse = who.send(page, DO, {"cases": values if seen is None else seen})
    assert (answer.status_code, answer.headers["Location"]) == (303, DONE)
    return who.open(DONE)


def undo(who: Decider, page: Page) -> Page:
    assert who.send(page, UNDO).status_code == 303
    return who.open(DONE)


def owners(who: Decider, cases: list[str]) -> set[str]:
    mine = who.open("/staff/list/mine").response.text
    return {case for case in cases if case[:8] in mine}


def test_reports_get_an_owner_together_and_lose_them_together(
    app: Flask, seeds: Seeds, team: Team, triaged: list[str]
) -> None:
    mika = {"what": "assign", "who": team.mika.member.id.hex()}
    page = show(team.yui, triaged[:2], mika)
    assert "with 2 of 2 reports" in page.response.text
    assert owners(team.mika, triaged) == set()
    done = do(team.yui, page)
    assert "Done with 2 reports." in done.response.text
    assert owners(team.mika, triaged) == {*triaged[:2]}
    team.yui.send(
        page,
        DO,
        {"cases": [one.attributes["value"] or "" for one in page.all("input", name="cases")]},
    )
    assert "Done with 2 reports." in team.yui.open(DONE).response.text
    for _twice in range(2):
        assert "taken back" in undo(team.yui, done).response.text
    assert owners(team.mika, triaged) == set()
    verbs = noted(app, seeds, "")
    assert [verb for verb in verbs if verb.startswith("bulk.")] == [
        "bulk.shown",
        "bulk.done",
        "bulk.undone",
    ]


def test_a_flag_a_task_and_a_link_are_set_and_taken_back(team: Team, triaged: list[str]) -> None:
    me = team.mika.member.id.hex()
    first, *others = triaged
    flag = do(team.mika, show(team.mika, triaged, {"what": "flag", "flag": "child"}))
    assert "Done with 3 reports." in flag.response.text
    page = show(team.mika, triaged, {"what": "flag", "flag": "child"})
    assert page.response.text.count("It has this flag already.") == 3
    undo(team.mika, flag)
    assert (
        "with 3 of 3" in show(team.mika, triaged, {"what": "flag", "flag": "child"}).response.text
    )
    task = {"what": "task", "kind": "call_back", "who": me, "due": "2026-12-01", "text": "soon"}
    given = do(team.mika, show(team.mika, triaged, task))
    assert all(case[:8] in team.mika.open("/staff/list/tasks").response.text for case in triaged)
    undo(team.mika, given)
    assert not any(
        case[:8] in team.mika.open("/staff/list/tasks").response.text for case in triaged
    )
    page = show(team.mika, triaged, {"what": "link", "number": first[:8], "verdict": "different"})
    assert "This is the report itself." in page.response.text
    linked = do(team.mika, page)
    assert "Done with 2 reports." in linked.response.text
    assert "Two different incidents" in team.mika.case(others[0]).response.text
    undo(team.mika, linked)
    assert "Two different incidents" not in team.mika.case(others[0]).response.text


def test_what_is_urgent_is_left_out_and_so_is_what_somebody_touched(
    app: Flask, team: Team, clock: Clock, triaged: list[str]
) -> None:
    urgent = Office(app, clock, {}).report(URGENT).hex()
    page = show(team.yui, [urgent, triaged[0]], {"what": "flag", "flag": "child"})
    assert "Urgent and high reports are dealt with one by one." in page.response.text
    assert "with 1 of 2 reports" in page.response.text
    page = show(team.yui, triaged, {"what": "flag", "flag": "child"})
    team.mika.press(triaged[0], "flag", {"flag": "lawyer"})
    done = do(team.yui, page)
    assert "Done with 2 reports." in done.response.text
    assert "Somebody did something with it in the meantime." in done.response.text
    team.mika.press(triaged[1], "flag", {"flag": "lawyer"})
    left = undo(team.yui, done).response.text
    assert "These stay as they are:" in left
    assert triaged[1][:8] in left
    assert triaged[2][:8] not in left
    # Even a form that says so does nothing with an urgent one.
    page = show(team.yui, triaged[2:], {"what": "flag", "flag": "child"})
    left = do(team.yui, page, [f"{urgent}-0"]).response.text
    assert "Urgent and high reports are dealt with one by one." in left


def test_what_a_guard_holds_back_is_said_beforehand(team: Team, triaged: list[str]) -> None:
    mika = {"what": "assign", "who": team.mika.member.id.hex()}
    do(team.yui, show(team.yui, triaged[:1], mika))
    page = show(team.yui, triaged[:1], mika)
    assert page.all("form", action=DO) == []
    # Nobody moved it since it was looked at: it is no longer one that waits for an owner.
    assert transitions.MOVED_ON not in page.response.text
    assert bulk.NOT_HERE in page.response.text
    far = {"what": "task", "kind": "other", "who": mika["who"], "due": "2036-12-01"}
    assert tasks.NO_SUCH_DAY in show(team.yui, triaged, far).response.text


def test_what_would_be_done_is_said_whole(team: Team, triaged: list[str]) -> None:
    mika, name = team.mika.member.id.hex(), team.mika.member.name
    first, second, _third = triaged
    task = {"what": "task", "kind": "call_back", "who": mika, "due": "2026-12-01", "text": "soon"}
    link = {"what": "link", "number": first[:6], "verdict": "different"}
    for typed, said in (
        ({"what": "assign", "who": mika}, (name,)),
        ({"what": "flag", "flag": "child"}, ("A child is in it",)),
        (task, (name, "Call or write back", "December 1, 2026", "soon")),
        (link, (first[:8], "Two different incidents")),
    ):
        shown = show(team.mika, [second], typed).response.text
        lead = shown.partition('<dl class="answers">')[2].partition("</dl>")[0]
        assert [one for one in said if one not in lead] == []


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ({}, "what is to be done with them"),
        ({"what": "assign"}, "who does it"),
        ({"what": "flag"}, "choose one of them"),
        ({"what": "task", "due": "soon"}, "like 2027-01-31"),
        ({"what": "link"}, "number of a report"),
        ({"what": "link", "number": "0123456789ab"}, "No report that you may open"),
    ],
)
def test_what_is_missing_is_asked_for_and_the_choice_stays(
    team: Team, triaged: list[str], typed: Typed, asked: str
) -> None:
    page = show(team.mika, triaged, typed, 422)
    assert asked in page.response.text
    kept = [one.attributes["value"] for one in page.all("input", name="cases")]
    assert kept == triaged


def test_nothing_chosen_is_said_and_nothing_hidden_is_there(team: Team, triaged: list[str]) -> None:
    flag = {"what": "flag", "flag": "child"}
    assert "at least one report" in show(team.mika, [], flag, 422).response.text
    page = show(team.mika, ["ab" * 16], flag)
    assert "None of these reports is there for you." in page.response.text
    token = page.all("input", name="token")[0].attributes["value"]
    answer = team.mika.client.post(DO, data={"token": token, "what": "flag", "once": "1"})
    assert answer.status_code == 422
    assert "nothing with several reports" in team.mika.open(DONE).response.text
    assert team.mika.client.post(UNDO, data={"token": token, "once": "2"}).status_code == 409
    seen = show(team.mika, triaged, flag)
    assert "Done with" not in do(team.mika, seen, [f"{'ab' * 16}-1"]).response.text


def test_after_ten_minutes_nothing_is_taken_back_in_one_step(
    team: Team, triaged: list[str], clock: Clock
) -> None:
    done = do(team.mika, show(team.mika, triaged, {"what": "flag", "flag": "child"}))
    clock.advance(timedelta(minutes=11))
    assert team.mika.open(DONE).all("form", action=UNDO) == []
    answer = team.mika.send(done, UNDO)
    assert answer.status_code == 409
    assert "too late" in answer.text


def test_an_owner_is_taken_back_for_half_a_minute(
    team: Team, triaged: list[str], clock: Clock
) -> None:
    mika = {"what": "assign", "who": team.mika.member.id.hex()}
    done = do(team.yui, show(team.yui, triaged, mika))
    clock.advance(timedelta(minutes=1))
    assert "This cannot be taken back any more." in undo(team.yui, done).response.text
    assert owners(team.mika, triaged) == {*triaged}


def test_a_link_is_set_only_where_nothing_was_said_and_nothing_is_urgent(
    app: Flask, team: Team, clock: Clock, triaged: list[str]
) -> None:
    first, second, third = triaged
    link = {"what": "link", "number": first[:8], "verdict": "different"}
    do(team.mika, show(team.mika, [second], link))
    page = show(team.mika, [second, third], {**link, "verdict": "same_incident"})
    assert "said already how these two belong together" in page.response.text
    assert page.one("input", name="number").attributes["value"] == first
    urgent = Office(app, clock, {}).report(URGENT).hex()
    page = show(team.yui, [third], {**link, "number": urgent})
    assert "Urgent and high reports are dealt with one by one." in page.response.text


def test_a_report_that_is_gone_meanwhile_is_linked_with_nothing(
    team: Team, triaged: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    link = {"what": "link", "number": triaged[0], "verdict": "different"}
    page = show(team.mika, triaged[1:], link)
    monkeypatch.setattr("admin.web.bulk.searching.search", lambda *_: Found((), 0, 0, None))
    values = [one.attributes["value"] or "" for one in page.all("input", name="cases")]
    answer = team.mika.send(page, DO, {"cases": values})
    assert (answer.status_code, "No report that you may open" in answer.text) == (422, True)


def test_what_somebody_has_to_open_by_itself_is_left_and_the_rest_is_done(
    app: Flask, team: Team, clock: Clock, triaged: list[str]
) -> None:
    me = {"what": "assign", "who": team.mika.member.id.hex()}
    ready = show(team.mika, triaged, me)
    assert "with 3 of 3 reports" in ready.response.text
    has_read(app, team.mika.member.id, Kind.STORIES, clock, less=1)
    assert "with 3 of 3 reports" in show(team.mika, triaged, me).response.text
    left = do(team.mika, ready).response.text
    assert "Done with 1 report." in left
    assert left.count("Please open this one by itself.") == 2
    page = show(team.mika, triaged[1:], me)
    assert page.response.text.count("Please open this one by itself.") == 2


def test_reviewers_do_nothing_in_bulk(team: Team, triaged: list[str]) -> None:
    assert triaged
    assert 'id="bulk"' not in team.aiko.open("/staff/list/received").response.text
    assert team.aiko.client.get(DONE).status_code == 404


def test_of_what_is_hidden_no_preview_says_a_word(
    app: Flask, seeds: Seeds, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    card = a_card(clock)
    monkeypatch.setattr(cards, "own", lambda *_about: card)
    team = a_team(app, seeds, clock)
    office = Office(app, clock, {})
    hidden = office.report({**CALM, "state": ("CN",)}).hex()
    shown = office.report({**CALM, "state": ("IR",)}).hex()
    object.__setattr__(card, "states", frozenset({"CN"}))
    page = show(team.yui, [hidden, shown], {"what": "flag", "flag": "child"})
    assert hidden[:8] not in page.response.text
    assert "with 1 of 1 report." in page.response.text
