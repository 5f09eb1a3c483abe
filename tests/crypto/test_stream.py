import base64
import zlib
from collections.abc import Callable, Iterator

import pytest
from cryptography.exceptions import AlreadyFinalized, InvalidTag
from hypothesis import given
from hypothesis import strategies as st

from crypto.envelope import Ctx, Secret, make_key
from crypto.padding import pad, padded_length, unpad
from crypto.stream import FILE_FLOOR, SLICE_BYTES, ChunkSink, ChunkSource, lock, unlock, unlocker
from tests.crypto.alone import run_alone
from tests.crypto.published import chunked_encryption
from tests.crypto.reference import CHUNK, TAG, Cobblestone
from tests.crypto.vectors import Entry, each, load, stays_closed

VECTOR = load("locked")
KEY = VECTOR.secret("key")
CTX = VECTOR.place()
WORDS = VECTOR.entries("boxes")[1]
REFERENCE = Cobblestone(KEY.reveal(), CTX.encode(b"\x01\x02"), "sha512")
AROUND_CHUNKS = [n + CHUNK * k for k in range(4) for n in (-1, 0, 1) if n + CHUNK * k >= 0]
LENGTHS = st.sampled_from([*AROUND_CHUNKS, 5000, 100_000])


def a_file(length: int) -> bytes:
    return (bytes(range(1, 252)) * (length // 251 + 1))[:length]


def a_box(data: bytes) -> list[bytes]:
    kept: list[bytes] = []
    sink = ChunkSink(KEY, CTX, kept.append)
    sink.write(data)
    sink.finish()
    return kept


def rows_of(*rows: bytes) -> Callable[[], list[bytes]]:
    return lambda: list(rows)


@pytest.mark.parametrize("entry", chunked_encryption(), ids=lambda entry: entry.text("name"))
def test_the_reference_agrees_with_every_published_vector(entry: Entry) -> None:
    box = base64.b64decode(entry.text("ciphertext"))
    box = zlib.decompress(box) if "compressed" in entry.values else box
    reference = Cobblestone(entry.raw("key"), entry.text("context").encode(), "sha256")

    if entry.text("expect") == "success":
        data = reference.decrypt(box)
        assert len(data) == entry.number("payload_length")
        assert reference.encrypt(box[:24], data) == box
    else:
        with pytest.raises((InvalidTag, ValueError)):
            reference.decrypt(box)


@pytest.mark.parametrize("length", AROUND_CHUNKS)
def test_the_library_writes_the_bytes_of_the_reference(length: int) -> None:
    data = a_file(length)
    box = lock(KEY, data, CTX)

    assert box == b"\x01\x02" + REFERENCE.encrypt(box[2:26], data)
    assert len(box) == length + 58 + TAG * (length // CHUNK + 1)
    assert REFERENCE.decrypt(box[2:]) == data
    assert unlock(KEY, box, CTX) == data


@each("locked", "boxes")
def test_a_known_box_opens_at_its_place(entry: Entry) -> None:
    assert unlock(KEY, entry.raw("box"), CTX) == entry.raw("data")


@each("locked", "elsewhere")
def test_a_locked_box_stays_closed_elsewhere(entry: Entry) -> None:
    with stays_closed():
        unlock(KEY, WORDS.raw("box"), entry.place())


@each("locked", "must_fail")
def test_a_hostile_locked_box_stays_closed(entry: Entry) -> None:
    with stays_closed():
        unlock(KEY, entry.raw("box"), CTX)
    with stays_closed():
        ChunkSource(KEY, CTX, rows_of(entry.raw("box")))


@given(st.binary(max_size=90), st.binary(min_size=16, max_size=16), st.integers(0, (1 << 32) - 1))
def test_of_a_column_each_box_opens_at_its_row_and_version_alone(
    data: bytes, row: bytes, rev: int
) -> None:
    place = Ctx(CTX.purpose, CTX.table, CTX.column, row, rev)
    box, unlock_one = lock(KEY, data, place), unlocker(KEY, CTX)
    assert unlock_one(box, row, rev) == data
    other = row[:-1] + bytes([row[-1] ^ 1])
    for hostile, at, version in (
        (box, other, rev),
        (box, row, rev ^ 1),
        (box, row[1:], rev),
        (box, row, -1),
        (box[:-1], row, rev),
        (box[1:], row, rev),
    ):
        with stays_closed():
            unlock_one(hostile, at, version)
    for elsewhere in (
        unlocker(make_key(), CTX),
        unlocker(KEY, Ctx("another", CTX.table, CTX.column, row)),
        unlocker(KEY, Ctx(CTX.purpose, "another", CTX.column, row)),
        unlocker(KEY, Ctx(CTX.purpose, CTX.table, "another", row)),
    ):
        with stays_closed():
            elsewhere(box, row, rev)


@given(st.binary(max_size=500))
def test_what_was_locked_opens_again(data: bytes) -> None:
    assert unlock(KEY, lock(KEY, data, CTX), CTX) == data


@given(st.integers(0, len(WORDS.raw("box")) * 8 - 1))
def test_a_locked_box_with_any_bit_flipped_stays_closed(bit: int) -> None:
    box = bytearray(WORDS.raw("box"))
    box[bit // 8] ^= 1 << bit % 8
    with stays_closed():
        unlock(KEY, bytes(box), CTX)


@given(LENGTHS, st.data())
def test_a_locked_box_cut_or_lengthened_anywhere_stays_closed(
    length: int, draw: st.DataObject
) -> None:
    box = lock(KEY, a_file(length), CTX)
    chunk_ends = range(58, len(box), CHUNK + TAG)
    cut = draw.draw(st.integers(0, len(box) - 1) | st.sampled_from(chunk_ends))
    for hostile in (box[:cut], box + draw.draw(st.binary(min_size=1, max_size=40)), box[cut + 1 :]):
        with stays_closed():
            unlock(KEY, hostile, CTX)
        with stays_closed():
            ChunkSource(KEY, CTX, rows_of(hostile))


def test_exchanged_and_repeated_chunks_stay_closed() -> None:
    box = lock(KEY, a_file(3 * CHUNK), CTX)
    head, size = box[:58], CHUNK + TAG
    first, second, rest = box[58 : 58 + size], box[58 + size : 58 + 2 * size], box[58 + 2 * size :]

    for chunks in (second + first, first + first, second + second, second):
        with stays_closed():
            unlock(KEY, head + chunks + rest, CTX)


def test_chunks_of_another_box_under_the_same_key_stay_closed() -> None:
    one, other = (lock(KEY, a_file(2 * CHUNK), CTX) for _ in range(2))
    with stays_closed():
        unlock(KEY, one[: 58 + CHUNK + TAG] + other[58 + CHUNK + TAG :], CTX)


def test_locking_twice_never_gives_the_same_box() -> None:
    assert len({lock(KEY, b"the same words", CTX) for _ in range(100)}) == 100


@pytest.mark.parametrize("length", [0, 16, 31, 33, 64])
def test_a_key_of_another_length_locks_and_opens_nothing(length: int) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        lock(Secret(bytes(length)), b"words", CTX)
    with stays_closed():
        unlock(Secret(bytes(length)), WORDS.raw("box"), CTX)


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
