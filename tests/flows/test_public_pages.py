"""What holds for every public page, in every language and every state."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask, request
from flask.testing import FlaskClient
from sqlalchemy.engine import URL

from reporting.languages import OFFERED
from reporting.settings import Settings
from reporting.web import blueprints
from tests.builders import Seeds, an_office
from tests.conftest import Clock
from tests.pseudo import CODE, install, untranslated
from tests.tour import LIMITS, every_page
from tests.visitor import Page, Visitor
from wsgi import create_app

LIGHT = {"/", "/s/0", "/q", "/m", "/s/code", "/m/read empty"}
PADDED = "/m"
TITLES = {
    *"0123456789", "Start", "About", "Done", "Enter", "Read", "Write", "Choices", "End", "Sorry",
    "Check", "Help", "Privacy", "Access", "Languages", "Notices", "Files", "Another look",
    "Figures",
}  # fmt: skip
ADDRESS = re.compile(r"(/(?!/)[\w/?=.-]*)?(#[\w.-]+)?|tel:(%23)?\d{3,12}")
# What these answer is no page of its own: it leads elsewhere, is empty, or is a page seen before.
NO_PAGES = {
    "pages.leave",
    "pages.choose_language",
    "pages.no_icon",
    "mailbox.read_older",
    "uploads.hand_out",
    *(f"figures.{name}" for name in ("hand_out", "index", "ledger", "openapi")),
    *("figures.plan_file", "figures.keys_file"),
}
# How somebody answers; a file is chosen and never typed.
ANSWERED = {None, "hidden", "checkbox", "radio", "file"}
WALKED: dict[str, list[tuple[str, Page]]] = {}
# WTForms' own words, which no page may show.
BUILT_IN = ("This field", "Not a valid", "Invalid", "not a valid choice", "CSRF")


@pytest.fixture
def database_url(new_database: Callable[[str], URL]) -> URL:
    """One kind of database is enough for what pages look like."""
    return new_database("sqlite")


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """The same instance, which takes few files and small ones."""
    return replace(settings, files=LIMITS)


@pytest.fixture(params=OFFERED, ids=lambda offer: offer.code)
def tour(request: pytest.FixtureRequest) -> list[tuple[str, Page]]:
    """Every page in each language; the walk is done once, for all that is asked about it."""
    code = request.param.code
    if code not in WALKED:
        client: FlaskClient = request.getfixturevalue("client")
        WALKED[code] = list(every_page(Visitor(client, {"Accept-Language": code})))
    return WALKED[code]


def test_the_tour_comes_to_every_page(app: Flask, client: FlaskClient) -> None:
    seen = set()
    app.before_request(lambda: seen.add(request.endpoint))
    for _page in every_page(Visitor(client)):
        pass
    public = {blueprint.name for blueprint in blueprints()}
    answered = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    pages = {endpoint for endpoint in answered if endpoint.partition(".")[0] in public}
    assert pages - seen == NO_PAGES


def limit(name: str) -> int:
    if name.startswith("/figures"):
        return 60_000
    return 12_000 if name in LIGHT else 25_000


def test_every_page_is_light_and_one_request(tour: list[tuple[str, Page]]) -> None:
    for name, page in tour:
        # An echo of somebody's words, or of a text too long, is as long as the words are.
        words = sum(len("".join(area.texts).encode()) for area in page.all("textarea"))
        assert len(page.response.data) - words <= limit(name), name
        for tag in ("img", "link", "iframe", "object", "script", "video", "base"):
            assert not page.all(tag), name
        assert name.startswith("/figures") or not page.all("svg"), name


def test_every_page_is_free_of_code_styles_and_outside_addresses(
    tour: list[tuple[str, Page]],
) -> None:
    for name, page in tour:
        for element in page.elements:
            for attribute, value in element.attributes.items():
                assert not attribute.startswith("on"), name
                assert attribute not in {"style", "src", "srcset", "ping", "target", "http-equiv"}
                if attribute in {"href", "action"}:
                    assert ADDRESS.fullmatch(value), name
        assert len(page.all("style")) == 1


def test_every_form_is_one_that_browsers_forget(tour: list[tuple[str, Page]]) -> None:
    for name, page in tour:
        for form in page.all("form"):
            assert form.attributes["autocomplete"] == "off", name
            assert form.attributes["method"] == "post", name
            assert form.attributes["action"], name
            assert "novalidate" in form.attributes, name
        for control in (*page.all("input"), *page.all("textarea")):
            assert control.attributes.get("type") in ANSWERED, name
            assert not {"placeholder", "required", "maxlength"} & set(control.attributes), name
            if control.tag == "textarea":
                assert control.attributes["spellcheck"] == "false", name
                assert control.attributes["dir"] == "auto", name
                assert control.attributes["translate"] == "no", name


def test_every_control_has_a_label_and_every_name_is_used_once(
    tour: list[tuple[str, Page]],
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
    tour: list[tuple[str, Page]],
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


def test_no_page_shows_a_text_of_the_form_library(tour: list[tuple[str, Page]]) -> None:
    for name, page in tour:
        for text in BUILT_IN:
            assert text not in page.response.text, name


def test_levels_queues_and_names_stay_inside(tour: list[tuple[str, Page]]) -> None:
    for name, page in tour:
        if name.startswith(("/m", "/s")):
            assert not re.search(r"\b(urgent|level|triage|reviewer)\b", page.response.text), name


@pytest.fixture
def pseudo(
    settings: Settings, seeds: Seeds, clock: Clock, tmp_path: Path
) -> Iterator[tuple[str, Page]]:
    """Every page in the language that only tests have."""
    install(settings.instance / "locale", tmp_path)
    an_office(settings, seeds)
    client = create_app(settings, clock).test_client()
    return every_page(Visitor(client, {"Accept-Language": CODE}))


def test_no_page_holds_a_text_that_cannot_be_translated(pseudo: Iterator[tuple[str, Page]]) -> None:
    for name, page in pseudo:
        assert page.one("html").attributes == {"lang": CODE, "dir": "rtl"}, name
        assert untranslated(page) == [], name
        assert page.response.text.count("⟦") == page.response.text.count("⟧") > 0, name
