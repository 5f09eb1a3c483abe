"""Stage: the people of an office, who do what a manual says, step by step."""

import re
from dataclasses import dataclass, field
from datetime import timedelta

from pyotp import TOTP

from admin.factors import OneTimeCodes
from reporting.settings import Site
from tests.builders_staff import NEXT_CODE, StaffMember
from tests.clerk import Clerk
from tests.machine import Machine
from tests.manual import Act, Step, procedures
from tests.typist import secrets_in

USUAL = "seven quiet herons cross the river"
SECOND = "four brown otters under a wooden bridge"
NEXT = "nine silver kettles beside the harbour"
SIGNING_IN, CONFIRMING = "Signing in", "When a page asks again"
DECLARING = "Declaring ties"
ASKS_AGAIN = "Please confirm it is you"
SECRET = re.compile(r"[A-Z2-7]{32}")
OPERATOR = re.compile(r"Operator \((\w+)\)")
NAMES = {
    "Aiko": "Aiko Mori",
    "Daniel": "Daniel Berg",
    "Sora": "Sora Lind",
    "Mei": "Mei Tanaka",
    "Ren": "Ren Okada",
}


@dataclass
class Colleague:
    """Somebody of the office: what they know and carry, and their browser."""

    name: str
    clerk: Clerk | None = None
    passphrase: str = USUAL
    secret: str = ""

    @property
    def at(self) -> Clerk:
        """Their browser."""
        assert self.clerk is not None, f"{self.name} has opened nothing"
        return self.clerk


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
            for who in step.actors:
                self.perform(who, step)

    def perform(self, who: str, step: Step) -> None:
        """Let somebody do what a step says."""
        operator = OPERATOR.fullmatch(who)
        if operator:
            self._operate(operator[1], step)
            return
        person = self.people.setdefault(who, Colleague(who))
        for act in step.acts:
            self._act(person, act)

    def answer(self, output: str) -> str:
        """Return what whoever is at the keyboard types at the prompt that was printed last."""
        person = self._at_the_keyboard(output)
        prompt = output.rstrip().splitlines()[-1]
        if "code" in prompt.lower():
            person.secret = secrets_in(output)[-1]
            return self._code(person)
        return person.passphrase

    def _at_the_keyboard(self, output: str) -> Colleague:
        name = re.findall(r"Now (.+), alone", output)[-1]
        return next(one for one in self.people.values() if one.name == name)

    def _operate(self, user: str, step: Step) -> None:
        machine, is_to_fail = self.machine, any("FAILS" in act.words for act in step.acts)
        for act in step.acts:
            match act.verb:
                case "run":
                    machine.run(user, act.words)
                    assert machine.failed is is_to_fail, machine.output
                case "read":
                    machine.read(act.words)
                case "write":
                    machine.write(user, act.words, act.given)
                case _:
                    raise AssertionError(f"an operator does not {act.verb}")

    def _act(self, person: Colleague, act: Act) -> None:
        match act.verb:
            case "open the staff site":
                self._visit(person, Site.STAFF, "/staff/sign-in")
            case "open the public site":
                self._visit(person, Site.PUBLIC, "/")
            case "open the link":
                self._visit(person, Site.STAFF, self.link)
            case "sign in":
                self._each(person, SIGNING_IN)
            case "sign in with the second passphrase":
                usual, person.passphrase = person.passphrase, SECOND
                self._each(person, SIGNING_IN)
                person.passphrase = usual
            case "declare your ties":
                self._each(person, DECLARING)
            case "open your own page":
                person.at.open_own()
            case "compare the numbers":
                assert self.numbers in _numbers(person.at), "these are other numbers"
            case waits if waits.startswith("wait"):
                self.machine.clock.advance(timedelta(days=int(waits.split()[1])))
            case _:
                self._on_page(person, act)

    def _on_page(self, person: Colleague, act: Act) -> None:
        clerk = person.at
        match act.verb:
            case "open":
                clerk.open(act.words, act.under)
            case "into":
                clerk.fill(act.words, act.given or self._known(person, act.words), act.under)
            case "tick" | "choose":
                clerk.tick(act.words, act.under)
            case "untick":
                clerk.untick(act.words, act.under)
            case "press":
                clerk.press(act.words, act.under)
                self._look(person)
            case "read":
                clerk.read(act.words)
            case _:
                raise AssertionError(f"nobody does {act.verb} on a page")

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
        clerk = person.at
        if clerk.shown.heading == ASKS_AGAIN:
            self._each(person, CONFIRMING)
            return
        for shown in clerk.shown.all("p", **{"class": "link"}):
            if "/staff/join/" in shown.text:
                self.link = "/staff/" + shown.text.partition("/staff/")[2]
        if clerk.shown.heading == "Your keys are made":
            (self.numbers,) = _numbers(clerk)

    def _known(self, person: Colleague, label: str) -> str:
        """Return what somebody knows or carries that a field with this label is for."""
        match label:
            case "Name":
                return person.name
            case "Code from your app":
                return self._code(person)
            case "New passphrase" | "Second passphrase" | "Second passphrase once more":
                return NEXT if label.startswith("New") else SECOND
            case "New passphrase once more":
                person.passphrase = NEXT
                return NEXT
            case "All your names":
                return person.name
            case "Passphrase" | "The same passphrase again" | "The passphrase you use now":
                return person.passphrase
            case _:
                raise AssertionError(f"nobody knows what to type into {label!r}")

    def _code(self, person: Colleague) -> str:
        """Return what an app shows, once it has taken over a secret from the page."""
        page = person.clerk and person.clerk.page
        shown = [one.text for one in page.all("code")] if page else []
        person.secret = next(filter(SECRET.fullmatch, shown), person.secret)
        self.machine.clock.advance(NEXT_CODE)
        codes = OneTimeCodes.from_text(person.secret)
        return TOTP(codes.text).at(self.machine.clock())


def _numbers(clerk: Clerk) -> list[str]:
    return [one.text for one in clerk.shown.all("p", **{"class": "numbers"})]
