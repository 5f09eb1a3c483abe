"""A tour of plans: every page on which officers make and weigh a plan of published figures."""

from collections.abc import Iterator
from typing import Final

from tests.browser.people import Colleague

ALL: Final = "/staff/publication"
COST: Final = "What the year may cost (ε)"


def of_plans(officer: Colleague) -> Iterator[str]:
    """Yield a name at every page of plans; the officer's browser shows the page meanwhile."""
    officer.open(ALL)
    yield "plans"
    # The last that is offered: that of the year to come, of which nothing is announced.
    officer.follow(officer.page.locator("main li a, main h2 a").last)
    yield "form of a plan"
    officer.type(COST, "9")
    officer.press("Keep it as a draft")
    yield "form of a plan with mistakes"
    officer.type(COST, "4/5")
    officer.press("Only show what it would be worth")
    yield "form of a plan, weighed"
    officer.press("Keep it as a draft")
    yield "plan"
    officer.press("Back to all plans")
    yield "plans with one"
