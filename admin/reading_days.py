"""Reading days: how much somebody usually reads, written down by the server alone.

The numbers stand in the order of their size and without their days, but for the newest one: they
say what is usual for somebody, and not when they read what. The row is found and locked with the
meter, and is gone weeks after somebody read last.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from sqlalchemy.orm import Session

from admin.errors import AlarmError
from admin.meter import Meter
from admin.reading_counts import FLOOR_BYTES, numbers
from admin.reading_rows import ReadingRow
from admin.tripwires import MOST_DAYS, Kind, Usual
from crypto.envelope import Ctx, OpenError, opening
from reporting import records
from reporting.clock import day_of, hour_after
from reporting.records import Record

KEPT_WEEKS: Final = 8
# It never says how often it was written: so many would be on how many days somebody read.
REV: Final = 0


@dataclass(frozen=True, slots=True)
class Days:
    """What somebody read on the newest day, and what is usual from the days before it."""

    newest: date
    read: Mapping[Kind, int]
    before: Usual

    def usual(self, today: date) -> Usual:
        """Return what is usual for them on the days before this one."""
        if self.newest == today:
            return self.before
        return self.before.with_day(self.read, secrets.randbelow(MOST_DAYS))


def usual(session: Session, meter: Meter, member: bytes, now: datetime) -> Usual:
    """Return what somebody usually reads. Raises AlarmError for what was altered."""
    found = _of(session, meter, member)
    return Usual() if found is None else found.usual(day_of(now))


def keep(
    session: Session, meter: Meter, member: bytes, now: datetime, read: Mapping[Kind, int]
) -> None:
    """Write down how much somebody read today. Raises AlarmError for what was altered."""
    tag, today = meter.usual_tag(member), day_of(now)
    days = Days(today, read, usual(session, meter, member, now))
    # On a Monday, whichever day it was.
    end = today + timedelta(days=7 - today.weekday(), weeks=KEPT_WEEKS)
    until = hour_after(datetime.combine(end, time.min, UTC))
    box = records.close(meter.boxes, _written(days), _place(tag), FLOOR_BYTES)
    session.merge(ReadingRow(id=tag, expires_hour=until, rev=REV, box_sealed=box))
    session.flush()


def _of(session: Session, meter: Meter, member: bytes) -> Days | None:
    tag = meter.usual_tag(member)
    row = session.get(ReadingRow, tag, populate_existing=True)
    try:
        if row is None:
            return None
        return _read(records.reopen(meter.boxes, row.box_sealed, _place(tag)))
    except OpenError:
        raise AlarmError("what somebody usually reads was altered") from None


def _place(tag: bytes) -> Ctx:
    return Ctx("reading days", "reading", "box_sealed", tag, REV)


def _written(days: Days) -> Record:
    return {
        "newest": days.newest.isoformat(),
        "read": {kind: days.read.get(kind, 0) for kind in Kind},
        "before": {kind: list(days.before.days.get(kind, ())) for kind in Kind},
    }


def _read(record: Record) -> Days:
    with opening():
        before = records.child(record, "before")
        usual_days = {kind: records.numbers(before, kind) for kind in Kind if kind in before}
        return Days(
            newest=records.day(record, "newest"),
            read=numbers(records.child(record, "read")),
            before=Usual(usual_days),
        )
