"""An office with a report in every state, and people who try every move in each of them."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import delete, func, insert, select, update

from admin import agreements, audit, cases
from admin.transitions import TABLE
from crypto.custody import open_sealed
from crypto.envelope import Secret
from crypto.roles import Group
from reporting import mailbox, places, withdrawal
from reporting.audit import head
from reporting.audit_rows import AuditSegment
from reporting.case_rows import WorkRow
from reporting.ids import CaseId
from reporting.models import Case, MessageRow, State
from reporting.withdrawal import ERASED_IN_ORDER, Registry
from tests.builders import Seeds
from tests.builders_cases import HELPED, TOLD, URGENT, URGENTLY_CODED, Office
from tests.builders_staff import StaffMember, live_keys, the_staff
from tests.deciders import PLAUSIBLE

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
Rows = dict[str, list[dict[str, Any]]]


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
