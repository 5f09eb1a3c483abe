from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from crypto.envelope import Secret, make_key
from crypto.signing import Document, Prefix, Value, digest, public_key, read, require_key, sign
from tests.crypto.vectors import Entry, each, load, stays_closed
from tests.walks import a_walk

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
VALUES = st.recursive(
    st.integers() | TEXTS,
    lambda inside: st.lists(inside) | st.dictionaries(TEXTS, inside),
    max_leaves=20,
)
DOCUMENTS = st.dictionaries(TEXTS, VALUES)
KNOWN = load("signed").entries("signed")[2]
SEED = KNOWN.secret("seed")


@each("signed", "signed")
def test_a_document_is_signed_and_read_as_the_format_says(entry: Entry) -> None:
    public, signed = entry.raw("public"), entry.raw("signed")

    document = read(public, Prefix.CONSENT, signed)

    assert sign(entry.secret("seed"), Prefix.CONSENT, document) == signed
    assert signed[64:].decode() == entry.text("document")
    assert public_key(entry.secret("seed")) == public
    assert digest(Prefix.CONSENT, signed) == entry.raw("hash")


@each("signed", "refused")
def test_what_was_not_signed_so_is_refused(entry: Entry) -> None:
    with stays_closed():
        read(entry.raw("public"), Prefix.CONSENT, entry.raw("signed"))


@a_walk
@given(DOCUMENTS)
def test_every_document_comes_back_as_it_was_signed(document: Document) -> None:
    signed = sign(SEED, Prefix.CONSENT, document)

    assert read(public_key(SEED), Prefix.CONSENT, signed) == document


@given(st.integers(0, 8 * len(KNOWN.raw("signed")) - 1))
def test_any_flipped_bit_is_refused(bit: int) -> None:
    signed = bytearray(KNOWN.raw("signed"))
    signed[bit // 8] ^= 1 << bit % 8

    with stays_closed():
        read(KNOWN.raw("public"), Prefix.CONSENT, bytes(signed))


@a_walk
@given(DOCUMENTS)
def test_another_key_is_refused(document: Document) -> None:
    with stays_closed():
        read(public_key(make_key()), Prefix.CONSENT, sign(SEED, Prefix.CONSENT, document))


# The first is too deep to be read, the second only to be written again.
@pytest.mark.parametrize("depth", [100_000, 600])
def test_a_document_nested_without_end_is_refused_like_any_other(depth: int) -> None:
    body = b'{"inside":' + b"[" * depth + b"]" * depth + b"}"
    key = Ed25519PrivateKey.from_private_bytes(SEED.reveal())

    with stays_closed():
        read(public_key(SEED), Prefix.CONSENT, key.sign(Prefix.CONSENT.of(body)) + body)


OTHERS: list[Any] = [True, None, 0.5, b"bytes", {1: "a number as a name"}]


@pytest.mark.parametrize("value", OTHERS)
def test_other_values_are_never_signed(value: Value) -> None:
    with pytest.raises(ValueError, match="a document holds"):
        sign(SEED, Prefix.CONSENT, {"inside": [value]})


@each("signed", "weak_keys")
def test_a_key_under_which_anybody_signs_is_refused(entry: Entry) -> None:
    read(entry.raw("public"), Prefix.CONSENT, entry.raw("forged"))

    with pytest.raises(ValueError, match="weak point"):
        require_key(entry.raw("public"))


@each("signed", "no_keys")
def test_bytes_that_are_no_public_key_are_refused(entry: Entry) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        require_key(entry.raw("public"))


@given(st.binary(min_size=32, max_size=32).map(Secret))
def test_every_key_that_grew_from_a_seed_binds_its_holder(seed: Secret) -> None:
    require_key(public_key(seed))


def test_a_seed_shows_nothing_of_itself_when_it_is_no_seed() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        sign(Secret(b"canary"), Prefix.CONSENT, {})
