"""A form with files is read part by part: its fields first, no byte of a file held or lost."""

import re
from collections.abc import Sequence
from io import BytesIO
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typing_extensions import override
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge

from reporting.web.lateness import Clock
from reporting.web.multipart import (
    FIELD_BYTES,
    HELD_BYTES,
    LARGEST,
    MOST_PARTS,
    Form,
    Line,
)
from tests import multipart
from tests.multipart import BOUNDARY, NOTHING, Evidence

Kept = list[tuple[str, str, bytes]]
PHOTO = Evidence()
LETTER = Evidence("letter.txt", b"dear\r\nfriend\n", "text/plain")
# What might be taken for the end of a part, and is not.
NEARLY = [
    b"\r",
    b"\n",
    b"\r\n",
    b"--",
    BOUNDARY.encode(),
    f"x--{BOUNDARY}".encode(),
    f"\r\n--{BOUNDARY}".encode()[:-1],
    f"\n-{BOUNDARY}--\r\n".encode(),
    b"\0",
    b"words",
    b"x" * 5_000,
]
TRICKY = (
    st.lists(st.sampled_from(NEARLY), max_size=12)
    .map(b"".join)
    .filter(lambda data: not re.search(rb"[\r\n]--" + BOUNDARY.encode(), b"\n" + data))
)


class Cut(BytesIO):
    """A body that comes in pieces of these sizes, and then as it is asked for."""

    def __init__(self, data: bytes, sizes: Sequence[int] = ()) -> None:
        super().__init__(data)
        self._sizes = iter(sizes)

    @override
    def read(self, size: int | None = -1, /) -> bytes:
        return super().read(next(self._sizes, size))


def form_of(data: bytes, sizes: Sequence[int] = ()) -> Form:
    return Form(Line(Cut(data, sizes), None, Clock()), BOUNDARY)


def kept(form: Form) -> Kept:
    """Read every file to its end."""
    return [(file.name, file.media_type, b"".join(file.data)) for file in form.files()]


def as_kept(*files: Evidence) -> Kept:
    return [(file.name, file.media_type, file.data) for file in files]


def field(name: str, value: str) -> bytes:
    return multipart.before({name: value})


def part(file: Evidence) -> bytes:
    return multipart.head(file) + file.data + b"\r\n"


def test_fields_and_files_come_apart_as_they_were_sent() -> None:
    form = form_of(multipart.body({"token": "abc", "story": "証拠"}, PHOTO, LETTER))
    assert form.fields == {"token": ("abc",), "story": ("証拠",)}
    assert kept(form) == as_kept(PHOTO, LETTER)


def test_a_field_that_stands_twice_has_two_values_and_damage_shows() -> None:
    data = field("a", "one") + field("a", "t\0wo") + field("b", "x").replace(b"x", b"\xffx")
    form = form_of(data + multipart.END)
    assert form.fields == {"a": ("one", "two"), "b": ("\ufffdx",)}
    assert kept(form) == []


def test_the_fields_are_known_before_a_byte_of_the_file_was_read() -> None:
    before = multipart.before({"token": "abc"}) + multipart.head(PHOTO)
    coming = Cut(before + PHOTO.data + b"\r\n" + multipart.END, [len(before)])
    form = Form(Line(coming, None, Clock()), BOUNDARY)
    assert form.fields == {"token": ("abc",)}
    assert coming.tell() == len(before)
    assert kept(form) == as_kept(PHOTO)


def test_a_file_without_a_name_is_one_that_nobody_chose() -> None:
    assert kept(form_of(multipart.body({"token": "abc"}))) == []
    assert kept(form_of(multipart.body({}, NOTHING, PHOTO, NOTHING))) == as_kept(PHOTO)


def test_an_empty_file_is_a_file() -> None:
    empty = Evidence("empty.txt", b"", "text/plain")
    assert kept(form_of(multipart.body({}, empty, PHOTO))) == as_kept(empty, PHOTO)


def test_names_and_kinds_are_cleaned_before_anybody_sees_them() -> None:
    nasty = Evidence("/home/me/\u202egpj.exe", b"x", "<script>")
    assert kept(form_of(multipart.body({}, nasty))) == [
        ("gpj.exe", "application/octet-stream", b"x")
    ]
    bare = part(PHOTO).replace(b"Content-Type: image/jpeg\r\n", b"")
    assert kept(form_of(bare + multipart.END))[0][1] == "application/octet-stream"


def test_what_is_not_read_of_a_file_is_dropped_before_the_next() -> None:
    long = Evidence("long.bin", bytes(3 * LARGEST), "text/plain")
    form = form_of(multipart.body({}, long, long, PHOTO))
    seen = []
    for place, file in enumerate(form.files()):
        seen.append(file.name)
        if place == 1:
            next(file.data)
    assert seen == ["long.bin", "long.bin", PHOTO.name]
    form = form_of(multipart.body({}, long, PHOTO))
    first, second = form.files()
    assert list(first.data) == []
    assert second.name == PHOTO.name


