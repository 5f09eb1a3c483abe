from typing import Final

import pytest
from playwright.sync_api import expect

from tests.browser.chromium import DESK, LANGUAGES, PHONE, View
from tests.browser.conftest import Admission, NewPage
from tests.browser.demo import Demo
from tests.browser.people import Colleague, Reporter

STORY: Final = "Two men waited at my sister's door. 二人の男が姉の家の前にいた。"
ANSWER: Final = "Is somebody in danger now? いま危ない人はいますか。"
NOTE: Final = "Ask about the sister first."
TAKEN_BACK: Final = "You have taken your report back"
MORE: Final = "They have gone. もういません。"


def report(reporter: Reporter) -> str:
    """Send a report, write the code down, prove it, and return it."""
    groups = reporter.send(STORY)
    assert len(groups) == 8
    assert all(len(group) == 4 for group in groups)
    reporter.prove(groups)
    return " ".join(groups)


def answer(colleague: Colleague, case: str) -> None:
    """Read the case, answer its reporter, leave a note and sign out."""
    colleague.open(case)
    colleague.sees(STORY)
    colleague.type("Answer to the reporter", ANSWER)
    # In a language whose words nobody has checked yet, somebody else would read them first.
    colleague.choose("Language of your own words", "en")
    colleague.press("Send the answer")
    colleague.sees(ANSWER)
    colleague.type("Note for the team", NOTE)
    colleague.press("Keep the note")
    colleague.sees(NOTE)
    colleague.press("Sign out")
    colleague.sees_heading("Sign in")
    colleague.open(case)
    colleague.sees_heading("Sign in")


def come_back(reporter: Reporter, code: str) -> None:
    """Read the answer with the code from the paper and write more."""
    reporter.enter(code)
    reporter.sees("We have your report. Nobody has decided anything yet.")
    reporter.sees(ANSWER)
    assert NOTE not in reporter.page.content()
    reporter.press("Write to the team")
    reporter.type("Your message", MORE)
    reporter.press("Send")
    reporter.sees(MORE)


def take_back(reporter: Reporter, code: str) -> None:
    """Take the report back with the typed word; only its code finds it now."""
    reporter.press("Take the report back and erase everything")
    word = reporter.say("erase")
    reporter.type("If you are sure, type this word: %(word)s", word, word=word)
    reporter.press("Take it back")
    reporter.sees(TAKEN_BACK)
    reporter.enter(code)
    reporter.open("/m/end")
    reporter.sees(TAKEN_BACK)


def bring_back(reporter: Reporter) -> None:
    """Change one's mind."""
    reporter.press("I changed my mind: bring it back")
    reporter.sees_heading("How things stand")


@pytest.mark.parametrize(
    "view",
    [
        *(View(language, size, scripts=False) for language in LANGUAGES for size in (PHONE, DESK)),
        View("ja", PHONE, scripts=True),
    ],
    ids=lambda view: f"{view.language}-{view.viewport['width']}-scripts-{view.scripts}",
)
def test_a_report_is_sent_answered_continued_and_taken_back(
    demo: Demo,
    new_page: NewPage,
    admitted: Admission,
    view: View,
) -> None:
    language = view.language
    reporter = Reporter(new_page(view), demo, language)
    colleague = Colleague(new_page(view), demo, language)
    other = Colleague(new_page(view, admitted("reviewer")), demo, language)
    colleague.sign_in(demo.somebody("reviewer"))
    before = colleague.waiting()
    code = report(reporter)
    (case,) = colleague.waiting() - before
    answer(colleague, case)
    come_back(reporter, code)
    assert case in other.waiting()
    row = other.page.locator("tr", has=other.page.locator(f'a[href="{case}"]'))
    expect(row).to_contain_text(other.say("new message"))
    other.open(case)
    other.sees(MORE)
    take_back(reporter, code)
    assert case not in other.waiting()
    bring_back(reporter)
    assert case in other.waiting()
