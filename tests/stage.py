"""Stage: the people of an office, who do what its manual says, step by step."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from pyotp import TOTP

from reporting.settings import Site
from tests.archivist import ARCHIVES
from tests.builders_staff import NEXT_CODE, StaffMember
from tests.clerk import Clerk
from tests.machine import Machine
from tests.manual import Act, Step, procedures
from tests.typist import secrets_in

MINUTE: Final = timedelta(minutes=1)  # so long as to read a step
ASKS_AGAIN: Final = "Please confirm it is you"
MADE: Final = "Your keys are made"
SECRET: Final = re.compile(r"[A-Z2-7]{32}")
OPERATOR: Final = re.compile(r"Operator \((\w+)\)")
NAMES: Final = {
    "Aiko": "Aiko Mori",
    "Daniel": "Daniel Berg",
    "Sora": "Sora Lind",
    "Mei": "Mei Tanaka",
    "Ren": "Ren Okada",
}
# What people know that a field with this label is for.
KNOWN: Final[Mapping[str, str]] = {
    "Name": "name",
    "All your names": "name",
    "Passphrase": "passphrase",
    "The same passphrase again": "passphrase",
    "The passphrase you use now": "passphrase",
    "New passphrase": "coming",
    "New passphrase once more": "coming",
    "Second passphrase": "second",
    "Second passphrase once more": "second",
}
# Sections that are carried out wherever a step says so.
SECTIONS: Final[Mapping[str, str]] = {
    "sign in": "Signing in",
    "declare your ties": "Declaring ties",
}
DOORS: Final = {
    "open the staff site": (Site.STAFF, "/staff/sign-in"),
    "open the public site": (Site.PUBLIC, "/"),
}


@dataclass
class Colleague:
    """Somebody of the office: what they know and carry, and their browser."""

    name: str
    passphrase: str = "seven quiet herons cross the river"
    coming: str = "nine silver kettles beside the harbour"
    second: str = "four brown otters under a wooden bridge"
    secret: str = ""
    clerk: Clerk | None = None

    @property
    def at(self) -> Clerk:
        """Their browser."""
        assert self.clerk is not None, f"{self.name} has opened nothing"
        return self.clerk

    def remember(self, pressed: str) -> None:
        """Keep in mind that the passphrase is another one now."""
        if pressed == "Change it":
            self.at.read("This is kept")
            self.passphrase, self.coming = self.coming, self.passphrase


@dataclass
class Stage:
    """An office, its machine and its people; `link` and `numbers` go from hand to hand."""

    machine: Machine
    people: dict[str, Colleague] = field(
        default_factory=lambda: {who: Colleague(name) for who, name in NAMES.items()}
    )
    link: str = ""
    numbers: str = ""

    def __post_init__(self) -> None:
        self.machine.answer = self.answer
        self.manual = procedures()

    def seat(self, *members: StaffMember) -> None:
        """Let people of a founded office take part."""
        for member in members:
            (person,) = (one for one in self.people.values() if one.name == member.name)
            person.passphrase, person.secret = member.passphrase, member.codes.text

    def play(self, title: str) -> None:
        """Carry out a procedure of the manual."""
        for step in self.manual[title]:
            self.machine.clock.advance(MINUTE)
            for who in step.actors:
                self._perform(who, step)

    def answer(self, output: str) -> str:
        """Return what whoever is at the keyboard types at the prompt that was printed last."""
        names = re.findall(r"Now (.+), alone", output)
        if not names:
            return ARCHIVES
        (person,) = (one for one in self.people.values() if one.name == names[-1])
        if "code" not in output.rstrip().splitlines()[-1].lower():
            return person.passphrase
        person.secret = secrets_in(output)[-1]
        return self._code(person)

    def _perform(self, who: str, step: Step) -> None:
        operator = OPERATOR.fullmatch(who)
        if operator:
            self._operate(operator[1], step)
            return
        person = self.people.setdefault(who, Colleague(who))
        for act in step.acts:
            self._act(person, act)

    def _operate(self, user: str, step: Step) -> None:
        is_to_fail = any("FAILS" in act.words for act in step.acts)
        for act in step.acts:
            match act.verb:
                case "run":
                    self.machine.run(user, act.words)
                    assert self.machine.failed is is_to_fail, self.machine.output
                case "read":
                    self.machine.read(act.words)
                case "write":
                    self.machine.write(user, act.words, act.given)
                case _:
                    raise AssertionError(f"an operator does not {act.verb}")

    def _act(self, person: Colleague, act: Act) -> None:
        if act.words:
            self._on_page(person, act)
        elif act.verb in DOORS:
            self._visit(person, *DOORS[act.verb])
        elif act.verb in SECTIONS:
            self._each(person, SECTIONS[act.verb])
        else:
            self._do(person, act.verb)

    def _do(self, person: Colleague, deed: str) -> None:
        match deed.split():
            case ["open", "the", "link"]:
                self._visit(person, Site.STAFF, self.link)
            case ["open", "your", "own", "page"]:
                person.at.open_own()
            case ["sign", "in", "with", "the", "second", "passphrase"]:
                usual, person.passphrase = person.passphrase, person.second
                self._each(person, SECTIONS["sign in"])
                person.passphrase = usual
            case ["compare", "the", "numbers"]:
                assert self.numbers in _numbers(person.at), "these are other numbers"
            case ["wait", days, "days"]:
                self.machine.clock.advance(timedelta(days=int(days)))
            case _:
                raise AssertionError(f"nobody knows how to {deed}")

    def _on_page(self, person: Colleague, act: Act) -> None:
        clerk = person.at
        match act.verb:
            case "into":
                clerk.fill(act.words, act.given or self._known(person, act.words), act.under)
            case "read":
                clerk.read(act.words)
            case "press":
                clerk.press(act.words, act.under)
                self._look(person)
                person.remember(act.words)
            case verb:
                deeds = {"open": clerk.open, "untick": clerk.untick}
                deeds.get(verb, clerk.tick)(act.words, act.under)

    def _each(self, person: Colleague, title: str) -> None:
        for step in self.manual[title]:
            for act in step.acts:
                self._act(person, act)

    def _visit(self, person: Colleague, site: Site, address: str) -> None:
        client = self.machine.sites[site].test_client()
        client.set_cookie("__Host-l", "en")
        person.clerk = Clerk(client)
        person.clerk.go(address)

    def _look(self, person: Colleague) -> None:
        """Confirm where a page asks for it, and take up what it shows for somebody else."""
        page = person.at.shown
        if page.heading == ASKS_AGAIN:
            self._each(person, "When a page asks again")
            return
        for shown in page.all("p", **{"class": "link"}):
            if "/staff/join/" in shown.text:
                self.link = "/staff/" + shown.text.partition("/staff/")[2]
        if page.heading == MADE:
            (self.numbers,) = _numbers(person.at)

    def _known(self, person: Colleague, label: str) -> str:
        """Return what somebody knows or carries that a field with this label is for."""
        if label == "Code from your app":
            return self._code(person)
        assert label in KNOWN, f"nobody knows what to type into {label!r}"
        known: str = getattr(person, KNOWN[label])
        return known

    def _code(self, person: Colleague) -> str:
        """Return what an app shows, once it has taken over a secret that the page shows."""
        shown = [one.text for one in person.clerk.shown.all("code")] if person.clerk else []
        person.secret = next(filter(SECRET.fullmatch, shown), person.secret)
        self.machine.clock.advance(NEXT_CODE)
        return TOTP(person.secret).at(self.machine.clock())


def _numbers(clerk: Clerk) -> list[str]:
    return [one.text for one in clerk.shown.all("p", **{"class": "numbers"})]
