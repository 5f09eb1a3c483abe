"""Case words: what was written of a report, and sent along, opened by the key of the report."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from crypto.envelope import Label, OpenError, Secret, expand
from reporting import attachments, places, records
from reporting.attachments import File
from reporting.clock import read_minute
from reporting.file_rows import FileRow
from reporting.models import CasePart, NoteRow, Part


@dataclass(frozen=True, slots=True)
class Note:
    """An internal note; the reporter never sees it.

    One with a `language` is a translation of the reporter's words into it: of their story, or of
    the message that was `sent` then. `is_lent` says that its writer saw nothing but that text.
    """

    text: str = field(repr=False)
    by: str = field(repr=False)
    written: datetime
    language: str = ""
    sent: datetime | None = None
    is_lent: bool = False


def story_of(session: Session, case: bytes, key: Secret) -> str:
    """Return what a reporter wrote in their own words. Raises OpenError."""
    row = session.get(CasePart, (case, Part.STORY))
    if row is None:
        raise OpenError
    return read_story(case, row.rev, row.content_sealed, key)


def read_story(case: bytes, rev: int, box: bytes, key: Secret) -> str:
    """Return what a reporter wrote, by what its row holds. Raises OpenError."""
    place = places.part(case, Part.STORY, rev)
    return records.text(records.reopen(expand(key, Label.STORY), box, place), "text")


def files_of(session: Session, case: bytes, key: Secret, thread: Secret) -> tuple[File, ...]:
    """Return the files that came with a report, then those of its conversation.

    What the team made of them is not among them. Raises OpenError.
    """
    there = attachments.read(session, attachments.of_case(case, key))
    sent_along = tuple(file for file in there if not file.facts.original)
    return sent_along + attachments.read(session, attachments.of_thread(case, thread))


def with_files(session: Session, cases: Collection[bytes]) -> frozenset[bytes]:
    """Return those of some reports that have a file, from whomever, which is not opened here."""
    arrived = FileRow.meta_sealed.is_not(None)
    found = select(FileRow.case_id).where(FileRow.case_id.in_(cases), arrived).distinct()
    return frozenset(case for case in session.scalars(found) if case is not None)


def notes_of(session: Session, case: bytes, key: Secret) -> tuple[Note, ...]:
    """Return what the team noted and translated, the oldest first. Raises OpenError."""
    found = select(NoteRow.id, NoteRow.content_sealed).where(NoteRow.case_id == case)
    return read_notes(session.execute(found), key)


def read_notes(rows: Iterable[tuple[bytes, bytes]], key: Secret) -> tuple[Note, ...]:
    """Return the notes that some rows hold, by number and box. Raises OpenError."""
    by_note = expand(key, Label.NOTE)
    notes = (_note(records.reopen(by_note, box, places.note(row))) for row, box in rows)
    return tuple(sorted(notes, key=lambda note: note.written))


def _note(record: records.Record) -> Note:
    # Notes from before anything was lent say neither.
    sent = record.get("sent")
    return Note(
        text=records.text(record, "text"),
        by=records.text(record, "by"),
        written=read_minute(records.text(record, "written")),
        language=records.text(record, "language"),
        sent=read_minute(sent) if isinstance(sent, str) else None,
        is_lent=record.get("lent") is True,
    )


def made_of(session: Session, case: bytes, key: Secret) -> tuple[File, ...]:
    """Return what the team made of the files of a report. Raises OpenError."""
    there = attachments.read(session, attachments.of_case(case, key))
    return tuple(file for file in there if file.facts.original)
