"""A file comes back as it was, however it was cut, and not one byte of a spoiled one is read."""

from collections.abc import Iterator

import pytest
from cryptography.exceptions import AlreadyFinalized
from hypothesis import given
from hypothesis import strategies as st

from crypto.envelope import make_key
from crypto.padding import pad, padded_length, unpad
from crypto.stream import FILE_FLOOR, SLICE_BYTES, ChunkSink, ChunkSource, lock, unlock
from tests.crypto.alone import run_alone
from tests.crypto.locked import CTX, KEY, LENGTHS, WORDS, a_file, rows_of
from tests.crypto.reference import CHUNK, TAG
from tests.crypto.vectors import stays_closed


def a_box(data: bytes) -> list[bytes]:
    kept: list[bytes] = []
    sink = ChunkSink(KEY, CTX, kept.append)
    sink.write(data)
    sink.finish()
    return kept


@given(LENGTHS, st.lists(st.integers(1, 40_000), max_size=6))
def test_a_file_comes_back_however_it_arrived_and_was_cut(length: int, cuts: list[int]) -> None:
    data, kept = a_file(length), list[bytes]()
    sink = ChunkSink(KEY, CTX, kept.append)
    written = [sink.write(piece) for piece in _pieces(data, cuts)]
    finished = sink.finish()
    source = ChunkSource(KEY, CTX, lambda: _pieces(b"".join(kept), cuts))

    assert sum(written) == finished == length
    assert source.size_bytes == length
    assert b"".join(source) == data
    assert b"".join(source) == data


@given(LENGTHS)
def test_a_file_is_one_locked_box_over_padded_bytes(length: int) -> None:
    data = a_file(length)
    padded = unlock(KEY, b"".join(a_box(data)), CTX)

    assert padded == pad(data, FILE_FLOOR)
    assert unpad(padded) == data


@pytest.mark.parametrize("tail", [b"", b"\0", b"\x80", b"\x80\0\0", b"\0" * 20_000, b"\x80" * 3])
def test_a_file_keeps_the_end_it_had(tail: bytes) -> None:
    data = a_file(30_000) + tail

    assert b"".join(ChunkSource(KEY, CTX, rows_of(*a_box(data)))) == data


@pytest.mark.parametrize("length", [0, 1_000_000, 1_030_000, 1_048_000, 3_300_000])
def test_a_file_is_kept_in_slices_that_fit_their_rows(length: int) -> None:
    kept = a_box(a_file(length))
    padded = padded_length(length, FILE_FLOOR)

    assert [len(piece) for piece in kept[:-1]] == [SLICE_BYTES] * (len(kept) - 1)
    assert 0 < len(kept[-1]) <= SLICE_BYTES
    assert sum(len(piece) for piece in kept) == padded + 58 + TAG * (padded // CHUNK + 1)


def test_short_files_all_look_alike() -> None:
    boxes = [a_box(a_file(length)) for length in (0, 1, 10_000, 16_383)]

    assert [[len(row) for row in box] for box in boxes] == [[FILE_FLOOR + 58 + 2 * TAG]] * 4


def test_a_sink_that_was_not_finished_leaves_nothing_that_opens() -> None:
    kept: list[bytes] = []
    sink = ChunkSink(KEY, CTX, kept.append)
    sink.write(a_file(2_500_000))

    assert len(kept) == 2
    with stays_closed():
        ChunkSource(KEY, CTX, rows_of(*kept))


def test_a_finished_sink_takes_no_more() -> None:
    sink = ChunkSink(KEY, CTX, list[bytes]().append)
    sink.finish()

    with pytest.raises(AlreadyFinalized):
        sink.write(b"more")
    with pytest.raises(AlreadyFinalized):
        sink.finish()


def test_a_box_without_an_end_mark_is_no_file() -> None:
    for data in (b"", b"words", bytes(20_000), b"\x80 words"):
        box = lock(KEY, data, CTX)
        with stays_closed():
            ChunkSource(KEY, CTX, rows_of(box))


def test_not_one_byte_of_a_cut_file_can_be_read() -> None:
    whole = b"".join(a_box(a_file(100_000)))

    for cut in range(0, len(whole), 7919):
        with stays_closed():
            ChunkSource(KEY, CTX, rows_of(whole[:cut]))


def test_rows_exchanged_after_verification_are_not_read() -> None:
    rows = a_box(a_file(100_000))
    source = ChunkSource(KEY, CTX, lambda: rows)
    rows = a_box(a_file(90_000))

    with stays_closed():
        next(iter(source))


def test_rows_cut_after_verification_give_only_bytes_that_were_verified() -> None:
    data = a_file(100_000)
    rows = [b"".join(a_box(data))]
    source = ChunkSource(KEY, CTX, lambda: rows)
    rows = [rows[0][:40_000]]

    read = b""
    with stays_closed():
        for piece in source:
            read += piece
    assert data.startswith(read)


def test_a_failure_of_the_caller_s_own_rows_is_not_told_as_a_closed_box() -> None:
    def rows() -> Iterator[bytes]:
        yield WORDS.raw("box")
        raise ValueError("the database went away")

    with pytest.raises(ValueError, match="went away"):
        ChunkSource(KEY, CTX, rows)


def test_a_file_stays_closed_under_a_foreign_key() -> None:
    rows = a_box(a_file(1000))
    with stays_closed():
        ChunkSource(make_key(), CTX, rows_of(*rows))


def test_a_file_of_256_mib_goes_up_and_down_in_bounded_memory() -> None:
    grown = run_alone("""
import resource, tempfile
from crypto.envelope import Ctx, make_key
from crypto.stream import SLICE_BYTES, ChunkSink, ChunkSource
key, ctx = make_key(), Ctx("file", "attachment", "slice_sealed", bytes(16))
piece = b"tomoshibi" * 8000
with tempfile.TemporaryFile() as store:
    def peak():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    def rows():
        store.seek(0)
        while row := store.read(SLICE_BYTES):
            yield row
    def up_and_down(pieces):
        store.seek(0)
        store.truncate()
        sink = ChunkSink(key, ctx, store.write)
        for _ in range(pieces):
            sink.write(piece)
        assert sink.finish() == pieces * len(piece)
        assert sum(map(len, ChunkSource(key, ctx, rows))) == pieces * len(piece)
    up_and_down(1)
    before = peak()
    up_and_down((256 << 20) // len(piece))
    print(peak() - before)
""")

    assert int(grown) < 16 << 10


def _pieces(data: bytes, cuts: list[int]) -> Iterator[bytes]:
    at = 0
    for cut in cuts:
        yield data[at : at + cut]
        at += cut
    yield data[at:]
