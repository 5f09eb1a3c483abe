"""Attachments: files that belong to a draft, a report or a conversation, and reading them back.

Each file has a random key of its own. That key is locked under the key of what it belongs to, so
a file that goes with its draft into a report gets a new lock and is never encrypted again.
"""

import hashlib
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sqlalchemy import Row, bindparam, delete, exists, select, update
from sqlalchemy.orm import Session

from crypto.envelope import Label, Secret, expand
from crypto.stream import ChunkSource, lock, unlock
from reporting import places, records
from reporting.clock import minute_text, read_minute
from reporting.database import Base, Database, Unit, shred, shred_soon
from reporting.errors import DraftChangedError, FileGoneError
from reporting.file_rows import FileRow, OpenedBy, Piece
from reporting.ids import NO_FILE, FileId
from reporting.visit_keys import VisitKeys

META_FLOOR: Final = 1024
PIECE_BITS: Final = 12  # 4,096 pieces of a mebibyte: more than any limit lets in
MOST_PIECES: Final = 1 << PIECE_BITS
AT_A_TIME: Final = 16
MOST_SWEPT: Final = 2_000
MADE: Final = "original"  # in the facts of what the team made: from which file

Begin = Callable[[], AbstractContextManager[Session]]
Values = Mapping[str, bytes | int | str | None]

_FILE: Final = Base.metadata.tables[FileRow.__tablename__]
_PIECE: Final = Base.metadata.tables[Piece.__tablename__]
_SLICE: Final = select(_PIECE.c.slice_sealed).where(_PIECE.c.id == bindparam("place"))
Head = Row[bytes, int, int, bytes, bytes | None, bytes | None]

# Written once: building a statement costs more than running it, and every report runs these.
_HEADS: Final = select(
    _FILE.c.id,
    _FILE.c.first_piece,
    _FILE.c.rev,
    _FILE.c.key_sealed,
    _FILE.c.meta_sealed,
    _FILE.c.box_sha256,
).where(_FILE.c.opened_by == bindparam("opened_by"), _FILE.c.meta_sealed.is_not(None))
_OF_VISIT: Final = _HEADS.where(_FILE.c.visit_id == bindparam("row"))
_OF_CASE: Final = _HEADS.where(_FILE.c.case_id == bindparam("row"))
_WHOLE_OF_VISIT: Final = select(_FILE.c.id).where(
    _FILE.c.visit_id == bindparam("visit"), _FILE.c.meta_sealed.is_not(None)
)


@dataclass(frozen=True, slots=True)
class Owner:
    """What files belong to, and the key that their keys are locked under."""

    opened_by: OpenedBy
    row: bytes
    key: Secret


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known about a file; only its owner's key opens it.

    One that the team made from another names its original; its own name says what it is.
    """

    name: str = field(repr=False)
    media_type: str = field(repr=False)
    size_bytes: int
    sha256: str = field(repr=False)
    added: datetime
    from_reporter: bool = True
    original: FileId = NO_FILE


@dataclass(frozen=True, slots=True)
class File:
    """A file that arrived whole, its key, and the digest that its box had then."""

    id: FileId
    first_piece: int
    key: Secret
    facts: Facts
    rev: int = 0
    box_sha256: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Digests:
    """What a file hashes to: as it was sent, and as it lies here locked."""

    sha256: str = field(repr=False)
    box_sha256: bytes = field(repr=False)


def of_visit(keys: VisitKeys) -> Owner:
    """Return the draft of a visit as the owner of files."""
    return Owner(OpenedBy.VISIT, keys.row, expand(keys.key, Label.FILES))


def of_case(case: bytes, key: Secret) -> Owner:
    """Return a report, by its key, as the owner of files."""
    return Owner(OpenedBy.CASE, case, expand(key, Label.FILES))


def of_thread(case: bytes, thread: Secret) -> Owner:
    """Return a conversation, by its key, as the owner of files."""
    return Owner(OpenedBy.THREAD, case, expand(thread, Label.FILES))


def read(session: Session, owner: Owner) -> tuple[File, ...]:
    """Return the files that arrived whole, oldest first. Raises OpenError when one was altered."""
    heads = _OF_VISIT if owner.opened_by is OpenedBy.VISIT else _OF_CASE
    rows = session.execute(heads, {"row": owner.row, "opened_by": owner.opened_by})
    found = (_opened(row, owner) for row in rows)
    return tuple(sorted(found, key=lambda file: (file.facts.added, file.facts.name, file.id)))


def find(session: Session, owner: Owner, file: FileId) -> File:
    """Return one file that arrived whole. Raises FileGoneError and OpenError."""
    for found in read(session, owner):
        if found.id == file:
            return found
    raise FileGoneError


def remove(session: Session, owner: Owner, file: FileId) -> None:
    """Delete a file of a draft, its key first; one that is gone already is no error."""
    head = delete(FileRow).where(FileRow.id == file, FileRow.visit_id == owner.row)
    firsts = session.scalars(head.returning(FileRow.first_piece)).all()
    clear_within(session, tuple(firsts))
    shred_soon(session)


def hand_over(files: tuple[File, ...], to: Owner) -> tuple[Values, ...]:
    """Lock the keys of a draft's files anew, for what they are to belong to."""
    return tuple(
        {
            "id": file.id,
            "visit_id": None,
            "case_id": to.row,
            "opened_by": to.opened_by,
            "rev": file.rev + 1,
            "key_sealed": lock_key(file.key, file.id, to, file.rev + 1),
        }
        for file in files
    )


