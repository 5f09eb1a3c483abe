"""Link tokens: the rows that say that an identifier stands in some report.

A token says of two rows that they are about the same identifier. Of which report a row is, lies in
its box, under the index key of casework.
"""

import secrets
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from admin import fact_records as facts
from admin.errors import NotHandedOnError
from admin.keyring import Ring
from admin.links import Kind
from crypto.envelope import ROW_BYTES, Label, OpenError, Secret, expand
from reporting import places, records
from reporting.case_rows import LinkTokenRow
from reporting.database import shred
from reporting.models import Case, State

FLOOR_BYTES: Final = 256
# Signing in stays quick; over time each row gets its turn.
AT_A_TIME: Final = 500
BATCH: Final = 256


@dataclass(frozen=True, slots=True)
class Owned:
    """Whose a token is: of which report, what kind of identifier, who marked it, and when."""

    case: bytes
    kind: Kind
    by: bytes
    at: datetime


@dataclass(frozen=True, slots=True)
class Found:
    """A row that has the token that was looked for."""

    row: bytes
    owned: Owned


def add(session: Session, ring: Ring, epoch: bytes, token: bytes, owned: Owned) -> bytes:
    """Keep a token; return the number of its row."""
    row = secrets.token_bytes(ROW_BYTES)
    box = _closed(_key(ring, epoch), row, token, owned)
    kept = {"id": row, "token": token, "epoch_id": epoch, "box_sealed": box}
    session.execute(insert(LinkTokenRow).values(kept))
    return row


def tokens_of(session: Session, rows: Collection[bytes]) -> frozenset[bytes]:
    """Return the tokens in these rows."""
    asked = select(LinkTokenRow.token).where(LinkTokenRow.id.in_(rows))
    return frozenset(session.scalars(asked)) if rows else frozenset()


def find(session: Session, ring: Ring, tokens: Collection[bytes]) -> tuple[Found, ...]:
    """Return the rows with one of these tokens; what does not open here is left out."""
    if not tokens:
        return ()
    rows = session.scalars(select(LinkTokenRow).where(LinkTokenRow.token.in_(tokens))).all()
    return tuple(Found(row.id, owned) for row, owned in _opened(ring, rows))


def remove(session: Session, rows: Collection[bytes]) -> None:
    """Delete these rows, for good."""
    if rows:
        session.execute(delete(LinkTokenRow).where(LinkTokenRow.id.in_(rows)))
        shred(session)


def lock_anew(session: Session, ring: Ring, newest: bytes) -> int:
    """Lock boxes of earlier epochs for the one in force, so many at a time; return how many."""
    if not ring.holds(newest):
        return 0
    old = select(LinkTokenRow).where(LinkTokenRow.epoch_id != newest)
    # In no order, so that what does not open keeps nothing else waiting.
    waiting = old.order_by(func.random()).limit(AT_A_TIME).with_for_update(skip_locked=True)
    key, count = _key(ring, newest), 0
    for row, owned in _opened(ring, session.scalars(waiting).all()):
        row.epoch_id, row.box_sealed = newest, _closed(key, row.id, row.token, owned)
        count += 1
    session.flush()
    if count:
        shred(session)
    return count


def sweep(session: Session, ring: Ring) -> int:
    """Delete rows of reports that are gone, among so many from anywhere; return how many."""
    start = secrets.token_bytes(ROW_BYTES)
    behind = _page(session, start, AT_A_TIME)
    from_the_first = _page(session, b"", AT_A_TIME - len(behind))
    return sweep_these(session, ring, (*behind, *from_the_first))


def page(session: Session, after: bytes) -> Sequence[LinkTokenRow]:
    """Return so many rows behind this one, in the order of their numbers."""
    return _page(session, after, AT_A_TIME)


def _page(session: Session, after: bytes, at_most: int) -> Sequence[LinkTokenRow]:
    behind = select(LinkTokenRow).where(LinkTokenRow.id > after)
    return session.scalars(behind.order_by(LinkTokenRow.id).limit(at_most)).all()


def sweep_these(session: Session, ring: Ring, rows: Iterable[LinkTokenRow]) -> int:
    """Delete those of these rows whose report is gone; return how many."""
    owners = {row.id: owned.case for row, owned in _opened(ring, rows)}
    there = _there(session, frozenset(owners.values()))
    gone = [row for row, case in owners.items() if case not in there]
    remove(session, gone)
    return len(gone)


def _there(session: Session, cases: Collection[bytes]) -> frozenset[bytes]:
    ids, found = sorted(cases), set[bytes]()
    for at in range(0, len(ids), BATCH):
        some = Case.id.in_(ids[at : at + BATCH])
        found.update(session.scalars(select(Case.id).where(some, Case.state != State.ERASED)))
    return frozenset(found)


def _opened(ring: Ring, rows: Iterable[LinkTokenRow]) -> Iterator[tuple[LinkTokenRow, Owned]]:
    keys: dict[bytes, Secret] = {}
    for row in rows:
        try:
            if row.epoch_id not in keys:
                keys[row.epoch_id] = _key(ring, row.epoch_id)
            place = places.link_token(row.id, row.token)
            yield row, _read(records.reopen(keys[row.epoch_id], row.box_sealed, place))
        except (NotHandedOnError, OpenError, ValueError):
            continue


def _key(ring: Ring, epoch: bytes) -> Secret:
    return expand(ring.index_key(epoch), Label.LINK_ROW)


def _closed(key: Secret, row: bytes, token: bytes, owned: Owned) -> bytes:
    record: records.Record = {
        "case": owned.case.hex(),
        "kind": owned.kind,
        "by": owned.by.hex(),
        "at": facts.seconds(owned.at),
    }
    return records.close(key, record, places.link_token(row, token), FLOOR_BYTES)


def _read(record: records.Record) -> Owned:
    return Owned(
        case=records.row(record, "case"),
        kind=Kind(records.text(record, "kind")),
        by=records.row(record, "by"),
        at=facts.moment(records.number(record, "at")),
    )
