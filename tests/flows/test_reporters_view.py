"""What a reporter sees says how things stand in a few words, and nothing about the team."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from flask import Flask

from admin import casework, moves
from admin.casework import Words
from admin.errors import HiddenError
from admin.transitions import NotNowError
from reporting import mailbox, withdrawal
from reporting.ids import CaseId
from reporting.models import Case
from tests.admin.test_case_walks import throws
from tests.admin.test_moves_walk import a_move, attempt, prepare
from tests.builders import Seeds
from tests.builders_cases import CALM, PEOPLE, URGENT, Office, an_office_at_work
from tests.builders_staff import the_staff
from tests.conftest import Clock
from tests.visitor import Visitor

STEPS = 40
PAGES = ("/m/read", "/m/choices")
# "both" is a word of its own, so nobody is known by it here.
WHO = "|".join(sorted(PEOPLE.keys() - {"both"}))
WHAT = "urgent|quarantined|set aside|triaged|monitoring|review|merged|joined|queue|level|supervisor"
NEVER_SAID = re.compile(rf"\b({WHO}|{WHAT}|caseworker)\b", re.IGNORECASE)
REFUSED = (HiddenError, NotNowError)


@pytest.fixture
def office(app: Flask, seeds: Seeds, clock: Clock) -> Office:
    return an_office_at_work(app, seeds, clock)


@pytest.fixture
def visitor(app: Flask) -> Visitor:
    app.config["PREFERRED_URL_SCHEME"] = "https"
    return Visitor(app.test_client())


@dataclass
class Onlooker:
    """Reads the mailbox of any report in one browser, and remembers each page by its facts."""

    office: Office
    visitor: Visitor
    known: dict[object, dict[str, bytes]] = field(default_factory=dict)

    def look(self, code: str) -> dict[str, bytes]:
        self.visitor.fill("/m", {"code": code, "keep": "hour"})
        return {path: self.visitor.get(path).data for path in PAGES}

    def require_nothing_more(self, code: str, ids: list[str]) -> None:
        """Require that the pages tell what their reporter may know, and nothing beside."""
        shown = self.look(code)
        facts = self.facts(code)
        assert self.known.setdefault(facts, shown) == shown
        for page in shown.values():
            text = re.sub("<[^>]*>", " ", page.decode().partition("<main")[2])
            assert not NEVER_SAID.search(text), NEVER_SAID.findall(text)
            assert not [number for number in ids if number in page.decode()]

    def facts(self, code: str) -> object:
        """Return all that a mailbox may tell: what was said, done and chosen, and the status."""
        service, now = the_staff(self.office.app).service, self.office.clock()
        with service.read() as session:
            opened = mailbox.enter(session, code, service.desk.pepper, now + timedelta(hours=1))
            thread = mailbox.read_thread(session, opened, now)
            choices = tuple(document.at for document in thread.choices.documents)
            said = (thread.messages, thread.lines, choices, thread.files)
            ends = (thread.kept_until, thread.term, thread.appeal_until)
            return thread.status, said, ends, withdrawal.look(session, opened, now)


def ask(office: Office, name: str, case: CaseId) -> None:
    with office.desk(name) as desk:
        words = Words(case, "When was it?", "en", asks=True)
        casework.reply(desk.session, desk.ring, desk.journal, words, desk.now)


def read(office: Office, name: str, case: CaseId) -> None:
    with office.desk(name) as desk:
        casework.open_case(desk.session, desk.ring, desk.journal, case, desk.now)


def something(office: Office, case: CaseId, dice: Iterator[int]) -> None:
    """Let somebody do something with a report, if they may."""
    name, choice = sorted(PEOPLE)[next(dice) % len(PEOPLE)], next(dice)
    try:
        match choice % 8:
            case 0:
                ask(office, name, case)
            case 1:
                read(office, name, case)
            case 2:
                office.undo(name, case)
            case _:
                prepare(office, name, case)
                attempt(office, name, case, a_move(state_of(office, case), dice))
                with office.desk("both") as desk:
                    moves.bring_back(desk, case)
    except REFUSED:
        return


def state_of(office: Office, case: CaseId) -> str:
    with the_staff(office.app).service.read() as session:
        return session.get_one(Case, case).state


def opened_and(office: Office, move: str) -> str:
    """Open a report, then make a move with it if there is one; return its code."""
    case, code = office.filed()
    read(office, "rei", case)
    office.claim("rei", case)
    if move:
        office.make("rei", case, move, reason="flood")
    return code


def test_whatever_is_done_the_mailbox_tells_no_more_than_its_few_facts(
    office: Office, visitor: Visitor
) -> None:
    dice, onlooker, seen = throws(b"a view"), Onlooker(office, visitor), set()
    kinds = (CALM, URGENT)
    reports = [office.filed(answers) for answers in kinds]
    ids = [case.hex() for case, _code in reports]
    for _ in range(STEPS):
        case, code = reports[next(dice) % len(reports)]
        something(office, case, dice)
        onlooker.require_nothing_more(code, ids)
        seen.add(state_of(office, case))
        # Half of the time whatever somebody had in hand comes back by itself.
        office.later(minutes=30 * (next(dice) % 2), seconds=10)
    assert len(seen) >= 3


def test_set_aside_looks_like_received_to_the_last_byte(office: Office, visitor: Visitor) -> None:
    onlooker = Onlooker(office, visitor)
    pages = [onlooker.look(opened_and(office, move)) for move in ("", "quarantine")]
    assert pages[0] == pages[1]


def test_gone_looks_like_never_having_been_to_the_last_byte(
    office: Office, visitor: Visitor
) -> None:
    code, never = office.filed()[1], "0" * 30 + "98"
    visitor.fill("/m", {"code": code, "keep": "hour"})
    with the_staff(office.app).service.begin() as session:
        for case in session.query(Case).all():
            withdrawal.erase(session, CaseId(case.id))
    # A mailbox that was open is at its end, and leads where an unknown code leads.
    assert visitor.get("/m/read").headers["Location"] == "/m#check"
    pages = []
    for typed in (code, never):
        page = visitor.fill("/m", {"code": typed, "keep": "hour"})
        assert page.problems
        pages.append(page.response.data.replace(typed.encode(), b""))
    assert pages[0] == pages[1]
