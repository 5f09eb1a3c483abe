"""People: what somebody sees on a page, types into it and presses, in the page's language."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from babel.support import Translations
from playwright.sync_api import Locator, Page, expect
from typing_extensions import override

from admin.web import STAFF_CATALOGUE
from forms.codebook import CONSENT_STORE, KINDS
from reporting.languages import LOCALE, OFFERED, SOURCE, found
from reporting.web import language
from tests.browser.demo import Demo, Worker

STAFF_WORDS: Final = language.load(OFFERED, [STAFF_CATALOGUE]).words
THREAT: Final = KINDS[1].label


@cache
def public_words(instance: Path) -> Mapping[str, Translations]:
    """Return the public site's words in every language of an instance."""
    return language.load(found([LOCALE, instance / LOCALE.name])).words


@dataclass(frozen=True)
class Somebody:
    """A person in front of a browser."""

    page: Page
    demo: Demo
    language: str

    @property
    def words(self) -> Translations:
        """The words of the pages that this person looks at."""
        return public_words(self.demo.settings.instance)[self.language]

    def say(self, message: str, **values: object) -> str:
        """Return a message as this person's page words it."""
        text: str = self.words.gettext(message)
        return text % values if values else text

    def open(self, path: str) -> None:
        """Type an address of the service."""
        self.page.goto(self.demo.address + path)

    def press(self, message: str, **values: object) -> None:
        """Press a button or follow a link, by the name it has, and wait for the next page."""
        name = self.say(message, **values)
        button = self.page.get_by_role("button", name=name, exact=True)
        link = self.page.get_by_role("link", name=name, exact=True)
        self.follow(button.or_(link).first)

    def follow(self, target: Locator) -> None:
        """Press something and wait for the page it leads to."""
        with self.page.expect_navigation():
            target.click()

    def type(self, label: str, words: str, **values: object) -> None:
        """Type into the field with this label."""
        self.page.get_by_label(self.say(label, **values), exact=True).fill(words)

    def choose(self, label: str, code: str) -> None:
        """Choose from the list with this label."""
        self.page.get_by_label(self.say(label), exact=True).select_option(code)

    def tick(self, label: str) -> None:
        """Choose the box whose label begins like this."""
        self.page.get_by_label(self.say(label)).check()

    def sees(self, message: str, **values: object) -> None:
        """Find a message on the page."""
        expect(self.page.locator("body")).to_contain_text(self.say(message, **values))

    def sees_heading(self, message: str, **values: object) -> None:
        """Find the page's one main heading."""
        expect(self.page.locator("h1")).to_have_text(self.say(message, **values))


class Reporter(Somebody):
    """Somebody who reports."""

    def fill_in(self, story: str) -> None:
        """Go from the start page to the filled-in short form."""
        self.open("/")
        self.press("Begin")
        self.sees_heading("Before you start")
        self.press("Short: in my own words")
        self.sees_heading("Tell us what happened")
        self.type("In your own words", story)
        self.tick(THREAT)
        self.tick(CONSENT_STORE.text)

    def send(self, story: str) -> tuple[str, ...]:
        """Send a report and return the code's groups from the receipt page."""
        self.fill_in(story)
        self.press("Continue")
        self.sees_heading("Check and send")
        self.sees(story)
        self.press("Send")
        self.sees_heading("Your report has arrived. Thank you.")
        return self.groups()

    def prove(self, groups: tuple[str, ...]) -> None:
        """Type the two groups that the page asks for, from the paper."""
        self.press("I have written it down")
        self.sees_heading("Let us try the code")
        for place, group in enumerate(groups, start=1):
            label = self.say("Group %(place)s of 8", place=place)
            field = self.page.get_by_label(label, exact=True)
            if field.count():
                field.fill(group)
        self.press("Continue")
        self.sees_heading("Done. Please close this window now.")

    def enter(self, code: str) -> None:
        """Open the mailbox of a code."""
        self.open("/m")
        self.type("Your code", code)
        self.press("Open")

    def groups(self) -> tuple[str, ...]:
        """Read the code from the receipt page."""
        shown = self.page.locator("ol.code li").all_inner_texts()
        return tuple(group.replace("\u200a", "") for group in shown)


class Colleague(Somebody):
    """Somebody on the staff, whose pages are in English where there are no others."""

    @property
    @override
    def words(self) -> Translations:
        return STAFF_WORDS.get(self.language, STAFF_WORDS[SOURCE])

    def sign_in(self, worker: Worker) -> None:
        """Come in with passphrase and one-time code."""
        self.open("/staff/sign-in")
        self.type("Name", worker.name)
        self.type("Passphrase", worker.passphrase)
        self.press("Continue")
        self.type("Code from your app", worker.code())
        self.press("Sign in")

    def waiting(self) -> set[str]:
        """Return the addresses of all reports in the queue."""
        self.open("/staff/list/received")
        found = self._doors()
        following = self.page.get_by_role("link", name=self.say("Next page"), exact=True)
        while following.count():
            self.follow(following)
            found |= self._doors()
        return found

    def answer(self, case: str, words: str) -> None:
        """Open a case and answer its reporter."""
        self.open(case)
        self.type("Answer to the reporter", words)
        self.press("Send the answer")

    def _doors(self) -> set[str]:
        doors = self.page.locator("td.door a").all()
        return {door.get_attribute("href") or "" for door in doors}
