"""The draw: once, in a process of its own, what is counted of a year becomes noisy numbers.

Everything that can be wrong is looked at before anything is booked. The booking and the noisy
numbers are kept in one commit: no number outlives a draw that was not booked, and no booking lacks
its numbers. What breaks off later goes on with these. Nothing is ever drawn a second time. The
exact counts are in the memory of this process and nowhere else.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from admin.authority import authorize
from admin.errors import FiguresError
from admin.permissions import Action
from admin.publication import (
    announced,
    approvals,
    calendar,
    frame,
    ledger,
    measurements,
    noise,
    periods,
    releases,
    shelf,
)
from admin.publication.acting import Officer
from admin.publication.approvals import Planned
from reporting import audit
from reporting.statistics.plan import Plan
from reporting.statistics.topdown import Measurement

UNAPPROVED: Final = (
    "The plan {0} has {1} of 2 signatures of officers of now. Nothing was spent. Next: tomoshibi"
    " stats approve {0}"
)
NOT_SIGNER: Final = (
    "Only an officer who signed the plan draws it, and you did not. Nothing was spent."
)
EARLY: Final = "The year {} is drawn from 16 April {} on. Nothing was spent; come back then."
LATE: Final = (
    "What the year {} was counted from is destroyed on 2 July {}: nothing can be drawn any more."
    " Nothing was spent."
)
WAITING: Final = (
    "Casework has still to look at a report that was taken back or linked, or whose choices"
    " changed. Nothing was spent. Next: let a supervisor sign in, then draw again."
)
CHANGED: Final = (
    "The plan {} was changed while its year was counted. Nothing was spent; look at it and let two"
    " officers sign it."
)
MOVED: Final = (
    "What is counted of {} changed while it was counted: somebody took a report back, or it was"
    " graded anew. Nothing was spent. Next: draw again."
)

Counts = tuple[tuple[int, ...], ...]
Watch = Callable[[int], AbstractContextManager[Callable[[int], None]]]


@dataclass(frozen=True, slots=True)
class Seen:
    """The exact counts of a plan, and what names the rows that were counted."""

    plan: Plan
    counts: Counts = field(repr=False)
    digest: bytes


def draw(officer: Officer, release: str, watch: Watch) -> Plan:
    """Draw a release, or go on with a draw that broke off, and return its plan.

    `watch` is told how many steps there are, and lends what is told how many are done. Raises
    HiddenError, FiguresError and what the frame raises; what is raised before the booking leaves
    nothing spent.
    """
    authorize(officer.ring.person, Action.DRAW_FIGURES)
    if not _is_broken_off(officer, release):
        _book(officer, _counted(officer, release, watch))
    _tell(officer)
    return _end(officer, release)


def _is_broken_off(officer: Officer, release: str) -> bool:
    with officer.service.read() as session:
        releases.require_continued(session, officer.service.settings.instance)
        return ledger.load(session).is_broken_off(release)


def _counted(officer: Officer, release: str, watch: Watch) -> Seen:
    with officer.service.database.snapshot() as session:
        plan = _drawable(officer, session, release)
        keys = periods.open_for_draw(session, officer.ring, officer.verified, plan.period)
        with watch(frame.STEPS) as progress:
            counts = frame.counted(session, keys, plan, progress)
        return Seen(plan, counts, frame.digest(session, plan.period))


def _drawable(officer: Officer, session: Session, release: str) -> Plan:
    planned = approvals.require(session, officer.verified, release)
    instance = officer.service.settings.instance
    ledger.require_undrawn(ledger.load(session), planned.plan)
    announced.require(session, instance, planned.plan)
    announced.require_foretold(instance, planned.plan)
    _require_approved(officer, planned)
    _require_day(planned.plan, officer.now)
    noise.require_within(planned.plan)
    if frame.waiting(session):
        raise FiguresError(WAITING)
    return planned.plan


def _require_approved(officer: Officer, planned: Planned) -> None:
    if not planned.is_approved:
        raise FiguresError(UNAPPROVED.format(planned.plan.release, len(planned.signers)))
    if officer.ring.person.id not in planned.signers:
        raise FiguresError(NOT_SIGNER)


def _require_day(plan: Plan, now: datetime) -> None:
    if not calendar.is_drawn(plan.period, now):
        raise FiguresError(EARLY.format(plan.period, plan.period + 1))
    if calendar.is_over(plan.period, now):
        raise FiguresError(LATE.format(plan.period, plan.period + 1))


def _book(officer: Officer, seen: Seen) -> None:
    plan = seen.plan
    with officer.begin() as desk:
        session = desk.session
        audit.hold(session)
        # Asked again where nobody else can change it: a signature is over these bytes only.
        planned = approvals.require(session, officer.verified, plan.release)
        if planned.plan != plan or not planned.is_approved:
            raise FiguresError(CHANGED.format(plan.release))
        # Whoever took a report back while it was counted is not in what is drawn.
        if frame.waiting(session):
            raise FiguresError(WAITING)
        if frame.digest(session, plan.period) != seen.digest:
            raise FiguresError(MOVED.format(plan.period))
        approvals.forget_others(session, planned)
        ledger.require_undrawn(ledger.load(session), plan)
        # Nobody sees these numbers unless this unit of work is kept, and the booking with it.
        result = measurements.keep(session, plan.release, noisy(plan, seen.counts))
        ledger.reserve(session, plan, officer.now, result)
        desk.note("release.reserved", fields=(plan.release,))


def _tell(officer: Officer) -> None:
    """Give out that it is booked before anybody uses it: no old backup takes that back."""
    with officer.service.read() as session:
        shelf.export(officer.service.settings.instance, ledger.exported(session), None)


def noisy(plan: Plan, counts: Counts) -> tuple[Measurement, ...]:
    """Return the noisy numbers of every table of a plan, for exact counts."""
    return tuple(
        Measurement(table.dims, noise.draw(table, exact))
        for table, exact in zip(plan.tables, counts, strict=True)
    )


def _end(officer: Officer, release: str) -> Plan:
    with officer.begin() as desk:
        session = desk.session
        audit.hold(session)
        plan = approvals.require(session, officer.verified, release).plan
        result = ledger.load(session).of(release)[-1].result_sha256
        measurements.load(session, plan, result)
        ledger.drawn(session, release, bytes.fromhex(result), officer.now)
        desk.note("release.drawn", fields=(release,))
    return plan
