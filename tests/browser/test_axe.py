from collections.abc import Iterable
from typing import Final

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser import tour
from tests.browser.chromium import LANGUAGES, PUBLIC_LANGUAGES, View
from tests.browser.conftest import Admission, NewPage
from tests.browser.demo import Demo
from tests.browser.people import Colleague, Reporter

TAGS: Final = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
EVERYTHING: Final = {
    "resultTypes": ["violations"],
    "runOnly": list(TAGS),
    "rules": {"target-size": {"enabled": True}},
}
CONTRAST: Final = {"resultTypes": ["violations"], "runOnly": ["color-contrast"]}
AXE: Final = Axe()


def findings(page: Page, stops: Iterable[str]) -> list[str]:
    """Return what axe finds at each stop, in the dark whether everything can be read."""
    found = []
    for stop in stops:
        results = [AXE.run(page, options=EVERYTHING)]
        # Colours are the same in every language, so that one walk in the dark is enough.
        if page.locator("html").get_attribute("lang") == "en":
            page.emulate_media(color_scheme="dark")
            results.append(AXE.run(page, options=CONTRAST))
            page.emulate_media(color_scheme="light")
        found += [f"{stop}: {one.generate_report()}" for one in results if one.violations_count]
    return found


@pytest.mark.parametrize("language", PUBLIC_LANGUAGES)
def test_axe_finds_nothing_on_the_public_pages(
    demo: Demo, new_page: NewPage, admitted: Admission, language: str
) -> None:
    page = new_page(View(language, measured=True))
    colleague = Colleague(new_page(View(language), admitted("reviewer")), demo, language)
    assert findings(page, tour.public(Reporter(page, demo, language), colleague)) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_nothing_on_the_way_into_the_staff_site(
    demo: Demo, new_page: NewPage, language: str
) -> None:
    page = new_page(View(language, measured=True))
    assert findings(page, tour.staff_door(Colleague(page, demo, language))) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_nothing_on_the_pages_of_staff(
    demo: Demo, new_page: NewPage, admitted: Admission, language: str
) -> None:
    view = View(language, measured=True)
    page = new_page(view, admitted("reviewer"))
    assert findings(page, tour.staff(Colleague(page, demo, language))) == []
    for role in ("auditor", "caseworker"):
        page = new_page(view, admitted(role))
        Colleague(page, demo, language).open("/staff/")
        assert findings(page, [role]) == []
