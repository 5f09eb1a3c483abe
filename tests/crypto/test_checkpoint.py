import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto import signing
from crypto.chain import GENESIS, Head
from crypto.checkpoint import Checkpoint, Countersignature, Note, read, sign
from crypto.envelope import make_key
from crypto.signing import public_key
from tests.crypto.vectors import Entry, each, load, stays_closed

KNOWN = load("checkpoint").entries("signed")[0]
SEED = KNOWN.secret("seed")
DAY = date(2026, 11, 24)
ORIGINS = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=1, max_size=64)
HEADS = st.builds(Head, st.integers(1, (1 << 63) - 1), st.binary(min_size=32, max_size=32))
PEOPLE = st.binary(min_size=16, max_size=16)
NOTES = st.builds(
    Note,
    ORIGINS,
    HEADS,
    st.lists(st.builds(Countersignature, PEOPLE, st.binary(min_size=1, max_size=300))).map(tuple),
)


def head_of(entry: Entry) -> Head:
    return Head(entry.number("n"), entry.raw("hash"))


@each("checkpoint", "signed")
def test_a_checkpoint_is_signed_and_read_as_the_format_says(entry: Entry) -> None:
    origin, day = entry.text("origin"), date.fromisoformat(entry.text("day"))
    signed = sign(entry.secret("seed"), origin, head_of(entry), day)

    assert signed == entry.raw("signed")
    assert signed[64:].decode() == entry.text("document")
    assert json.loads(signed[64:]) == {
        name: entry.values[name] for name in ("origin", "n", "hash", "day")
    }
    assert read(entry.raw("public"), signed) == Checkpoint(origin, head_of(entry), day)


@each("checkpoint", "refused")
def test_what_is_no_checkpoint_of_this_person_is_refused(entry: Entry) -> None:
    with stays_closed():
        read(entry.raw("public"), entry.raw("signed"))


@given(ORIGINS, HEADS, st.dates())
def test_every_checkpoint_comes_back_as_it_was_signed(origin: str, head: Head, day: date) -> None:
    signed = sign(SEED, origin, head, day)

    assert read(public_key(SEED), signed) == Checkpoint(origin, head, day)


@given(st.integers(0, 8 * len(KNOWN.raw("signed")) - 1))
def test_any_flipped_bit_is_refused(bit: int) -> None:
    signed = bytearray(KNOWN.raw("signed"))
    signed[bit // 8] ^= 1 << bit % 8

    with stays_closed():
        read(KNOWN.raw("public"), bytes(signed))


@given(HEADS)
def test_another_key_is_refused(head: Head) -> None:
    with stays_closed():
        read(public_key(make_key()), sign(SEED, "tomoshibi-log", head, DAY))


def test_a_checkpoint_is_no_other_kind_of_document() -> None:
    for prefix in set(signing.Prefix) - {signing.Prefix.CHECKPOINT}:
        with stays_closed():
            signing.read(KNOWN.raw("public"), prefix, KNOWN.raw("signed"))


@pytest.mark.parametrize(
    "origin", ["", "two words", "line\nend", "灯", "~" * 65], ids=lambda origin: repr(origin[:9])
)
def test_a_log_without_a_plain_name_is_never_signed_for(origin: str) -> None:
    with pytest.raises(ValueError, match="the name of a log"):
        sign(SEED, origin, head_of(KNOWN), DAY)
    with pytest.raises(ValueError, match="the name of a log"):
        Note(origin, head_of(KNOWN))


def test_the_end_of_an_empty_log_is_never_signed() -> None:
    with pytest.raises(ValueError, match="an empty log"):
        sign(SEED, "tomoshibi-log", GENESIS, DAY)
    with pytest.raises(ValueError, match="an empty log"):
        Note("tomoshibi-log", GENESIS)


def test_a_countersignature_is_by_somebody_with_an_id() -> None:
    with pytest.raises(ValueError, match="16 bytes"):
        Countersignature(bytes(15), KNOWN.raw("signed"))


@each("checkpoint", "notes")
def test_a_note_is_written_and_read_as_the_format_says(entry: Entry) -> None:
    signatures = tuple(
        Countersignature(one.raw("person"), one.raw("signed"))
        for one in entry.entries("countersignatures")
    )
    note = Note(entry.text("origin"), head_of(entry), signatures)

    assert note.write() == entry.text("text")
    assert Note.read(entry.text("text")) == note


@each("checkpoint", "refused_notes")
def test_what_is_no_note_is_refused(entry: Entry) -> None:
    with stays_closed():
        Note.read(entry.text("text"))


@given(NOTES)
def test_every_note_comes_back_from_paper_and_mail(note: Note) -> None:
    text = note.write()

    assert Note.read(text) == note
    assert Note.read(text.replace("\n", "\r\n")) == note
    assert Note.read("\n\n  " + text.replace("\n", "  \n") + "\n") == note


@given(NOTES)
def test_the_first_three_lines_of_a_note_are_enough(note: Note) -> None:
    copied = "\n".join(note.write().splitlines()[:3])

    assert Note.read(copied) == Note(note.origin, note.head)
