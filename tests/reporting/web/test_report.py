"""A report is filled in, checked, sent once or erased, with every letter as it was typed."""

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask

from crypto.envelope import Pepper
from reporting.models import Case, VisitRow
from reporting.web.context import EXTENSION, runtime_of
from tests.conftest import Clock
from tests.reporting.web.sent import COMPLETE, STORY, count
from tests.visitor import Page, Visitor


def test_nothing_is_ticked_for_anybody(visitor: Visitor) -> None:
    assert visitor.open("/q").typed == {"story": [""]}


def test_the_form_offers_eleven_kinds_each_with_a_plain_sentence(visitor: Visitor) -> None:
    page = visitor.open("/q")
    assert len(page.all("input", name="kinds")) == 11
    assert page.one("label", **{"for": "kinds"}).text.startswith("Threats and warnings Someone")


def test_an_empty_form_is_told_both_things_that_are_missing(visitor: Visitor) -> None:
    page = visitor.fill("/q", {})
    assert page.title == "Check · 2 · Tomoshibi"
    assert page.problems == [
        "Please choose at least one line, or write in your own words above.",
        "We need your permission to keep the report. Without it, nothing is kept.",
    ]


def test_each_error_points_to_its_control_and_is_read_out_with_it(visitor: Visitor) -> None:
    page = visitor.fill("/q", {"story": "x" * 8001})
    ids = {element.attributes.get("id") for element in page.elements}
    for element in page.elements:
        described = element.attributes.get("aria-describedby", "").split()
        assert set(described) <= ids
    targets = [
        link.attributes["href"].removeprefix("#")
        for link in page.all("a")
        if link.around[-1].tag == "li"
    ]
    assert targets == ["story", "c_store"]
    assert set(targets) <= ids
    assert page.one("textarea").attributes["aria-invalid"] == "true"


def test_a_text_that_is_too_long_is_kept_whole_and_told_by_how_much(visitor: Visitor) -> None:
    long = "あ" * 8001
    page = visitor.fill("/q", {"story": long, "c_store": "yes"})
    assert page.problems == [
        "Please make this shorter: at most 8,000 characters. You have written 8,001."
    ]
    assert page.typed["story"] == [long]


@pytest.mark.parametrize(
    "story",
    [
        "\n\n  leading and trailing  \n",
        "<script>alert(1)</script> & \"quotes\" 'too'",
        "\u202ereversed\u202c \u2066isolated",
        "ᠮᠣᠩᠭᠣᠯ བོད་ཡིག 维吾尔 ئۇيغۇرچە 한국어 \U0001d4b3\U0001f56f",
        "{{ 7 * 7 }} {% raw %} %(limit)s %s",
        "null\0character",
        "\x01\x1b[31m",
    ],
)
def test_every_letter_comes_back_as_it_was_typed(visitor: Visitor, story: str) -> None:
    assert visitor.fill("/q", {"story": story}).typed["story"] == [story.replace("\0", "")]


def test_a_change_of_language_saves_everything_and_complains_about_nothing(
    visitor: Visitor,
) -> None:
    page = visitor.fill("/q", {"story": "half a sent"}, do="lang-ja")
    assert page.one("html").attributes["lang"] == "ja"
    assert page.typed["story"] == ["half a sent"]
    assert page.problems == []


def test_a_box_can_be_unticked_again(visitor: Visitor) -> None:
    visitor.fill("/q", COMPLETE)
    page = visitor.fill("/q", {"kinds": ["cyber"]})
    assert page.typed == {"story": [""], "kinds": ["cyber"]}


def test_the_check_page_shows_every_answer_and_a_way_to_change_it(visitor: Visitor) -> None:
    page = visitor.fill("/q", COMPLETE)
    words = page.one("div", **{"class": "words"})
    assert "".join(words.texts) == STORY
    assert words.attributes == {"class": "words", "translate": "no", "dir": "auto"}
    assert [element.text for element in page.within("dd") if element.tag == "li"] == [
        "Threats and warnings",
        "Pressure on family or friends",
    ]
    assert {link.attributes["href"] for link in page.within("dd") if link.tag == "a"} == {
        "/q#story",
        "/q#kinds",
        "/s/8/files",
        "/q#c_store",
    }


def test_a_number_in_the_words_is_pointed_out_gently(visitor: Visitor) -> None:
    noted = visitor.fill("/q", {"story": "\uff10\uff19\uff10-1234-5678", "c_store": "yes"})
    assert noted.heading == "Check and send"
    assert len(noted.all("a", href="/q#story")) == 2
    quiet = visitor.fill("/q", {"story": "in 2026", "c_store": "yes"})
    assert len(quiet.all("a", href="/q#story")) == 1


def test_a_draft_with_a_gap_cannot_be_checked_or_sent(app: Flask, visitor: Visitor) -> None:
    visitor.fill("/q", {"story": "no permission"}, do="lang-en")
    assert visitor.get("/s/10").headers["Location"] == "/q"
    answer = visitor.post("/s/10", {"token": visitor.token("/q"), "do": "send"})
    assert answer.headers["Location"] == "/q#check"
    assert visitor.open("/q").problems == [
        "We need your permission to keep the report. Without it, nothing is kept."
    ]
    assert count(app, Case) == 0


