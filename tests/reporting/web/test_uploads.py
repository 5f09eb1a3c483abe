"""Files are added, seen and taken away on a page of their own, and nobody else can add one."""

import shutil
from dataclasses import replace
from types import SimpleNamespace
from typing import NamedTuple

import pytest
from flask import Flask

from reporting import drafts
from reporting.settings import FileLimits, Settings
from reporting.web.context import runtime_of
from tests.builders_files import rows
from tests.conftest import Clock
from tests.filing import FILES, LETTER, PHOTO, STORY, add, names, remove
from tests.multipart import NOTHING, Evidence
from tests.visitor import Page, Visitor

EMPTY = Evidence("from the cloud.jpg", b"", "image/jpeg")
LARGE = Evidence("film.mp4", b"x" * 1_001, "video/mp4")


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """An installation that takes little."""
    return replace(settings, files=FileLimits(count=3, each_bytes=1_000, together_bytes=2_000))


@pytest.fixture
def page(visitor: Visitor) -> Page:
    """The page for files, with a whole short report behind it."""
    return visitor.fill("/q", STORY, do="files")


def test_a_page_says_what_may_be_sent_before_anybody_tries(page: Page) -> None:
    assert (page.title, page.heading) == ("8 · Tomoshibi", "Send files now?")
    assert page.problems == []
    hint = page.one("p", id="files-hint").text
    assert "At most 3 files, each up to 1 kB, all together up to 2 kB." in hint
    chooser = page.one("input", id="files")
    assert chooser.attributes["aria-describedby"] == "files-hint"
    assert "multiple" in chooser.attributes
    assert "required" not in chooser.attributes


@pytest.mark.usefixtures("page")
def test_files_are_added_seen_and_taken_away(app: Flask, visitor: Visitor) -> None:
    assert names(add(visitor, PHOTO, LETTER)) == ["car.jpg", "letter.pdf"]
    assert "600 bytes" in visitor.open(FILES).one("main").text
    assert visitor.open("/s/10").all("a", href=FILES)
    assert names(visitor.open("/s/10")) == ["car.jpg", "letter.pdf"]
    assert remove(visitor, "car.jpg").headers["Location"] == FILES
    assert names(visitor.open(FILES)) == ["letter.pdf"]
    remove(visitor, "letter.pdf")
    assert rows(runtime_of(app)) == (0, 0)
    assert not visitor.open(FILES).all("h2")


@pytest.mark.usefixtures("page")
def test_a_button_to_take_a_file_away_says_which_one_to_who_cannot_see_it(
    visitor: Visitor,
) -> None:
    page = add(visitor, PHOTO, LETTER)
    buttons = [button.text for button in page.all("button", name="gone")]
    assert buttons == ["Remove: car.jpg", "Remove: letter.pdf"]


@pytest.mark.usefixtures("page")
def test_the_name_of_a_file_is_text_and_nothing_else(visitor: Visitor) -> None:
    page = add(visitor, Evidence("<b>&amp;%s{{ 7 }}\u202egpj.exe"))
    assert names(page) == ["<b>&amp;%s{{ 7 }}gpj.exe"]
    assert page.all("b") == []


class Trouble(NamedTuple):
    """What is sent, what is said about it, and which files are there afterwards."""

    files: tuple[Evidence, ...]
    told: str
    kept: list[str]


@pytest.mark.usefixtures("page")
@pytest.mark.parametrize(
    "trouble",
    [
        Trouble((NOTHING,), "Please choose a file first.", []),
        Trouble((EMPTY, PHOTO), "A file was empty when it reached us", ["car.jpg"]),
        Trouble((LARGE, PHOTO), "A file was larger than we can take. All others", ["car.jpg"]),
        Trouble((LETTER,) * 4, "That was more than we can take", ["letter.pdf"] * 3),
        Trouble(
            (PHOTO, LARGE, LETTER, LETTER), "A file was larger", ["car.jpg"] + ["letter.pdf"] * 2
        ),
    ],
)
def test_why_a_file_was_not_kept_stands_at_the_top_and_beside_the_field(
    visitor: Visitor, trouble: Trouble
) -> None:
    page = add(visitor, *trouble.files)
    (told,) = page.problems
    assert told.startswith(trouble.told)
    assert names(page) == trouble.kept
    assert page.title == "Check · 8 · Tomoshibi"
    chooser = page.one("input", id="files").attributes
    assert (chooser["aria-invalid"], chooser["aria-describedby"]) == (
        "true",
        "files-hint files-error",
    )
    assert page.one("a", href="#files").around[-3].attributes["id"] == "check"


