"""Builders of casework: an office in which reports move, and a plain way through each move."""

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial

from flask import Flask

from admin import cases, coding, leases, moves, recoding, today
from admin.cases import Opened
from admin.coding import Coded
from admin.desk import Desk
from admin.facts import Answer, Closing, Danger, Handover
from admin.gathering import Decision
from admin.grades import Grade
from admin.keyring import Ring
from admin.permissions import Action
from admin.recoding import Anew
from admin.recusal import Card
from admin.remembered import Remembered
from admin.today import Today
from admin.transitions import Move
from admin.work import Prepared
from crypto.roles import Role
from forms.answers import Answers, GivenConsent, Report
from reporting import intake
from reporting.ids import CaseId
from reporting.models import Case
from reporting.triage import Level, level_of
from tests import snapshots
from tests.arrivals import arrive
from tests.builders import Seeds
from tests.builders_staff import StaffMember, a_member, the_staff
from tests.conftest import Clock

CALM: Answers = {"kinds": ("threat",)}
URGENT: Answers = {"kinds": ("threat",), "danger": ("now",)}
TOLD = Prepared("en", "We have read your report.", code="thanks")
NOTE = Handover("I wrote to them.", "Nothing.", "Ask again on Monday.")
HELPED = Closing("helped", "supported", "claimed", "worked_on")
NO_DANGER = dict.fromkeys(Danger, Answer.NO)
FIRST = "susan"
PEOPLE = {
    "susan": (Role.SUPERVISOR,),
    "simon": (Role.SUPERVISOR, Role.REVIEWER, Role.CASEWORKER),
    "rei": (Role.REVIEWER,),
    "robin": (Role.REVIEWER,),
    "both": (Role.REVIEWER, Role.CASEWORKER),
    "mei": (Role.CASEWORKER,),
    "max": (Role.CASEWORKER,),
}


class AtWork(dict[str, Ring]):
    """The keys of people by their short names; each comes in when a test first needs them."""

    def __init__(self, app: Flask, people: Mapping[str, StaffMember], clock: Clock) -> None:
        super().__init__()
        self._app, self._people, self._clock = app, people, clock

    def __missing__(self, name: str) -> Ring:
        self[name] = arrive(self._app, self._people[name], self._clock, waits=False).ring
        return self[name]

    def id(self, name: str) -> bytes:
        return self._people[name].id


