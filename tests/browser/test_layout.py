import pytest

from tests.browser import tour
from tests.browser.chromium import DESK, LANGUAGES, PUBLIC_LANGUAGES, View
from tests.browser.conftest import Admission, NewPage
from tests.browser.demo import Demo
from tests.browser.fitting import ENLARGED, IS_LEAVE_ON_TOP, too_wide
from tests.browser.people import Colleague, Reporter

ON_FIRST_SCREEN = ("#story .words", "#as_told", "button[value=accept]", "[data-key=k]")


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


def test_a_report_and_what_can_be_done_with_it_are_on_the_first_screen(
    demo: Demo, new_page: NewPage, admitted: Admission
) -> None:
    page = new_page(View("en", DESK), admitted("reviewer"))
    colleague = Colleague(page, demo, "en")
    colleague.open(tour.in_hand(colleague))
    for seen in ON_FIRST_SCREEN:
        box = page.locator(seen).first.bounding_box()
        assert box is not None, seen
        assert box["y"] + min(box["height"], 48) <= DESK["height"], seen
    page.keyboard.press("n")
    ticked = page.locator("#rest_no").bounding_box()
    bar = page.locator(".bar").bounding_box()
    assert ticked is not None
    assert bar is not None
    assert ticked["y"] + ticked["height"] <= bar["y"], "the bar hides what a key just ticked"


def test_two_reports_are_compared_beside_each_other(
    demo: Demo, new_page: NewPage, admitted: Admission
) -> None:
    page = new_page(View("en", DESK), admitted("reviewer"))
    colleague = Colleague(page, demo, "en")
    one, other = sorted(colleague.waiting())[:2]
    colleague.open(f"{one}/compare/{other[-32:]}")
    left, right = (side.bounding_box() for side in page.locator(".sides > section").all())
    assert left is not None
    assert right is not None
    assert (left["y"], left["width"]) == (right["y"], right["width"])
    assert left["x"] + left["width"] <= right["x"]
