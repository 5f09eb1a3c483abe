"""A tour of one report: every page that somebody opens who works on it, from a first look on."""

from collections.abc import Iterator
from typing import Final

from admin.web.wording import LEVELS
from tests.browser.demo import Worker
from tests.browser.people import Colleague
from tests.browser.tour import in_hand
from wsgi import utc_now

# What is written behind a report's address, and whether its form says what is missing.
BEFORE: Final = (
    ("links", False),
    ("keep", False),
    ("unmask", True),
    ("hand", False),
    ("evidence", False),
)
AFTER: Final = (
    ("grade", True),
    ("identifiers", False),
    ("task", True),
    ("contact", True),
    ("emergency", False),
    ("hold", True),
)
OF_THE_WHOLE: Final = (("whole/person", True), ("whole/act", True))
FILLED: Final = (("whole/person/1", False), ("whole/act/1", False), ("whole/question/1", True))

WATCHED: Final = (("check", True),)


def of_a_case(colleague: Colleague, worker: Worker) -> Iterator[str]:
    """Yield a name at every page; `worker` is who is signed in, with their telephone."""
    case = in_hand(colleague)
    yield from _pages(colleague, worker, case, BEFORE)
    other = next(one for one in sorted(colleague.waiting()) if not one.endswith(case[-32:]))
    colleague.open(f"{case}/compare/{other[-32:]}")
    yield "two reports beside each other"
    colleague.open(case)
    _accept(colleague)
    colleague.open(f"{case}/decide/assign")
    colleague.follow(colleague.page.locator("main form button").first)
    yield "taken on"
    yield from _pages(colleague, worker, case, AFTER)
    yield from _whole(colleague, worker, case)
    colleague.open(case)
    colleague.type("Answer to the reporter", "Thank you. We read it.")
    colleague.press("Let a second person read it first")
    yield "own words that wait"
    colleague.follow(colleague.page.locator("#messages a[href*='/words/']").first)
    yield "own words"
    colleague.open(f"{case}/decide/watch")
    colleague.page.locator("#next_check").fill(utc_now().date().isoformat())
    colleague.follow(colleague.page.locator("main form button").first)
    yield from _pages(colleague, worker, case, WATCHED)
    colleague.open("/staff/campaigns")
    yield "campaigns"


def _pages(
    colleague: Colleague, worker: Worker, case: str, pages: tuple[tuple[str, bool], ...]
) -> Iterator[str]:
    for name, has_form in pages:
        colleague.open(f"{case}/{name}")
        if colleague.page.locator("[name=step_up]").count():
            colleague.type("Code from your app", worker.code())
            colleague.press("Confirm")
        yield name
        if has_form:
            colleague.follow(colleague.page.locator("main form button").first)
            yield f"{name} with mistakes"


def _whole(colleague: Colleague, worker: Worker, case: str) -> Iterator[str]:
    colleague.open(f"{case}/whole")
    yield "whole"
    colleague.press("Keep the question")
    yield "whole with mistakes"
    yield from _pages(colleague, worker, case, OF_THE_WHOLE)
    colleague.open(f"{case}/whole/person")
    colleague.page.locator("#line").fill("A man with a scar")
    colleague.page.locator("#part-perpetrator").check()
    colleague.follow(colleague.page.locator("main form button").first)
    colleague.open(f"{case}/whole/act")
    colleague.page.locator("#tactic").select_option("threat.death")
    colleague.page.locator("#year").fill("2025")
    colleague.page.locator("#done_by").select_option("1")
    colleague.follow(colleague.page.locator("main form button").first)
    colleague.page.locator("#question").fill("Whose number is it?")
    colleague.press("Keep the question")
    yield "whole with people, acts and a question"
    yield from _pages(colleague, worker, case, FILLED)
    colleague.open(f"{case}/whole/print")
    yield "whole on paper"


def _accept(colleague: Colleague) -> None:
    said = colleague.page.locator(".levels .hint").inner_text()
    levels = {str(level): colleague.say(label) for level, label in LEVELS.items()}
    code = next(code for code, label in levels.items() if label in said)
    colleague.page.locator(f"#level-{code}").check()
    for no in colleague.page.locator(".dangers input[value=no]").all():
        no.check()
    colleague.follow(colleague.page.locator("button[value=accept]"))
