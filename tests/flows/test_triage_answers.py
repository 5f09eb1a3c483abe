"""What the reporter of a declined or questioned report reads, in their own language."""

from datetime import timedelta

import pytest
from flask import Flask

from tests.builders import Seeds
from tests.builders_staff import a_stored_report
from tests.conftest import Clock
from tests.deciders import Team, a_team
from tests.flows.test_triage_decisions import what_the_reporter_reads


@pytest.fixture
def team(app: Flask, seeds: Seeds, clock: Clock) -> Team:
    return a_team(app, seeds, clock)


@pytest.mark.parametrize(
    ("language", "says"),
    [
        ("en", "This looks like a scam"),
        ("ja", "詐欺のように見えます"),
        ("zh-Hans", "这看起来是诈骗"),
    ],
    ids=["en", "ja", "zh-Hans"],
)
def test_whoever_is_declined_reads_why_in_their_own_language(
    app: Flask, team: Team, clock: Clock, language: str, says: str
) -> None:
    case, code = a_stored_report(app, clock, language=language)
    team.aiko.press(case, "take")
    asked = team.aiko.triage(case, "decline")
    assert asked.headers["Location"] == f"/staff/case/{case}/decide/decline"
    assert says in team.aiko.open(asked.headers["Location"]).response.text
    assert team.aiko.decide(case, "decline", {"reason": "scam"}).status_code == 303
    clock.advance(timedelta(minutes=2))
    assert says in what_the_reporter_reads(app, code, clock)[0]


def test_a_ready_question_reaches_the_reporter_in_their_language_and_waits_for_an_answer(
    app: Flask, team: Team, clock: Clock
) -> None:
    case, code = a_stored_report(app, clock, language="ja")
    page = team.aiko.case(case)
    sent = team.aiko.send(page, f"/staff/case/{case}/reply", {"ready": "ask_safe"})
    assert sent.headers["Location"] == f"/staff/case/{case}#messages"
    assert "いま、あなたは安全ですか。" in what_the_reporter_reads(app, code, clock)[0]
    assert case[:8] in team.aiko.open("/staff/list/waiting").response.text


@pytest.mark.parametrize(
    ("chosen", "status"),
    [
        ({"ready": "scam", "text": ""}, 422),
        ({"ready": "", "text": " "}, 422),
        ({"ready": "ask_more", "text": "my words"}, 303),
    ],
)
def test_own_words_come_first_and_a_text_for_something_else_is_none(
    app: Flask, team: Team, clock: Clock, chosen: dict[str, str], status: int
) -> None:
    case, code = a_stored_report(app, clock)
    page = team.aiko.case(case)
    sent = team.aiko.send(page, f"/staff/case/{case}/reply", chosen)
    assert sent.status_code == status
    read = what_the_reporter_reads(app, code, clock)
    assert read == ([chosen["text"]] if status == 303 else [])


def test_a_decline_without_a_reason_is_asked_for_again(
    app: Flask, team: Team, clock: Clock
) -> None:
    case, _code = a_stored_report(app, clock)
    team.aiko.press(case, "take")
    team.aiko.triage(case, "decline")
    refused = team.aiko.decide(case, "decline")
    assert refused.status_code == 422
    assert "Please choose a reason." in refused.text
