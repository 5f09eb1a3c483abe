"""A hundred reports are cleared by keyboard, three presses each, and never while one types."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import pytest
from playwright.sync_api import Page, expect

from admin.samples import sample_reports
from tests.browser.chromium import DESK, View
from tests.browser.conftest import NewPage, ServeDemo
from tests.browser.demo import Demo, Worker
from tests.browser.people import Colleague
from tests.builders import a_report

HUNDRED: Final = 100
SAID: Final = tuple(report.story for report in sample_reports())


def press(page: Page, key: str) -> None:
    """Press a key and wait for the page it leads to."""
    with page.expect_navigation():
        page.keyboard.press(key)


@pytest.fixture(scope="module")
def demo(serve_demo: ServeDemo) -> Iterator[Demo]:
    """A place of its own: whoever has overdue work is sent there first, and gets no next report."""
    with serve_demo() as running:
        yield running


@dataclass(frozen=True)
class Shift:
    """A colleague at work, with their telephone beside them."""

    colleague: Colleague
    worker: Worker

    def next_new_report(self) -> None:
        """Press for the next report; pass on what they would work on as a caseworker."""
        self._next()
        while not self.colleague.page.locator("#level").count():
            press(self.colleague.page, "k")
            self.colleague.page.keyboard.press("4")
            press(self.colleague.page, "Enter")
            self._next()

    def _next(self) -> None:
        press(self.colleague.page, "n")
        # Whoever has read much today, in whichever test that was, is asked who they are.
        if self.colleague.page.locator("[name=step_up]").count():
            self.colleague.type("Code from your app", self.worker.code())
            self.colleague.press("Confirm")


def at_work(demo: Demo, new_page: NewPage) -> Shift:
    shift = Shift(Colleague(new_page(View("en", DESK)), demo, "en"), demo.somebody("reviewer"))
    shift.colleague.sign_in(shift.worker)
    shift.colleague.open("/staff/")
    return shift


def test_a_hundred_reports_are_cleared_with_three_keys_each(demo: Demo, new_page: NewPage) -> None:
    demo.receive(a_report(f"{n}: {SAID[n % len(SAID)]}") for n in range(HUNDRED))
    shift = at_work(demo, new_page)
    colleague, page = shift.colleague, shift.colleague.page
    before = colleague.waiting()
    assert len(before) >= HUNDRED
    colleague.open("/staff/")
    for _ in range(HUNDRED):
        shift.next_new_report()
        page.keyboard.press("y")
        page.keyboard.press("n")
        press(page, "a")
        colleague.sees_heading("Done")
    assert len(before - colleague.waiting()) == HUNDRED


def test_keys_rest_while_somebody_types_and_once_they_are_switched_off(
    demo: Demo, new_page: NewPage
) -> None:
    shift = at_work(demo, new_page)
    colleague, page = shift.colleague, shift.colleague.page
    shift.next_new_report()
    page.locator("#organisations").focus()
    page.keyboard.type("nan?")
    expect(page.locator("#rest_no")).not_to_be_checked()
    page.locator("#rest_no").focus()
    page.keyboard.press("Control+n")
    expect(page.locator("#rest_no")).not_to_be_checked()
    page.keyboard.press("?")
    page.get_by_role("button", name="Keys off in this window").click()
    page.keyboard.press("n")
    expect(page.locator("#rest_no")).not_to_be_checked()
    page.get_by_role("button", name="Keys off in this window").click()
    page.keyboard.press("n")
    expect(page.locator("#rest_no")).to_be_checked()
    press(page, "k")
    page.keyboard.press("5")
    press(page, "Enter")
    colleague.sees("Passed on. Whoever comes next gets it.")


def test_a_letter_after_g_leads_to_a_list(demo: Demo, new_page: NewPage) -> None:
    colleague = at_work(demo, new_page).colleague
    colleague.open("/staff/")
    colleague.page.keyboard.press("g")
    press(colleague.page, "o")
    colleague.sees_heading("Overdue")
    colleague.page.keyboard.press("Control+g")
    colleague.page.keyboard.press("m")
    colleague.sees_heading("Overdue")
    colleague.page.keyboard.press("g")
    press(colleague.page, "m")
    colleague.sees_heading("Mine")


def test_what_the_first_look_finds_is_two_keys_away(demo: Demo, new_page: NewPage) -> None:
    shift = at_work(demo, new_page)
    page = shift.colleague.page
    shift.next_new_report()
    for keys, chosen in (
        ("f3", "#date_set-yes"),
        ("f5", "#child-yes"),
        ("f8", "#reaches_abroad-no"),
    ):
        page.keyboard.type(keys)
        expect(page.locator(chosen)).to_be_checked()
    page.keyboard.type("fs")
    expect(page.locator("#further_state")).to_be_focused()
    page.locator("#child-yes").focus()
    page.keyboard.type("fo")
    page.keyboard.type("Team 9")
    expect(page.locator("#organisations")).to_have_value("Team 9")
    page.locator("#child-yes").focus()
    press(page, "k")
    page.keyboard.press("5")
    press(page, "Enter")