@dataclass(frozen=True)
class Office:
    """People with their keys at work, by their short names."""

    app: Flask
    clock: Clock
    rings: dict[str, Ring]

    def id(self, name: str) -> bytes:
        rings = self.rings
        return rings.id(name) if isinstance(rings, AtWork) else rings[name].person.id

    def recuse(self, name: str, **said: object) -> None:
        """Give somebody a card with these ties."""
        ring = self.rings[name]
        card = replace(a_card(self.clock), **said)  # type: ignore[arg-type]
        self.rings[name] = replace(ring, person=replace(ring.person, card=card))

    @contextmanager
    def desk(self, name: str) -> Iterator[Desk]:
        service, ring = the_staff(self.app).service, self.rings[name]
        with service.begin() as session:
            verified = service.office.follow(session)
            yield Desk(session, ring, verified, service.journal, self.clock())

    def come_in(self, *names: str) -> None:
        """Let people come in before they do something at once."""
        for name in names:
            assert self.rings[name].person.id == self.id(name)

    def report(self, answers: Answers = CALM, story: str = "They called me again.") -> CaseId:
        return self.filed(answers, story)[0]

    def filed(self, answers: Answers = CALM, story: str = "They came.") -> tuple[CaseId, str]:
        """Send a report; return its number and its code."""
        service = the_staff(self.app).service
        wording = hashlib.sha256(b"Keep my report").hexdigest()
        consents = {
            "c_store": GivenConsent("yes", wording, "en"),
            "c_stats": GivenConsent("yes", wording, "en"),
        }
        report = Report("short", answers, story, {}, "en", consents)
        sealed = intake.prepare(report, service.desk, self.clock())
        with service.begin() as session:
            intake.store(session, sealed)
        number = sealed.case["id"]
        assert isinstance(number, bytes)
        return CaseId(number), sealed.receipt.digits

    def look(self, name: str, case: CaseId) -> Opened:
        with self.desk(name) as desk:
            return cases.opened(desk.session, desk.ring, case, Action.OPEN_CASE)

    def rev(self, case: CaseId) -> int:
        with the_staff(self.app).service.read() as session:
            return session.get_one(Case, case).rev

    def claim(self, name: str, case: CaseId) -> None:
        with self.desk(name) as desk:
            leases.claim(desk, case)

    def code(self, name: str, case: CaseId, coded: Coded) -> None:
        with self.desk(name) as desk:
            coding.code(desk, case, self.rev(case), coded)

    def recode(self, name: str, case: CaseId, coded: Coded, **more: object) -> None:
        """Record anew what is known of a report that somebody works on."""
        anew = replace(Anew(coded, "They wrote it to us."), **more)  # type: ignore[arg-type]
        with self.desk(name) as desk:
            recoding.recode(desk, case, self.rev(case), anew)

    def today(self, name: str) -> Today:
        """Return what somebody begins with, with nothing remembered of before."""
        return today.view(partial(self.desk, name), Remembered(timedelta(0)))

    def triage(self, name: str, case: CaseId, answers: Answers = CALM) -> None:
        """Take a report in hand and code all that accepting it asks for."""
        self.claim(name, case)
        self.code(name, case, all_coded(answers))

    def make(self, name: str, case: CaseId, move: str, **more: object) -> Move:
        closing = more.get("closing")
        if isinstance(closing, Closing):
            # What nobody says otherwise closes with a grade that says the same.
            codes = closing.verification, closing.state_link
            more = {"grade": a_grade(*codes), **more}
        decision = Decision(move, self.rev(case), **more)  # type: ignore[arg-type]
        with self.desk(name) as desk:
            return moves.make(desk, case, decision)

    def undo(self, name: str, case: CaseId) -> Move:
        with self.desk(name) as desk:
            return moves.undo(desk, case)

    def accepted(self, by: str = "both", answers: Answers = CALM) -> CaseId:
        case = self.report(answers)
        self.triage(by, case, answers)
        self.make(by, case, "accept")
        return case

    def assigned(self, to: str = "mei") -> CaseId:
        case = self.accepted()
        self.make(to, case, "assign")
        return case

    def proposed(self, by: str = "mei") -> CaseId:
        case = self.assigned(by)
        self.make(by, case, "propose_close", closing=HELPED, message=TOLD)
        return case

    def declined(self, by: str = "rei") -> CaseId:
        case = self.report()
        self.triage(by, case)
        self.make(by, case, "decline", reason="scam", message=TOLD)
        return case

    def later(self, **by: float) -> None:
        self.clock.advance(timedelta(**by))


def an_office_at_work(app: Flask, seeds: Seeds, clock: Clock) -> Office:
    """Let everybody join; who reads for both groups comes first and makes the keys for all."""

    def join() -> tuple[dict[str, StaffMember], Ring]:
        people = {name: a_member(app, seeds, name, *roles) for name, roles in PEOPLE.items()}
        return people, arrive(app, people[FIRST], clock).ring

    people, ring = snapshots.once(app, clock, "at work", join)
    rings = AtWork(app, people, clock)
    rings[FIRST] = ring
    return Office(app, clock, rings)


def all_coded(answers: Answers = CALM, **more: object) -> Coded:
    """Return what a reviewer codes who agrees with the form's level and finds no danger."""
    coded = Coded(
        level=level_of(answers),
        may_be_state=True,
        reaches_abroad=True,
        dangers=NO_DANGER,
        states=frozenset({"unknown"}),
        organisations=frozenset({"none"}),
    )
    return replace(coded, **more)  # type: ignore[arg-type]


def a_grade(verification: str = "supported", state_link: str = "claimed", **more: object) -> Grade:
    """Return a whole grade."""
    grade = Grade(verification, state_link, 2, 2, 2, "A photo of the letter.", "The seal on it.")
    return replace(grade, **more)  # type: ignore[arg-type]


def a_card(clock: Clock) -> Card:
    """Return the card of somebody without ties who reads English."""
    nothing = frozenset[str]()
    return Card(
        states=nothing,
        organisations=nothing,
        noted=nothing,
        languages=frozenset({"en"}),
        region="",
        is_woman=True,
        in_government=False,
        until=(clock() + timedelta(days=100)).date(),
    )


URGENTLY_CODED = all_coded(URGENT, level=Level.URGENT)
