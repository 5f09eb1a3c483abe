import pytest

from tests.browser import tour
from tests.browser.chromium import LANGUAGES, PUBLIC_LANGUAGES, View
from tests.browser.conftest import Admission, NewPage
from tests.browser.demo import Demo
from tests.browser.fitting import ENLARGED, IS_LEAVE_ON_TOP, too_wide
from tests.browser.people import Colleague, Reporter


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_staff_page_scrolls_sideways(
    demo: Demo, new_page: NewPage, admitted: Admission, language: str
) -> None:
    view = View(language, measured=True)
    page = new_page(view, admitted("reviewer"))
    for stop in tour.staff(Colleague(page, demo, language)):
        assert too_wide(page, stop) == []
    page = new_page(view)
    for stop in tour.staff_door(Colleague(page, demo, language)):
        assert too_wide(page, stop) == []
    page = new_page(view, admitted("auditor"))
    page.goto(f"{demo.address}/staff/audit")
    assert too_wide(page, "log") == []


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
