from collections.abc import Iterable, Iterator
from typing import Final

import pytest
from playwright.sync_api import Page, ViewportSize

from tests.browser import tour
from tests.browser.chromium import DESK, LANGUAGES, PHONE, PUBLIC_LANGUAGES, View
from tests.browser.conftest import Admission, NewPage
from tests.browser.demo import Demo
from tests.browser.people import Colleague, Reporter

ENLARGED: Final = ViewportSize(width=320, height=256)  # 1280 by 1024 at 400 %
SIZES: Final = (PHONE, ENLARGED, DESK)
TEXT_SPACING: Final = """
    * { line-height: 1.5 !important; letter-spacing: .12em !important;
        word-spacing: .16em !important; }
    p { margin-block-end: 2em !important; }
"""
# What sticks out of the page; what scrolls inside a region of its own does not.
IS_TOO_WIDE: Final = """() =>
    document.documentElement.scrollWidth > document.documentElement.clientWidth"""
# The middle of the Leave link belongs to it, wherever the page is scrolled to.
IS_LEAVE_ON_TOP: Final = """places => places.every(down => {
    scrollTo(0, down * document.body.scrollHeight);
    const leave = document.querySelector('a.leave');
    const box = leave.getBoundingClientRect();
    return leave === document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
})"""


def looks(page: Page) -> Iterator[str]:
    """Yield a name for each way in which the page now appears."""
    for size in SIZES:
        page.set_viewport_size(size)
        yield f"{size['width']} by {size['height']}"
    page.set_viewport_size(PHONE)
    page.emulate_media(color_scheme="dark")
    yield "dark"
    page.emulate_media(color_scheme="light", forced_colors="active")
    yield "forced colours"
    page.emulate_media(forced_colors="none")
    page.add_style_tag(content=TEXT_SPACING)
    for size in SIZES:
        page.set_viewport_size(size)
        yield f"wide text, {size['width']} by {size['height']}"


def too_wide(page: Page, stops: Iterable[str]) -> list[str]:
    """Return where somebody would have to scroll sideways."""
    return [
        f"{stop}, {look}" for stop in stops for look in looks(page) if page.evaluate(IS_TOO_WIDE)
    ]


def with_leave_in_view(page: Page, stops: Iterable[str]) -> Iterator[str]:
    """Yield every stop, and fail at one where Leave is out of view or covered."""
    for stop in stops:
        for size in (PHONE, DESK):
            page.set_viewport_size(size)
            assert page.evaluate(IS_LEAVE_ON_TOP, [0, 0.5, 1]), stop
        yield stop


@pytest.mark.parametrize("language", PUBLIC_LANGUAGES)
def test_no_public_page_scrolls_sideways_and_leave_is_always_in_view(
    demo: Demo, new_page: NewPage, admitted: Admission, language: str
) -> None:
    page = new_page(View(language, measured=True))
    colleague = Colleague(new_page(View(language), admitted("reviewer")), demo, language)
    stops = tour.public(Reporter(page, demo, language), colleague)
    assert too_wide(page, with_leave_in_view(page, stops)) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_staff_page_scrolls_sideways(
    demo: Demo, new_page: NewPage, admitted: Admission, language: str
) -> None:
    view = View(language, measured=True)
    page = new_page(view, admitted("reviewer"))
    assert too_wide(page, tour.staff(Colleague(page, demo, language))) == []
    page = new_page(view)
    assert too_wide(page, tour.staff_door(Colleague(page, demo, language))) == []
    page = new_page(view, admitted("auditor"))
    page.goto(f"{demo.address}/staff/audit")
    assert too_wide(page, ["log"]) == []


def test_the_bar_does_not_stick_where_the_window_is_low(demo: Demo, new_page: NewPage) -> None:
    page = new_page(View("ja", ENLARGED))
    page.goto(f"{demo.address}/q")
    assert page.evaluate(IS_LEAVE_ON_TOP, [0])
    page.evaluate("scrollTo(0, 600)")
    box = page.locator("a.leave").bounding_box()
    assert box is not None
    assert box["y"] + box["height"] < 0


@pytest.mark.parametrize("language", PUBLIC_LANGUAGES)
def test_a_printed_receipt_holds_the_groups_and_one_line_that_tells_nothing(
    demo: Demo, new_page: NewPage, language: str
) -> None:
    reporter = Reporter(new_page(View(language)), demo, language)
    groups = reporter.send("Somebody follows me.")
    reporter.page.emulate_media(media="print")
    printed = reporter.page.locator("body").inner_text().replace("\u200a", "").split("\n")
    assert [line for line in printed if line] == [
        *groups,
        reporter.say("Keep this in a safe place."),
    ]
