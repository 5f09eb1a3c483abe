"""The guided form: every way through it keeps what was answered, and asks only what is open."""

import pytest

from forms.questions import MOST_STATES
from tests.visitor import Page, Visitor


def test_a_screen_on_which_nothing_is_open_leads_on(visitor: Visitor) -> None:
    visitor.fill("/s/1", {"relation": "self"})
    assert visitor.get("/s/1/more").headers["Location"] == "/s/2"


def test_back_and_the_short_form_keep_what_was_answered(visitor: Visitor) -> None:
    visitor.fill("/s/1", {"relation": "self"})
    assert visitor.press("/s/2", "back", {"kinds": "threat"}).headers["Location"] == "/s/1"
    assert visitor.open("/s/2").typed["kinds"] == ["threat"]
    assert visitor.press("/s/2", "shorter", {"kinds": "threat"}).headers["Location"] == "/q"
    assert visitor.open("/q").typed["kinds"] == ["threat"]


def test_governments_are_added_and_taken_away_one_by_one(visitor: Visitor) -> None:
    visitor.fill("/s/1", {"relation": "self"})
    page = visitor.fill("/s/4", {"state_add": "RU"}, "add")
    page = visitor.fill("/s/4", {**page.typed, "state_add": "CN"}, "add")
    assert page.typed["state"] == ["CN", "RU"]
    page = visitor.fill("/s/4", page.typed, "remove-1")
    assert page.typed["state"] == ["RU"]


def test_one_government_too_many_is_told_and_none_is_lost(visitor: Visitor) -> None:
    visitor.fill("/s/1", {"relation": "self"})
    chosen = ["CN", "IR", "RU"]
    assert len(chosen) == MOST_STATES
    page = visitor.fill("/s/4", {"state": chosen, "state_add": "TR"})
    assert len(page.problems) == 1
    assert page.typed["state"] == chosen


def test_a_tired_person_goes_to_the_end_and_is_shown_the_first_gap(visitor: Visitor) -> None:
    visitor.fill("/s/1", {"relation": "self"})
    there = visitor.press("/s/3", "end", {}).headers["Location"]
    assert there == "/s/10"
    assert visitor.get("/s/10").headers["Location"] == "/s/2"
    visitor.fill("/s/2", {"kinds": "threat"})
    assert visitor.get("/s/10").headers["Location"] == "/s/9"


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"first_year": "26"}, "four digits, for example 2026."),
        ({"first_month": "3"}, "for example 2026. Or leave the month empty."),
        ({"first_year": "1850"}, "a year from 1900 on, for example 2026."),
        ({"first_year": "2026", "last_year": "2025"}, "for example first 2025, last 2026."),
    ],
)
def test_a_year_in_an_example_is_written_as_people_write_years(
    visitor: Visitor, typed: dict[str, str], told: str
) -> None:
    visitor.fill("/s/1", {"relation": "self"})
    (problem,) = visitor.fill("/s/5", typed).problems
    assert problem.endswith(told)


@pytest.mark.parametrize("do", ["more", "files"])
def test_a_report_that_was_sent_takes_no_more_from_a_page_left_open(
    visitor: Visitor, do: str
) -> None:
    token = visitor.token("/q")
    visitor.send_report()
    page = Page(visitor.post("/q", {"token": token, "do": do, "story": "more"}))
    assert (page.response.status_code, page.typed["story"]) == (409, ["more"])
    answer = visitor.post("/q", {"token": token, "do": do, "story": " "})
    assert answer.headers["Location"] == "/s/code"


def test_no_language_chosen_means_that_of_the_page_and_says_so(visitor: Visitor) -> None:
    visitor.fill("/s/1", {"relation": "self"})
    page = visitor.open("/s/3")
    assert page.all("option")[0].text == "The language of this page"
    assert page.all("option")[0].attributes["value"] == ""


def test_the_check_page_follows_the_order_in_which_it_was_asked(visitor: Visitor) -> None:
    visitor.fill("/s/1", {"relation": "self"})
    visitor.fill("/s/2", {"kinds": "threat"})
    visitor.fill("/s/2/more", {"tactics.threat": "threat.in_person"})
    visitor.fill("/s/4", {"actor": "police"})
    visitor.fill("/s/9", {"c_store": "yes"})
    asked = [term.text for term in visitor.open("/s/10").all("dt")]
    assert asked == [
        "In your own words",
        "Who did this happen to?",
        "What happened? Choose all that fit.",
        "What exactly happened?",
        "Who was it, as far as you can tell?",
        "Files",
        "Your permission",
    ]


def test_the_check_page_says_where_it_was_as_people_say_it(visitor: Visitor) -> None:
    visitor.fill("/s/1", {"relation": "self"})
    visitor.fill("/s/2", {"kinds": "threat"})
    visitor.fill("/s/5", {"host": "JP"})
    visitor.fill("/s/5/more", {"prefecture": "JP-13"})
    page = visitor.fill("/s/9", {"c_store": "yes"})
    assert any(element.text.startswith("Tokyo") for element in page.all("dd"))


def test_what_points_to_a_person_is_covered_when_asked(visitor: Visitor) -> None:
    page = visitor.fill("/q", {"story": "Call me at 090-1234-5678.", "c_store": "yes"})
    assert page.all("button", value="mask")
    page = visitor.fill("/s/10", {}, "mask")
    words = page.one("div", **{"class": "words"}).text
    assert words.startswith("Call me at ")
    assert not any(sign.isdigit() for sign in words)
    assert not page.all("button", value="mask")
