"""Fitting: whether a page can be read without scrolling sideways, however it is looked at."""

from collections.abc import Iterator
from typing import Final

from playwright.sync_api import Page, ViewportSize

from tests.browser.chromium import DESK, PHONE

ENLARGED: Final = ViewportSize(width=320, height=256)  # 1280 by 1024 at 400 %
SIZES: Final = (PHONE, DESK)
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
    """Yield a name for each way in which the page now appears; the last ones change it for good.

    A page at 400 % is as wide as a telephone, and in the dark as wide as by day.
    """
    for size in SIZES:
        page.set_viewport_size(size)
        yield f"{size['width']} wide"
    page.set_viewport_size(PHONE)
    page.emulate_media(forced_colors="active")
    yield "forced colours"
    page.emulate_media(forced_colors="none")
    page.add_style_tag(content=TEXT_SPACING)
    for size in SIZES:
        page.set_viewport_size(size)
        yield f"wide text, {size['width']} wide"


def too_wide(page: Page, stop: str) -> list[str]:
    """Return the looks of a page in which somebody would have to scroll sideways."""
    return [f"{stop}, {look}" for look in looks(page) if page.evaluate(IS_TOO_WIDE)]


def is_leave_in_view(page: Page) -> bool:
    """Say whether Leave is in view and uncovered, wherever the page is scrolled to."""
    for size in (PHONE, DESK):
        page.set_viewport_size(size)
        if not page.evaluate(IS_LEAVE_ON_TOP, [0, 0.5, 1]):
            return False
    return True
