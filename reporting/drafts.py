"""Drafts: what one browser is in the middle of, in a row that only its cookie can open.

The cookie's token gives the row's name, the key that locks it and the form token; the server keeps
the first only. A copied database opens no draft, no receipt and no mailbox.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Row, bindparam, delete, exists, select, update
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlalchemy.orm import Session

from crypto.envelope import Label, OpenError, Secret, expand
from reporting import places, records
from reporting.clock import hour_after
from reporting.database import Base, Unit, shred, shred_soon
from reporting.errors import AlreadySentError, DraftFullError, VisitGoneError
from reporting.file_rows import FileRow
from reporting.models import VisitRow
from reporting.visits import Fields, OpenMailbox, Visit, from_record, to_record

LIFE: Final = timedelta(hours=24)
LIMIT_BYTES: Final = 128 * 1024
FLOOR_BYTES: Final = 4096
REPORT: Final = "q"  # the page whose fields become the report
# A cookie costs nothing to make, so a flood can fill the disk; nobody is turned away for it. Beyond
# so many visits a new one ends sooner, and none grows beyond a whole short report in any script.
CROWD: Final = 50_000
CROWDED_LIFE: Final = timedelta(hours=1)
CROWDED_BYTES: Final = 40 * 1024

StoredVisit = Row[int, bytes, bool]

# Written once: building a statement costs more than running it, and every page runs one of these.
_VISIT: Final = Base.metadata.tables[VisitRow.__tablename__]
_FILE: Final = Base.metadata.tables[FileRow.__tablename__]
_HAS_FILES: Final = exists().where(_FILE.c.visit_id == _VISIT.c.id).label("has_files")
_BY_ROW: Final = select(_VISIT.c.rev, _VISIT.c.content_sealed, _HAS_FILES).where(
    _VISIT.c.id == bindparam("row")
)
_BY_ROW_LOCKED: Final = _BY_ROW.with_for_update()
# Walks an index and no content; asked only for a new row or a large one.
_PAST_THE_CROWD: Final = (
    select(_VISIT.c.expires_hour).order_by(_VISIT.c.expires_hour).offset(CROWD - 1).limit(1)
)
_MAKE: Final = {
    "postgresql": insert_postgresql(_VISIT).on_conflict_do_nothing().returning(_VISIT.c.id),
    "sqlite": insert_sqlite(_VISIT).on_conflict_do_nothing().returning(_VISIT.c.id),
}
_OVERWRITE: Final = update(_VISIT).where(_VISIT.c.id == bindparam("row"))


@dataclass(frozen=True, slots=True)
class VisitKeys:
    """What a visit's cookie gives: where its row is, what locks it, what its forms must carry."""

    row: bytes
    key: Secret
    form_token: str = field(repr=False)


def keys_from(token: Secret) -> VisitKeys:
    """Derive a visit's keys from its cookie's token."""
    return VisitKeys(
        row=expand(token, Label.VISIT_ID, 16).reveal(),
        key=expand(token, Label.VISIT_KEY),
        form_token=expand(token, Label.VISIT_FORM, 16).reveal().hex(),
    )


def find(unit: Unit, keys: VisitKeys, now: datetime) -> Visit:
    """Return the living visit of this cookie, or raise VisitGoneError."""
    return _open(unit.execute(_BY_ROW, {"row": keys.row}).one_or_none(), keys, now)


def find_for_change(unit: Unit, keys: VisitKeys, now: datetime) -> Visit:
    """Return the living visit and keep others from changing it until this unit of work ends."""
    return _open(unit.execute(_BY_ROW_LOCKED, {"row": keys.row}).one_or_none(), keys, now)


def keep_page(unit: Unit, keys: VisitKeys, page: str, fields: Fields, now: datetime) -> None:
    """Save one page's fields as typed; the visit's row is made by the first of these.

    Raises AlreadySentError once the draft is a report, DraftFullError when it grows too large.
    """

    def with_page(visit: Visit) -> Visit:
        if visit.receipt:
            raise AlreadySentError
        return replace(visit, fields={**visit.fields, page: fields})

    change(unit, keys, Visit(now + LIFE), with_page, now)


def keep_answers(unit: Unit, keys: VisitKeys, fields: Fields, now: datetime) -> None:
    """Save some of the report's fields over those saved before; the others stay.

    Raises AlreadySentError once the draft is a report, DraftFullError when it grows too large.
    """
    change_answers(unit, keys, lambda _saved: fields, now)


def change_answers(
    unit: Unit, keys: VisitKeys, answer: Callable[[Fields], Fields], now: datetime
) -> None:
    """Save fields that depend on those saved before, as `keep_answers` does."""

    def with_answers(visit: Visit) -> Visit:
        if visit.receipt:
            raise AlreadySentError
        saved = visit.fields.get(REPORT, {})
        answers = {**saved, **answer(saved)}
        return replace(visit, fields={**visit.fields, REPORT: answers})

    change(unit, keys, Visit(now + LIFE), with_answers, now)


