"""Drafts: what one browser is in the middle of, in a row that only its cookie can open.

The cookie's token gives the row's name, the key that locks it and the form token; the server keeps
the first only. A copied database opens no draft, no receipt and no mailbox. An open mailbox has a
cookie and a row of its own, made anew whenever a code is typed: each ends at its own time, and who
knew the browser's cookies before opens none.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Executable, Row, bindparam, delete, exists, insert, select, update
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlalchemy.orm import Session

from crypto.envelope import OpenError
from reporting import places, records
from reporting.clock import hour_after
from reporting.database import Base, Unit, shred, shred_soon
from reporting.errors import AlreadySentError, BusyError, DraftFullError, VisitGoneError
from reporting.file_rows import FileRow
from reporting.models import VisitRow
from reporting.visit_keys import MailboxKeys, VisitKeys
from reporting.visits import (
    NO_DRAFT,
    Fields,
    OpenMailbox,
    Visit,
    from_record,
    mailbox_from_record,
    mailbox_to_record,
    to_record,
)

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
Stored = tuple[StoredVisit | None, StoredVisit | None]  # the rows of draft and mailbox

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


def find(unit: Unit, keys: VisitKeys, now: datetime) -> Visit:
    """Return the living visit of this browser, or raise VisitGoneError."""
    return _open(_stored(unit, _BY_ROW, keys), keys, now)


def find_for_change(unit: Unit, keys: VisitKeys, now: datetime) -> Visit:
    """Return the living visit and keep others from changing it until this unit of work ends."""
    return _open(_held(unit, keys, now), keys, now)


def hold(unit: Unit, keys: VisitKeys, now: datetime) -> Visit:
    """Return the living visit as `find_for_change` does, with a row that files can belong to."""
    visit = find_for_change(unit, keys, now)
    if visit.rev == NO_DRAFT:
        save(unit, keys, visit)
    return visit


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


def keep_mailbox(session: Session, keys: MailboxKeys, opened: OpenMailbox, now: datetime) -> None:
    """Remember under new keys that somebody opened a mailbox; in a crowd for CROWDED_LIFE."""
    if _is_crowded(session):
        opened = replace(opened, until=min(opened.until, now + CROWDED_LIFE))
    place = places.open_mailbox(keys.row)
    box = records.close(keys.key, mailbox_to_record(opened), place, FLOOR_BYTES)
    ends = {"id": keys.row, "expires_hour": hour_after(opened.until), "rev": 0}
    session.execute(insert(_VISIT).values(**ends, content_sealed=box))


def let_go(session: Session, keys: VisitKeys, visit: Visit) -> None:
    """Forget the mailbox that was open till now, and save the draft, or end it if it is empty.

    So what is typed next begins a day of its own. The caller holds both through find_for_change.
    """
    _delete(session, keys.rows if visit.is_empty else keys.rows[1:])
    if not visit.is_empty:
        save(session, keys, visit)


def change(
    unit: Unit, keys: VisitKeys, fresh: Visit, alter: Callable[[Visit], Visit], now: datetime
) -> None:
    """Alter the living visit, or the `fresh` one where there is none, and save it.

    Raises DraftFullError. In a crowd the fresh one lives for CROWDED_LIFE at most.
    """
    stored = _held(unit, keys, now)
    if stored[0] is None:
        if _is_crowded(unit):
            fresh = replace(fresh, expires=min(fresh.expires, now + CROWDED_LIFE))
        if _created(unit, keys, alter(fresh)):
            return
        # Two first posts of one browser met here: the other made the row, this one goes on with it.
        stored = _held(unit, keys, now)
    try:
        visit = _open(stored, keys, now)
    except VisitGoneError:
        # Expired, and the sweep has not met it yet: it is overwritten, never read.
        visit = replace(fresh, rev=NO_DRAFT if stored[0] is None else stored[0].rev)
    save(unit, keys, alter(visit))


def save(unit: Unit, keys: VisitKeys, visit: Visit) -> None:
    """Write a draft over its row, which the caller holds through find_for_change.

    Raises DraftFullError when it grows too large. Beside an open mailbox there may be no row yet:
    BusyError when a tab that knew nothing of the mailbox made it meanwhile.
    """
    if visit.rev != NO_DRAFT:
        columns = _columns(unit, keys, visit, visit.rev + 1)
        unit.execute(_OVERWRITE, {"row": keys.row, **columns})
    elif not _created(unit, keys, visit):
        raise BusyError


def keep_rest(session: Session, keys: VisitKeys, rest: Visit) -> bool:
    """Keep what is left of a visit, or erase it when that is nothing; say which.

    The caller holds the row through find_for_change.
    """
    # With the row its files would have gone by themselves; only a draft has any.
    session.execute(delete(FileRow).where(FileRow.visit_id == keys.row))
    rest = replace(rest, has_files=False)
    if rest.is_empty:
        is_left = rest.open_mailbox is not None
        _delete(session, (keys.row,) if is_left else keys.rows)
        return is_left
    save(session, keys, rest)
    shred_soon(session)
    return True


def erase(session: Session, keys: VisitKeys) -> None:
    """Delete the rows of draft and mailbox, if there are any, so that nothing stays on the disk.

    Its person is leaving and does not wait: what somebody else's reading keeps in the
    write-ahead log is emptied by the next sweep.
    """
    _delete(session, keys.rows)


def sweep(session: Session, now: datetime) -> int:
    """Delete every visit whose time is over; return how many there were."""
    expired = delete(VisitRow).where(VisitRow.expires_hour <= hour_after(now) - 1)
    gone = len(session.scalars(expired.returning(VisitRow.id)).all())
    if gone:
        shred(session)
    return gone


def _stored(unit: Unit, by_row: Executable, keys: VisitKeys) -> Stored:
    rows = (keys.row,) if keys.mailbox is None else (keys.mailbox.row, keys.row)
    # The draft last: who waited for the mailbox sees what was made beside it meanwhile.
    *mailbox, draft = [unit.execute(by_row, {"row": row}).one_or_none() for row in rows]
    return draft, mailbox[0] if mailbox else None


def _held(unit: Unit, keys: VisitKeys, now: datetime) -> Stored:
    stored = _stored(unit, _BY_ROW_LOCKED, keys)
    draft, _mailbox_row = stored
    if draft is not None and draft.has_files:
        try:
            _draft(draft, keys, now)
        except VisitGoneError:
            # The row will be written over; the files of what is over must not come along.
            unit.execute(delete(_FILE).where(_FILE.c.visit_id == keys.row))
    return stored


def _delete(session: Session, rows: tuple[bytes, ...]) -> None:
    gone = delete(VisitRow).where(VisitRow.id.in_(rows)).returning(VisitRow.id)
    if session.scalars(gone).all():
        shred_soon(session)


def _open(stored: Stored, keys: VisitKeys, now: datetime) -> Visit:
    draft, mailbox = stored
    opened = _mailbox(mailbox, keys.mailbox, now)
    try:
        return replace(_draft(draft, keys, now), open_mailbox=opened)
    except VisitGoneError:
        if opened is None:
            raise
        rev = NO_DRAFT if draft is None else draft.rev
        return Visit(now + LIFE, open_mailbox=opened, rev=rev)


def _draft(row: StoredVisit | None, keys: VisitKeys, now: datetime) -> Visit:
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


def _mailbox(
    row: StoredVisit | None, keys: MailboxKeys | None, now: datetime
) -> OpenMailbox | None:
    if row is None or keys is None:
        return None
    with suppress(OpenError):
        place = places.open_mailbox(keys.row)
        opened = mailbox_from_record(records.reopen(keys.key, row.content_sealed, place))
        return opened if now < opened.until else None
    return None


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
