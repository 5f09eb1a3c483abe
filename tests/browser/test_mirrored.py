"""Pages that run from right to left, in the language that only tests have."""

from collections.abc import Iterator
from typing import Final

import pytest
from playwright.sync_api import Page

from tests import pseudo
from tests.browser import tour
from tests.browser.chromium import DESK, PHONE, View
from tests.browser.conftest import Admission, NewPage
from tests.browser.demo import Demo
from tests.browser.people import Colleague, Reporter

IS_MIRRORED: Final = """() => {
    const leave = document.querySelector('a.leave').getBoundingClientRect();
    return getComputedStyle(document.documentElement).direction === 'rtl'
        && leave.x + leave.width / 2 < innerWidth / 2;
}"""
# Numbers of several parts, such as telephones and dates, whose parts stand in the wrong order.
TURNED_NUMBERS: Final = r"""() => {
    const wrong = [];
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const place = (text, index) => {
        const sign = document.createRange();
        sign.setStart(text, index);
        sign.setEnd(text, index + 1);
        return sign.getBoundingClientRect();
    };
    while (texts.nextNode()) {
        const text = texts.currentNode;
        for (const found of text.data.matchAll(/\d(?:[ \u200a\u2013.:\/-]?\d)+/g)) {
            const first = place(text, found.index);
            const last = place(text, found.index + found[0].length - 1);
            if (first.width && first.y === last.y && first.x > last.x) wrong.push(found[0]);
        }
    }
    return wrong;
}"""
CODE_GROUPS: Final = """() =>
    [...document.querySelectorAll('ol.code li')].map(group => group.getBoundingClientRect())
        .map(box => [box.y, box.x])"""


@pytest.fixture
def stops(demo: Demo, new_page: NewPage, admitted: Admission) -> Iterator[tuple[Page, str]]:
    """Every public page, as somebody meets it who reads from right to left."""
    page = new_page(View(pseudo.CODE, measured=True))
    colleague = Colleague(new_page(View("en"), admitted("reviewer")), demo, "en")
    return ((page, stop) for stop in tour.public(Reporter(page, demo, pseudo.CODE), colleague))


def test_every_public_page_is_mirrored_and_its_numbers_are_not(
    stops: Iterator[tuple[Page, str]],
) -> None:
    for page, stop in stops:
        for size in (PHONE, DESK):
            page.set_viewport_size(size)
            assert page.evaluate(IS_MIRRORED), stop
            assert page.evaluate(TURNED_NUMBERS) == [], stop
            groups = page.evaluate(CODE_GROUPS)
            assert groups == sorted(groups), stop


def test_a_number_whose_parts_changed_places_would_be_seen(new_page: NewPage) -> None:
    page = new_page(View("en"))
    page.set_content("<html dir=rtl><p>ابت 03 5774 0992, <bdi>0120 279 338</bdi></p></html>")
    assert page.evaluate(TURNED_NUMBERS) == ["03 5774 0992"]
