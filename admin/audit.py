"""Audit: check the chained log, and open its details for those who hold its key."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hmac import compare_digest
from typing import Final

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from admin.errors import AlarmError, LogDamagedError
from crypto import chain
from crypto.envelope import OpenError, Secret
from crypto.padding import unpad
from crypto.stream import unlock
from reporting import places, records
from reporting.audit import SALT_BYTES
from reporting.audit_rows import AuditRow, AuditSegment
from reporting.clock import read_minute

PAGE_ROWS: Final = 100
NEXT_STEP: Final = "somebody changed the database. Take the service down and compare with a backup."
_AT_A_TIME: Final = 1000


class Detail(StrEnum):
    """What became of the sealed part of a row."""

    READABLE = "readable"
    EMPTIED = "emptied"
    ALTERED = "altered"


@dataclass(frozen=True, slots=True)
class Entry:
    """One row as an auditor reads it; without a readable detail only number and week are known."""

    n: int
    week: int
    detail: Detail
    at: datetime | None = None
    actor: str = ""
    role: str = ""
    verb: str = ""
    subject: str = ""
    rule: str = ""
    fields: tuple[str, ...] = ()
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Emptied:
    """How many rows lost their detail, and the first of them; 0 where there is none."""

    count: int
    first: int


@dataclass(frozen=True, slots=True)
class Weeks:
    """The weeks to look at, each as year times 100 plus week; 0 where that side is open."""

    first: int = 0
    last: int = 0


OpenSegment = Callable[[AuditSegment], Secret]
ALL_WEEKS: Final = Weeks()


def verify_whole(session: Session) -> chain.Head:
    """Check the log from its first row; return its end.

    Raises ChainBrokenError with the first bad position. Rows cut off at the end are not missed
    here: the key rings of the staff remember how far the log went.
    """
    return _verify(session, chain.GENESIS)


def inspect(session: Session) -> chain.Head:
    """Check the log as an operator can, without any key: its chain, and that no detail is gone.

    Raises LogDamagedError, whose text says what to do next.
    """
    try:
        end = verify_whole(session)
    except chain.ChainBrokenError as error:
        raise LogDamagedError(f"The audit log is broken at row {error.n}: {NEXT_STEP}") from None
    lost = emptied(session)
    if lost.count:
        raise LogDamagedError(
            f"{lost.count} rows of the audit log lost their detail, the first of them row "
            f"{lost.first}. Nothing in this version empties one: {NEXT_STEP}"
        )
    return end


def emptied(session: Session) -> Emptied:
    """Count the rows whose detail was deleted."""
    is_gone = AuditRow.detail_sealed.is_(None)
    found = select(func.count(), func.min(AuditRow.n)).select_from(AuditRow).where(is_gone)
    count, first = session.execute(found).one()
    return Emptied(count, first or 0)


def verify_from(session: Session, *known: chain.Head) -> chain.Head:
    """Check that the log still holds these heads, and is whole after the last; return its end.

    Raises AlarmError.
    """
    for head in known:
        _require_held(session, head)
    try:
        return _verify(session, max(known, key=lambda head: head.n))
    except chain.ChainBrokenError as error:
        raise AlarmError(f"the audit log is broken at row {error.n}") from None


def read(
    session: Session, open_segment: OpenSegment, before: int | None, weeks: Weeks = ALL_WEEKS
) -> tuple[Entry, ...]:
    """Return a page of the log, newest first, from below row `before` or from the end."""
    newest = select(AuditRow).order_by(AuditRow.n.desc()).limit(PAGE_ROWS)
    if before is not None:
        newest = newest.where(AuditRow.n < before)
    if weeks.first:
        newest = newest.where(AuditRow.week >= weeks.first)
    if weeks.last:
        newest = newest.where(AuditRow.week <= weeks.last)
    return tuple(entry for entry, _link in _opened(session, open_segment, newest))


def read_on(
    session: Session, open_segment: OpenSegment, after: int
) -> tuple[tuple[Entry, chain.Link], ...]:
    """Return the hundred rows after one, the oldest first, each with its link of the chain."""
    following = select(AuditRow).order_by(AuditRow.n).limit(PAGE_ROWS)
    return tuple(_opened(session, open_segment, following.where(AuditRow.n > after)))


def _opened(
    session: Session, open_segment: OpenSegment, wanted: Select[AuditRow]
) -> Iterator[tuple[Entry, chain.Link]]:
    rows = session.scalars(wanted).all()
    used = select(AuditSegment).where(AuditSegment.id.in_({row.segment_id for row in rows}))
    keys = {}
    for segment in session.scalars(used):
        try:
            keys[segment.id] = open_segment(segment)
        except OpenError:
            continue  # its rows are shown as altered
    for row in rows:
        yield _entry(row, keys.get(row.segment_id)), _link(row)


def _link(row: AuditRow) -> chain.Link:
    return chain.Link(row.n, row.week, row.segment_id, row.commitment, row.prev, row.hash)


def _require_held(session: Session, head: chain.Head) -> None:
    if not head.n:
        return
    row = session.get(AuditRow, head.n)
    if row is None or not compare_digest(row.hash, head.hash):
        raise AlarmError(f"the audit log was cut off or rewritten at or before row {head.n}")


def _verify(session: Session, start: chain.Head) -> chain.Head:
    return chain.verify(_links(session, start.n), start)


def _links(session: Session, after: int) -> Iterator[chain.Link]:
    """Yield the rows after one, a thousand at a time: the chain only grows, so pages fit."""
    columns = (
        AuditRow.n,
        AuditRow.week,
        AuditRow.segment_id,
        AuditRow.commitment,
        AuditRow.prev,
        AuditRow.hash,
    )
    following = select(*columns).order_by(AuditRow.n).limit(_AT_A_TIME)
    while page := session.execute(following.where(AuditRow.n > after)).all():
        yield from (chain.Link(*row) for row in page)
        after = page[-1].n


def _entry(row: AuditRow, key: Secret | None) -> Entry:
    if row.detail_sealed is None:
        return Entry(row.n, row.week, Detail.EMPTIED)
    try:
        return _readable(row, _detail(row, row.detail_sealed, key))
    except OpenError:
        return Entry(row.n, row.week, Detail.ALTERED)


def _detail(row: AuditRow, box: bytes, key: Secret | None) -> bytes:
    """Open a detail that is the one its row committed to; raise OpenError for any other."""
    if key is None:
        raise OpenError
    plain = unpad(unlock(key, box, places.audit_detail(row.segment_id, row.n)))
    salt, detail = plain[:SALT_BYTES], plain[SALT_BYTES:]
    if not compare_digest(chain.commit(Secret(salt), detail), row.commitment):
        raise OpenError
    return detail


def _readable(row: AuditRow, detail: bytes) -> Entry:
    record = records.decode(detail)
    return Entry(
        n=row.n,
        week=row.week,
        detail=Detail.READABLE,
        at=read_minute(records.text(record, "at")),
        actor=records.text(record, "actor"),
        role=records.text(record, "role"),
        verb=records.text(record, "verb"),
        subject=records.text(record, "subject"),
        rule=records.text(record, "rule"),
        fields=records.texts(record, "fields"),
        count=None if record["count"] is None else records.number(record, "count"),
    )
