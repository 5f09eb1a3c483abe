"""Mending: rows of figures that were altered in the database are put back from what is signed.

Two officers do it together. A row is taken from a signed release, and a plan that is not booked yet
from the paper that was given out, which both of them sign; nothing else is ever accepted.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlalchemy.orm import Session

from admin.budget_rows import PlanRow
from admin.desk import Desk
from admin.errors import FiguresError
from admin.publication import (
    approvals,
    calendar,
    ledger,
    measurements,
    releases,
    resuming,
    shelf,
)
from admin.publication.booked import Event, State, scope_of
from admin.publication.ledger import Row
from admin.publication.originals import Originals
from admin.publication.unguarded import unguarded
from reporting import audit
from reporting.statistics import bundle, papers
from reporting.statistics.plan import Plan, PlanError, cap, decode, encode
from reporting.statistics.release import Release

NOTHING_ALTERED: Final = (
    "No row differs from what is signed and given out here. There is nothing to mend."
)
UNSIGNED: Final = (
    "Row {0} of the ledger was altered, and no signed release here holds it as it was. Nothing was"
    " changed. Name a signed folder that does: tomoshibi stats mend FOLDER. If there is none, bring"
    " the office back from its newest archives in which it holds, into a new database."
)


@dataclass(frozen=True, slots=True)
class Altered:
    """What differs from its original: rows of the ledger, releases, and plans not drawn yet."""

    rows: tuple[Row, ...]
    releases: tuple[Release, ...]
    plans: tuple[Plan, ...]

    @property
    def named(self) -> tuple[str, ...]:
        """What is put back, for the log and for who does it."""
        ledgers = ("ledger",) if self.rows else ()
        signed = (one.plan.release for one in self.releases)
        return (*ledgers, *sorted({*signed, *(made.release for made in self.plans)}))


def altered(session: Session, instance: Path, found: Originals, now: datetime) -> Altered:
    """Return what differs from its original.

    Raises FiguresError for a row that has no signed one, where nothing differs, and where nothing
    is here that was given out.
    """
    if shelf.told(instance) is None:
        raise FiguresError(releases.GONE)
    booked = {event.release: event for event, _, _ in reversed(_wanted(session, found))}
    signed = (one for name, one in found.releases.items() if name in booked)
    wrong = Altered(
        rows=_rows(session, found),
        releases=tuple(one for one in signed if not _holds(session, one)),
        plans=tuple(_plans(session, instance, found, booked, now)),
    )
    if not wrong.named:
        raise FiguresError(NOTHING_ALTERED)
    return wrong


def mend(first: Desk, second: Desk, instance: Path, found: Originals) -> tuple[str, ...]:
    """Put back what was altered, and return what that was.

    Both are in one unit of work. Raises HiddenError, and FiguresError as `altered` does.
    """
    rule, session = resuming.require_two(first, second), first.session
    audit.hold(session)
    wrong = altered(session, instance, found, first.now)
    with unguarded(session):
        for one in wrong.releases:
            _put_back(first, one)
        for made in wrong.plans:
            _keep(session, made)
        if wrong.rows:
            ledger.put_back(session, wrong.rows)
    session.expire_all()
    for made in wrong.plans:
        _sign((first, second), instance, made)
    for desk in (first, second):
        desk.note("figures.mended", rule=rule, fields=wrong.named)
    return wrong.named


def _wanted(session: Session, found: Originals) -> tuple[Row, ...]:
    """Return the rows as they should be, as many as there are; more are for who resumes."""
    kept = ledger.kept(session)
    known = ledger.chained(found.rows[: len(kept)])
    return (*known, *kept[len(known) :])


def _rows(session: Session, found: Originals) -> tuple[Row, ...]:
    """Return the rows that are right, if others stand in the database, and else none."""
    kept, wanted = ledger.kept(session), _wanted(session, found)
    held = ledger.chained(event for event, _, _ in wanted)
    for seq, (is_row, row, right) in enumerate(zip(kept, wanted, held, strict=True), 1):
        if row != right or row[0].seq != seq:
            raise FiguresError(UNSIGNED.format(seq))
        if is_row != row and not (seq <= found.signed or _is_public(row[0], found)):
            raise FiguresError(UNSIGNED.format(seq))
    return wanted if kept != wanted else ()


def _is_public(event: Event, found: Originals) -> bool:
    """Say whether a row tells what everybody sees: that a signed release here is published."""
    return event.state == State.PUBLISHED and event.release in found.public


def _holds(session: Session, one: Release) -> bool:
    """Say whether all that a signed release carries stands in the database."""
    made, row = one.plan, session.get(PlanRow, one.plan.release)
    if row is None or not row.announced or row.plan != one.files[bundle.PLAN]:
        return False
    if approvals.exported(session, made) != one.files[bundle.APPROVALS]:
        return False
    if ledger.caps(session).get(scope_of(made)) != cap(made.eps_year):
        return False
    try:
        drawn = papers.digest_of_draw(one.measured).hex()
        return not one.measured or bool(measurements.load(session, made, drawn))
    except FiguresError:
        return False


def _put_back(desk: Desk, one: Release) -> None:
    _keep(desk.session, one.plan)
    resuming.approve_again(desk, one)
    ledger.fix_cap(desk.session, one.plan)
    if one.measured:
        measurements.keep(desk.session, one.plan.release, one.measured)


def _keep(session: Session, made: Plan) -> None:
    row = PlanRow(release_id=made.release, period=made.period, plan=encode(made), announced=1)
    session.merge(row)
    session.flush()


def _plans(
    session: Session,
    instance: Path,
    found: Originals,
    booked: dict[str, Event],
    now: datetime,
) -> Iterator[Plan]:
    """Yield the plans that were given out, stand otherwise in the database, and are in no folder.

    One whose year has not begun can be changed still, and is no other's business.
    """
    for name, data in shelf.all_announced(instance):
        made = _decoded(data)
        if made is None or made.release != name or name in found.releases:
            continue
        row, event = session.get(PlanRow, name), booked.get(name)
        if row is not None and row.announced and row.plan == data:
            continue
        if event is None:
            if calendar.period_of(now) >= made.period or (row and _decoded(row.plan) is None):
                yield made
        elif event.plan_sha256 == hashlib.sha256(data).hexdigest():
            yield made


def _decoded(data: bytes) -> Plan | None:
    try:
        return decode(data)
    except PlanError:
        return None


def _sign(desks: tuple[Desk, Desk], instance: Path, made: Plan) -> None:
    """Let both sign a plan that too few have signed; what is booked was signed before."""
    for desk in desks:
        planned = approvals.require(desk.session, desk.verified, made.release)
        if not planned.state and desk.ring.person.id not in planned.signers:
            approvals.approve(desk, instance, made.release, made.digest)
