"""Reading: what axe finds on a page, by day and in the dark."""

from collections.abc import Mapping
from typing import Final

from axe_playwright_python.base import AXE_SCRIPT, AxeResults
from playwright.sync_api import Page

TAGS: Final = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
EVERYTHING: Final = {
    "resultTypes": ["violations"],
    "runOnly": list(TAGS),
    "rules": {"target-size": {"enabled": True}},
}
CONTRAST: Final = {"resultTypes": ["violations"], "runOnly": ["color-contrast"]}
IS_THERE: Final = "typeof axe !== 'undefined'"


def findings(page: Page, stop: str) -> list[str]:
    """Return what axe finds on the page now, in the dark whether everything can be read."""
    results = [_run(page, EVERYTHING)]
    # Colours are the same in every language, so that one walk in the dark is enough.
    if page.locator("html").get_attribute("lang") == "en":
        page.emulate_media(color_scheme="dark")
        results.append(_run(page, CONTRAST))
        page.emulate_media(color_scheme="light")
    return [f"{stop}: {one.generate_report()}" for one in results if one.violations_count]


def _run(page: Page, options: Mapping[str, object]) -> AxeResults:
    # Half a megabyte: put into a window once, not once for each look at it.
    if not page.evaluate(IS_THERE):
        page.evaluate(AXE_SCRIPT)
    return AxeResults(page.evaluate("options => axe.run(options)", options))
