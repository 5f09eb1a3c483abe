"""Whoever was declined asks for another look, once and in time, and somebody else takes it."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from reporting import threads
from reporting.models import Case, Mail, MessageRow
from reporting.status import APPEAL_WITHIN
from tests.builders import Seeds
from tests.builders_staff import a_stored_report, noted, the_staff
from tests.conftest import Clock
from tests.deciders import Team, a_team
from tests.visitor import Visitor

WORDS = "canary-words they came again"
OFFER = "Ask for another look"
ASKED = "You asked for another look."


@pytest.fixture
def team(app: Flask, seeds: Seeds, clock: Clock) -> Team:
    return a_team(app, seeds, clock)


def a_reporter(app: Flask, code: str) -> Visitor:
    visitor = Visitor(app.test_client())
    visitor.fill("/m", {"code": code, "keep": "leave"})
    return visitor


def declined(app: Flask, team: Team, clock: Clock) -> tuple[str, str]:
    """Decline a report; return its number and its code."""
    case, code = a_stored_report(app, clock)
    team.aiko.press(case, "take")
    team.aiko.triage(case, "decline")
    assert team.aiko.decide(case, "decline", {"reason": "scam"}).status_code == 303
    clock.advance(timedelta(minutes=2))
    return case, code


def declined_later(app: Flask, team: Team, clock: Clock) -> tuple[str, str]:
    """Decline a report after triage: its key is with those who work on reports."""
    case, code = a_stored_report(app, clock)
    team.aiko.press(case, "take")
    assert team.aiko.triage(case, "accept").status_code == 303
    assert team.yui.decide(case, "decline_t", {"reason": "scam"}).status_code == 303
    clock.advance(timedelta(minutes=2))
    return case, code


def standing(app: Flask, case: str) -> tuple[str, int, int, int]:
    """Return all that an appeal changes of a report: state, version, messages and mail."""
    number = bytes.fromhex(case)
    with the_staff(app).service.read() as session:
        found = session.get_one(Case, number)
        counts = [
            session.scalar(select(func.count()).where(model.case_id == number)) or 0
            for model in (MessageRow, Mail)
        ]
        return found.state, found.rev, *counts  # type: ignore[return-value]


def refused(app: Flask, seeds: Seeds, case: str, visitor: Visitor, leads_to: str) -> None:
    """Require that asking leads somewhere else, and leaves everything as it is."""
    before, log = standing(app, case), noted(app, seeds, case)
    assert visitor.get("/m/appeal").headers["Location"] == leads_to
    token = visitor.token("/m/write" if leads_to == "/m/read" else "/m")
    sent = visitor.post("/m/appeal", {"token": token, "do": "next", "text": WORDS})
    assert sent.headers["Location"] == leads_to
    assert standing(app, case) == before
    assert noted(app, seeds, case) == log


@pytest.mark.parametrize("words", ["", WORDS], ids=["without words", "with words"])
def test_a_declined_report_comes_back_and_somebody_else_is_handed_it(
    app: Flask, team: Team, seeds: Seeds, clock: Clock, words: str
) -> None:
    case, code = declined(app, team, clock)
    visitor = a_reporter(app, code)
    shown = visitor.open("/m/read").one("main").text
    assert "Until February 22, 2027 you can ask for another look" in shown
    assert "You need no reason." in visitor.open("/m/appeal").one("main").text
    page = visitor.fill("/m/appeal", {"text": words})
    assert page.one("p", **{"class": "note"}).text.startswith("We have your report.")
    main = page.one("main").text
    assert ASKED in main
    assert OFFER not in main
    assert (words or ASKED) in main
    assert "appealed" in noted(app, seeds, case)
    assert "Nothing waits for you" in team.aiko.pull().text
    assert team.ren.pulled() == case
    seen = team.ren.case(case).response.text
    assert "They ask for another look." in seen
    assert "This report was declined before." in seen
    assert words in seen
    assert team.ren.triage(case, "accept").status_code == 303


def test_another_look_can_be_asked_for_in_a_conversation_that_is_full(
    app: Flask, team: Team, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    case, code = declined(app, team, clock)
    monkeypatch.setattr(threads, "MOST_MESSAGES", 1)
    visitor = a_reporter(app, code)
    page = visitor.fill("/m/appeal", {"text": WORDS})
    assert WORDS in page.one("main").text
    assert standing(app, case)[0] == "received"


def test_what_was_declined_after_triage_is_sealed_to_the_first_look_again(
    app: Flask, team: Team, clock: Clock
) -> None:
    case, code = declined_later(app, team, clock)
    a_reporter(app, code).fill("/m/appeal", {})
    assert team.ren.client.get(f"/staff/case/{case}").status_code == 404
    team.mika.open("/staff/")
    assert team.ren.pulled() == case
    assert team.ren.triage(case, "accept").status_code == 303


def test_the_one_who_declined_it_cannot_decline_it_again(
    app: Flask, team: Team, clock: Clock
) -> None:
    case, code = declined(app, team, clock)
    a_reporter(app, code).fill("/m/appeal", {})
    team.aiko.press(case, "take")
    again = team.aiko.decide(case, "decline", {"reason": "scam"})
    assert "You have worked on this report before." in again.text
    assert standing(app, case)[0] == "received"


def test_a_second_decline_can_be_appealed_anew_and_each_of_them_once(
    app: Flask, team: Team, seeds: Seeds, clock: Clock
) -> None:
    case, code = declined(app, team, clock)
    visitor = a_reporter(app, code)
    visitor.fill("/m/appeal", {"text": WORDS})
    refused(app, seeds, case, visitor, "/m/read")
    team.ren.press(case, "take")
    assert team.ren.decide(case, "decline", {"reason": "scam"}).status_code == 303
    # Within the seconds in which it can be taken back nothing is decided, and nothing is offered.
    assert "We have your report." in visitor.open("/m/read").one("main").text
    refused(app, seeds, case, visitor, "/m/read")
    clock.advance(timedelta(minutes=2))
    assert visitor.fill("/m/appeal", {}).heading == "How things stand"
    assert standing(app, case)[0] == "received"


def test_after_ninety_days_it_is_too_late(
    app: Flask, team: Team, seeds: Seeds, clock: Clock
) -> None:
    case, code = declined(app, team, clock)
    clock.advance(APPEAL_WITHIN)
    visitor = a_reporter(app, code)
    assert OFFER not in visitor.open("/m/read").one("main").text
    refused(app, seeds, case, visitor, "/m/read")


def test_nothing_but_a_declined_report_can_be_appealed_and_only_with_its_own_code(
    app: Flask, team: Team, seeds: Seeds, clock: Clock
) -> None:
    case, _code = declined(app, team, clock)
    other, code = a_stored_report(app, clock)
    before = standing(app, case)
    visitor = a_reporter(app, code)
    assert OFFER not in visitor.open("/m/read").one("main").text
    refused(app, seeds, other, visitor, "/m/read")
    assert standing(app, case) == before


def test_what_was_taken_back_is_not_appealed(
    app: Flask, team: Team, seeds: Seeds, clock: Clock
) -> None:
    case, code = declined(app, team, clock)
    visitor = a_reporter(app, code)
    visitor.fill("/m/end", {"word": "erase"})
    assert OFFER not in visitor.open("/m/read").one("main").text
    refused(app, seeds, case, visitor, "/m/end")


def test_a_form_that_is_none_of_ours_appeals_nothing(app: Flask, team: Team, clock: Clock) -> None:
    case, code = declined(app, team, clock)
    visitor, before = a_reporter(app, code), standing(app, case)
    typed = {"do": "next", "text": WORDS}
    assert visitor.post("/m/appeal", {**typed, "token": "00" * 32}).status_code == 400
    token = visitor.token("/m/appeal")
    assert visitor.post("/m/appeal", {**typed, "token": token, "state": "x"}).status_code == 400
    assert Visitor(app.test_client()).post("/m/appeal", typed).status_code == 400
    assert standing(app, case) == before


def test_what_was_typed_stays_when_it_is_too_long_or_the_language_is_changed(
    app: Flask, team: Team, clock: Clock
) -> None:
    case, code = declined(app, team, clock)
    visitor, before = a_reporter(app, code), standing(app, case)
    long = visitor.fill("/m/appeal", {"text": "a" * 8_001})
    assert long.problems
    page = visitor.fill("/m/appeal", {"text": WORDS}, do="lang-ja")
    assert WORDS in page.response.text
    assert standing(app, case) == before


def test_a_page_of_the_team_from_before_an_appeal_decides_nothing(
    app: Flask, team: Team, clock: Clock
) -> None:
    case, code = declined(app, team, clock)
    address = f"/staff/case/{case}/decide/appeal"
    shown = team.yui.open(address)
    a_reporter(app, code).fill("/m/appeal", {})
    late = team.yui.send(shown, address, {"reason": "overlooked"})
    assert late.status_code == 409
    assert standing(app, case)[0] == "received"


def test_a_supervisor_puts_it_back_with_a_reason_and_nobody_else_does(
    app: Flask, team: Team, seeds: Seeds, clock: Clock
) -> None:
    case, code = declined(app, team, clock)
    typed = {"reason": "overlooked"}
    for other in (team.aiko, team.ren):
        assert other.decide(case, "appeal", typed).status_code == 404
    assert team.yui.decide(case, "appeal").status_code == 422
    assert team.yui.decide(case, "appeal", typed).status_code == 303
    assert "appeal" in noted(app, seeds, case)
    visitor = a_reporter(app, code)
    assert OFFER not in visitor.open("/m/read").one("main").text
    assert "Nothing waits for you" in team.aiko.pull().text
    assert team.ren.pulled() == case
