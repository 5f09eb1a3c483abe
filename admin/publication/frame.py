"""Frame: the rows that a year is counted from, one for each unit, and how they are counted.

Only those who make the figures open a record, and only casework knows of which reports it comes.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, delete, exists, insert, or_, select
from sqlalchemy.orm import Session

from admin.publication import calendar, frame_records, paging, periods
from admin.publication.frame_records import DIMS, FrameError, Record
from admin.publication.periods import Opening, PeriodKeys
from crypto.envelope import OpenError, lp
from reporting import places
from reporting.audit import hold
from reporting.database import Base, shred
from reporting.stat_rows import StatDueRow, StatFrameRow, StatPeriodRow
from reporting.statistics import codelists
from reporting.statistics.plan import Plan

STEPS: Final = 16
_ROWS: Final = Base.metadata.tables[StatFrameRow.__tablename__]
_KID: Final = slice(2, 18)  # where a sealed box names the key it is sealed to (FORMAT.md 3)


def rows(session: Session, keys: PeriodKeys) -> Iterator[tuple[bytes, Record]]:
    """Yield the key of each unit of a year, and what is counted of it, in the order of the keys.

    Raises FrameError for the first row that does not hold.
    """
    for unit_key, box in paging.pairs(session, keys.period, StatFrameRow.record_sealed):
        yield unit_key, _opened(keys.openings, unit_key, box)


def counted(
    session: Session, keys: PeriodKeys, plan: Plan, progress: Callable[[int], None]
) -> tuple[tuple[int, ...], ...]:
    """Return the count of every cell of each of a plan's tables, in the order of their codes.

    `progress` is told how many of STEPS are done, by where the keys of units are: their number is
    told nobody. Raises FrameError where a row does not hold, or the plan is for another year or for
    other codes.
    """
    if (plan.period, plan.codelist) != (keys.period, codelists.VERSION):
        raise FrameError("the plan is for another year or for other codes")
    tables = [
        dict.fromkeys((_placed(table.dims, cell) for cell in codelists.cells(table.dims)), 0)
        for table in plan.tables
    ]
    columns = [tuple(DIMS.index(dim) for dim in table.dims) for table in plan.tables]
    done = 0
    for unit_key, record in rows(session, keys):
        places_of = record.places
        done = _advanced(progress, done, unit_key[0] * STEPS >> 8)
        for table, at in zip(tables, columns, strict=True):
            table[tuple(places_of[column] for column in at)] += 1
    _advanced(progress, done, STEPS)
    return tuple(tuple(table.values()) for table in tables)


def digest(session: Session, period: int) -> bytes:
    """Return what names all that is counted of a year: its units and their records."""
    hashed = hashlib.sha256()
    for pair in paging.pairs(session, period, StatFrameRow.record_sealed):
        hashed.update(lp(*pair))
    return hashed.digest()


def waiting(session: Session) -> bool:
    """Say whether casework still has to look at something before a year may be drawn."""
    return session.scalar(select(exists().where(StatDueRow.case_id.is_not(None)))) is True


def rewrite(session: Session) -> None:
    """Write every row anew in the order of the keys, which says nothing of when it came.

    In one unit of work, so that all rows are equally old, and needs no key.
    """
    hold(session)
    after: ColumnElement[bool] = _ROWS.c.period.is_not(None)
    while batch := _batch(session, after):
        period, key = batch[-1]["period"], batch[-1]["unit_key"]
        same = _ROWS.c.period == period
        here = or_(_ROWS.c.period < period, and_(same, _ROWS.c.unit_key <= key))
        session.execute(delete(_ROWS).where(after, here))
        session.execute(insert(_ROWS), batch)
        after = or_(_ROWS.c.period > period, and_(same, _ROWS.c.unit_key > key))


def destroy_due(session: Session, now: datetime) -> tuple[int, ...]:
    """Destroy the years whose time is over, and return them."""
    over = tuple(period for period in periods.kept(session) if calendar.is_over(period, now))
    for period in over:
        destroy(session, period)
    return over


def destroy(session: Session, period: int) -> None:
    """Delete all rows of a year and what could open them: nothing is measured of it again."""
    for table in (StatFrameRow, StatPeriodRow):
        session.execute(delete(table).where(table.period == period))
    shred(session)


def _batch(session: Session, wanted: ColumnElement[bool]) -> list[dict[str, Any]]:
    asked = (
        select(_ROWS).where(wanted).order_by(_ROWS.c.period, _ROWS.c.unit_key).limit(paging.BATCH)
    )
    return [dict(row) for row in session.execute(asked).mappings()]


def _advanced(progress: Callable[[int], None], done: int, now: int) -> int:
    for step in range(done + 1, now + 1):
        progress(step)
    return now


def _opened(openings: Mapping[bytes, Opening], unit_key: bytes, box: bytes) -> Record:
    with_these = openings.get(box[_KID])
    if with_these is None:
        raise FrameError("a row of the frame was sealed to a key that nobody signed")
    try:
        packed = with_these.key.open(box, places.frame_record(unit_key))
    except OpenError:
        raise FrameError("a row of the frame was altered or moved") from None
    return frame_records.unpack(packed, unit_key, with_these.mac)


def _placed(dims: codelists.Dims, cell: codelists.Cell) -> tuple[int, ...]:
    return tuple(codelists.number(dim, code) for dim, code in zip(dims, cell, strict=True))
