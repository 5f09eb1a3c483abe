"""Boxes: everything in a database that is locked, each with the place that it is locked to."""

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from admin.circle_rows import CircleRow
from admin.models import About
from crypto.envelope import Ctx
from reporting import places
from reporting.attachments import MOST_PIECES
from reporting.file_rows import FileRow, OpenedBy, Piece
from reporting.models import (
    CasePart,
    ConsentRow,
    Drop,
    Mailbox,
    MessageRow,
    NoteRow,
    Parked,
    Part,
    TraceRow,
    VisitRow,
    Wrapped,
)

Box = tuple[bytes, Ctx]


def locked_boxes(session: Session) -> Iterator[Box]:
    """Yield each locked box of a report, its mailbox or a visit, of files, and about the team."""
    for visit in session.scalars(select(VisitRow)):
        yield visit.content_sealed, places.visit(visit.id, visit.rev)
    yield from _of_files(session)
    yield from _of_reports(session)
    yield from _behind_codes(session)
    yield from about_the_team(session)


def about_the_team(session: Session) -> Iterator[Box]:
    """Yield what parts of the team know about each person."""
    for row, key in session.execute(select(About, CircleRow.key_id).join(CircleRow)):
        kind = f"about for {row.circle} under {key.hex()}"
        yield row.content_sealed, Ctx(kind, "about", "content_sealed", row.member_id, row.rev)


def _of_files(session: Session) -> Iterator[Box]:
    for file in session.scalars(select(FileRow)):
        opened_by = OpenedBy(file.opened_by)
        yield file.key_sealed, places.file_key(file.id, opened_by, file.rev)
        yield file.meta_sealed or b"", places.file_meta(file.id)
        mine = Piece.id.between(file.first_piece, file.first_piece + MOST_PIECES - 1)
        pieces = session.scalars(select(Piece.slice_sealed).where(mine).order_by(Piece.id))
        yield b"".join(pieces), places.file(file.id)


def _of_reports(session: Session) -> Iterator[Box]:
    for part in session.scalars(select(CasePart)):
        yield part.content_sealed, places.part(part.case_id, Part(part.part), part.rev)
    for note in session.scalars(select(NoteRow)):
        yield note.content_sealed, places.note(note.id)
    for parked in session.scalars(select(Parked)):
        yield parked.key_sealed, places.parked(parked.case_id, Wrapped(parked.wrapped))
    for drop in session.scalars(select(Drop)):
        yield drop.content_sealed, places.drop(drop.id)


def _behind_codes(session: Session) -> Iterator[Box]:
    for box in session.scalars(select(Mailbox)):
        yield box.receipt_lock_sealed, places.receipt_lock(box.case_id)
        yield box.case_lock_sealed, places.case_lock(box.case_id)
    for message in session.scalars(select(MessageRow)):
        yield message.content_sealed, places.message(message.id)
    for document in session.scalars(select(ConsentRow)):
        yield document.content_sealed, places.consent(document.id)
    for line in session.scalars(select(TraceRow)):
        yield line.content_sealed, places.trace(line.id)
