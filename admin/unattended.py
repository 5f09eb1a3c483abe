"""Unattended: what waits for somebody, as far as columns in clear say so. It holds no key.

What is known here is little: state, level, the week of arrival, and that a row is there. So it may
call somebody too often; it never stays silent because of something that it cannot read.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, Row, exists, select
from sqlalchemy.orm import Session

from admin import call_requests
from admin.call_memory import Seen
from admin.calling import Need
from admin.leases import LASTS
from admin.people_guards import COUNTERSIGN_WITHIN
from reporting.case_rows import LeaseRow
from reporting.models import Case, Mail, State
from reporting.triage import Level

_IN_WORK: Final = (State.RECEIVED, State.TRIAGED, State.ACTIVE, State.MONITORING, State.REVIEW)
_A_WEEK: Final = timedelta(days=7)
_A_DAY: Final = timedelta(days=1)
_IS_NEW: Final = Case.rev == 0


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits, and since when each thing that may be over was seen."""

    need: Need
    seen: Seen


def look(session: Session, before: Seen, now: datetime) -> Waiting:
    """Look what waits. `before` is what the last look saw; what has gone since is forgotten.

    A lease that was seen for as long as one lasts is over: its holder does not read any
    more. A request that stands for four hours is over too: by then the report is back in a list.
    """
    held = {_thing(lease.case_id, lease.rev): rev for lease, rev in _held(session)}
    asked = {_thing(one, 0): one for one in call_requests.standing(session)}
    seen = {thing: before.since(thing, now) for thing in (*held, *asked)}
    lapsed = [rev for thing, rev in held.items() if now - seen[thing] >= LASTS]
    over = {thing for thing in asked if now - seen[thing] >= COUNTERSIGN_WITHIN}
    call_requests.forget(session, [asked[thing] for thing in sorted(over)])
    kept = Seen.of({thing: at for thing, at in seen.items() if thing not in over})
    if asked.keys() - over or 0 in lapsed or _is_there(session, _lies(Level.URGENT) & _IS_NEW):
        return Waiting(Need.NOW, kept)
    if lapsed or _is_there(session, _lies(Level.URGENT)):
        return Waiting(Need.LEFT, kept)
    return Waiting(Need.LATE if _is_late(session, now) else Need.NONE, kept)


def _held(session: Session) -> Sequence[Row[LeaseRow, int]]:
    """Return the leases of urgent reports, and how often something was done with each report."""
    return session.execute(
        select(LeaseRow, Case.rev)
        .join(Case, Case.id == LeaseRow.case_id)
        .where(Case.state == State.RECEIVED, Case.level == Level.URGENT)
    ).all()


def _is_late(session: Session, now: datetime) -> bool:
    """Say whether a first look is late for sure, or the reporter of an urgent report wrote."""
    late = _lies(Level.HIGH) & (Case.received_week <= _last_week_over(now))
    unread = (
        exists().where(Mail.case_id == Case.id).correlate(Case)
        & (Case.level == Level.URGENT)
        & Case.state.in_(_IN_WORK)
    )
    return _is_there(session, late) or _is_there(session, unread)


def _lies(level: Level) -> ColumnElement[bool]:
    """Say which reports of a level wait for a first look with nobody who has them in hand."""
    in_hand = exists().where(LeaseRow.case_id == Case.id).correlate(Case)
    return (Case.state == State.RECEIVED) & (Case.level == level) & ~in_hand


def _is_there(session: Session, wanted: ColumnElement[bool]) -> bool:
    return session.scalar(select(Case.id).where(wanted).limit(1)) is not None


def _last_week_over(now: datetime) -> int:
    """Return the newest week of which a day has passed since its end: a high report has one."""
    day: date = (now - _A_DAY - _A_WEEK).date()
    year, week, _day = day.isocalendar()
    return year * 100 + week


def _thing(row: bytes, rev: int) -> bytes:
    """Return what tells a row in this revision from all others."""
    return b"%d " % rev + row