def test_sending_gives_one_case_and_a_code_of_eight_groups(app: Flask, visitor: Visitor) -> None:
    code = visitor.send_report()
    assert len(code) == 32
    page = visitor.open("/s/code")
    groups = [element for element in page.within("ol") if element.tag == "li"]
    assert [len(element.text.split()) for element in groups] == [4] * 8
    assert page.one("ol").attributes["dir"] == "ltr"
    assert count(app, Case) == 1


def test_reading_and_going_back_write_nothing(app: Flask, visitor: Visitor) -> None:
    for path in ("/", "/q", "/m", "/s/0", "/kept", "/s/10", "/s/code"):
        visitor.get(path)
    assert count(app, VisitRow) == 0


def test_pressing_send_again_gives_the_same_code(app: Flask, visitor: Visitor) -> None:
    visitor.fill("/q", COMPLETE)
    token = visitor.token("/s/10")
    codes = set()
    for _press in range(3):
        answer = visitor.post("/s/10", {"token": token, "do": "send"})
        assert answer.headers["Location"] == "/s/code"
        codes.add(visitor.open("/s/code").one("ol").text)
    assert len(codes) == 1
    assert count(app, Case) == 1


@pytest.mark.parametrize("path", ["/q", "/s/10"])
def test_after_sending_the_form_leads_to_the_code(visitor: Visitor, path: str) -> None:
    visitor.send_report()
    assert visitor.get(path).headers["Location"] == "/s/code"
    token = visitor.token("/s/code")
    answer = visitor.post(path, {"token": token})
    assert answer.headers["Location"] == "/s/code"


def test_words_that_come_after_sending_are_given_back(visitor: Visitor) -> None:
    visitor.send_report()
    late = Page(visitor.post("/q", {"token": visitor.token("/s/code"), **COMPLETE}))
    assert (late.response.status_code, late.heading) == (409, "Your report was sent already")
    assert " ".join(STORY.split()) in late.one("main").text


def test_a_draft_can_be_erased_before_it_is_sent(app: Flask, visitor: Visitor) -> None:
    visitor.fill("/q", COMPLETE)
    assert visitor.press("/s/10", "erase").headers["Location"] == "/"
    assert visitor.client.get_cookie("__Host-v") is None
    assert count(app, VisitRow) == 0


def test_the_check_page_changes_its_language_without_sending(app: Flask, visitor: Visitor) -> None:
    visitor.fill("/q", COMPLETE)
    page = visitor.fill("/s/10", {}, do="lang-ja")
    assert page.heading == "確かめて送る"
    assert count(app, Case) == 0


def test_a_draft_lives_for_a_day_and_then_its_words_become_a_new_one(
    visitor: Visitor, clock: Clock
) -> None:
    visitor.fill("/q", COMPLETE)
    token = visitor.token("/q")
    clock.advance(timedelta(hours=23, minutes=59))
    assert visitor.open("/q").typed["story"] == [STORY]
    clock.advance(timedelta(minutes=1))
    assert visitor.open("/q").typed["story"] == [""]
    assert visitor.get("/s/10").headers["Location"] == "/"
    answer = visitor.post("/q", {**COMPLETE, "token": token, "do": "next"})
    assert answer.headers["Location"] == "/s/10"
    assert visitor.get("/s/10").status_code == 200


def other_window(visitor: Visitor) -> Visitor:
    """Return a second window of the same browser."""
    window = Visitor(visitor.client.application.test_client())
    cookie = visitor.client.get_cookie("__Host-v")
    assert cookie is not None
    window.client.set_cookie("__Host-v", cookie.value, domain="localhost")
    return window


def test_words_typed_in_another_window_while_the_report_is_sent_are_not_lost(
    app: Flask, visitor: Visitor
) -> None:
    visitor.fill("/q", COMPLETE)
    token = visitor.token("/s/10")
    running = runtime_of(app)
    other = other_window(visitor)

    def meanwhile() -> Pepper:
        # Sealing asks for the pepper: by then the draft was read, and nothing is stored yet.
        other.fill("/q", {**COMPLETE, "story": "newer words"})
        return running.receipt_pepper()

    app.extensions[EXTENSION] = replace(running, receipt_pepper=meanwhile)
    answer = visitor.post("/s/10", {"token": token, "do": "send"})
    app.extensions[EXTENSION] = running
    assert (answer.status_code, answer.headers["Location"]) == (303, "/s/10")
    assert count(app, Case) == 0
    check = visitor.open("/s/10")
    assert check.one("div", **{"class": "words"}).text == "newer words"
    assert visitor.fill("/s/10", {}, "send").heading.startswith("Your report has arrived")


def test_a_gap_is_pointed_out_in_the_newest_words(visitor: Visitor) -> None:
    visitor.fill("/q", {"story": "first"}, do="lang-en")
    token = visitor.token("/q")
    visitor.fill("/q", {"story": "second"}, do="lang-en")
    visitor.post("/s/10", {"token": token, "do": "send"})
    page = visitor.open("/q")
    assert page.typed["story"] == ["second"]
    assert len(page.problems) == 1


def test_erasing_a_draft_that_was_sent_in_another_window_leads_to_its_code(
    visitor: Visitor,
) -> None:
    visitor.fill("/q", COMPLETE)
    token = visitor.token("/s/10")
    other_window(visitor).press("/s/10", "send")
    answer = visitor.post("/s/10", {"token": token, "do": "erase"})
    assert answer.headers["Location"] == "/s/code"
    assert len(visitor.open("/s/code").all("ol")) == 1
