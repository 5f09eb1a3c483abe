"""Every public page, fresh and after mistakes, in every language: readable, fitting, with Leave."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from reporting.languages import LOCALE
from reporting.settings import Settings
from tests import pseudo
from tests.browser.chromium import PHONE, PUBLIC_LANGUAGES, View
from tests.browser.conftest import NewPage
from tests.browser.fitting import is_leave_in_view, too_wide
from tests.browser.reading import findings
from tests.builders import Seeds, an_office
from tests.conftest import Clock
from tests.tour import LIMITS, every_page
from tests.visitor import Page, Visitor
from wsgi import create_app


@pytest.fixture
def database_url(new_database: Callable[[str], URL]) -> URL:
    """One kind of database is enough for what pages look like."""
    return new_database("sqlite")


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """The same instance, which takes few files and small ones."""
    return replace(settings, files=LIMITS)


@pytest.fixture
def visit(
    settings: Settings, seeds: Seeds, clock: Clock, tmp_path: Path
) -> Callable[[str], Iterator[tuple[str, Page]]]:
    """Walk to every page as somebody who reads this language."""
    pseudo.install(settings.instance / LOCALE.name, tmp_path)
    an_office(settings, seeds)
    client = create_app(settings, clock).test_client()
    return lambda language: every_page(Visitor(client, {"Accept-Language": language}))


@pytest.mark.parametrize("language", PUBLIC_LANGUAGES)
def test_every_public_page_can_be_read_fits_and_has_leave_in_view(
    new_page: NewPage, visit: Callable[[str], Iterator[tuple[str, Page]]], language: str
) -> None:
    window = new_page(View(language, measured=True))
    asked: list[str] = []
    wrong: list[str] = []
    window.on("request", lambda request: asked.append(request.url))
    for stop, page in visit(language):
        # A page is one answer: what it needs is in it, so it can be shown without its server.
        window.set_viewport_size(PHONE)
        window.set_content(page.response.text)
        window.evaluate("scrollTo(0, 0)")
        wrong += findings(window, stop)
        assert is_leave_in_view(window), stop
        wrong += too_wide(window, stop)
    assert wrong == []
    assert asked == []
