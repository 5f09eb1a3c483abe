"""Fitting: put the rows of two archives together, and leave out what nobody could open."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Final

from sqlalchemy import Table, delete, func, insert, select, union
from sqlalchemy.orm import Session

from admin import backup
from admin.archives import Row, Stored
from admin.errors import ArchiveError
from admin.models import Grant, Member
from crypto.roles import Group
from crypto.roster import Roster
from reporting import attachments, counting, withdrawal
from reporting.attachments import MOST_PIECES
from reporting.database import Base
from reporting.file_rows import FileRow, Piece
from reporting.ids import CaseId
from reporting.ledger import Archive
from reporting.models import Case, CaseWrap, Parked, State
from reporting.term_rows import HoldRow

KEYS_TOO_OLD: Final = (
    "The keys archive is older than a change of people or keys that the vault archive knows of:"
    " somebody could not sign in, or nobody could read new reports. Use a newer keys archive, or a"
    " vault archive that is no newer than this one."
)
MOST_ROWS: Final = 100
MOST_BYTES: Final = 4 << 20


@dataclass(slots=True)
class Loader:
    """Stores the rows of archives, and remembers which reports have no keys any more."""

    session: Session
    dropped: set[bytes] = field(default_factory=set)

    def load(self, rows: Iterable[Stored], wanted: Archive) -> None:
        """Store the rows of all tables that belong there, a few at a time."""
        tables = {
            table.name: table
            for table in Base.metadata.sorted_tables
            if table.info["archive"] == wanted
        }
        wanted_rows = (one for one in rows if one.table in tables)
        for name, batch in _batches(wanted_rows):
            table = tables[name]
            kept = self._with_keys(table, batch) if wanted is Archive.VAULT else batch
            if kept:
                self.session.execute(insert(table), [dict(row) for row in kept])

    def _with_keys(self, table: Table, rows: Sequence[Row]) -> Sequence[Row]:
        """Leave out what belongs to no report or file whose keys are there."""
        if table.name == Piece.__tablename__:
            firsts = [_first(row) for row in rows]
            found = select(FileRow.first_piece).where(FileRow.first_piece.in_(set(firsts)))
            files = set(self.session.scalars(found))
            return [row for row, first in zip(rows, firsts, strict=True) if first in files]
        asked = {row["case_id"] for row in rows}
        wrapped, parked = (
            select(keys.case_id).where(keys.case_id.in_(asked)) for keys in (CaseWrap, Parked)
        )
        there = set(self.session.scalars(union(wrapped, parked)))
        self.dropped |= {case for case in asked - there if isinstance(case, bytes)}
        return [row for row in rows if row["case_id"] in there]


def drop_lost_reports(session: Session, fits: Iterable[Row], now: datetime) -> tuple[CaseId, ...]:
    """Delete the reports whose keys do not open what is there; return their numbers.

    They came in or got other keys between the two archives.
    """
    lost = list[CaseId]()
    waiting = iter(fits)
    while few := list(islice(waiting, MOST_ROWS)):
        wanted = {
            CaseId(case): row["sha256"] for row in few if isinstance(case := row["case_id"], bytes)
        }
        there = dict(backup.fits(session, wanted))
        lost += [case for case, fit in wanted.items() if there.get(case) != fit]
    for case in lost:
        # What holds it back has nothing to hold any more.
        session.execute(delete(HoldRow).where(HoldRow.case_id == case))
        withdrawal.erase(session, case, now)
        counting.look_again(session, case)
    return tuple(lost)


def drop_lost_files(session: Session) -> int:
    """Delete the files that are not there from the first piece to the last; return how many."""
    heads = select(FileRow.id, FileRow.first_piece, FileRow.box_sha256).order_by(FileRow.id)
    lost = [
        (file, first)
        for file, first, digest in session.execute(heads).all()
        if digest != _digest(session, first)
    ]
    for file, first in lost:
        session.delete(session.get_one(FileRow, file))
        attachments.clear_within(session, (first,))
    return len(lost)


def reports(session: Session) -> int:
    """Return how many reports there are that were not erased."""
    there = select(func.count()).select_from(Case).where(Case.state != State.ERASED)
    return session.scalars(there).one()


def require_keys(session: Session, roster: Roster) -> None:
    """Raise ArchiveError unless everybody on the roster, and every group, has the keys it names."""
    keys = select(Member.id, Member.sealing_key, Member.signing_key)
    there = {(row.id, row.sealing_key, row.signing_key) for row in session.execute(keys)}
    wanted = {(one.id, one.sealing_key, one.signing_key) for one in roster.people.values()}
    granted = set(session.scalars(select(Grant.epoch_id)))
    in_force = {roster.epoch(group).id for group in Group}
    if wanted - there or in_force - granted:
        raise ArchiveError(KEYS_TOO_OLD)


def _batches(rows: Iterable[Stored]) -> Iterator[tuple[str, Sequence[Row]]]:
    """Yield rows of one table together, never so many that memory would grow."""
    batch, size, last = list[Row](), 0, ""
    for one in rows:
        if batch and (one.table != last or len(batch) == MOST_ROWS or size > MOST_BYTES):
            yield last, batch
            batch, size = [], 0
        last = one.table
        batch.append(one.row)
        size += sum(len(value) for value in one.row.values() if isinstance(value, bytes))
    if batch:
        yield last, batch


def _first(row: Row) -> int:
    """Return where the file begins that a piece belongs to."""
    place = row["id"]
    return place - place % MOST_PIECES if isinstance(place, int) else 0


def _digest(session: Session, first: int) -> bytes:
    pieces = select(Piece.slice_sealed).where(Piece.id.between(first, first + MOST_PIECES - 1))
    digest = hashlib.sha256()
    for piece in session.scalars(
        pieces.order_by(Piece.id), execution_options={"yield_per": backup.PIECES_AT_A_TIME}
    ):
        digest.update(piece)
    return digest.digest()