def test_a_field_behind_a_file_is_no_form_of_ours() -> None:
    files = form_of(part(PHOTO) + field("token", "abc") + multipart.END).files()
    assert b"".join(next(files).data) == PHOTO.data
    with pytest.raises(BadRequest):
        next(files)


def test_a_form_has_only_so_many_parts() -> None:
    just = [field("a", "b")] * (MOST_PARTS - 2) + [part(PHOTO)] * 2
    assert kept(form_of(b"".join([*just, multipart.END]))) == as_kept(PHOTO, PHOTO)
    for one in (field("a", "b"), part(PHOTO)):
        with pytest.raises(RequestEntityTooLarge):
            kept(form_of(b"".join([one] * (MOST_PARTS + 1) + [multipart.END])))


def test_a_field_is_short() -> None:
    form = form_of(field("a", "x" * FIELD_BYTES) + multipart.END)
    assert form.fields == {"a": ("x" * FIELD_BYTES,)}
    for data in (field("a", "x" * (FIELD_BYTES + 1)), field("a", "x" * 10_000_000)):
        with pytest.raises(BadRequest):
            form_of(data + multipart.END)


@pytest.mark.parametrize("name", ["", "x" * (FIELD_BYTES + 1), "x" * 200_000])
def test_the_name_of_a_field_is_short_too(name: str) -> None:
    with pytest.raises(BadRequest):
        form_of(field(name, "value") + multipart.END)


def test_a_head_of_a_part_that_never_ends_is_not_collected() -> None:
    endless = Evidence("x" * (2 * HELD_BYTES), b"x")
    with pytest.raises(RequestEntityTooLarge):
        kept(form_of(part(endless) + multipart.END))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no form at all",
        f"--{BOUNDARY}\r\n\r\nno head\r\n".encode() + multipart.END,
        f"--{BOUNDARY}\r\nContent-Disposition: form-data\r\n\r\nx\r\n".encode() + multipart.END,
        f"--{BOUNDARY}\r\nX: y\r\n\r\nx\r\n".encode() + multipart.END,
        part(PHOTO).replace(b"photo.jpg", b"\xff\xfe") + multipart.END,
        multipart.body({"token": "abc"}, PHOTO).replace(BOUNDARY.encode(), b"another"),
        field("a", "b"),
        part(PHOTO),
        multipart.head(PHOTO),
    ],
)
def test_what_is_no_whole_form_is_refused(data: bytes) -> None:
    with pytest.raises(BadRequest):
        kept(form_of(data))


def test_a_form_without_anything_in_it_is_empty() -> None:
    form = form_of(multipart.END)
    assert (form.fields, kept(form)) == ({}, [])


def test_a_file_that_is_cut_off_anywhere_is_never_taken_for_whole() -> None:
    data = multipart.body({"token": "abc"}, LETTER, PHOTO)
    end = len(data) - len(b"\r\n")
    assert kept(form_of(data[:end])) == as_kept(LETTER, PHOTO)
    for cut in range(end):
        with pytest.raises(BadRequest):
            kept(form_of(data[:cut]))


@pytest.mark.parametrize("data", [b"", *NEARLY])
def test_a_form_may_come_in_two_pieces_or_byte_by_byte(data: bytes) -> None:
    file = Evidence("tricky.bin", data[:50])
    body = multipart.body({"token": "abc"}, file, file)
    for cut in range(1, len(body)):
        assert kept(form_of(body, [cut])) == as_kept(file, file)
    assert kept(form_of(body, [1] * len(body))) == as_kept(file, file)


@given(st.lists(TRICKY, max_size=4), st.data())
def test_however_a_form_is_cut_on_its_way_its_files_are_the_same(
    contents: list[bytes], draw: st.DataObject
) -> None:
    files = [Evidence(f"{place}.bin", data) for place, data in enumerate(contents)]
    body = multipart.body({"token": "abc"}, *files)
    cuts = sorted(draw.draw(st.sets(st.integers(1, len(body)), max_size=30)))
    form = form_of(body, [after - before for before, after in pairwise([0, *cuts])])
    assert form.fields == {"token": ("abc",)}
    assert kept(form) == as_kept(*files)


@given(
    st.lists(st.sampled_from([*NEARLY, part(PHOTO), field("a", "b"), multipart.END]) | st.binary())
)
def test_whatever_is_sent_is_a_form_or_refused(pieces: list[bytes]) -> None:
    data = b"".join(pieces)
    try:
        files = kept(form_of(data))
    except (BadRequest, RequestEntityTooLarge):
        return
    assert all(content in data for _name, _kind, content in files)
