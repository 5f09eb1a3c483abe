"""Uploads: take in files of unknown length while they arrive, locked from their first byte on.

Every few pieces are stored in a short unit of work of their own, so that a slow line holds no lock.
Until the last of them is stored, the file belongs to a visit and is shown to nobody; if its visit
ends, so does the file.
"""

import hashlib
import secrets
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.orm import Session

from crypto.envelope import make_key
from crypto.stream import ChunkSink
from reporting import attachments, drafts, places
from reporting.attachments import Begin, Facts, File, Owner
from reporting.database import Base, shred_soon
from reporting.errors import (
    AlreadySentError,
    BusyError,
    FileEmptyError,
    FilesClosedError,
    FilesFullError,
    FileTooLargeError,
    VisitGoneError,
)
from reporting.file_rows import FileRow, OpenedBy, Piece
from reporting.ids import NO_FILE, FileId
from reporting.settings import FileLimits
from reporting.visit_keys import VisitKeys
from reporting.visits import Visit

AT_ONCE: Final = 4  # pieces a unit of work: one wait for the disk instead of four

_FILE: Final = Base.metadata.tables[FileRow.__tablename__]
_PIECE: Final = Base.metadata.tables[Piece.__tablename__]
_KEEP: Final = insert(_PIECE)
_IS_EXPECTED: Final = select(_FILE.c.id).where(_FILE.c.id == bindparam("file")).with_for_update()

OwnerOf = Callable[[Session, datetime], Owner]


class Refusal(StrEnum):
    """Why a file was not kept; the others of the same form may have been."""

    NOTHING = "nothing"
    EMPTY = "empty"
    TOO_LARGE = "too_large"
    FULL = "full"
    CLOSED = "closed"


_REFUSED: Final = {
    FileEmptyError: Refusal.EMPTY,
    FileTooLargeError: Refusal.TOO_LARGE,
    FilesFullError: Refusal.FULL,
    FilesClosedError: Refusal.CLOSED,
}


@dataclass(frozen=True, slots=True)
class Incoming:
    """A file that somebody sends: what it is called, its kind, and its bytes as they come.

    One that the team made from another says from which.
    """

    name: str = field(repr=False)
    media_type: str = field(repr=False)
    data: Iterator[bytes] = field(repr=False)
    original: FileId = NO_FILE


@dataclass(frozen=True, slots=True)
class Desk:
    """What taking in files needs: units of work, the visit they belong to on their way, limits.

    `has_room` says whether the store takes files at all: when it runs low they are refused first,
    so that words still find a place. `from_reporter` says which side sends.
    """

    begin: Begin
    visit: VisitKeys
    limits: FileLimits
    has_room: Callable[[], bool]
    clock: Callable[[], datetime]
    from_reporter: bool = True


def open_draft(desk: Desk) -> None:
    """Begin a draft for the files to belong to, if there is none.

    Raises AlreadySentError once it is a report.
    """

    def unsent(visit: Visit) -> Visit:
        if visit.receipt:
            raise AlreadySentError
        return visit

    now = desk.clock()
    with desk.begin() as session:
        drafts.change(session, desk.visit, Visit(now + drafts.LIFE), unsent, now)


def to_draft(desk: Desk) -> OwnerOf:
    """Let files belong to the draft of the visit they come from."""

    def owner(session: Session, now: datetime) -> Owner:
        # Held to the end: two windows cannot both add the last file that fits, and none is added
        # behind the back of a report that is being sent.
        if drafts.find_for_change(session, desk.visit, now).receipt:
            raise AlreadySentError
        return attachments.of_visit(desk.visit)

    return owner


def take_in(desk: Desk, incoming: Iterable[Incoming], owner_of: OwnerOf) -> frozenset[Refusal]:
    """Take in files one after the other; return why some of them were not kept.

    Each file that arrived whole is kept, whatever becomes of the next. Raises what `incoming` and
    `owner_of` raise, and VisitGoneError when somebody left meanwhile.
    """
    refusals = set()
    arrived = False
    for file in incoming:
        arrived = True
        try:
            _take_one(desk, file, owner_of)
        except tuple(_REFUSED) as error:
            refusals.add(_REFUSED[type(error)])
    return frozenset(refusals) if arrived else frozenset({Refusal.NOTHING})


