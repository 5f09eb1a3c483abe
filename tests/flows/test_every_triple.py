"""Every move is tried from every state by every role: those of the table are made, and no other.

Moves that come to be supported are tried as they are; those that need more than a form says here
are refused whatever their role until `TYPED` tells what to type.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import URL, delete, func, insert, select, update

from admin import agreements, audit, cases, moves
from admin.gathering import SUPPORTED
from admin.transitions import TABLE
from crypto.custody import open_sealed
from crypto.envelope import Secret
from crypto.roles import Group, Role
from reporting import mailbox, places, withdrawal
from reporting.audit import head
from reporting.audit_rows import AuditSegment
from reporting.case_rows import WorkRow
from reporting.ids import CaseId
from reporting.models import Case, MessageRow, State
from reporting.withdrawal import ERASED_IN_ORDER, Registry
from tests.arrivals import arrive
from tests.builders import Seeds
from tests.builders_cases import (
    HELPED,
    TOLD,
    URGENT,
    URGENTLY_CODED,
    Office,
)
from tests.builders_staff import StaffMember, a_member, live_keys, sign_in, the_staff, token_of
from tests.conftest import Clock
from tests.deciders import PLAUSIBLE
from tests.visitor import Visitor

ROLES = {
    "rei": (Role.REVIEWER,),
    "robin": (Role.REVIEWER,),
    "mei": (Role.CASEWORKER,),
    "max": (Role.CASEWORKER,),
    "susan": (Role.SUPERVISOR,),
    "simon": (Role.SUPERVISOR,),
    "both": (Role.REVIEWER, Role.CASEWORKER),
    "adam": (Role.ADMINISTRATOR,),
    "audrey": (Role.AUDITOR,),
    "stella": (Role.STEWARD,),
    "stan": (Role.STATISTICS_OFFICER,),
}
HELPERS = ("robin", "simon", "both", "max")
# Who tries in which role of the table; Max has no other roles than the owner's.
ACTORS = {
    "rei": {"reviewer"},
    "mei": {"caseworker"},
    "max": {"caseworker", "owner"},
    "susan": {"supervisor"},
    "adam": {"administrator"},
    "audrey": {"auditor"},
    "stella": {"steward"},
    "stan": {"statistics_officer"},
}
OWNED = frozenset({"active", "monitoring", "review"})
NAMES = sorted(TABLE.transitions)
CLOSE: Mapping[str, str] = {
    **PLAUSIBLE,
    "outcome": "helped",
    "message": "closed_done",
}
HANDOVER: Mapping[str, str] = {"done": "All.", "promised": "Nothing.", "next": "Ask them."}
TYPED: Mapping[str, Mapping[str, str]] = {
    "accept": {},
    "escalate": {},
    "quarantine": {"reason": "flood"},
    "decline": {"reason": "scam"},
    "decline_t": {"reason": "scam"},
    "release_quarantine": {"reason": "by_mistake"},
    "assign": {},
    "mis_triage": {"reason": "overlooked"},
    "release": HANDOVER,
    "watch": {"message": "watching", "next_check": "2026-12-20"},
    "wake": {"reason": "new_facts"},
    "propose_close": CLOSE,
    "approve_close": {},
    "return": {"reason": "not_finished"},
    "reopen": {"reason": "new_facts"},
    "appeal": {"reason": "overlooked"},
    "unmerge": {"reason": "by_mistake"},
}
# These need another report and a judgement about both: nobody makes them with a form that names
# none. With one they are made in tests/admin/test_joins.py and tests/flows/test_joined_reports.py.
NEED_ANOTHER = frozenset({"merge", "merge_t", "merge_a"})
# What a reporter can send, and what is typed for it.
BY_CODE = {
    "withdraw": ("/m/end", {"do": "next", "word": "erase"}),
    "undo_withdraw": ("/m/end", {"do": "undo"}),
    "appeal": ("/m/appeal", {"do": "next", "text": ""}),
}
Rows = dict[str, list[dict[str, Any]]]


@pytest.fixture
def database_url(new_database: Callable[[str], URL]) -> URL:
    """Return one database: the rules are in the program, and this takes its time."""
    return new_database("sqlite")


@dataclass(frozen=True)
class Tried:
    """An office, the browsers of all who try, and a report in each state with its code."""

    office: Office
    seeds: Seeds
    browsers: Mapping[str, FlaskClient]
    tokens: Mapping[str, str]
    auditor: StaffMember
    reports: dict[str, tuple[CaseId, str]]

    def send(self, name: str, case: CaseId, rev: object, move: str) -> int:
        """Send the form of a move with everything that it asks for."""
        typed = TYPED.get(move, {"reason": "by_mistake"})
        fields = {"token": self.tokens[name], "once": "ab" * 8, "rev": str(rev)}
        address = f"/staff/case/{case.hex()}/decide/{move}"
        return self.browsers[name].post(address, data={**fields, **typed}).status_code

    def standing(self, case: CaseId) -> tuple[object, ...]:
        """Return by what a change of a report is seen."""
        with the_staff(self.office.app).service.read() as session:
            work = select(WorkRow.rev).where(WorkRow.case_id == case).scalar_subquery()
            said = select(func.count()).where(MessageRow.case_id == case).scalar_subquery()
            found = select(Case.state, Case.rev, work, said).where(Case.id == case)
            return tuple(session.execute(found).one())

    def rows(self, case: CaseId) -> Rows:
        """Return every row of a report."""
        with the_staff(self.office.app).service.read() as session:
            found: Rows = {
                model.__tablename__: [
                    dict(row)
                    for row in session.execute(
                        select(model.__table__).where(model.__table__.c.case_id == case)
                    ).mappings()
                ]
                for model in ERASED_IN_ORDER
            }
            own = session.execute(select(Case.__table__).where(Case.id == case)).mappings()
            return {**found, Case.__tablename__: [dict(row) for row in own]}

    def restore(self, case: CaseId, rows: Rows) -> None:
        """Make a report what it was."""
        with the_staff(self.office.app).service.begin() as session:
            for model in ERASED_IN_ORDER:
                session.execute(delete(model).where(model.__table__.c.case_id == case))
            (own,) = rows[Case.__tablename__]
            session.execute(update(Case).where(Case.id == case).values(own))
            for model in reversed(ERASED_IN_ORDER):
                if rows[model.__tablename__]:
                    session.execute(insert(model.__table__), rows[model.__tablename__])  # type: ignore[arg-type]

    def end_of_log(self) -> int:
        with the_staff(self.office.app).service.read() as session:
            return head(session).n

    def log(self, after: int) -> Counter[str]:
        """Return how often the log says which move, from behind one of its rows."""
        held = {self.seeds.epochs[Group.AUDIT]: self.seeds.by_group[Group.AUDIT]}
        held |= live_keys(self.office.app, self.auditor).groups

        def key_of(segment: AuditSegment) -> Secret:
            seed = held[segment.epoch_id]
            return open_sealed(seed, segment.key_sealed, places.segment(segment.id))

        found: Counter[str] = Counter()
        with the_staff(self.office.app).service.read() as session:
            while page := audit.read_on(session, key_of, after):
                found.update(entry.verb for entry, _link in page)
                after = page[-1][0].n
        return Counter({verb: found[verb] for verb in found if verb in TABLE.transitions})


def agree(office: Office, case: CaseId, *names: str) -> None:
    for name in names:
        with office.desk("simon") as desk:
            agreements.countersign(desk, case, name)


def received(office: Office, by: str) -> tuple[CaseId, str]:
    """File an urgent report that somebody has in hand, coded and agreed to by a supervisor."""
    case, code = office.filed(URGENT)
    office.claim(by, case)
    office.code(by, case, URGENTLY_CODED)
    agree(office, case, "decline", "quarantine")
    return case, code


def triaged(office: Office) -> tuple[CaseId, str]:
    case, code = received(office, "both")
    office.make("both", case, "accept")
    agree(office, case, "decline_t")
    return case, code


def active(office: Office) -> tuple[CaseId, str]:
    case, code = triaged(office)
    office.make("max", case, "assign")
    return case, code


def moved(
    office: Office, name: str, move: str, start: tuple[CaseId, str], **more: object
) -> tuple[CaseId, str]:
    office.make(name, start[0], move, **more)
    return start


def taken_back(office: Office) -> tuple[CaseId, str]:
    case, code = office.filed()
    service, now = the_staff(office.app).service, office.clock()
    with service.begin() as session:
        opened = mailbox.enter(session, code, service.desk.pepper, now + timedelta(hours=1))
        registry = Registry(service.office, service.journal)
        withdrawal.take_back(session, opened, registry, now)
    return case, code


def forced(office: Office, state: State) -> tuple[CaseId, str]:
    """Put a report where nothing of this version leads."""
    case, code = triaged(office)
    there = office.look("simon", case)
    with office.desk("simon") as desk:
        held = replace(there, case=desk.session.get_one(Case, case))
        cases.save(desk.session, held, replace(there.work, state=state))
    return case, code


def in_every_state(office: Office) -> dict[str, tuple[CaseId, str]]:
    day = office.clock().date() + timedelta(days=9)
    close: dict[str, object] = {"closing": HELPED, "message": TOLD}
    found = {
        "received": received(office, "rei"),
        "quarantined": moved(
            office, "robin", "quarantine", received(office, "robin"), reason="flood"
        ),
        "triaged": triaged(office),
        "active": active(office),
        "monitoring": moved(office, "max", "watch", active(office), message=TOLD, next_check=day),
        "review": moved(office, "max", "propose_close", active(office), **close),
        "declined": moved(
            office, "robin", "decline", received(office, "robin"), reason="scam", message=TOLD
        ),
        "merged": forced(office, State.MERGED),
        "withdrawn": taken_back(office),
        "erased": forced(office, State.ERASED),
    }
    closed = moved(office, "max", "propose_close", active(office), **close)
    return {**found, "closed": moved(office, "simon", "approve_close", closed)}


@pytest.fixture
def tried(app: Flask, seeds: Seeds, clock: Clock) -> Tried:
    app.config["PREFERRED_URL_SCHEME"] = "https"
    people = {name: a_member(app, seeds, name, *roles) for name, roles in ROLES.items()}
    rings = {name: arrive(app, people[name], clock).ring for name in (*HELPERS, *ACTORS)}
    office = Office(app, clock, rings)
    browsers = {name: app.test_client() for name in ACTORS}
    for name, browser in browsers.items():
        browser.set_cookie("__Host-l", "en")
        sign_in(browser, people[name], clock)
    tokens = {name: token_of(browser.get("/staff/me")) for name, browser in browsers.items()}
    reports = in_every_state(office)
    clock.advance(timedelta(minutes=2))
    return Tried(office, seeds, browsers, tokens, people["audrey"], reports)


def is_in_table(state: str, move: str, acting: set[str]) -> bool:
    roles = acting if state in OWNED else acting - {"owner"}
    return any((state, move, role) in TABLE.triples for role in roles)


def test_every_state_move_and_role_of_the_staff(tried: Tried) -> None:
    for state in sorted(TABLE.states):
        case, _code = tried.reports[state]
        before, rows, end = tried.standing(case), tried.rows(case), tried.end_of_log()
        assert before[0] == state
        made: Counter[str] = Counter()
        for move in NAMES:
            for name, acting in ACTORS.items():
                status = tried.send(name, case, before[1], move)
                if move in SUPPORTED & TYPED.keys() and is_in_table(state, move, acting):
                    assert status == 303, (state, move, name)
                    assert tried.standing(case)[0] == TABLE.transitions[move].to
                    tried.restore(case, rows)
                    made[move] += 1
                else:
                    asked = {422} if move in NEED_ANOTHER else set()
                    assert status in {404, 409, *asked}, (state, move, name, status)
                    assert tried.standing(case) == before, (state, move, name)
        assert tried.rows(case) == rows
        assert tried.log(end) == made


def test_every_state_and_move_by_the_reporter(tried: Tried) -> None:
    visitor = Visitor(tried.office.app.test_client())
    for state in sorted(TABLE.states):
        case, code = tried.reports[state]
        before, rows = tried.standing(case), tried.rows(case)
        visitor.fill("/m", {"code": code, "keep": "leave"})
        token = visitor.token("/m")
        for move in NAMES:
            address, fields = BY_CODE.get(move, (f"/m/{move}", {}))
            status = visitor.post(address, {"token": token, **fields}).status_code
            assert status == (303 if move in BY_CODE else 404), move
            if (state, move, "reporter") in TABLE.triples:
                assert tried.standing(case)[0] == TABLE.transitions[move].to, (state, move)
                tried.restore(case, rows)
            else:
                assert tried.standing(case) == before, (state, move)


def test_nothing_is_due_by_itself_before_its_time(tried: Tried) -> None:
    for state in sorted(TABLE.states.keys() - {"withdrawn", "erased"}):
        case, _code = tried.reports[state]
        before = tried.standing(case)
        with tried.office.desk("simon") as desk:
            moves.make_due(desk, case)
        assert tried.standing(case) == before, state
