"""The annual report: a file that opens anywhere, reads well, and becomes a clean PDF."""

import io
from pathlib import Path

import pikepdf
import pytest
from playwright.sync_api import Page

from reporting.statistics.plan import Tier
from tests.browser.chromium import DESK, LANGUAGES, View
from tests.browser.conftest import NewPage
from tests.browser.fitting import too_wide
from tests.browser.reading import findings
from tests.reporting.statistics.editions import a_plan, a_release, a_source

A4: tuple[int, int] = (595, 842)  # in points
# Pages of the tables, the method, and what stands around them; many more would mean a broken sheet.
MOST_PAGES = 14


@pytest.fixture(scope="module")
def releases(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The usual release of a small year, and one of a larger one that was invented."""
    parent = tmp_path_factory.mktemp("releases")
    larger = a_plan("TOMOSHIBI-SYNTHETIC-2025-A", Tier.M)
    return [a_release(parent), a_release(parent, a_source(larger))]


def addresses_asked_for(page: Page) -> list[str]:
    """Return a list that grows with each request of a page."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    return asked


def complaints(page: Page) -> list[str]:
    """Return a list that grows with what the browser says about a page, such as a broken policy."""
    said: list[str] = []
    page.on("console", lambda line: said.append(line.text))
    return said


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_report_needs_nothing_but_itself_and_everybody_can_read_it(
    new_page: NewPage, releases: list[Path], language: str
) -> None:
    for folder in releases:
        page = new_page(View(language, measured=True))
        asked = addresses_asked_for(page)
        address = (folder / f"report.{language}.html").as_uri()
        page.goto(address)

        assert asked == [address]
        assert findings(page, folder.name) == []
        assert too_wide(page, folder.name) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_report_obeys_its_own_policy_and_prints_on_pages(
    new_page: NewPage, releases: list[Path], language: str
) -> None:
    for folder in releases:
        page = new_page(View(language, DESK))
        said = complaints(page)
        page.goto((folder / f"report.{language}.html").as_uri())
        printed = page.pdf(prefer_css_page_size=True, print_background=True)

        assert said == []
        with pikepdf.open(io.BytesIO(printed)) as pdf:
            assert 5 <= len(pdf.pages) <= MOST_PAGES
            for sheet in pdf.pages:
                assert tuple(round(float(side)) for side in sheet.mediabox[2:]) == A4