def _take_one(desk: Desk, file: Incoming, owner_of: OwnerOf) -> None:
    arriving = Arriving(desk)
    try:
        for data in file.data:
            arriving.write(data)
        arriving.finish(file, owner_of)
    except BaseException:
        # What is left if even this is not possible goes with its visit.
        with suppress(BusyError):
            arriving.drop()
        raise


class Arriving:
    """A file on its way in; making one raises VisitGoneError when somebody left."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._key = make_key()
        self._plain = hashlib.sha256()
        self._box = hashlib.sha256()
        self._size = 0
        self._id = FileId(secrets.token_bytes(16))
        self._first = self._next = attachments.new_first_piece()
        self._waiting: list[bytes] = []
        self._sink = ChunkSink(self._key, places.file(self._id), self._keep)
        with desk.begin() as session:
            # Held, so that who leaves between two files is met here and not in the database.
            drafts.hold(session, desk.visit, desk.clock())
            session.execute(insert(_FILE).values(self._head()))

    def write(self, data: bytes) -> None:
        """Take the next bytes.

        Raises FileTooLargeError, FilesClosedError, and VisitGoneError when somebody left.
        """
        self._size += len(data)
        if self._size > self._desk.limits.each_bytes:
            raise FileTooLargeError
        self._plain.update(data)
        self._sink.write(data)

    def finish(self, called: Incoming, owner_of: OwnerOf) -> None:
        """Let the whole file belong to its owner, in one unit of work.

        Raises what `owner_of` raises, FileEmptyError, FilesFullError when its owner has enough,
        and VisitGoneError.
        """
        if not self._size:
            raise FileEmptyError
        self._sink.finish()
        if self._waiting:
            self._store()
        now = self._desk.clock()
        with self._desk.begin() as session:
            # Its visit before its case, as everywhere (reporting.mailbox).
            owner = owner_of(session, now)
            self._admit(session, owner)
            file = self._complete(session, self._facts(called, now))
            if owner.opened_by is not OpenedBy.VISIT:
                for head in attachments.hand_over((file,), owner):
                    attachments.give(session, head)

    def drop(self) -> None:
        """Delete what has arrived; the key first, with the head."""
        with self._desk.begin() as session:
            session.execute(delete(_FILE).where(_FILE.c.id == self._id))
            pieces = _PIECE.c.id.between(self._first, self._next)
            session.execute(delete(_PIECE).where(pieces))
            shred_soon(session)

    def _keep(self, piece: bytes) -> None:
        self._box.update(piece)
        self._waiting.append(piece)
        if len(self._waiting) == AT_ONCE:
            self._store()

    def _store(self) -> None:
        if not self._desk.has_room():
            raise FilesClosedError
        rows = [
            {"id": self._next + place, "slice_sealed": piece}
            for place, piece in enumerate(self._waiting)
        ]
        with self._desk.begin() as session:
            # Only while the file has a head: who leaves in another window ends the upload.
            if session.execute(_IS_EXPECTED, {"file": self._id}).one_or_none() is None:
                raise VisitGoneError
            session.execute(_KEEP, rows)
        self._next += len(rows)
        self._waiting.clear()

    def _admit(self, session: Session, owner: Owner) -> None:
        limits, mine = self._desk.limits, self._desk.from_reporter
        there = [
            file.facts.size_bytes
            for file in attachments.read(session, owner)
            if file.facts.from_reporter is mine
        ]
        if len(there) >= limits.count or self._size + sum(there) > limits.together_bytes:
            raise FilesFullError

    def _complete(self, session: Session, facts: Facts) -> File:
        columns = {
            "meta_sealed": attachments.close_facts(self._key, self._id, facts),
            "box_sha256": self._box.digest(),
        }
        whole = update(_FILE).where(_FILE.c.id == self._id).values(columns).returning(_FILE.c.id)
        if session.execute(whole).one_or_none() is None:
            raise VisitGoneError
        return File(self._id, self._first, self._key, facts)

    def _facts(self, called: Incoming, now: datetime) -> Facts:
        return Facts(
            called.name,
            called.media_type,
            self._size,
            self._plain.hexdigest(),
            now,
            self._desk.from_reporter,
            called.original,
        )

    def _head(self) -> dict[str, bytes | int | str]:
        owner = attachments.of_visit(self._desk.visit)
        return {
            "id": self._id,
            "first_piece": self._first,
            "visit_id": owner.row,
            "opened_by": owner.opened_by,
            "rev": 0,
            "key_sealed": attachments.lock_key(self._key, self._id, owner, 0),
        }
