"""Plans and their approvals: two officers sign what will be measured before anything is drawn."""

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from admin.authority import authorize
from admin.budget_rows import ApprovalRow, PlanRow
from admin.desk import Desk
from admin.errors import FiguresError
from admin.permissions import Action
from admin.publication import announced, calendar, ledger, plan_rows, signatures
from admin.publication.booked import Ledger
from crypto.roster import Roster
from crypto.signing import Document, Prefix
from reporting import audit
from reporting.statistics import papers
from reporting.statistics import plan as plans_of
from reporting.statistics.papers import Approval
from reporting.statistics.plan import Plan

NEEDED: Final = 2
UNKNOWN: Final = "There is no plan {}. `tomoshibi stats plan --list` shows those there are."
BEGUN: Final = (
    "The plan {} was announced and its year has begun, so what it measures stays. A defect is"
    " mended by a correction under the next letter, out of the reserve."
)
SPENT: Final = (
    "{} is {}: nothing about its plan changes any more. A correction gets the next letter."
)
TWICE: Final = "You signed this plan already. Somebody else of the publication group signs next."


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan, who of the officers of now signed it, and how far its release came."""

    plan: Plan
    signers: frozenset[bytes]
    state: str
    is_announced: bool

    @property
    def is_approved(self) -> bool:
        """Whether as many people signed as have to."""
        return len(self.signers) >= NEEDED


def draft(desk: Desk, instance: Path, plan: Plan) -> None:
    """Keep a plan, new or instead of the one of the same name; what was signed before is void.

    Raises HiddenError, and FiguresError for a plan that is spent or announced, that the year cannot
    pay for, or that comes after what it would count.
    """
    rule = authorize(desk.ring.person, Action.DRAFT_PLAN)
    audit.hold(desk.session)
    booked = ledger.load(desk.session)
    row = desk.session.get(PlanRow, plan.release)
    if row is not None:
        _require_open(booked, row, plan, desk.now)
    ledger.require_payable(booked, plan)
    announced.require_in_time(desk.session, instance, plan, desk.now)
    if row is None:
        row = PlanRow(release_id=plan.release, period=plan.period, announced=0)
        desk.session.add(row)
    # What everybody was told stays told.
    row.announced = int(bool(row.announced) and _is_begun(row, desk.now))
    row.plan = plans_of.encode(plan)
    void = delete(ApprovalRow).where(ApprovalRow.release_id == plan.release)
    desk.session.execute(void)
    desk.note("plan.drafted", rule=rule, fields=(plan.release,))


def announce(desk: Desk, instance: Path, release: str) -> Planned:
    """Note that a plan is given to the public site now.

    Raises HiddenError, and FiguresError for a plan that is spent, and for that of a year that has
    begun unless it is the first one that this office ever announced, and nothing is counted yet.
    """
    rule = authorize(desk.ring.person, Action.DRAFT_PLAN)
    planned = require(desk.session, desk.verified, release)
    if planned.state:
        raise FiguresError(SPENT.format(release, planned.state))
    announced.require_in_time(desk.session, instance, planned.plan, desk.now)
    desk.session.get_one(PlanRow, release).announced = 1
    desk.note("plan.announced", rule=rule, fields=(release,))
    return planned


def approve(desk: Desk, instance: Path, release: str, digest: str) -> Planned:
    """Sign the plan with this hash, and return it with who signed it now.

    Raises HiddenError, and FiguresError for a plan that is another one by now or than everybody was
    told, for a second signature of one person, for a plan that nobody can read yet, and for a
    release that something was booked for already.
    """
    person = desk.ring.person
    rule = authorize(person, Action.APPROVE_PLAN)
    audit.hold(desk.session)
    planned = require(desk.session, desk.verified, release)
    if planned.state:
        raise FiguresError(SPENT.format(release, planned.state))
    announced.require(desk.session, instance, planned.plan)
    if planned.plan.digest != digest:
        raise FiguresError(announced.ANOTHER.format(release))
    if person.id in planned.signers:
        raise FiguresError(TWICE)
    document: Document = json.loads(plans_of.encode(planned.plan))
    signed = desk.ring.sign(Prefix.STAT_PLAN, document)
    (signature,) = signed.signatures.values()
    key = desk.verified.people[person.id].signing_key
    # Instead of one that does not hold any more: of a key that its owner has no longer.
    row = ApprovalRow(release_id=release, member_id=person.id, signing_key=key, signature=signature)
    desk.session.merge(row)
    desk.session.flush()
    desk.note("plan.approved", rule=rule, fields=(release,))
    return require(desk.session, desk.verified, release)


def forget_others(session: Session, planned: Planned) -> None:
    """Delete what stands beside the signatures of officers: once it is booked nobody can."""
    others = delete(ApprovalRow).where(ApprovalRow.release_id == planned.plan.release)
    session.execute(others.where(ApprovalRow.member_id.not_in(planned.signers)))


def plans(session: Session, verified: Roster) -> tuple[Planned, ...]:
    """Return every plan, the newest year first."""
    booked = ledger.load(session)
    rows = select(PlanRow).order_by(PlanRow.period.desc(), PlanRow.release_id)
    return tuple(_planned(session, verified, booked, row) for row in session.scalars(rows))


def require(session: Session, verified: Roster, release: str) -> Planned:
    """Return one plan. Raises FiguresError where there is none."""
    row = session.get(PlanRow, release)
    if row is None:
        raise FiguresError(UNKNOWN.format(release))
    return _planned(session, verified, ledger.load(session), row)


def exported(session: Session, plan: Plan) -> bytes:
    """Return the signatures over a plan as they are published: keys, and no names.

    Whose they are was asked before the draw; who signed then may have left since.
    """
    document = plans_of.encode(plan)
    held = (
        row for row in _rows(session, plan) if signatures.holds(row, Prefix.STAT_PLAN, document)
    )
    return papers.write_approvals(Approval(row.signing_key, row.signature) for row in held)


def _require_open(booked: Ledger, row: PlanRow, plan: Plan, now: datetime) -> None:
    state = booked.state(row.release_id)
    if state:
        raise FiguresError(SPENT.format(row.release_id, state))
    # Noise made by another OpenDP may be planned anew; what is measured may not.
    same = announced.decided(plan_rows.read(row)) == announced.decided(plan)
    if row.announced and _is_begun(row, now) and not same:
        raise FiguresError(BEGUN.format(row.release_id))


def _is_begun(row: PlanRow, now: datetime) -> bool:
    return calendar.period_of(now) >= row.period


def _planned(session: Session, verified: Roster, booked: Ledger, row: PlanRow) -> Planned:
    plan = plan_rows.read(row)
    document = plans_of.encode(plan)
    signers = signatures.officers(_rows(session, plan), verified, Prefix.STAT_PLAN, document)
    return Planned(plan, signers, booked.state(plan.release), bool(row.announced))


def _rows(session: Session, plan: Plan) -> list[ApprovalRow]:
    rows = select(ApprovalRow).where(ApprovalRow.release_id == plan.release)
    return list(session.scalars(rows))