@pytest.mark.usefixtures("page")
def test_a_trouble_stays_over_a_change_of_language_and_goes_with_the_next_files(
    visitor: Visitor,
) -> None:
    add(visitor, LARGE)
    page = visitor.fill(FILES, {}, do="lang-ja")
    assert page.one("html").attributes["lang"] == "ja"
    visitor.fill(FILES, {}, do="lang-en")
    assert add(visitor, PHOTO).problems == []


@pytest.mark.usefixtures("page")
@pytest.mark.parametrize("do", ["next", "back"])
def test_a_trouble_is_over_for_who_goes_on_or_back(visitor: Visitor, do: str) -> None:
    add(visitor, LARGE)
    visitor.fill(FILES, {}, do)
    assert visitor.open(FILES).problems == []


@pytest.mark.usefixtures("page")
def test_when_the_store_runs_low_files_are_refused_and_the_report_is_sent_without(
    app: Flask, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(visitor, PHOTO)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: SimpleNamespace(free=1_000_000))
    (told,) = add(visitor, LETTER).problems
    assert told.startswith("We cannot take files just now.")
    assert rows(runtime_of(app)) == (1, 1)
    assert visitor.fill("/s/10", {}, "send").heading.startswith("Your report has arrived")


def test_the_short_form_leads_to_files_and_on_to_the_last_look(visitor: Visitor) -> None:
    page = visitor.fill("/q", STORY, do="files")
    assert "Page 8 of 10" not in page.response.text
    assert visitor.press(FILES, "next").headers["Location"] == "/s/10"
    assert visitor.press(FILES, "back").headers["Location"] == "/q"


def test_a_short_form_with_a_gap_comes_back_after_the_files_without_reproach(
    visitor: Visitor,
) -> None:
    visitor.fill("/q", {"story": "no permission yet"}, do="files")
    page = visitor.fill(FILES, {})
    assert page.typed["story"] == ["no permission yet"]
    assert page.problems == []


def test_the_guided_form_asks_for_files_behind_page_eight_and_goes_on_to_the_choices(
    visitor: Visitor,
) -> None:
    visitor.fill("/s/1", {"relation": "self"})
    page = visitor.fill("/s/8", {"contact": "code_only"})
    assert page.one("form", enctype="multipart/form-data").attributes["action"] == FILES
    assert "Page 8 of 10" in page.response.text
    assert visitor.press(FILES, "next").headers["Location"] == "/s/9"
    assert visitor.press("/s/9", "back").headers["Location"] == FILES
    assert visitor.press(FILES, "back").headers["Location"] == "/s/8"
    visitor.fill("/s/8", {"contact": "signal"})
    assert visitor.press("/s/8/more", "next").headers["Location"] == FILES
    assert visitor.press(FILES, "back").headers["Location"] == "/s/8/more"


@pytest.mark.usefixtures("page")
def test_the_language_buttons_keep_the_page_and_its_files(visitor: Visitor) -> None:
    add(visitor, PHOTO)
    page = visitor.fill(FILES, {}, do="lang-ja")
    assert page.one("form", enctype="multipart/form-data").attributes["action"] == FILES
    assert page.one("html").attributes["lang"] == "ja"
    assert names(page) == ["car.jpg"]


@pytest.mark.usefixtures("page")
def test_files_of_a_draft_that_is_over_do_not_come_along_into_the_next(
    visitor: Visitor, clock: Clock
) -> None:
    add(visitor, PHOTO)
    clock.advance(drafts.LIFE)
    visitor.fill("/q", STORY, do="files")
    assert not visitor.open(FILES).all("h2")
    assert names(add(visitor, LETTER)) == ["letter.pdf"]
