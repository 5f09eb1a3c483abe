"""Boxes: everything in a database that is locked, each with the place that it is locked to."""

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from crypto.envelope import Ctx
from reporting import places
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
    """Yield each locked box of a report, of its mailbox or of a visit."""
    for visit in session.scalars(select(VisitRow)):
        yield visit.content_sealed, places.visit(visit.id, visit.rev)
    yield from _of_reports(session)
    yield from _behind_codes(session)


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
