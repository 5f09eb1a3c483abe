from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from reporting import ledger
from reporting.ledger import Mark
from reporting.settings import Settings
from tests.builders import Seeds, an_office
from tests.conftest import Clock
from tests.tour import INFORMATION
from tests.visitor import Page, Visitor
from wsgi import create_app

HELP = """
[[line]]
name = {en = "Our own line", ko = "전화"}
number = "#0120 000-111"
site = "help.example/talk"
needs = ["danger", "crisis", "child"]
about = {ko = "언제나"}
speaks = "Korean"
answers = {en = "People of our office."}
verified = 2026-11-01
"""
NOTICE = """
[[notice]]
date = 2026-11-20
title = {en = "Somebody broke in", ja = "侵入がありました"}
text = {en = "It was on Friday.\\n\\nReports stayed locked.", ja = "金曜日です。"}
"""


@pytest.fixture
def folder(settings: Settings) -> Path:
    """The instance folder, where the operator's files lie."""
    return settings.instance


def visit(settings: Settings, seeds: Seeds, clock: Clock) -> Visitor:
    an_office(settings, seeds)
    return Visitor(create_app(settings, clock).test_client())


def test_every_page_to_read_is_reached_from_the_start_page_and_leads_to_the_others(
    visitor: Visitor,
) -> None:
    asked = set(INFORMATION) - {"/s/0/more", "/kept/team", "/kept/figures"}
    for path in ("/", "/s/0", *INFORMATION):
        assert asked <= {link.attributes["href"] for link in visitor.open(path).all("a")}, path


def test_no_page_to_read_sets_a_cookie(visitor: Visitor) -> None:
    for path in ("/", "/s/0", *INFORMATION):
        answer = visitor.get(path)
        assert answer.status_code == 200
        assert "Set-Cookie" not in answer.headers


def test_headings_go_down_one_step_at_a_time(visitor: Visitor) -> None:
    for path in ("/", "/s/0", *INFORMATION):
        steps = [int(element.tag[1]) for element in visitor.open(path).elements
                 if element.tag in {"h1", "h2", "h3"}]  # fmt: skip
        assert steps[0] == 1
        assert all(after - before <= 1 for before, after in pairwise(steps))


def test_the_help_page_shows_for_each_line_its_number_and_who_listens(visitor: Visitor) -> None:
    page = visitor.open("/help")
    assert page.one("a", href="tel:0120279338").text == "0120-279-338"
    assert page.one("a", href="tel:%239110").text == "#9110"
    lines = [element.text for element in page.all("li", **{"class": "card"})]
    assert len(lines) > 5
    for line in lines:
        assert "Who listens:" in line
        assert "Not yet checked by this office." in line


def test_the_lines_of_the_operator_are_shown_with_the_day_they_were_checked(
    settings: Settings, seeds: Seeds, clock: Clock, folder: Path
) -> None:
    (folder / "help.toml").write_text(HELP, encoding="utf-8")
    page = visit(settings, seeds, clock).open("/help")
    first, *_ = page.all("li", **{"class": "card"})
    assert first.text.startswith("Our own line #0120 000-111")
    assert "We checked this on November 1, 2026." in first.text
    assert page.all("a", href="tel:%230120000111")
    assert "help.example/talk" in first.text
    assert page.all("p", lang="ko", dir="auto")[0].text == "언제나"


def test_children_find_their_own_page_and_their_own_lines(visitor: Visitor) -> None:
    assert visitor.open("/s/0").all("a", href="/s/0/more")
    page = visitor.open("/s/0/more")
    assert page.title == "0 · Tomoshibi"
    for number in ("110", "0120007110", "0120997777"):
        assert page.all("a", href=f"tel:{number}"), number
    assert page.one("a", href="/q").text == "Write to us"


def test_the_safety_page_has_two_doors_and_says_what_we_cannot_do(visitor: Visitor) -> None:
    page = visitor.open("/s/0")
    assert page.one("a", href="/q").text == "Short: in my own words"
    assert page.one("a", href="/s/1").text == "With questions, page by page"
    assert "We are not the police" in page.response.text


def test_the_page_on_a_seizure_shows_every_column_with_its_reason(visitor: Visitor) -> None:
    pages = [visitor.open(path) for path in ("/kept", "/kept/team", "/kept/figures")]
    shown = [element.text for page in pages for element in page.all("code")]
    declared = ledger.declared()
    tables = sorted(declared, key=lambda table: 2 if table.is_of_figures else table.is_of_team)
    assert len(pages[2].all("section")) == sum(table.is_of_figures for table in declared) > 5
    columns = [column for table in tables for column in table.columns]
    assert shown == [column.name for column in columns]
    texts = {element.text for page in pages for element in page.all("li")}
    for column in columns:
        said = {Mark.SEALED: "Locked", Mark.BLIND: "Mark", Mark.CLEAR: f"Open: {column.reason}"}
        assert f"{column.name} {said[column.mark]}" in texts


def test_the_rights_page_says_that_the_code_opens_them(visitor: Visitor) -> None:
    page = visitor.open("/privacy")
    assert page.all("a", href="/m")
    assert "Without the code we cannot know which report is yours." in page.response.text


def test_each_language_says_who_has_read_its_words(visitor: Visitor) -> None:
    page = visitor.open("/languages")
    said = {term.text: text.text for term, text in zip(page.all("dt"), page.all("dd"), strict=True)}
    assert said["English"] == "The program is written in this language."
    assert said["日本語"].startswith("Nobody from outside has checked this translation yet.")


def test_pages_in_words_that_nobody_from_outside_has_read_say_so(client: FlaskClient) -> None:
    japanese = Visitor(client, {"Accept-Language": "ja"})
    for path in ("/", "/q", "/m", "/nowhere"):
        assert [link for link in japanese.open(path).all("a", href="/languages")
                if link.around[-1].attributes.get("class") == "hint no"], path  # fmt: skip
    english = Visitor(client)
    assert not english.open("/q").all("a", href="/languages")


def test_without_notices_the_page_says_that_there_are_none(visitor: Visitor) -> None:
    assert "There is nothing to tell at the moment." in visitor.get("/notices").text


def test_a_notice_is_shown_with_its_day_in_the_language_of_the_page(
    settings: Settings, seeds: Seeds, clock: Clock, folder: Path
) -> None:
    (folder / "notices.toml").write_text(NOTICE, encoding="utf-8")
    visitor = visit(settings, seeds, clock)
    page = visitor.open("/notices")
    assert page.one("article").text.startswith("Somebody broke in November 20, 2026")
    assert page.one("time").attributes["datetime"] == str(date(2026, 11, 20))
    paragraphs = [element.text for element in page.within("article") if element.tag == "p"]
    assert paragraphs[1:] == ["It was on Friday.", "Reports stayed locked."]
    japanese = Page(visitor.client.get("/notices", headers={"Accept-Language": "ja"}))
    assert "侵入がありました" in japanese.one("article").text
