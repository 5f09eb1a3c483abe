"""Resuming: a ledger that was put back goes on from what was signed and given out.

What was booked once is booked again, by two officers together. Nothing is drawn for it.
"""

import hashlib
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
from admin.publication import (
    announced,
    burning,
    calendar,
    ledger,
    measurements,
    releases,
    shelf,
)
from admin.publication.acting import Officer
from admin.publication.booked import Event, Reason, State
from admin.publication.originals import Originals
from reporting import audit
from reporting.statistics import bundle, papers, plan
from reporting.statistics.plan import Plan
from reporting.statistics.release import Release

ALONE: Final = "You are the same person. Somebody else of the publication group has to come too."
NOTHING_MISSING: Final = (
    "The database knows all that was given out and signed here. There is nothing to resume."
)
DIVERGED: Final = (
    "The database booked something else at row {} than what was given out or signed. Nothing was"
    " changed: bring the office back from its newest archives into a new database, and resume"
    " there. If a row was altered, two officers together: tomoshibi stats mend"
)
PERHAPS_DRAWN: Final = (
    "Nothing here says whether {0} was drawn already, and these are its days: 16 April to 1 July"
    " {1}. Nothing was changed. Bring figures/ledger.json from the public site, or a signed folder"
    " of {0}. If there is none, nothing is drawn of this year; run this again from 2 July on, so"
    " that later years can be."
)
UNDRAWN: Final = frozenset({"", State.RESERVED.value})
NO_PLAN: Final = (
    "The plan of {0} is not here as it was booked. Nothing was changed. Bring figures/plans/{0}"
    ".json from a copy, or name a signed folder of it: tomoshibi stats resume FOLDER"
)
STRANGERS: Final = (
    "The plan of {} was signed by people who never belonged to this office. Nothing was changed:"
    " the folder is another office's, or release.keys is not ours."
)


def missing(session: Session, instance: Path, found: Originals, now: datetime) -> tuple[Event, ...]:
    """Return the rows that were booked once and that the database does not know.

    Raises FiguresError where its own rows are others, where it lacks none, and where nothing says
    whether a year was drawn whose days these are.
    """
    events = ledger.load(session).events
    for ours, theirs in zip(events, found.rows, strict=False):
        if ours != theirs:
            raise FiguresError(DIVERGED.format(ours.seq))
    lacking = found.rows[len(events) :]
    if releases.is_bereft(session, instance):
        _require_told(session, found, now)
    elif not lacking:
        raise FiguresError(NOTHING_MISSING)
    return lacking


def without_numbers(session: Session, found: Originals, rows: tuple[Event, ...]) -> tuple[str, ...]:
    """Return what was drawn and not given up, and whose noisy numbers are nowhere here."""
    last = {row.release: row.state for row in rows}
    return tuple(
        name
        for name, state in last.items()
        if state is State.DRAWN and name not in found.releases
        if not measurements.are_kept(session, name)
    )


def require_officer(officer: Officer) -> None:
    """Raise HiddenError for somebody who could not draw either."""
    authorize(officer.ring.person, Action.DRAW_FIGURES)


def require_two(first: Desk, second: Desk) -> str:
    """Return by which rule both act. Raises HiddenError, and FiguresError for one person twice."""
    authorize(first.ring.person, Action.DRAW_FIGURES)
    rule = authorize(second.ring.person, Action.DRAW_FIGURES)
    if first.ring.person.id == second.ring.person.id:
        raise FiguresError(ALONE)
    return rule


def resume(first: Desk, second: Desk, instance: Path, found: Originals) -> None:
    """Book again what the database forgot, with its plans, signatures and noisy numbers.

    Both are in one unit of work. Raises HiddenError, and FiguresError where it does not fit.
    """
    rule, session = require_two(first, second), first.session
    audit.hold(session)
    rows = missing(session, instance, found, first.now)
    firsts = {row.release: row for row in reversed(rows)}
    plans = {name: _bring_back(first, instance, found, row) for name, row in firsts.items()}
    for row in rows:
        booked = ledger.load(session)
        if (booked.state(row.release), row.state) == (State.DRAWN, State.BURNT):
            # Nobody kept who signed that: whoever books it again gives it up, for its reason.
            for desk in (first, second):
                burning.countersign(desk, booked.of(row.release)[-1], Reason(row.reason))
        ledger.resume(session, row, plans[row.release])
    for made in plans.values():
        announced.bring_back(instance, made)
    for desk in (first, second):
        desk.note("ledger.resumed", rule=rule, fields=tuple(sorted(plans)))


def _require_told(session: Session, found: Originals, now: datetime) -> None:
    """Raise FiguresError for a year that may have been drawn already, for all that is known."""
    told = {row.scope for row in found.rows}
    for row in session.scalars(select(PlanRow).where(PlanRow.announced == 1)):
        is_now = calendar.is_drawn(row.period, now) and not calendar.is_over(row.period, now)
        if is_now and str(row.period) not in told:
            raise FiguresError(PERHAPS_DRAWN.format(row.release_id, row.period + 1))


def _bring_back(desk: Desk, instance: Path, found: Originals, row: Event) -> Plan:
    """Keep the plan that a row was booked for, and what was signed about it and drawn."""
    session, booked = desk.session, ledger.load(desk.session)
    one = found.releases.get(row.release)
    if one is not None and one.plan.digest != row.plan_sha256:
        one = None
    made = _planned(session, instance, one, row)
    if not booked.of(row.release):
        kept = PlanRow(
            release_id=row.release, period=made.period, plan=plan.encode(made), announced=1
        )
        session.merge(kept)
        session.flush()
        if one is not None:
            approve_again(desk, one)
    if one is not None and one.measured and booked.state(row.release) in UNDRAWN:
        measurements.keep(session, row.release, one.measured)
    return made


def _planned(session: Session, instance: Path, one: Release | None, row: Event) -> Plan:
    """Return the plan that a row was booked for: whoever has its bytes has it whole."""
    kept = session.get(PlanRow, row.release)
    there = (
        one and one.files[bundle.PLAN],
        kept and kept.plan,
        shelf.announced(instance, row.release),
    )
    for data in there:
        if data and hashlib.sha256(data).hexdigest() == row.plan_sha256:
            return plan.decode(data)
    raise FiguresError(NO_PLAN.format(row.release))


def approve_again(desk: Desk, one: Release) -> None:
    """Keep the signatures of officers that a signed release carries. Raises FiguresError."""
    name, owners = one.plan.release, desk.verified.succession.signed_with
    whose = {key: person for person, keys in owners.items() for key in keys}
    signed = papers.read_approvals(one.files[bundle.APPROVALS])
    if not all(approval.signing_key in whose for approval in signed):
        raise FiguresError(STRANGERS.format(name))
    desk.session.execute(delete(ApprovalRow).where(ApprovalRow.release_id == name))
    for approval in signed:
        row = ApprovalRow(
            release_id=name,
            member_id=whose[approval.signing_key],
            signing_key=approval.signing_key,
            signature=approval.signature,
        )
        desk.session.merge(row)
    desk.session.flush()
