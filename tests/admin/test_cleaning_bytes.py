"""Whatever bytes an answer, a picture or the head of a file has, reading them surprises nobody."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from admin.cleaning import frames, kinds, segments
from admin.cleaning.frames import Answer, Made, Outcome, Part, TooLargeError
from admin.cleaning.kinds import Kind


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x01",
        b"\x02\x00",
        b"\x01\x09",
        b"\x01\x00",
        b"\x01\x00\x00",
        b"\x01\x00" + struct.pack(">BBQ", 9, 0, 0),
        b"\x01\x00" + struct.pack(">BBQ", 0, 0, 3) + b"\xff\xd8",
        b"\x01\x00" + struct.pack(">BBQ", 0, 1, 6) + b"<html>",
        b"\x01\x02" + struct.pack(">BBQ", 0, 0, 3) + b"\xff\xd8\xff",
        b"\x01\x00" + 2 * (struct.pack(">BBQ", 0, 0, 3) + b"\xff\xd8\xff"),
    ],
)
def test_what_is_no_answer_is_not_believed(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"no answer|not what|Outcome"):
        frames.read(data)


@given(st.binary(max_size=200))
def test_no_bytes_at_all_surprise_whoever_reads_an_answer(data: bytes) -> None:
    try:
        answer = frames.read(data)
    except ValueError:
        return
    assert frames.read(frames.written(answer)) == answer


@given(
    st.binary(max_size=300).map(lambda rest: b"\xff\xd8" + rest)
    | st.lists(st.sampled_from([b"\xff", b"\xda", b"\xd9", b"\0\x04ab", b"\xc0", b"\0", b"\xd0"]))
    .map(b"".join)
    .map(lambda rest: b"\xff\xd8" + rest)
)
def test_no_bytes_at_all_surprise_whoever_takes_a_jpeg_apart(data: bytes) -> None:
    try:
        found = segments.bare(data)
    except (ValueError, TooLargeError):
        return
    assert found.startswith(b"\xff\xd8")
    assert found.endswith(b"\xff\xd9")


CUT_OFF = (
    b"",
    b"\xff",
    b"ab",
    b"\xff\xe0\0",
    b"\xff\xe0\0\x01",
    b"\xff\xe0\0\x09a",
    b"\xff\xda\0\x02pixels",
    b"\xff\xda\0\x02pixels\xff",
)


@pytest.mark.parametrize("rest", CUT_OFF)
def test_a_jpeg_that_is_cut_off_is_none(rest: bytes) -> None:
    with pytest.raises(ValueError, match=r"cut off|no segment"):
        segments.bare(b"\xff\xd8" + rest)


def test_how_colours_are_coded_stays_and_nothing_behind_it() -> None:
    adobe = b"\xff\xee\0\x15Adobe\0\x64\0\0\0\0\x01 canary"
    scan = b"\xff\xda\0\x04ab\x01\xff\x00\xff\xd0\x02\xff\xff\xd9"
    size = b"\xff\xc0\0\x0b\x08\0\x01\0\x01\x01\x01\x11\0"
    bare = segments.bare(b"\xff\xd8" + adobe + size + scan + b"canary")
    assert b"Adobe\0\x64\0\0\0\0\x01" in bare
    assert b"canary" not in bare
    large = size.replace(b"\0\x01\0\x01", b"\xff\xff\xff\xff")
    with pytest.raises(TooLargeError):
        segments.bare(b"\xff\xd8" + large + scan)


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"BM\x36\0\0\0", Kind.BMP),
        (b"BMW came by twice", Kind.TEXT),
        ("彼らは来た".encode(), Kind.TEXT),
        (("彼" * 400).encode()[: kinds.HEAD_BYTES], Kind.TEXT),
        ("彼".encode()[:2], Kind.OTHER),
        (b"#!/bin/sh", Kind.OTHER),
        (b"@echo off", Kind.OTHER),
        (b"MZ\x90", Kind.OTHER),
        (b"<html>", Kind.OTHER),
        (b'{"rtf": 1}', Kind.OTHER),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Kind.OTHER),
        (b"RIFF____WEBPVP8 ", Kind.WEBP),
    ],
)
def test_what_a_file_is_stands_in_its_first_bytes(head: bytes, kind: Kind) -> None:
    assert kinds.of(head) is kind


def test_only_a_copy_makes_an_answer_a_clean_one() -> None:
    part = Part(Made.GREY, Kind.JPEG, b"\xff\xd8\xff")
    with pytest.raises(ValueError, match="no answer"):
        frames.read(frames.written(Answer(Outcome.CLEAN, (part,))))
