"""What is late is told on the first page, and stands in a list by whose it is, with the reason."""

from datetime import timedelta

import pytest
from flask import Flask

from admin.names import short
from tests.builders import Seeds
from tests.builders_cases import Office
from tests.builders_staff import a_stored_report, first_page
from tests.conftest import Clock
from tests.deciders import CALM, URGENT, Decider, Team, Typed, a_team
from tests.visitor import Page


@pytest.fixture
def team(app: Flask, seeds: Seeds, clock: Clock) -> Team:
    return a_team(app, seeds, clock)


def owned(app: Flask, team: Team, clock: Clock, by: Decider, level: Typed) -> str:
    case, _code = a_stored_report(app, clock)
    team.aiko.press(case, "take")
    team.aiko.triage(case, "accept", level)
    assert by.decide(case, "assign").status_code == 303
    # Before that, a first answer is what is due.
    assert by.press(case, "reply", {"text": "We read it."}).status_code == 303
    return case


def later(clock: Clock, who: Decider, **by: float) -> Decider:
    """Let time pass and somebody come in again."""
    clock.advance(timedelta(**by))
    first_page(who.client, who.member, clock)
    return who


def mine(who: Decider) -> str:
    return who.open("/staff/list/mine").one("main").text


def headings(page: Page) -> list[str]:
    return [one.text for one in page.all("h2")]


def test_whoever_leads_sees_what_is_late_by_owner(app: Flask, team: Team, clock: Clock) -> None:
    own = owned(app, team, clock, team.mika, URGENT)
    other = owned(app, team, clock, team.sora, URGENT)
    owned(app, team, clock, team.sora, CALM)
    free, _code = a_stored_report(app, clock)
    page = later(clock, team.mika, days=20, hours=1, minutes=10).open("/staff/list/overdue")
    assert headings(page) == ["Yours", f"With {short(team.sora.member.id)}"]
    assert [one.text.split()[1] for one in page.all("td", **{"class": "door"})] == [
        own[:8],
        other[:8],
    ]
    leads = later(clock, team.yui).open("/staff/list/overdue")
    # Nobody handed the names of the team on here: the beginning of a number stands for each.
    both = sorted(short(one.member.id) for one in (team.mika, team.sora))
    assert headings(leads) == ["Without an owner", *(f"With {one}" for one in both)]
    assert leads.all("td", **{"class": "door"})[0].text.split()[1] == free[:8]


def test_the_first_page_tells_what_presses_and_for_how_long(
    app: Flask, team: Team, clock: Clock
) -> None:
    owned(app, team, clock, team.mika, URGENT)
    before = team.mika.open("/staff/").one("main").text
    assert "late" not in before
    page = later(clock, team.mika, days=1, hours=1, minutes=10).open("/staff/")
    alarm = page.one("p", **{"class": "alarm"}).text
    assert alarm == "1 urgent or high report is late. The longest: 1 h 10."
    late = later(clock, team.yui, days=1).open("/staff/").one("p", **{"class": "alarm"}).text
    assert late == "1 urgent or high report is late. The longest: 25 h."


def test_a_list_says_when_something_is_due_and_why(app: Flask, team: Team, clock: Clock) -> None:
    case = owned(app, team, clock, team.mika, URGENT)
    shown = mine(team.mika)
    assert "due in 24 h" in shown
    assert "First answer within 4 hours, a look after 1 day" in shown
    assert case[:8] in shown
    later(clock, team.mika, hours=14, minutes=49, seconds=30)
    assert "due in 9 h 10" in mine(team.mika)
    later(clock, team.mika, hours=8, minutes=58)
    assert "due in 11 min" in mine(team.mika)
    later(clock, team.mika, days=9)
    assert "8 days late" in mine(team.mika)


def test_the_same_is_said_in_japanese(app: Flask, team: Team, clock: Clock) -> None:
    owned(app, team, clock, team.mika, URGENT)
    team.mika.client.set_cookie("__Host-l", "ja")
    shown = mine(team.mika)
    assert "あと24時間" in shown
    late = later(clock, team.mika, days=1, hours=1, minutes=10)
    late.client.set_cookie("__Host-l", "ja")
    assert "1時間10分の遅れ" in mine(late)


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("mine", "You have no report in hand."),
        ("overdue", "Nothing is late."),
        ("waiting", "No question to a reporter is open."),
    ],
)
def test_an_empty_list_says_what_that_means(team: Team, name: str, says: str) -> None:
    assert says in team.mika.open(f"/staff/list/{name}").one("p", **{"class": "empty"}).text


def test_every_keyed_page_leads_to_the_lists_and_marks_the_one_that_is_open(team: Team) -> None:
    page = team.yui.open("/staff/list/mine")
    links = {
        one.attributes["data-key"]: one.attributes["href"]
        for one in page.all("a")
        if "data-key" in one.attributes
    }
    assert links["g n"] == "/staff/list/received"
    assert links["g o"] == "/staff/list/overdue"
    here = [one for one in page.all("a") if one.attributes.get("aria-current") == "page"]
    assert [one.attributes["href"] for one in here] == ["/staff/list/mine"]
    theirs = team.mika.open("/staff/list/mine").all("a")
    assert "/staff/list/received" not in {one.attributes["href"] for one in theirs}


def test_a_list_goes_on_behind_a_place(app: Flask, team: Team, clock: Clock) -> None:
    case = Office(app, clock, {}).report({"kinds": ("threat",), "danger": ("now",)}).hex()
    before, behind = f"3-200001-{'00' * 16}", f"3-205001-{'00' * 16}"
    assert case[:8] in team.yui.open(f"/staff/list/now/{before}").response.text
    assert case[:8] not in team.yui.open(f"/staff/list/now/{behind}").response.text
    assert team.yui.client.get("/staff/list/now/x").status_code == 404
