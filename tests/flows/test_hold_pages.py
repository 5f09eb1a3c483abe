"""Legal holds on the pages of two supervisors, and the day that both sides read; without script."""

from datetime import timedelta

import pytest
from flask import Flask

from reporting import mailbox
from tests.builders import Seeds
from tests.builders_staff import a_stored_report, the_staff
from tests.conftest import Clock
from tests.deciders import Decider, Team, a_team
from tests.stepping_up import ASKS, confirm

NEVER_WAS = "ab" * 16
WISH = {"reason": "Tokyo court, 2026 (wa) 12.", "until": "2026-12-24"}


@pytest.fixture
def team(app: Flask, seeds: Seeds, clock: Clock) -> Team:
    return a_team(app, seeds, clock)


def what_the_reporter_reads(app: Flask, code: str, clock: Clock) -> list[str]:
    service = the_staff(app).service
    with service.read() as session:
        until = clock() + timedelta(hours=1)
        opened = mailbox.enter(session, code, service.desk.pepper, until)
        return [message.text for message in mailbox.read_thread(session, opened, clock()).messages]


def stands(app: Flask, who: Decider, here: str, clock: Clock) -> str:
    """Return how it stands with a hold, as the page says it first."""
    confirm(app, who.client, clock)
    return who.open(here).one("p", id="state").text


def press(who: Decider, case: str, what: str = "") -> int:
    page = who.open(f"/staff/case/{case}/hold")
    return who.send(page, f"/staff/case/{case}/hold{what}").status_code


def test_two_supervisors_hold_a_report_back_and_one_lets_it_go(
    app: Flask, team: Team, clock: Clock
) -> None:
    case, code = a_stored_report(app, clock)
    here = f"/staff/case/{case}/hold"
    assert here in team.yui.case(case).response.text
    asked = team.yui.send(team.yui.open(here), here, WISH)
    assert ASKS in asked.text
    for one in (team.yui, team.kenji):
        confirm(app, one.client, clock)
    assert team.yui.send(team.yui.open(here), here, WISH).headers["Location"] == here
    mine = team.yui.open(here).response.text
    assert "Now a second supervisor has to look." in mine
    assert f"{here}/agree" not in mine
    assert "there is a legal hold" not in team.aiko.case(case).response.text
    waits = [
        case[:8] in one.open("/staff/list/approvals").response.text
        for one in (team.yui, team.kenji, team.aiko)
    ]
    assert waits == [False, True, False]
    assert "Tokyo court" in team.kenji.open(here).response.text
    assert press(team.kenji, case, "/agree") == 303
    assert case[:8] not in team.kenji.open("/staff/list/approvals").response.text
    assert "there is a legal hold" in team.aiko.case(case).response.text
    assert "until 24 December 2026" in what_the_reporter_reads(app, code, clock)[0]
    shown = team.yui.open(here).response.text
    for words in ("Yui Kato", "December 24, 2026", "Hold it for longer"):
        assert words in shown


def test_a_hold_is_lifted_once_somebody_says_that_this_is_meant(
    app: Flask, team: Team, clock: Clock
) -> None:
    case, code = a_stored_report(app, clock)
    here = f"/staff/case/{case}/hold"
    assert "Not held back. It is erased when its time comes." in stands(app, team.yui, here, clock)
    team.yui.send(team.yui.open(here), here, WISH)
    assert "Not held back yet." in stands(app, team.kenji, here, clock)
    press(team.kenji, case, "/agree")
    assert stands(app, team.yui, here, clock).endswith("Held back until December 24, 2026.")
    unsure = team.yui.send(team.yui.open(here), f"{here}/lift")
    assert unsure.status_code == 422
    assert "Please confirm that the report may be erased" in unsure.text
    assert "there is a legal hold" in team.aiko.case(case).response.text
    lifted = team.yui.send(team.yui.open(here), f"{here}/lift", {"sure": "yes"})
    assert lifted.status_code == 303
    assert "there is a legal hold" not in team.aiko.case(case).response.text
    assert len(what_the_reporter_reads(app, code, clock)) == 2


def test_the_same_button_pressed_twice_does_it_once(app: Flask, team: Team, clock: Clock) -> None:
    case, code = a_stored_report(app, clock)
    here = f"/staff/case/{case}/hold"
    for one in (team.yui, team.kenji):
        confirm(app, one.client, clock)
    page = team.yui.open(here)
    asked = [team.yui.send(page, here, {**WISH, "silent": "yes"}) for _ in range(2)]
    assert [answer.status_code for answer in asked] == [303, 303]
    page = team.kenji.open(here)
    assert [team.kenji.send(page, f"{here}/agree").status_code for _ in range(2)] == [303, 303]
    assert what_the_reporter_reads(app, code, clock) == []
    assert press(team.yui, case, "/tell") == 303
    assert len(what_the_reporter_reads(app, code, clock)) == 1
    team.yui.send(team.yui.open(here), here, WISH)
    assert "A longer hold waits for a second supervisor." in team.kenji.open(here).response.text
    assert "To be held for longer" in team.kenji.open(here).response.text
    assert press(team.kenji, case, "/refuse") == 303
    assert "To be held for longer" not in team.kenji.open(here).response.text


UNFIT = (
    ({"reason": " "}, "Please write who asks for it, and by which law."),
    ({"until": ""}, "Please write a day like 2027-01-31."),
    ({"until": "soon"}, "Please write a day like 2027-01-31."),
    ({"until": "2026-11-24"}, "at most 90 days from today"),
    ({"until": "2027-12-24"}, "at most 90 days from today"),
)


def test_what_does_not_fit_is_asked_for_again_with_what_was_typed(
    app: Flask, team: Team, clock: Clock, subtests: pytest.Subtests
) -> None:
    case, _code = a_stored_report(app, clock)
    here = f"/staff/case/{case}/hold"
    confirm(app, team.yui.client, clock)
    for typed, says in UNFIT:
        with subtests.test(says, **typed):
            answer = team.yui.send(team.yui.open(here), here, {**WISH, **typed})
            assert answer.status_code == 422
            assert says in answer.text
            assert ("Tokyo court" in answer.text) is ("reason" not in typed)


def test_for_everybody_else_the_page_is_as_if_it_never_was(
    app: Flask, team: Team, clock: Clock
) -> None:
    case, _code = a_stored_report(app, clock)
    for who in (team.aiko, team.mika):
        missing = who.client.get(f"/staff/case/{NEVER_WAS}")
        for address in (case, NEVER_WAS):
            page = who.client.get(f"/staff/case/{address}/hold")
            assert (page.status_code, page.data) == (404, missing.data)
    assert "/hold" not in team.aiko.case(case).response.text
    confirm(app, team.yui.client, clock)
    missing = team.yui.client.get(f"/staff/case/{NEVER_WAS}")
    page = team.yui.client.get(f"/staff/case/{NEVER_WAS}/hold")
    assert (page.status_code, page.data) == (404, missing.data)


def test_both_sides_know_the_last_day(app: Flask, team: Team, clock: Clock) -> None:
    case, _code = a_stored_report(app, clock)
    team.aiko.press(case, "take")
    team.aiko.triage(case, "decline")
    assert team.aiko.decide(case, "decline", {"reason": "scam"}).status_code == 303
    assert "February 22, 2027" in team.aiko.case(case).response.text
    assert case not in team.yui.open("/staff/list/ends_soon").response.text
