"""Unattended: what waits for somebody, as far as columns in clear say so. It holds no key.

What is known here is little: state, level, the week of arrival, and that a row is there. So it may
call somebody too often; it never stays silent because of something that it cannot read.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, Row, exists, select
from sqlalchemy.orm import Session

from admin import call_requests
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
    """What waits, and since when each thing that may be over was seen, by a mark of it."""

    need: Need
    seen: Mapping[str, datetime]


def look(session: Session, before: Mapping[str, datetime], now: datetime) -> Waiting:
    """Look what waits. `before` is what the last look saw; what has gone since is forgotten.

    A lease whose mark has stood for as long as a lease lasts is over: its holder does not read any
    more. A request that stands for four hours is over too: by then the report is back in a list.
    """
    held = {_mark(lease.case_id, lease.rev): rev for lease, rev in _held(session)}
    asked = {_mark(one, 0): one for one in call_requests.standing(session)}
    seen = {mark: before.get(mark, now) for mark in (*held, *asked)}
    lapsed = [rev for mark, rev in held.items() if now - seen[mark] >= LASTS]
    over = {mark for mark in asked if now - seen[mark] >= COUNTERSIGN_WITHIN}
    call_requests.forget(session, [asked[mark] for mark in sorted(over)])
    kept = {mark: at for mark, at in seen.items() if mark not in over}
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


def _mark(row: bytes, rev: int) -> str:
    """Return a mark of a row in this revision, from which nobody reads a report's number."""
    return hashlib.sha256(b"tomoshibi call %d" % rev + row).hexdigest()[:32]
