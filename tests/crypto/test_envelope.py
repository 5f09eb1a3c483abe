import ast
import copy
import json
import pickle
import re
import struct
import traceback
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag
from hypothesis import given
from hypothesis import strategies as st

import crypto
from crypto.envelope import (
    Ctx,
    Label,
    OpenError,
    Pepper,
    Secret,
    expand,
    lp,
    make_key,
    make_pepper,
    opening,
    parts,
    read_pepper,
)
from tests.crypto import reference
from tests.crypto.vectors import FOLDER, Entry, each, load, stays_closed

FOLDER_OF_CRYPTO = Path(str(crypto.__file__)).parent
ROW = bytes(range(16))
CANARY = b"canary-7f3a"


def test_every_vector_file_says_what_it_proves() -> None:
    for file in FOLDER.glob("*.json"):
        assert len(load(file.stem).text("proves")) > 40


@each("lp", "joined")
def test_parts_are_joined_as_the_format_says(entry: Entry) -> None:
    known = [bytes.fromhex(part) for part in entry.texts("parts")]

    assert lp(*known) == entry.raw("bytes")
    assert parts(entry.raw("bytes")) == tuple(known)


@pytest.mark.parametrize("joined", load("lp").texts("not_joined"))
def test_bytes_that_no_parts_give_are_refused(joined: str) -> None:
    with stays_closed():
        parts(bytes.fromhex(joined))


@given(st.lists(st.binary(max_size=40)), st.lists(st.binary(max_size=40)))
def test_different_parts_never_give_the_same_bytes(one: list[bytes], other: list[bytes]) -> None:
    assert (lp(*one) == lp(*other)) is (one == other)
    assert lp(*one) == reference.lp(*one)
    assert parts(lp(*one)) == tuple(one)


@given(st.binary(max_size=30))
def test_bytes_are_taken_apart_in_one_way_or_not_at_all(joined: bytes) -> None:
    with suppress(OpenError):
        assert lp(*parts(joined)) == joined


def test_a_part_has_at_most_65535_bytes() -> None:
    assert len(lp(bytes(65_535))) == 65_537
    with pytest.raises(ValueError, match="65,535"):
        lp(bytes(65_536))


@each("context", "contexts")
def test_a_context_is_laid_out_as_the_format_says(entry: Entry) -> None:
    words = (entry.text("purpose"), entry.text("table"), entry.text("column"))
    ctx = Ctx(*words, row=entry.raw("row"), rev=entry.number("rev"))

    assert ctx.encode(entry.raw("header")) == entry.raw("bytes")


@pytest.mark.parametrize(
    ("row", "rev"), [(ROW[1:], 0), (ROW + b"\0", 0), (b"", 0), (ROW, -1), (ROW, 1 << 32)]
)
def test_an_impossible_place_is_refused(row: bytes, rev: int) -> None:
    with pytest.raises(ValueError, match=r"row id|revision"):
        Ctx("story", "report_part", "body_sealed", row, rev)


@each("expand", "labels")
def test_a_label_expands_as_the_format_says(entry: Entry) -> None:
    key, label = load("expand").secret("key"), Label(entry.text("label"))

    assert expand(key, label, 16) == entry.secret("bytes_16")
    assert expand(key, label) == entry.secret("bytes_32")
    assert expand(key, label, 80) == entry.secret("bytes_80")


def test_the_label_registry_is_that_of_the_format() -> None:
    known = [entry.text("label") for entry in load("expand").entries("labels")]
    table = (FOLDER_OF_CRYPTO / "FORMAT.md").read_text(encoding="utf-8").split("### 2.3 Labels")[1]
    rows = [line for line in table.split("### 2.4")[0].splitlines() if line.startswith("| `")]

    assert [label.value for label in Label] == known
    assert sorted(re.findall(r"\| `([a-z ]+)` \|", "\n".join(rows))) == sorted(known)


def test_no_module_makes_a_domain_of_its_own() -> None:
    for file in FOLDER_OF_CRYPTO.glob("*.py"):
        literals = [
            node.value
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
            if isinstance(node, ast.Constant) and isinstance(node.value, bytes)
        ]
        allowed = [b"tomoshibi-v1"] if file.name == "envelope.py" else []
        assert [literal for literal in literals if b"tomoshibi" in literal] == allowed


def test_keys_are_random_and_have_32_bytes() -> None:
    keys = [make_key() for _ in range(100)]

    assert {len(key.reveal()) for key in keys} == {32}
    assert len({key.reveal() for key in keys}) == 100


@pytest.mark.parametrize("shown", [repr, str, "{}".format, "{0!r}".format, "{0!s}".format, ascii])
def test_a_secret_shows_nothing_of_itself(shown: Callable[[object], str]) -> None:
    assert "canary" not in shown(Secret(CANARY))
    assert "canary" not in shown([Pepper(1, Secret(CANARY.ljust(32)))])


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_a_secret_is_not_pickled(protocol: int) -> None:
    with pytest.raises(TypeError):
        pickle.dumps(Secret(CANARY), protocol)


def test_a_secret_is_neither_copied_nor_hashed_nor_written_as_json() -> None:
    secret = Secret(CANARY)
    for leave in (copy.copy, copy.deepcopy, hash, json.dumps):
        with pytest.raises(TypeError) as refused:
            leave(secret)
        assert "canary" not in str(refused.value)


def test_a_secret_is_absent_from_a_traceback_that_prints_every_variable() -> None:
    def fail(key: Secret) -> None:
        with opening():
            raise ValueError(f"cannot open with {key}")

    try:
        fail(Secret(CANARY))
    except OpenError as error:
        shown = traceback.TracebackException.from_exception(error, capture_locals=True)
        assert "Secret(…)" in "".join(shown.format())
        assert "canary" not in "".join(shown.format())


def test_secrets_are_equal_by_their_bytes_alone() -> None:
    assert Secret(b"same") == Secret(b"same")
    assert Secret(b"same") != Secret(b"other")
    assert Secret(b"same") != b"same"


@pytest.mark.parametrize(
    "cause", [InvalidTag(), RecursionError("why"), ValueError("why"), struct.error("why")]
)
def test_whatever_kept_a_box_closed_is_told_as_one_error_without_a_cause(cause: Exception) -> None:
    with stays_closed(), opening():
        raise cause


def test_a_mistake_of_our_own_is_not_told_as_a_closed_box() -> None:
    with pytest.raises(TypeError), opening():
        raise TypeError


def test_a_pepper_file_is_read_as_it_was_made() -> None:
    data = make_pepper()
    pepper = read_pepper(data)

    assert len(data) == 33
    assert pepper == Pepper(1, Secret(data[1:]))
    assert read_pepper(b"\xff" + data[1:]).id == 255
    assert make_pepper() != data


@pytest.mark.parametrize("length", [0, 1, 32, 34, 66])
def test_a_pepper_file_of_another_length_is_refused(length: int) -> None:
    with pytest.raises(ValueError, match="33 bytes"):
        read_pepper(bytes(length))


@pytest.mark.parametrize(("number", "length"), [(-1, 32), (256, 32), (1, 31), (1, 33)])
def test_an_impossible_pepper_is_refused(number: int, length: int) -> None:
    with pytest.raises(ValueError, match="pepper"):
        Pepper(number, Secret(bytes(length)))
