"""What a reporter sees says how things stand in a few words, and nothing about the team."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from admin import agreements, casework, casting, grading, moves, open_questions, whole
from admin.casework import Words
from admin.cast import Figure, Happened, Part
from admin.grading import Said
from forms.answers import Answers
from reporting import mailbox, withdrawal
from reporting.ids import CaseId
from reporting.models import Case, State
from reporting.withdrawal import Registry
from tests.builders import Seeds
from tests.builders_cases import (
    CALM,
    HELPED,
    NOTE,
    PEOPLE,
    TOLD,
    URGENT,
    Office,
    a_grade,
    an_office_at_work,
)
from tests.builders_staff import the_staff
from tests.conftest import Clock
from tests.visitor import Visitor

PAGES = ("/m/read", "/m/choices", "/m/files", "/m/end")
# "both" is a word of its own, so nobody is known by it here.
WHO = "|".join(sorted(PEOPLE.keys() - {"both"}))
WHAT = "urgent|quarantined|set aside|triaged|monitoring|review|merged|joined|queue|level|supervisor"
GRADES = "grades?|graded|verification|corroborated|plausible|adjudicated|unreviewed|independent"
BASIS = "An unmistakable letterhead"
NEVER_SAID = re.compile(rf"\b({WHO}|{WHAT}|{GRADES}|{BASIS}|caseworker)\b", re.IGNORECASE)
# Who does the same with the one report and with the other.
PAIRS = {
    "reader": ("rei", "robin"),
    "first": ("both", "simon"),
    "owner": ("mei", "max"),
    "boss": ("susan", "simon"),
    "other": ("simon", "susan"),
}


@pytest.fixture
def office(app: Flask, seeds: Seeds, clock: Clock) -> Office:
    return an_office_at_work(app, seeds, clock)


@pytest.fixture
def visitor(app: Flask) -> Visitor:
    app.config["PREFERRED_URL_SCHEME"] = "https"
    return Visitor(app.test_client())


@dataclass(frozen=True)
class Twins:
    """Two reports of other levels and about other states, with which others do the same."""

    office: Office
    visitor: Visitor
    reports: tuple[tuple[CaseId, str], ...]

    def each(self, role: str, act: Callable[[str, CaseId], object]) -> None:
        """Let the people of a role do something, each with one of them."""
        for name, (case, _code) in zip(PAIRS[role], self.reports, strict=True):
            act(name, case)
        self.office.later(minutes=2)

    def make(self, role: str, move: str, **more: object) -> State:
        """Make a move with both; return where they are."""
        self.each(role, lambda name, case: self.office.make(name, case, move, **more))
        return self.same()

    def same(self) -> State:
        """Require that both mailboxes are the same to the last byte, and say nothing else."""
        one, other = (look(self.visitor, code) for _case, code in self.reports)
        assert one == other
        for page in one.values():
            text = re.sub("<[^>]*>", " ", page.decode().partition("<main")[2])
            assert not NEVER_SAID.search(text), NEVER_SAID.findall(text)
            assert not [case for case, _code in self.reports if case.hex() in page.decode()]
        with the_staff(self.office.app).service.read() as session:
            (state,) = set(session.scalars(select(Case.state)))
        return State(state)


def look(visitor: Visitor, code: str) -> dict[str, bytes]:
    """Read all pages of a mailbox; one browser reads them all, so that its token is the same."""
    visitor.fill("/m", {"code": code, "keep": "hour"})
    return {path: visitor.get(path).data for path in PAGES}


def read(office: Office, name: str, case: CaseId) -> None:
    with office.desk(name) as desk:
        casework.open_case(desk.session, desk.ring, desk.journal, case, desk.now)


def ask(office: Office, name: str, case: CaseId) -> None:
    with office.desk(name) as desk:
        words = Words(case, "When was it?", "en", asks=True)
        casework.reply(desk.session, desk.ring, desk.journal, words, desk.now)


def grade(office: Office, name: str, case: CaseId, code: str) -> None:
    """Judge the evidence anew, each time with one more source."""
    newest = office.look(name, case).work.grades.newest
    given = replace(a_grade(code), sources=2 + newest, verification_basis=BASIS)
    with office.desk(name) as desk:
        grading.give(desk, case, given, newest)


def say(office: Office, name: str, case: CaseId, *, agrees: bool) -> None:
    """Answer the grade that waits, as the second person."""
    waits = office.look(name, case).work.grade_waiting
    with office.desk(name) as desk:
        grading.answer(desk, case, Said(waits, agrees, "" if agrees else BASIS))


def write_down(office: Office, name: str, case: CaseId) -> None:
    """Look at a report as a whole, enter who did what, ask something and print it."""
    with office.desk(name) as desk:
        whole.look(desk, case)
        casting.add_figure(desk, case, Figure("merged susan", Part.PERPETRATOR, "police"))
        casting.add_happened(desk, case, Happened("threat.death", "2026", by=1, sentence="queue"))
        open_questions.ask(desk, case, "supervisor level")
        whole.open_for_paper(desk, case)


def agree(office: Office, name: str, case: CaseId, move: str) -> None:
    with office.desk(name) as desk:
        agreements.countersign(desk, case, move)


def bring_back(office: Office, case: CaseId) -> None:
    with office.desk("both") as desk:
        moves.bring_back(desk, case)


def by_code(office: Office, code: str, act: Callable[..., None], *more: object) -> None:
    """Let the reporter do something with their code."""
    service, now = the_staff(office.app).service, office.clock()
    with service.begin() as session:
        opened = mailbox.enter(session, code, service.desk.pepper, now + timedelta(hours=1))
        act(session, opened, *more, now)


def taken_on(twins: Twins, answers: dict[CaseId, Answers]) -> list[State]:
    """Read both reports, code them as their reporters told them, and let people own them."""
    office, seen = twins.office, [twins.same()]
    twins.each("reader", lambda name, case: read(office, name, case))
    seen.append(twins.same())
    twins.each("first", lambda name, case: office.triage(name, case, answers[case]))
    return [*seen, twins.make("first", "accept"), twins.make("owner", "assign")]


def worked_on(twins: Twins) -> list[State]:
    """Ask, watch, close and open both again, and give them back to the team."""
    office = twins.office
    name, (case, _code) = PAIRS["owner"][0], twins.reports[0]
    before = look(twins.visitor, twins.reports[0][1])
    write_down(office, name, case)
    assert look(twins.visitor, twins.reports[0][1]) == before
    twins.each("owner", lambda name, case: ask(office, name, case))
    seen = [twins.same()]
    for _case, code in twins.reports:
        by_code(office, code, mailbox.write, "It was on Monday.", "en")
    day = (office.clock() + timedelta(days=9)).date()
    seen.append(twins.make("owner", "watch", message=TOLD, next_check=day))
    seen.append(twins.make("owner", "wake", reason="new_facts"))
    twins.each("owner", lambda name, case: read(office, name, case))
    seen += graded(twins)
    seen.append(twins.make("owner", "propose_close", closing=HELPED, message=TOLD))
    seen.append(twins.make("boss", "approve_close"))
    seen.append(twins.make("owner", "reopen", reason="new_facts"))
    return [*seen, twins.make("owner", "release", handover=NOTE)]


def graded(twins: Twins) -> list[State]:
    """Grade both, each otherwise, and let a second person first say no and then agree."""
    office = twins.office
    codes = {twins.reports[0][0]: "unlikely", twins.reports[1][0]: "plausible"}
    twins.each("owner", lambda name, case: grade(office, name, case, codes[case]))
    seen = [twins.same()]
    twins.each("owner", lambda name, case: grade(office, name, case, "corroborated"))
    seen.append(twins.same())
    twins.each("other", lambda name, case: say(office, name, case, agrees=False))
    seen.append(twins.same())
    twins.each("owner", lambda name, case: grade(office, name, case, "corroborated"))
    twins.each("other", lambda name, case: say(office, name, case, agrees=True))
    return [*seen, twins.same()]


def declined_and_back(twins: Twins) -> list[State]:
    """Decline both, look at them again, and set them aside."""
    office = twins.office
    twins.each("other", lambda name, case: agree(office, name, case, "decline_t"))
    seen = [twins.make("boss", "decline_t", reason="scam", message=TOLD)]
    seen.append(twins.make("boss", "appeal", reason="overlooked"))
    twins.each("boss", lambda _name, case: bring_back(office, case))
    twins.each("reader", office.claim)
    twins.each("other", lambda name, case: agree(office, name, case, "quarantine"))
    return [*seen, twins.make("reader", "quarantine", reason="flood")]


def taken_back(twins: Twins) -> list[State]:
    """Take both back, and bring them back."""
    service, seen = the_staff(twins.office.app).service, []
    registry = Registry(service.office, service.journal)
    for act in (withdrawal.take_back, withdrawal.undo):
        for _case, code in twins.reports:
            by_code(twins.office, code, act, registry)
        seen.append(twins.same())
    return seen


def test_through_every_state_two_reports_look_the_same_whatever_differs_behind_them(
    office: Office, visitor: Visitor
) -> None:
    told: list[Answers] = [{**CALM, "state": ("CN",)}, {**URGENT, "state": ("IR",)}]
    filed = tuple(office.filed(answers) for answers in told)
    twins = Twins(office, visitor, filed)
    seen = taken_on(twins, {case: told[n] for n, (case, _code) in enumerate(filed)})
    seen += worked_on(twins) + declined_and_back(twins) + taken_back(twins)
    assert set(seen) == set(State) - {State.MERGED, State.ERASED}


def test_set_aside_looks_like_received_to_the_last_byte(office: Office, visitor: Visitor) -> None:
    pages = [look(visitor, opened_and(office, move)) for move in ("", "quarantine")]
    assert pages[0] == pages[1]


def opened_and(office: Office, move: str) -> str:
    """Open a report, then make a move with it if there is one; return its code."""
    case, code = office.filed()
    read(office, "rei", case)
    office.claim("rei", case)
    if move:
        office.make("rei", case, move, reason="flood")
    return code


def test_gone_looks_like_never_having_been_to_the_last_byte(
    office: Office, visitor: Visitor
) -> None:
    code, never = office.filed()[1], "0" * 30 + "98"
    visitor.fill("/m", {"code": code, "keep": "hour"})
    with the_staff(office.app).service.begin() as session:
        for case in session.scalars(select(Case.id)).all():
            withdrawal.erase(session, CaseId(case), office.clock())
    # A mailbox that was open is at its end, and leads where an unknown code leads.
    assert visitor.get("/m/read").headers["Location"] == "/m#check"
    pages = []
    for typed in (code, never):
        page = visitor.fill("/m", {"code": typed, "keep": "hour"})
        assert page.problems
        in_fours = " ".join(typed[start : start + 4] for start in range(0, len(typed), 4))
        shown = page.response.data.replace(typed.encode(), b"")
        assert in_fours.encode() in shown
        pages.append(shown.replace(in_fours.encode(), b""))
    assert pages[0] == pages[1]
