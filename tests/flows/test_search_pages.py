"""Somebody looks for reports on a page of their own, and no word of it goes anywhere else."""

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from admin import saved_searches
from admin.tripwires import Kind
from tests.builders import Seeds
from tests.builders_cases import CALM, Office
from tests.conftest import Clock
from tests.deciders import Decider, Team, Typed, a_team
from tests.metered import counted
from tests.visitor import Page

SEARCH = "/staff/search"
KEPT = "/staff/search/kept"
KEEP = "/staff/search/keep"
FOUND = "/staff/search/found"


@pytest.fixture
def team(app: Flask, seeds: Seeds, clock: Clock) -> Team:
    return a_team(app, seeds, clock)


@pytest.fixture
def filing(app: Flask, clock: Clock) -> Office:
    """Somewhere to send reports from."""
    return Office(app, clock, {})


def look(who: Decider, typed: Typed, status: int = 200) -> Page:
    answer = who.send(who.open(SEARCH), SEARCH, typed)
    if status != 200:
        assert answer.status_code == status, answer.text
        return Page(answer)
    return followed(who, answer)


def followed(who: Decider, answer: TestResponse) -> Page:
    """Return the page that a search leads to."""
    assert (answer.status_code, answer.headers["Location"]) == (303, FOUND), answer.text
    return who.open(FOUND)


def found(page: Page) -> set[str]:
    links = (one.attributes.get("href") or "" for one in page.all("a"))
    return {link.rpartition("/")[2] for link in links if link.startswith("/staff/case/")}


def test_reports_are_found_by_codes_by_number_and_by_words(team: Team, filing: Office) -> None:
    case = filing.report({**CALM, "state": ("CN",)}, "He wrote on Telegram.").hex()
    other = filing.report().hex()
    assert found(look(team.aiko, {})) == {case, other}
    assert found(look(team.aiko, {"country": "CN"})) == {case}
    assert found(look(team.aiko, {"number": case[:8].upper()})) == {case}
    assert found(look(team.aiko, {"words": "TELEGRAM"})) == {case}
    assert found(look(team.aiko, {"levels": ["3"]})) == set()
    page = look(team.aiko, {"words": "nothing like it"})
    assert "None of these reports is like that." in page.response.text
    assert "Of these, read for your words: 2." in page.response.text
    assert page.one("input", id="words").attributes["value"] == "nothing like it"


def test_what_nobody_can_look_for_is_said_and_nothing_typed_is_lost(team: Team) -> None:
    page = look(team.aiko, {"number": "xyz", "first_week": "last week", "words": "bus"}, 422)
    assert len(page.problems) == 2
    assert page.one("input", id="number").attributes["value"] == "xyz"
    assert page.one("input", id="words").attributes["value"] == "bus"


def test_a_search_goes_further_back(
    team: Team, filing: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("admin.searching.PAGE", 1)
    monkeypatch.setattr("admin.searching.READ_AT_A_TIME", 1)
    made = sorted((filing.report().hex() for _ in range(2)), reverse=True)
    first = look(team.aiko, {"words": "again", "levels": ["0", "1", "2"]})
    assert found(first) == {made[0]}
    assert first.all("input", name="before")[0].attributes["value"].endswith(made[0])
    assert found(followed(team.aiko, team.aiko.send(first, SEARCH, {}))) == {made[1]}


def test_a_search_is_kept_for_oneself_and_looked_for_again(team: Team, filing: Office) -> None:
    case = filing.report({**CALM, "state": ("CN",)}).hex()
    filing.report()
    page = look(team.aiko, {"country": "CN", "first_week": "2026-W01", "levels": ["0", "1", "2"]})
    for _twice in range(2):
        answer = team.aiko.send(page, KEEP, {"name": "The embassy"})
        followed(team.aiko, answer)
    mine = team.aiko.open(SEARCH)
    assert mine.response.text.count("The embassy") == 1
    assert "only for you" in mine.response.text
    again = followed(team.aiko, team.aiko.send(mine, KEPT, {"do": "run"}))
    assert found(again) == {case}
    assert again.one("h2", id="found").text == "What was found: The embassy"
    other = look(team.aiko, {"country": "CN"})
    assert other.one("h2", id="found").text == "What was found"
    again = followed(team.aiko, team.aiko.send(mine, KEPT, {"do": "run"}))
    assert again.one("input", id="first_week").attributes["value"] == "2026-W01"
    for one in (team.ren, team.mika, team.yui):
        assert "The embassy" not in one.open(SEARCH).response.text
    number = mine.one("input", name="search").attributes["value"]
    token = team.ren.open(SEARCH).all("input", name="token")[0].attributes["value"]
    typed = {"token": token, "search": number}
    assert team.ren.client.post(KEPT, data=typed).status_code == 404
    assert team.aiko.send(mine, KEPT, {"do": "remove"}).status_code == 303
    assert "The embassy" not in team.aiko.open(SEARCH).response.text


def test_casework_shares_a_search_and_reviewers_do_not(team: Team, filing: Office) -> None:
    filing.report()
    page = look(team.mika, {"words": "landlord"})
    assert team.mika.send(page, KEEP, {"name": "Landlords", "shared": "yes"}).status_code == 303
    theirs = team.sora.open(SEARCH)
    assert "Landlords" in theirs.response.text
    assert "Landlords" not in team.aiko.open(SEARCH).response.text
    page = look(team.aiko, {"words": "landlord"})
    assert page.all("input", id="shared") == []
    answer = team.aiko.send(page, KEEP, {"name": "Landlords", "shared": "yes"})
    assert answer.status_code == 404
    assert team.sora.send(theirs, KEPT, {"do": "remove"}).status_code == 303
    assert "Landlords" not in team.mika.open(SEARCH).response.text


def test_a_search_without_a_name_or_one_too_many_is_not_kept(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(saved_searches, "MOST_KEPT", 1)
    page = look(team.mika, {"words": "bus"})
    answer = team.mika.send(page, KEEP, {"name": ""})
    assert answer.status_code == 422
    assert "give the search a name" in answer.text
    for shared in ({}, {"shared": "yes"}):
        assert team.mika.send(page, KEEP, {"name": "Bus", **shared}).status_code == 303
        page = look(team.mika, {"words": "bus"})
        answer = team.mika.send(page, KEEP, {"name": "Another", **shared})
        assert answer.status_code == 409
        assert "Twenty searches are kept already" in answer.text
        assert Page(answer).one("input", id="words").attributes["value"] == "bus"


def test_one_comes_back_to_what_was_found_and_that_is_no_new_search(
    app: Flask, team: Team, filing: Office, clock: Clock
) -> None:
    assert team.aiko.client.get(FOUND).headers["Location"] == SEARCH
    case = filing.report({**CALM, "state": ("CN",)}).hex()
    assert found(look(team.aiko, {"country": "CN"})) == {case}
    for _again in range(3):
        assert found(team.aiko.open(FOUND)) == {case}
    assert counted(app, team.aiko.member.id, Kind.SEARCHES, clock) == 1
    look(team.aiko, {"words": "nothing like it"})
    for _again in range(3):
        team.aiko.open(FOUND)
    assert counted(app, team.aiko.member.id, Kind.WORDS, clock) == 1
    assert team.ren.client.get(FOUND).headers["Location"] == SEARCH
