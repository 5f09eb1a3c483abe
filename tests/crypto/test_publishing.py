"""A release holds by both signatures together, and by neither alone."""

from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA65PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from crypto import publishing
from crypto.envelope import OpenError, Secret, make_key
from crypto.publishing import PublicKeys, Seeds, Signatures
from crypto.signing import Prefix
from tests.crypto.vectors import Entry, each, load, stays_closed

KNOWN = load("publishing")
SEEDS = Seeds(KNOWN.secret("ed25519_seed"), KNOWN.secret("mldsa65_seed"))
KEYS = PublicKeys.decode(KNOWN.text("public_keys"))
MANIFEST = KNOWN.text("manifest").encode()
SIGNED = Signatures(KNOWN.raw("ed25519"), KNOWN.raw("mldsa65"))


def test_a_release_is_checked_as_the_format_says() -> None:
    publishing.verify(KEYS, MANIFEST, SIGNED)

    assert SEEDS.public() == KEYS
    assert publishing.sign(SEEDS, MANIFEST).ed25519 == SIGNED.ed25519
    assert len(SIGNED.ed25519) == publishing.ED25519_SIGNATURE_BYTES
    assert len(SIGNED.mldsa65) == publishing.MLDSA65_SIGNATURE_BYTES


@settings(max_examples=10)
@given(st.binary(max_size=999))
def test_what_was_signed_holds_for_these_keys_and_these_bytes_alone(manifest: bytes) -> None:
    signed = publishing.sign(SEEDS, manifest)

    publishing.verify(KEYS, manifest, signed)
    with stays_closed():
        publishing.verify(KEYS, manifest + b"\n", signed)
    with stays_closed():
        publishing.verify(publishing.make_seeds().public(), manifest, signed)


OTHER = publishing.sign(publishing.make_seeds(), MANIFEST)


@pytest.mark.parametrize(
    "signatures",
    [
        replace(SIGNED, ed25519=b""),
        replace(SIGNED, mldsa65=b""),
        replace(SIGNED, ed25519=OTHER.ed25519),
        replace(SIGNED, mldsa65=OTHER.mldsa65),
        replace(SIGNED, mldsa65=SIGNED.mldsa65 + b"\0"),
        Signatures(SIGNED.mldsa65, SIGNED.ed25519),
    ],
    ids=["no Ed25519", "no ML-DSA", "other Ed25519", "other ML-DSA", "longer", "swapped"],
)
def test_one_signature_alone_is_none(signatures: Signatures) -> None:
    with stays_closed():
        publishing.verify(KEYS, MANIFEST, signatures)


@settings(max_examples=25)
@given(st.integers(0, 8 * publishing.MLDSA65_SIGNATURE_BYTES - 1))
def test_any_flipped_bit_of_either_signature_is_refused(bit: int) -> None:
    for name in ("ed25519", "mldsa65"):
        altered = bytearray(getattr(SIGNED, name))
        altered[bit // 8 % len(altered)] ^= 1 << bit % 8
        with stays_closed():
            publishing.verify(KEYS, MANIFEST, replace(SIGNED, **{name: bytes(altered)}))


@pytest.mark.parametrize("prefix", sorted(set(Prefix) - {Prefix.STAT_RELEASE}))
def test_a_signature_over_a_document_of_another_kind_is_none_over_a_release(
    prefix: Prefix,
) -> None:
    signed = prefix.of(MANIFEST)
    one = Ed25519PrivateKey.from_private_bytes(SEEDS.ed25519.reveal()).sign(signed)
    two = MLDSA65PrivateKey.from_seed_bytes(SEEDS.mldsa65.reveal()).sign(signed)

    for signatures in (replace(SIGNED, ed25519=one), replace(SIGNED, mldsa65=two)):
        with stays_closed():
            publishing.verify(KEYS, MANIFEST, signatures)


def test_public_keys_come_back_as_they_were_written() -> None:
    keys = publishing.make_seeds().public()

    assert PublicKeys.decode(keys.encode()) == keys
    assert [len(line.split()) for line in keys.encode().splitlines()] == [2, 2]


@each("publishing", "no_keys")
def test_a_text_that_is_no_file_of_public_keys_is_refused(entry: Entry) -> None:
    with stays_closed():
        PublicKeys.decode(entry.text("text"))


@pytest.mark.parametrize("size", [0, 31, 33])
def test_a_seed_of_another_length_is_refused(size: int) -> None:
    for seeds in ((Secret(bytes(size)), make_key()), (make_key(), Secret(bytes(size)))):
        with pytest.raises(ValueError, match="32 bytes"):
            Seeds(*seeds)


def test_private_keys_do_not_show_themselves() -> None:
    assert SEEDS.ed25519.reveal().hex() not in repr(SEEDS)
    assert repr(SEEDS) == "Seeds(ed25519=Secret(…), mldsa65=Secret(…))"


def test_whatever_stands_where_a_signature_should_is_refused_without_a_reason() -> None:
    with pytest.raises(OpenError):
        publishing.verify(KEYS, MANIFEST, Signatures(bytes(64), bytes(3309)))
