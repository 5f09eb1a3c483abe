"""Pieces go with their file, whoever deletes it, and no piece of another file goes with them."""

import pytest
from sqlalchemy import delete

from crypto.envelope import make_key
from reporting import attachments
from reporting.attachments import AT_A_TIME, MOST_PIECES, MOST_SWEPT
from reporting.file_rows import FileRow
from reporting.runtime import Runtime
from reporting.visit_keys import keys_from
from tests.builders_files import (
    THREE_PIECES,
    a_case,
    a_draft,
    a_file,
    change,
    content,
    move,
    put,
    rows,
    some_bytes,
)
from tests.conftest import Clock


@pytest.mark.parametrize("count", [1, AT_A_TIME - 1, AT_A_TIME, AT_A_TIME + 1, 3 * AT_A_TIME])
def test_all_pieces_of_the_files_to_clear_are_cleared_and_no_others(
    runtime: Runtime, count: int
) -> None:
    file = a_file(runtime, a_draft(runtime), some_bytes(THREE_PIECES))
    firsts = (attachments.new_first_piece(), attachments.new_first_piece())
    for first in firsts:
        put(runtime, first, [b"x"] * count)
    attachments.clear(runtime.database, (*firsts, attachments.new_first_piece()))
    assert rows(runtime) == (1, 3)
    assert content(runtime, file) == some_bytes(THREE_PIECES)


# Thousands of statements, which are the same on both.
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_file_of_as_many_pieces_as_there_can_be_is_cleared_to_its_end(runtime: Runtime) -> None:
    firsts = (attachments.new_first_piece(), attachments.new_first_piece())
    for first in firsts:
        put(runtime, first, [b"x"] * MOST_PIECES)
    attachments.clear(runtime.database, firsts[:1])
    assert rows(runtime) == (0, MOST_PIECES)
    with runtime.begin() as session:
        attachments.clear_within(session, firsts[1:])
    assert rows(runtime) == (0, 0)


def test_where_pieces_begin_is_known_of_every_file_whole_or_not(runtime: Runtime) -> None:
    keys, case = a_draft(runtime), a_case(runtime)
    sent = a_file(runtime, keys)
    move(runtime, keys, attachments.of_case(case, make_key()))
    whole, half = a_file(runtime, keys), a_file(runtime, keys)
    with runtime.begin() as session:
        change(session, half, meta_sealed=None, box_sha256=None)
    with runtime.read() as session:
        of_visit = attachments.firsts_of_visit(session, keys.row)
        assert attachments.firsts_of_case(session, case) == (sent.first_piece,)
        assert attachments.firsts_of_visit(session, keys_from(make_key()).row) == ()
    assert set(of_visit) == {whole.first_piece, half.first_piece}


def test_the_sweep_takes_pieces_without_a_file_and_leaves_every_file_whole(
    runtime: Runtime, clock: Clock
) -> None:
    keys = a_draft(runtime)
    gone, stays = (a_file(runtime, keys, some_bytes(THREE_PIECES)) for _ in range(2))
    # Right before and right behind the place of a file: what is there belongs to others.
    put(runtime, stays.first_piece - 1, [b"x"])
    put(runtime, stays.first_piece + MOST_PIECES, [b"x"])
    with runtime.begin() as session:
        session.execute(delete(FileRow).where(FileRow.id == gone.id))
    with runtime.begin() as session:
        assert attachments.sweep(session, clock.now) == 5
    with runtime.begin() as session:
        assert attachments.sweep(session, clock.now) == 0
    assert content(runtime, stays) == some_bytes(THREE_PIECES)


def test_the_sweep_takes_only_so_many_pieces_at_a_time(runtime: Runtime, clock: Clock) -> None:
    put(runtime, attachments.new_first_piece(), [b"x"] * (MOST_SWEPT + 1))
    for swept in (MOST_SWEPT, 1, 0):
        with runtime.begin() as session:
            assert attachments.sweep(session, clock.now) == swept


def test_pieces_of_two_files_never_meet_and_fit_the_number_of_a_row() -> None:
    firsts = [attachments.new_first_piece() for _ in range(1_000)]
    assert len(set(firsts)) == len(firsts)
    assert not [first for first in firsts if first % MOST_PIECES]
    assert max(firsts) + MOST_PIECES <= 1 << 63
