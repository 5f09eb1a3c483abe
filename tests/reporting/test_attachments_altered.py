"""Whoever owns the database can destroy a file, but no altered byte of it is ever read."""

import secrets
from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from crypto.envelope import OpenError, make_key
from reporting import attachments
from reporting.attachments import File
from reporting.file_rows import FileRow, Piece
from reporting.runtime import Runtime
from tests.builders_files import (
    THREE_PIECES,
    a_case,
    a_draft,
    a_file,
    change,
    content,
    files_of,
    find,
    move,
    of_draft,
    some_bytes,
)
from tests.builders_staff import flipped

Damage = Callable[[Session, File, File], None]


def head(session: Session, file: File) -> FileRow:
    return session.scalars(select(FileRow).where(FileRow.id == file.id)).one()


def alter_key(session: Session, one: File, _other: File) -> None:
    change(session, one, key_sealed=flipped(head(session, one).key_sealed))


def cut_key(session: Session, one: File, _other: File) -> None:
    change(session, one, key_sealed=head(session, one).key_sealed[:-1])


def swap_key(session: Session, one: File, other: File) -> None:
    change(session, one, key_sealed=head(session, other).key_sealed)


def alter_facts(session: Session, one: File, _other: File) -> None:
    change(session, one, meta_sealed=flipped(head(session, one).meta_sealed or b""))


def cut_facts(session: Session, one: File, _other: File) -> None:
    change(session, one, meta_sealed=(head(session, one).meta_sealed or b"")[:-1])


def empty_facts(session: Session, one: File, _other: File) -> None:
    change(session, one, meta_sealed=b"")


def swap_facts(session: Session, one: File, other: File) -> None:
    change(session, one, meta_sealed=head(session, other).meta_sealed)


def swap_key_and_facts(session: Session, one: File, other: File) -> None:
    swap_key(session, one, other)
    swap_facts(session, one, other)


def count_up(session: Session, one: File, _other: File) -> None:
    change(session, one, rev=1)


def rename(session: Session, one: File, _other: File) -> None:
    change(session, one, id=secrets.token_bytes(16))


@pytest.mark.parametrize(
    "damage",
    [
        alter_key,
        cut_key,
        swap_key,
        alter_facts,
        cut_facts,
        empty_facts,
        swap_facts,
        swap_key_and_facts,
        count_up,
        rename,
    ],
)
def test_a_head_that_was_altered_opens_for_nobody(runtime: Runtime, damage: Damage) -> None:
    keys = a_draft(runtime)
    one, other = (a_file(runtime, keys) for _ in range(2))
    with runtime.begin() as session:
        damage(session, one, other)
    with pytest.raises(OpenError):
        files_of(runtime, of_draft(keys))
    with pytest.raises(OpenError):
        find(runtime, of_draft(keys), one.id)


def test_a_file_slipped_into_another_draft_is_refused(runtime: Runtime) -> None:
    mine, theirs = a_draft(runtime), a_draft(runtime)
    file = a_file(runtime, theirs)
    with runtime.begin() as session:
        change(session, file, visit_id=mine.row)
    with pytest.raises(OpenError):
        files_of(runtime, of_draft(mine))


def test_a_file_of_a_report_passed_off_as_one_of_its_conversation_is_refused(
    runtime: Runtime,
) -> None:
    keys, case, key = a_draft(runtime), a_case(runtime), make_key()
    file = a_file(runtime, keys)
    move(runtime, keys, attachments.of_case(case, key))
    with runtime.begin() as session:
        change(session, file, opened_by="thread")
    with pytest.raises(OpenError):
        files_of(runtime, attachments.of_thread(case, key))


def test_a_key_put_back_from_before_the_report_was_sent_opens_nothing(runtime: Runtime) -> None:
    keys, case = a_draft(runtime), a_case(runtime)
    file = a_file(runtime, keys)
    with runtime.read() as session:
        old = head(session, file).key_sealed
    report = attachments.of_case(case, make_key())
    move(runtime, keys, report)
    with runtime.begin() as session:
        change(session, file, key_sealed=old)
    with pytest.raises(OpenError):
        files_of(runtime, report)


def piece(session: Session, file: File, place: int) -> Piece:
    return session.get_one(Piece, file.first_piece + place)


def alter_first(session: Session, one: File, _other: File) -> None:
    found = piece(session, one, 0)
    found.slice_sealed = flipped(found.slice_sealed[:10]) + found.slice_sealed[10:]


def alter_last(session: Session, one: File, _other: File) -> None:
    found = piece(session, one, 2)
    found.slice_sealed = flipped(found.slice_sealed)


def cut_last(session: Session, one: File, _other: File) -> None:
    found = piece(session, one, 2)
    found.slice_sealed = found.slice_sealed[:-1]


def empty_last(session: Session, one: File, _other: File) -> None:
    piece(session, one, 2).slice_sealed = b""


def lengthen_last(session: Session, one: File, _other: File) -> None:
    piece(session, one, 2).slice_sealed += b"\0"


def exchange_pieces(session: Session, one: File, _other: File) -> None:
    first, second = piece(session, one, 0), piece(session, one, 1)
    first.slice_sealed, second.slice_sealed = second.slice_sealed, first.slice_sealed


def swap_between_files(session: Session, one: File, other: File) -> None:
    piece(session, one, 1).slice_sealed = piece(session, other, 1).slice_sealed


def take_first(session: Session, one: File, _other: File) -> None:
    session.delete(piece(session, one, 0))


def take_middle(session: Session, one: File, _other: File) -> None:
    session.delete(piece(session, one, 1))


def take_last(session: Session, one: File, _other: File) -> None:
    session.delete(piece(session, one, 2))


def take_all(session: Session, one: File, _other: File) -> None:
    attachments.clear_within(session, (one.first_piece,))


def add_one(session: Session, one: File, other: File) -> None:
    more = piece(session, other, 2).slice_sealed
    session.add(Piece(id=one.first_piece + 3, slice_sealed=more))


def point_elsewhere(session: Session, one: File, other: File) -> None:
    change(session, other, first_piece=attachments.new_first_piece())
    change(session, one, first_piece=other.first_piece)


@pytest.mark.parametrize(
    "damage",
    [
        alter_first,
        alter_last,
        cut_last,
        empty_last,
        lengthen_last,
        exchange_pieces,
        swap_between_files,
        take_first,
        take_middle,
        take_last,
        take_all,
        add_one,
        point_elsewhere,
    ],
)
def test_not_one_byte_is_read_of_a_file_whose_pieces_were_altered(
    runtime: Runtime, damage: Damage
) -> None:
    keys = a_draft(runtime)
    one, other = (a_file(runtime, keys, some_bytes(THREE_PIECES)) for _ in range(2))
    with runtime.begin() as session:
        damage(session, one, other)
    found = find(runtime, of_draft(keys), one.id)
    with pytest.raises(OpenError):
        attachments.source(runtime.database, found)


def test_a_damaged_file_keeps_nobody_from_the_others(runtime: Runtime) -> None:
    keys = a_draft(runtime)
    one, other = (a_file(runtime, keys, some_bytes(THREE_PIECES)) for _ in range(2))
    with runtime.begin() as session:
        take_all(session, one, other)
    assert content(runtime, find(runtime, of_draft(keys), other.id)) == some_bytes(THREE_PIECES)
