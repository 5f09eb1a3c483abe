from typing import Final

import pytest
from playwright.sync_api import Page, Response, expect

from tests.browser.chromium import View
from tests.browser.conftest import NewPage
from tests.browser.demo import Demo
from tests.browser.neutral import LEAVE_URL, WORDS
from tests.browser.people import Reporter
from tests.browser.tour import come_from_elsewhere

SAVED: Final = "Marker of saved words"
UNSENT: Final = "Marker of words that were never sent"
TIMES_BACK: Final = 4
# Everything a person could read on the page, fields included.
SHOWN: Final = """() => [document.documentElement.innerText,
    ...[...document.querySelectorAll('input, textarea')].map(field => field.value)].join(' ')"""
# What can be seen of everything that holds words, is typed into or can be pressed.
VISIBLE: Final = """[...document.querySelectorAll(
    'a, h1, h2, p, label, legend, span, input, textarea, button')]
    .filter(one => getComputedStyle(one).visibility === 'visible')
    .map(one => one.localName + (one.matches('.leave') ? '.leave' : ''))"""
CLEARED: Final = '"cache", "cookies", "storage"'


def cookie_of(page: Page) -> str:
    """Return the visit cookie that the browser holds, empty without one."""
    held = {cookie["name"]: cookie["value"] for cookie in page.context.cookies()}
    return held.get("v", "")


def leave(page: Page) -> Response:
    """Press Leave, arrive at the neutral page, and return our answer on the way."""
    with page.expect_response("**/leave") as answer:
        page.locator("header a.leave").click()
    page.wait_for_url(LEAVE_URL)
    expect(page.locator("h1")).to_have_text(WORDS)
    return answer.value


@pytest.mark.parametrize("scripts", [True, False])
@pytest.mark.parametrize("saved", [True, False])
def test_after_leave_no_way_back_shows_a_word(
    demo: Demo, new_page: NewPage, *, scripts: bool, saved: bool
) -> None:
    reporter = Reporter(new_page(View("en", scripts=scripts)), demo, "en")
    page = reporter.page
    reporter.fill_in(SAVED)
    if saved:
        reporter.press("Continue")
        reporter.press("Go back")
    reporter.type("In your own words", UNSENT)
    cookie = cookie_of(page)
    assert demo.keeps_draft_of(cookie) is saved
    assert leave(page).all_headers()["clear-site-data"] == CLEARED
    assert page.context.cookies() == []
    assert not demo.keeps_draft_of(cookie)
    for _time in range(TIMES_BACK):
        page.go_back()
        shown = page.evaluate(SHOWN)
        assert SAVED not in shown
        assert UNSENT not in shown
    assert cookie not in cookie_of(page)


def test_leave_on_the_receipt_page_takes_the_code_away_for_good(
    demo: Demo, new_page: NewPage
) -> None:
    reporter = Reporter(new_page(View("ja")), demo, "ja")
    groups = reporter.send(SAVED)
    cookie = cookie_of(reporter.page)
    leave(reporter.page)
    assert not demo.keeps_draft_of(cookie)
    for _time in range(TIMES_BACK):
        reporter.page.go_back()
        assert not any(group in reporter.page.evaluate(SHOWN) for group in groups)


@pytest.mark.parametrize("scripts", [True, False])
def test_a_click_on_leave_hides_the_page_before_any_answer_comes(
    demo: Demo, new_page: NewPage, *, scripts: bool
) -> None:
    page = new_page(View("en", scripts=scripts))
    page.goto(f"{demo.address}/q")
    assert {"h1", "textarea", "a.leave"} <= set(page.evaluate(VISIBLE))
    page.locator("header a.leave").hover()
    page.mouse.down()
    assert page.evaluate(VISIBLE) == ["a.leave"]
    page.mouse.up()
    page.wait_for_url(LEAVE_URL)


@pytest.mark.parametrize("scripts", [True, False])
def test_the_page_stays_hidden_while_leave_keeps_the_focus_of_a_click(
    demo: Demo, new_page: NewPage, *, scripts: bool
) -> None:
    page = new_page(View("en", scripts=scripts))
    page.goto(f"{demo.address}/q")
    # The other mouse button gives the same focus and leads nowhere, so that we can look.
    page.locator("header a.leave").click(button="right")
    assert page.evaluate(VISIBLE) == ["a.leave"]
    page.keyboard.press("Tab")
    assert "h1" in page.evaluate(VISIBLE)


def test_another_sites_link_to_leave_destroys_no_draft(demo: Demo, new_page: NewPage) -> None:
    reporter = Reporter(new_page(View("en")), demo, "en")
    reporter.fill_in(SAVED)
    reporter.press("Continue")
    cookie = cookie_of(reporter.page)
    come_from_elsewhere(reporter, "/leave")
    expect(reporter.page.locator("h1")).to_have_text(WORDS)
    assert cookie_of(reporter.page) == cookie
    assert demo.keeps_draft_of(cookie)
    reporter.open("/q")
    expect(reporter.page.get_by_label("In your own words")).to_have_value(SAVED)
