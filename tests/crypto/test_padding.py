import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto.padding import pad, padded_length, unpad
from tests.crypto.vectors import Entry, each, load, stays_closed

FLOORS = st.sampled_from([0, 1, 8, 256, 1024, 2048])
TAILS = st.sampled_from([b"", b"\x80", b"\x80\0\0", b"\0\0", b"\x80\x80\0"])


@each("padding", "lengths")
def test_lengths_are_rounded_as_the_format_says(entry: Entry) -> None:
    padded = entry.number("padded")

    assert padded_length(entry.number("length"), entry.number("floor")) == padded


@each("padding", "padded")
def test_bytes_are_padded_as_the_format_says(entry: Entry) -> None:
    assert pad(entry.raw("data"), entry.number("floor")) == entry.raw("bytes")
    assert unpad(entry.raw("bytes")) == entry.raw("data")


@pytest.mark.parametrize("tail", load("padding").texts("refused"))
def test_any_other_tail_is_refused(tail: str) -> None:
    with stays_closed():
        unpad(bytes.fromhex(tail))


@given(st.binary(max_size=3000), TAILS, FLOORS)
def test_padding_comes_off_again_whatever_the_data_ends_with(
    data: bytes, tail: bytes, floor: int
) -> None:
    padded = pad(data + tail, floor)

    assert unpad(padded) == data + tail
    assert len(padded) == padded_length(len(data + tail), floor)


@given(st.integers(0, 1 << 40), FLOORS)
def test_at_most_twelve_percent_is_added_above_the_floor(n: int, floor: int) -> None:
    padded = padded_length(n, floor)

    assert padded >= max(n + 1, floor)
    assert padded <= max(floor, -(-(n + 1) * 112 // 100))


@given(st.integers(0, 1 << 40), FLOORS)
def test_every_length_of_a_bucket_looks_the_same(n: int, floor: int) -> None:
    bucket = padded_length(n, floor)

    assert padded_length(bucket - 1, floor) == bucket
    assert padded_length(bucket, floor) > bucket


@given(st.binary(max_size=300), st.integers(1, 255).filter(lambda value: value != 0x80), st.data())
def test_a_tail_that_is_not_zero_is_refused(data: bytes, value: int, draw: st.DataObject) -> None:
    padded = bytearray(pad(data, 512))
    padded[draw.draw(st.integers(len(data) + 1, len(padded) - 1))] = value
    with stays_closed():
        unpad(bytes(padded))


def test_a_negative_length_is_refused() -> None:
    with pytest.raises(ValueError, match="empty"):
        padded_length(-1, 256)
