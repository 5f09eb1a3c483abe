"""Reading counts: how much somebody read today, written down by the server alone.

The row is found and locked with the meter. Whoever changes it makes it open no more, whoever reads
a copy of it learns nothing, and with the day after it is gone.
"""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import UTC, datetime, time, timedelta
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from admin.errors import AlarmError
from admin.meter import Meter
from admin.reading_rows import ReadingRow
from admin.tripwires import Counts, Kind
from crypto.envelope import Ctx, OpenError, opening
from reporting import records
from reporting.clock import day_of, hour_after
from reporting.records import Record

# Counts of every government there is fit, so that all rows have one length.
FLOOR_BYTES: Final = 4096
ADDED: Final = ("states", "own")


def of(session: Session, meter: Meter, member: bytes, now: datetime) -> Counts | None:
    """Return what somebody read today; None where nothing was ever written down.

    The caller holds the end of the log, so that nobody else reads it meanwhile. Raises AlarmError
    for a count that was altered.
    """
    row = session.get(ReadingRow, meter.tag(member, day_of(now)), populate_existing=True)
    try:
        return None if row is None else _open(meter, row)
    except OpenError:
        raise AlarmError("the count of what somebody read was altered") from None


def of_all(
    session: Session, meter: Meter, members: Iterable[bytes], now: datetime
) -> Mapping[bytes, Counts]:
    """Return what these people read today; of whom it was altered, they themselves are told."""
    tags = {meter.tag(member, day_of(now)): member for member in members}
    found: dict[bytes, Counts] = {}
    for row in session.scalars(select(ReadingRow).where(ReadingRow.id.in_(tags))):
        with suppress(OpenError):
            found[tags[row.id]] = _open(meter, row)
    return found


def keep(session: Session, meter: Meter, member: bytes, now: datetime, counts: Counts) -> None:
    """Write down what somebody read today. The caller holds the end of the log."""
    tag = meter.tag(member, day_of(now))
    row = session.get(ReadingRow, tag)
    rev = 0 if row is None else row.rev + 1
    box = records.close(meter.boxes, _written(counts), _place(tag, rev), FLOOR_BYTES)
    end = datetime.combine(day_of(now) + timedelta(days=1), time.min, UTC)
    session.merge(ReadingRow(id=tag, expires_hour=hour_after(end), rev=rev, box_sealed=box))
    session.flush()


def sweep(session: Session, now: datetime) -> int:
    """Delete the counts of days that are over; return how many there were."""
    old = delete(ReadingRow).where(ReadingRow.expires_hour <= hour_after(now) - 1)
    return len(session.scalars(old.returning(ReadingRow.id)).all())


def _open(meter: Meter, row: ReadingRow) -> Counts:
    return _read(records.reopen(meter.boxes, row.box_sealed, _place(row.id, row.rev)))


def _place(tag: bytes, rev: int) -> Ctx:
    return Ctx("reading", "reading", "box_sealed", tag, rev)


def _written(counts: Counts) -> Record:
    return {
        "read": {kind: counts.read.get(kind, 0) for kind in Kind},
        "allowed": {kind: counts.allowed.get(kind, 0) for kind in Kind},
        "told": sorted(counts.told),
        "states": dict(counts.states),
        "own": {kind: counts.own[kind] for kind in Kind if kind in counts.own},
        "passed_on": counts.passed_on,
    }


def _read(record: Record) -> Counts:
    with opening():
        # A count from before these were counted has none of them, and is gone after its day.
        states, own = ({} if name not in record else records.child(record, name) for name in ADDED)
        return Counts(
            read=numbers(records.child(record, "read")),
            allowed=numbers(records.child(record, "allowed")),
            told=frozenset(records.texts(record, "told")),
            states={state: records.number(states, state) for state in states},
            own=numbers(own),
            passed_on=records.number(record, "passed_on") if "passed_on" in record else 0,
        )


def numbers(record: Record) -> Mapping[Kind, int]:
    """Return the number of each kind in a record that names it. Raises OpenError."""
    return {kind: records.number(record, kind) for kind in Kind if kind in record}
