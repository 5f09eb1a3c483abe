"""Builders of files: what somebody sends, the draft it belongs to, and reading it back."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from crypto.envelope import make_key
from reporting import attachments, drafts, mailbox, uploads
from reporting.attachments import File, Owner
from reporting.file_rows import FileRow, Piece
from reporting.ids import FileId
from reporting.models import Case
from reporting.runtime import Runtime
from reporting.uploads import Desk, Incoming, Refusal
from reporting.visit_keys import VisitKeys, keys_from, mailbox_keys_from
from reporting.visits import OpenMailbox
from tests.builders_mailbox import a_sent_report, enter

PHOTO = b"\xff\xd8 a photo \0 of a car"
NAME = "car.jpg"
MEBIBYTE = 1 << 20
THREE_PIECES = 2 * MEBIBYTE + 100_000


def some_bytes(length: int) -> bytes:
    """Return bytes that look alike nowhere, so that none can stand in for another."""
    return hashlib.shake_128(length.to_bytes(8, "big")).digest(length)


def a_desk(runtime: Runtime, keys: VisitKeys) -> Desk:
    return Desk(runtime.begin, keys, runtime.settings.files, runtime.has_room, runtime.clock)


def a_draft(runtime: Runtime) -> VisitKeys:
    """Begin a draft for files to belong to."""
    keys = keys_from(make_key())
    uploads.open_draft(a_desk(runtime, keys))
    return keys


def a_mailbox(runtime: Runtime) -> tuple[VisitKeys, OpenMailbox]:
    """Send a report and open its mailbox in a visit."""
    mailbox, opened = mailbox_keys_from(make_key()), enter(runtime, a_sent_report(runtime))
    with runtime.begin() as session:
        drafts.keep_mailbox(session, mailbox, opened, runtime.clock())
    return replace(keys_from(make_key()), mailbox=mailbox), opened


def leave(runtime: Runtime, keys: VisitKeys) -> None:
    with runtime.begin() as session:
        drafts.erase(session, keys)


def sent(data: bytes | Iterable[bytes] = PHOTO, name: str = NAME) -> Incoming:
    """Return a file as it comes in, whole or in pieces."""
    return Incoming(name, "image/jpeg", iter([data] if isinstance(data, bytes) else data))


def meanwhile(
    doing: Callable[[], object], before: bytes = PHOTO, after: bytes = PHOTO
) -> Iterator[bytes]:
    """Yield the bytes of a file, in the middle of which something else happens."""
    yield before
    doing()
    yield after


def take_in(desk: Desk, *files: Incoming) -> frozenset[Refusal]:
    """Take files into the draft they come from."""
    return uploads.take_in(desk, files, uploads.to_draft(desk))


def a_file(runtime: Runtime, keys: VisitKeys, data: bytes = PHOTO, name: str = NAME) -> File:
    """Take a file into a draft."""
    before = {file.id for file in files_of(runtime, of_draft(keys))}
    assert not take_in(a_desk(runtime, keys), sent(data, name))
    there = files_of(runtime, of_draft(keys))
    (added,) = [file for file in there if file.id not in before]
    return added


def files_of(runtime: Runtime, owner: Owner) -> tuple[File, ...]:
    with runtime.read() as session:
        return attachments.read(session, owner)


def find(runtime: Runtime, owner: Owner, file: FileId) -> File:
    with runtime.read() as session:
        return attachments.find(session, owner, file)


def content(runtime: Runtime, file: File) -> bytes:
    """Return the bytes of a file, as a reader gets them."""
    return b"".join(attachments.source(runtime.database, file))


def pieces_of(runtime: Runtime, *files: File) -> list[bytes]:
    """Return the pieces of these files in order, as they lie in the database."""
    with runtime.read() as session:
        return [
            slice_sealed
            for file in files
            for slice_sealed in session.scalars(
                select(Piece.slice_sealed)
                .where(Piece.id.between(file.first_piece, file.first_piece + 4095))
                .order_by(Piece.id)
            )
        ]


def rows(runtime: Runtime) -> tuple[int, int]:
    """Return how many heads and how many pieces there are, of all files."""
    with runtime.read() as session:
        heads, pieces = (
            session.scalars(select(func.count()).select_from(model)).one()
            for model in (FileRow, Piece)
        )
        return heads, pieces


def of_draft(keys: VisitKeys) -> Owner:
    return attachments.of_visit(keys)


def a_case(runtime: Runtime) -> bytes:
    """Store a report and return its number."""
    a_sent_report(runtime)
    with runtime.read() as session:
        return session.scalars(select(Case.id)).one()


def move(runtime: Runtime, keys: VisitKeys, to: Owner) -> None:
    """Let all files of a draft belong to something else."""
    heads = attachments.hand_over(files_of(runtime, of_draft(keys)), to)
    with runtime.begin() as session:
        attachments.move(session, keys.row, heads)


def change(session: Session, file: File, **values: object) -> None:
    """Change the head of a file, as somebody who owns the database can."""
    session.execute(update(FileRow).where(FileRow.id == file.id).values(values))


def put(runtime: Runtime, first: int, pieces: Sequence[bytes]) -> None:
    """Store pieces past the counter where files come in."""
    places = [{"id": first + at, "slice_sealed": piece} for at, piece in enumerate(pieces)]
    with runtime.begin() as session:
        session.execute(insert(Piece), places)


def the_team_sends(runtime: Runtime, code: str, data: bytes, name: str) -> None:
    """Send a file to a reporter, as the team does under the key that both sides hold."""
    opened, nobody = enter(runtime, code), a_draft(runtime)
    desk = replace(a_desk(runtime, nobody), from_reporter=False)

    def owner(session: Session, now: datetime) -> Owner:
        return mailbox.owner_of_files(session, opened, now)

    assert not uploads.take_in(desk, [sent(data, name)], owner)
    leave(runtime, nobody)
