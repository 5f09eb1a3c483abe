"""The reporter's own words on the page of a report: what is covered in them, and translations."""

from datetime import timedelta

import pytest
from flask import Flask

from tests.builders import Seeds
from tests.builders_staff import a_stored_report, noted
from tests.conftest import Clock
from tests.deciders import Team, a_team

STORY = "他们给我打电话说 090-1234-5678 是我父亲的号码。"
NUMBER = "090-1234-5678"
IN_ENGLISH = "They called and said that [a number] is my father's."


@pytest.fixture
def team(app: Flask, seeds: Seeds, clock: Clock) -> Team:
    return a_team(app, seeds, clock)


@pytest.fixture
def report(app: Flask, clock: Clock) -> str:
    return a_stored_report(app, clock, story=STORY)[0]


def test_numbers_in_a_story_are_covered_until_somebody_says_why_they_need_them(
    app: Flask, seeds: Seeds, team: Team, report: str
) -> None:
    page = team.aiko.case(report)
    assert NUMBER not in page.response.text
    asked = page.one("a", **{"data-key": "u"}).attributes["href"]
    shown = team.aiko.send(team.aiko.open(asked), asked, {"reason": "to_decide"})
    assert shown.headers["Location"] == f"/staff/case/{report}#story"
    assert NUMBER in team.aiko.case(report).response.text
    assert NUMBER not in team.ren.case(report).response.text
    assert noted(app, seeds, report).count("names.unmasked") == 1


def test_without_a_reason_nothing_is_uncovered(
    app: Flask, seeds: Seeds, team: Team, report: str
) -> None:
    address = f"/staff/case/{report}/unmask"
    refused = team.aiko.send(team.aiko.open(address), address)
    assert refused.status_code == 422
    assert "Please choose a reason." in refused.text
    assert NUMBER not in team.aiko.case(report).response.text
    assert "names.unmasked" not in noted(app, seeds, report)


def test_a_story_without_numbers_offers_nothing_to_uncover(
    app: Flask, clock: Clock, team: Team
) -> None:
    case, _code = a_stored_report(app, clock, story="They came to the shop.")
    assert not team.aiko.case(case).all("a", **{"data-key": "u"})


def test_a_translation_stands_beside_the_story_and_not_among_the_notes(
    app: Flask, seeds: Seeds, clock: Clock, team: Team, report: str
) -> None:
    for text in ("A first try.", IN_ENGLISH):
        clock.advance(timedelta(minutes=1))
        kept = team.aiko.press(report, "translation", {"text": text})
        assert kept.headers["Location"] == f"/staff/case/{report}#story"
    page = team.ren.case(report)
    story, notes = page.one("section", id="story").text, page.one("section", id="notes").text
    assert story.index(IN_ENGLISH) < story.index("Earlier translations") < story.index("A first")
    assert team.aiko.member.name in story
    assert IN_ENGLISH not in notes
    assert noted(app, seeds, report).count("translation.added") == 2


def test_an_empty_translation_is_asked_for_again(team: Team, report: str) -> None:
    refused = team.aiko.press(report, "translation", {"text": " "})
    assert refused.status_code == 422
    assert "Please write something first." in refused.text


@pytest.mark.parametrize("what", ["unmask", "translation"])
def test_a_button_pressed_twice_does_it_once(
    app: Flask, seeds: Seeds, team: Team, report: str, what: str
) -> None:
    typed = {"text": IN_ENGLISH} if what == "translation" else {"reason": "to_help"}
    there = f"/staff/case/{report}" if what == "translation" else f"/staff/case/{report}/unmask"
    page, address = team.aiko.open(there), f"/staff/case/{report}/{what}"
    for _ in range(2):
        assert team.aiko.send(page, address, typed).status_code == 303
    verb = "translation.added" if what == "translation" else "names.unmasked"
    assert noted(app, seeds, report).count(verb) == 1
