"""A locked box opens with its key at its place alone, and no byte of it can be changed."""

import base64
import zlib

import pytest
from cryptography.exceptions import InvalidTag
from hypothesis import given
from hypothesis import strategies as st

from crypto.envelope import Ctx, Secret, make_key
from crypto.stream import ChunkSource, lock, unlock, unlocker
from tests.crypto.locked import AROUND_CHUNKS, CTX, KEY, LENGTHS, WORDS, a_file, rows_of
from tests.crypto.published import chunked_encryption
from tests.crypto.reference import CHUNK, TAG, Cobblestone
from tests.crypto.vectors import Entry, each, stays_closed

REFERENCE = Cobblestone(KEY.reveal(), CTX.encode(b"\x01\x02"), "sha512")


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
