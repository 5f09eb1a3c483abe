from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import pytest
from playwright.sync_api import Page, expect

from tests.browser.chromium import DESK, LANGUAGES, PHONE, View
from tests.browser.conftest import Admission, NewPage
from tests.browser.demo import Demo
from tests.browser.people import Colleague, Reporter

# Where the keyboard is: what it is called, and what is wrong with how it shows.
STOP: Final = """() => {
    const here = document.activeElement;
    if (!here || here === document.body) return null;
    const box = here.getBoundingClientRect();
    const style = getComputedStyle(here);
    const met = document.elementFromPoint(
        Math.max(1, box.x + Math.min(box.width / 2, 12)),
        Math.max(1, box.y + Math.min(box.height / 2, 12)));
    const wrong = [];
    if (style.outlineStyle === 'none' || parseFloat(style.outlineWidth) < 3)
        wrong.push('no outline');
    if (box.bottom < 1 || box.y > innerHeight || box.width < 1) wrong.push('out of view');
    if (!here.contains(met)) wrong.push('covered');
    const order = [...document.querySelectorAll('*')].indexOf(here);
    return {order, wrong, name: (here.name || here.textContent || here.tagName).trim().slice(0, 40),
            leave: here.matches('header a.leave')};
}"""


@dataclass(frozen=True)
class Stop:
    """Where the keyboard is: its place among all elements, and what is wrong with how it shows."""

    order: int
    name: str
    leave: bool
    wrong: list[str]


def stops(page: Page) -> Iterator[Stop]:
    """Press Tab until the page is through, and yield where the keyboard is each time."""
    seen = set()
    while True:
        page.keyboard.press("Tab")
        found = page.evaluate(STOP)
        if found is None or found["order"] in seen:
            return
        seen.add(found["order"])
        yield Stop(**found)


@pytest.mark.parametrize("view", [View("ja", PHONE), View("en", DESK)], ids=["ja-320", "en-1280"])
@pytest.mark.parametrize("path", ["/", "/s/0", "/q", "/m"])
def test_the_keyboard_meets_leave_second_and_then_everything_in_order(
    demo: Demo, new_page: NewPage, path: str, view: View
) -> None:
    page = new_page(view)
    page.goto(demo.address + path)
    met = list(stops(page))
    assert [stop for stop in met if stop.wrong] == []
    assert [stop.leave for stop in met].index(True) == 1
    order = [stop.order for stop in met]
    assert order == sorted(order)
    # Of radio buttons that belong together the keyboard meets the chosen one only.
    focusable = page.locator("a[href], button, textarea, input:not([type=hidden], [type=radio])")
    assert len(met) >= focusable.count()


@pytest.mark.parametrize("path", ["/staff/", "/staff/case"])
def test_staff_see_where_their_keyboard_is(
    demo: Demo, new_page: NewPage, admitted: Admission, path: str
) -> None:
    colleague = Colleague(new_page(View("en", DESK), admitted("reviewer")), demo, "en")
    colleague.open(path if path == "/staff/" else min(colleague.waiting()))
    met = list(stops(colleague.page))
    assert [stop for stop in met if stop.wrong] == []
    assert len(met) > 5


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("scripts", [True, False])
def test_after_a_mistake_the_keyboard_is_at_the_summary_and_leads_to_the_field(
    demo: Demo, new_page: NewPage, language: str, *, scripts: bool
) -> None:
    reporter = Reporter(new_page(View(language, scripts=scripts)), demo, language)
    reporter.open("/q")
    reporter.press("Continue")
    assert reporter.page.url.endswith("/q#check")
    expect(reporter.page.locator("#check")).to_be_focused()
    expect(reporter.page.locator("#check")).to_be_in_viewport()
    reporter.page.keyboard.press("Tab")
    reporter.page.keyboard.press("Enter")
    expect(reporter.page.locator("#kinds")).to_be_focused()
    expect(reporter.page.locator("#kinds")).to_be_in_viewport()


def test_the_skip_link_leads_past_the_bar(demo: Demo, new_page: NewPage) -> None:
    page = new_page(View("en"))
    page.goto(f"{demo.address}/s/0")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.locator("main :focus")).to_have_count(1)


@pytest.mark.parametrize("scripts", [True, False])
def test_enter_in_a_text_field_presses_the_first_button(
    demo: Demo, new_page: NewPage, *, scripts: bool
) -> None:
    reporter = Reporter(new_page(View("en", scripts=scripts)), demo, "en")
    reporter.open("/m")
    reporter.type("Your code", "123")
    with reporter.page.expect_navigation():
        reporter.page.keyboard.press("Enter")
    assert reporter.page.url.endswith("/m#check")
    assert reporter.page.locator("html").get_attribute("lang") == "en"
