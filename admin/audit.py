"""Audit: check the chained log, and open its details for those who hold its key."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hmac import compare_digest
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from admin.errors import AlarmError, LogDamagedError
from crypto import chain
from crypto.envelope import OpenError, Secret
from crypto.padding import unpad
from crypto.stream import unlock
from reporting import places, records
from reporting.audit import SALT_BYTES
from reporting.clock import read_minute
from reporting.models import AuditRow, AuditSegment

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


OpenSegment = Callable[[AuditSegment], Secret]


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
    emptied = AuditRow.detail_sealed.is_(None)
    found = select(func.count(), func.min(AuditRow.n)).select_from(AuditRow).where(emptied)
    count, first = session.execute(found).one()
    if count:
        raise LogDamagedError(
            f"{count} rows of the audit log lost their detail, the first of them row {first}. "
            f"Nothing in this version empties one: {NEXT_STEP}"
        )
    return end


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


def read(session: Session, open_segment: OpenSegment, before: int | None) -> tuple[Entry, ...]:
    """Return a page of the log, newest first, from below row `before` or from the end."""
    newest = select(AuditRow).order_by(AuditRow.n.desc()).limit(PAGE_ROWS)
    rows = session.scalars(newest if before is None else newest.where(AuditRow.n < before)).all()
    wanted = select(AuditSegment).where(AuditSegment.id.in_({row.segment_id for row in rows}))
    keys = {}
    for segment in session.scalars(wanted):
        try:
            keys[segment.id] = open_segment(segment)
        except OpenError:
            continue  # its rows are shown as altered
    return tuple(_entry(row, keys.get(row.segment_id)) for row in rows)


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
