"""What holds for every public page, in every language and every state."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from babel.messages.pofile import write_po
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.engine import URL

from reporting.web import LOCALE, language
from reporting.web.language import OFFERED, Language
from tests.catalogues import extracted
from tests.tour import every_page
from tests.visitor import Element, Page, Visitor

LIGHT = {"/", "/s/0", "/q", "/m", "/s/code", "/m/read empty"}
PADDED = "/m"
TITLES = {
    "1", "2", "3", "4", "5", "Start", "About", "Done", "Enter", "Read", "Write", "End", "Sorry",
    "Check",
}  # fmt: skip
# WTForms' own words, which no page may show.
BUILT_IN = ("This field", "Not a valid", "Invalid", "not a valid choice", "CSRF")
PLACEHOLDER = re.compile(r"%\(\w+\)s")
PSEUDO = Language("eo", "\uff30")


@pytest.fixture
def database_url(new_database: Callable[[str], URL]) -> URL:
    """One kind of database is enough for what pages look like."""
    return new_database("sqlite")


@pytest.fixture(params=OFFERED, ids=lambda offer: offer.code)
def tour(request: pytest.FixtureRequest, client: FlaskClient) -> Iterator[tuple[str, Page]]:
    """Every page in each language."""
    return every_page(Visitor(client, {"Accept-Language": request.param.code}))


def test_every_page_is_light_and_one_request(tour: Iterator[tuple[str, Page]]) -> None:
    for name, page in tour:
        # An echo of somebody's words, or of a text too long, is as long as the words are.
        words = sum(len("".join(area.texts).encode()) for area in page.all("textarea"))
        assert len(page.response.data) - words <= (12_000 if name in LIGHT else 25_000), name
        for tag in ("img", "link", "iframe", "object", "script", "svg", "video", "base"):
            assert not page.all(tag), name


def test_every_page_is_free_of_code_styles_and_outside_addresses(
    tour: Iterator[tuple[str, Page]],
) -> None:
    for name, page in tour:
        for element in page.elements:
            for attribute, value in element.attributes.items():
                assert not attribute.startswith("on"), name
                assert attribute not in {"style", "src", "srcset", "ping", "target", "http-equiv"}
                if attribute in {"href", "action"}:
                    assert re.fullmatch(r"(/(?!/)[\w/?=#-]*|#[\w-]+|tel:\d{3})", value), name
        assert len(page.all("style")) == 1


def test_every_form_is_one_that_browsers_forget(tour: Iterator[tuple[str, Page]]) -> None:
    for name, page in tour:
        for form in page.all("form"):
            assert form.attributes["autocomplete"] == "off", name
            assert form.attributes["method"] == "post", name
            assert form.attributes["action"], name
            assert "novalidate" in form.attributes, name
        for control in (*page.all("input"), *page.all("textarea")):
            assert control.attributes.get("type") in {None, "hidden", "checkbox", "radio"}, name
            assert not {"placeholder", "required", "maxlength"} & set(control.attributes), name
            if control.tag == "textarea":
                assert control.attributes["spellcheck"] == "false", name
                assert control.attributes["dir"] == "auto", name
                assert control.attributes["translate"] == "no", name


def test_every_control_has_a_label_and_every_name_is_used_once(
    tour: Iterator[tuple[str, Page]],
) -> None:
    for name, page in tour:
        ids = [element.attributes["id"] for element in page.elements if "id" in element.attributes]
        assert len(ids) == len(set(ids)), name
        labelled = {label.attributes["for"] for label in page.all("label")}
        for control in (*page.all("input"), *page.all("textarea")):
            if control.attributes.get("type") != "hidden":
                assert control.attributes["id"] in labelled, name
        for link in page.all("a"):
            target = link.attributes["href"]
            assert not target.startswith("#") or target[1:] in ids, (name, target)


def test_every_page_has_a_neutral_title_one_heading_and_its_language(
    tour: Iterator[tuple[str, Page]],
) -> None:
    for name, page in tour:
        with_errors = bool(page.all("section", id="check"))
        html = page.one("html").attributes
        assert set(html) == {"lang", "dir"}
        if html["lang"] == "en":
            *words, site = page.title.split(" · ")
            assert site == "Tomoshibi"
            assert set(words) <= TITLES, name
            assert (words[0] == "Check") == (with_errors or name in {"400 again", "413"}), name
        assert page.heading
        assert page.one("main").attributes["id"] == "main"


def test_no_page_shows_a_text_of_the_form_library(tour: Iterator[tuple[str, Page]]) -> None:
    for name, page in tour:
        for text in BUILT_IN:
            assert text not in page.response.text, name


def test_levels_queues_and_names_stay_inside(tour: Iterator[tuple[str, Page]]) -> None:
    for name, page in tour:
        if name.startswith(("/m", "/s")):
            assert not re.search(r"\b(urgent|level|triage|reviewer)\b", page.response.text), name


def stretched(text: str) -> str:
    """Return a text in letters that no source has, its placeholders left alone."""
    parts = re.split(f"({PLACEHOLDER.pattern})", text)
    return "".join(part if PLACEHOLDER.fullmatch(part) else _wide(part) for part in parts)


def _wide(text: str) -> str:
    letters = (
        chr(ord(sign) + 0xFEE0) if sign.isascii() and sign.isalpha() else sign for sign in text
    )
    return "".join(letters)


@pytest.fixture
def pseudo(app: Flask, tmp_path: Path) -> Visitor:
    """A visitor whose pages are in a language made of wide letters."""
    folder = tmp_path / "locale" / PSEUDO.code / "LC_MESSAGES"
    folder.mkdir(parents=True)
    catalogue = extracted(LOCALE, tmp_path)
    for message in catalogue:
        if message.id:
            message.string = stretched(str(message.id))
    with (folder / "public.po").open("wb") as file:
        write_po(file, catalogue)
    words = language.load([(tmp_path / "locale", "public")], (PSEUDO,))
    app.extensions[language.EXTENSION] = words
    return Visitor(app.test_client(), {"Accept-Language": PSEUDO.code})


def is_ours(around: tuple[Element, ...]) -> bool:
    """Say whether a text should be in the page's language."""
    return not any(
        element.attributes.get("translate") == "no" or element.tag in {"style", "time"}
        for element in around
    )


def test_no_page_holds_a_text_that_was_not_translated(pseudo: Visitor) -> None:
    for name, page in every_page(pseudo):
        for text, around in page.pieces:
            assert not (is_ours(around) and re.search("[A-Za-z]", text)), (name, text)
        for element in page.elements:
            assert not re.search("[A-Za-z]", element.attributes.get("aria-label", "")), name