def keep_mailbox(session: Session, keys: VisitKeys, opened: OpenMailbox, now: datetime) -> None:
    """Remember in the visit that its person has opened a mailbox."""

    def with_mailbox(visit: Visit) -> Visit:
        expires = max(visit.expires, opened.until)
        return replace(visit, open_mailbox=opened, expires=expires)

    change(session, keys, Visit(opened.until), with_mailbox, now)


def change(
    unit: Unit, keys: VisitKeys, fresh: Visit, alter: Callable[[Visit], Visit], now: datetime
) -> None:
    """Alter the living visit, or the `fresh` one where there is none, and save it.

    Raises DraftFullError. In a crowd the fresh one lives for CROWDED_LIFE at most.
    """
    row = unit.execute(_BY_ROW_LOCKED, {"row": keys.row}).one_or_none()
    if row is None:
        if _is_crowded(unit):
            fresh = replace(fresh, expires=min(fresh.expires, now + CROWDED_LIFE))
        if _created(unit, keys, alter(fresh)):
            return
        # Two first posts of one browser met here: the other made the row, this one goes on with it.
        row = unit.execute(_BY_ROW_LOCKED, {"row": keys.row}).one()
    try:
        visit = _open(row, keys, now)
    except VisitGoneError:
        # Expired, and the sweep has not met it yet: it is overwritten, never read.
        visit = replace(fresh, rev=row.rev)
    save(unit, keys, alter(visit))


def save(unit: Unit, keys: VisitKeys, visit: Visit) -> None:
    """Write a visit over its row, which the caller holds through find_for_change.

    Raises DraftFullError when it grows too large.
    """
    columns = _columns(unit, keys, visit, visit.rev + 1)
    unit.execute(_OVERWRITE, {"row": keys.row, **columns})


def keep_rest(session: Session, keys: VisitKeys, rest: Visit) -> bool:
    """Keep what is left of a visit, or erase it when that is nothing; say which.

    The caller holds the row through find_for_change.
    """
    if rest.is_empty:
        erase(session, keys)
        return False
    # With the row its files would have gone by themselves; only a draft has any.
    session.execute(delete(FileRow).where(FileRow.visit_id == keys.row))
    save(session, keys, rest)
    shred_soon(session)
    return True


def erase(session: Session, keys: VisitKeys) -> None:
    """Delete the visit's row, if there is one, so that nothing of it stays on the disk.

    Its person is leaving and does not wait: what somebody else's reading keeps in the
    write-ahead log is emptied by the next sweep.
    """
    gone = delete(VisitRow).where(VisitRow.id == keys.row).returning(VisitRow.id)
    if session.scalars(gone).all():
        shred_soon(session)


def sweep(session: Session, now: datetime) -> int:
    """Delete every visit whose time is over; return how many there were."""
    expired = delete(VisitRow).where(VisitRow.expires_hour <= hour_after(now) - 1)
    gone = len(session.scalars(expired.returning(VisitRow.id)).all())
    if gone:
        shred(session)
    return gone


def _open(row: StoredVisit | None, keys: VisitKeys, now: datetime) -> Visit:
    if row is None:
        raise VisitGoneError
    try:
        record = records.reopen(keys.key, row.content_sealed, places.visit(keys.row, row.rev))
    except OpenError:
        # Altered or rolled back by somebody with the database: for its person it is gone.
        raise VisitGoneError from None
    visit = replace(from_record(record, row.rev), has_files=row.has_files)
    if visit.expires <= now:
        raise VisitGoneError
    return visit


def _is_crowded(unit: Unit) -> bool:
    return unit.execute(_PAST_THE_CROWD).one_or_none() is not None


def _created(unit: Unit, keys: VisitKeys, visit: Visit) -> bool:
    dialect = (unit.get_bind() if isinstance(unit, Session) else unit).dialect.name
    row = {"id": keys.row, **_columns(unit, keys, visit, 0)}
    made = unit.execute(_MAKE[dialect], row)
    return made.one_or_none() is not None


def _columns(unit: Unit, keys: VisitKeys, visit: Visit, rev: int) -> dict[str, bytes | int]:
    record = to_record(visit)
    size = len(records.encode(record))
    if size > LIMIT_BYTES or (size > CROWDED_BYTES and _is_crowded(unit)):
        raise DraftFullError
    return {
        "expires_hour": hour_after(visit.expires),
        "rev": rev,
        "content_sealed": records.close(keys.key, record, places.visit(keys.row, rev), FLOOR_BYTES),
    }