def move(unit: Unit, visit: bytes, heads: tuple[Values, ...]) -> None:
    """Let a draft's files belong to its report.

    The caller holds the visit. Raises DraftChangedError when they are not all its files: one that
    came in or was removed since `heads` were made would be lost, or come back.
    """
    there = set(unit.scalars(_WHOLE_OF_VISIT, {"visit": visit}))
    if there != {head["id"] for head in heads}:
        raise DraftChangedError
    for head in heads:
        give(unit, head)


def give(unit: Unit, head: Values) -> None:
    """Write what `hand_over` made over the head of its file."""
    unit.execute(update(_FILE).where(_FILE.c.id == head["id"]).values(head))


def source(database: Database, file: File) -> ChunkSource:
    """Return a file, verified from its first byte to its last, to be read piece by piece.

    Raises OpenError when anything of it was altered, swapped, cut or taken away. No unit of work
    stays open between two pieces: somebody who reads slowly keeps nobody waiting.
    """
    return ChunkSource(file.key, places.file(file.id), lambda: _slices(database, file))


def digests(database: Database, file: File) -> Digests:
    """Read all of a file once more, and return what it hashes to now. Raises OpenError."""
    plain, box = hashlib.sha256(), hashlib.sha256()
    for data in source(database, file):
        plain.update(data)
    for piece in _slices(database, file):
        box.update(piece)
    return Digests(plain.hexdigest(), box.digest())


def _slices(database: Database, file: File) -> Iterator[bytes]:
    for place in range(file.first_piece, file.first_piece + MOST_PIECES):
        with database.read() as session:
            found = session.scalars(_SLICE, {"place": place}).one_or_none()
        if found is None:
            return
        yield found


def firsts_of_visit(session: Session, visit: bytes) -> tuple[int, ...]:
    """Return where the pieces of a visit's files begin, whole or not, to `clear` them later."""
    return tuple(session.scalars(select(FileRow.first_piece).where(FileRow.visit_id == visit)))


def firsts_of_case(session: Session, case: bytes) -> tuple[int, ...]:
    """Return where the pieces of a report's files begin."""
    return tuple(session.scalars(select(FileRow.first_piece).where(FileRow.case_id == case)))


def clear_within(session: Session, firsts: tuple[int, ...]) -> None:
    """Delete the pieces of files in this unit of work."""
    for first in firsts:
        pieces = Piece.id.between(first, first + MOST_PIECES - 1)
        session.execute(delete(Piece).where(pieces))


def clear(database: Database, firsts: tuple[int, ...]) -> None:
    """Delete the pieces of files whose keys are gone, a few at a time, so that nobody waits."""
    for first in firsts:
        for start in range(first, first + MOST_PIECES, AT_A_TIME):
            with database.begin() as session:
                gone = delete(Piece).where(Piece.id.between(start, start + AT_A_TIME - 1))
                if len(session.scalars(gone.returning(Piece.id)).all()) < AT_A_TIME:
                    shred_soon(session)
                    break


def sweep(session: Session, _now: datetime) -> int:
    """Delete pieces that belong to no file any more; return how many there were."""
    head = exists().where(
        FileRow.first_piece <= Piece.id, FileRow.first_piece > Piece.id - MOST_PIECES
    )
    lost = select(Piece.id).where(~head).order_by(Piece.id).limit(MOST_SWEPT)
    gone = session.scalars(delete(Piece).where(Piece.id.in_(lost)).returning(Piece.id)).all()
    if gone:
        shred(session)
    return len(gone)


def new_first_piece() -> int:
    """Return a random number for the pieces of a file to begin at."""
    return secrets.randbits(63 - PIECE_BITS) << PIECE_BITS


def lock_key(key: Secret, file: bytes, owner: Owner, rev: int) -> bytes:
    """Lock a file's key under the key of what it belongs to."""
    return lock(owner.key, key.reveal(), places.file_key(file, owner.opened_by, rev))


def close_facts(key: Secret, file: bytes, facts: Facts) -> bytes:
    """Lock what is known about a file under the file's key."""
    record: records.Record = {
        "name": facts.name,
        "type": facts.media_type,
        "size": facts.size_bytes,
        "sha256": facts.sha256,
        "added": minute_text(facts.added),
        "from": "reporter" if facts.from_reporter else "office",
    }
    if facts.original:
        record = {**record, "from": MADE, "of": facts.original.hex()}
    return records.close(expand(key, Label.META), record, places.file_meta(file), META_FLOOR)


def _opened(row: Head, owner: Owner) -> File:
    place = places.file_key(row.id, owner.opened_by, row.rev)
    key = Secret(unlock(owner.key, row.key_sealed, place))
    box = row.meta_sealed or b""
    record = records.reopen(expand(key, Label.META), box, places.file_meta(row.id))
    facts = Facts(
        name=records.text(record, "name"),
        media_type=records.text(record, "type"),
        size_bytes=records.number(record, "size"),
        sha256=records.text(record, "sha256"),
        added=read_minute(records.text(record, "added")),
        from_reporter=records.text(record, "from") == "reporter",
        original=_original(record),
    )
    return File(FileId(row.id), row.first_piece, key, facts, row.rev, row.box_sha256 or b"")


def _original(record: records.Record) -> FileId:
    is_made = records.text(record, "from") == MADE
    return FileId(records.row(record, "of")) if is_made else NO_FILE
