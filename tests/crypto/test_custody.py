import dataclasses
import json
from contextlib import suppress

import pytest
from cryptography.hazmat.bindings._rust import openssl
from cryptography.hazmat.primitives.hpke import MLKEM768X25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from crypto.chain import GENESIS, Head
from crypto.custody import (
    Keyring,
    LiveKeys,
    PrivateKey,
    lock_keyring,
    make_seed,
    open_keyring,
    open_sealed,
    public_key,
)
from crypto.envelope import OpenError, Secret, make_key
from crypto.passphrase import STANDARD, Parameters
from crypto.sealing import HPKE, seal
from crypto.stream import lock
from tests.crypto import published, reference
from tests.crypto.vectors import Entry, each, load, stays_closed

SEALED = load("sealed")
SEED = SEALED.secret("seed")
OPENER = PrivateKey(SEED)
RINGS = load("keyring")
PUBLISHED = published.hpke()
KEYS = st.binary(min_size=32, max_size=32).map(Secret)
HEADS = st.builds(Head, st.integers(0, (1 << 63) - 1), st.binary(min_size=32, max_size=32))
FACTORS = st.lists(st.binary(max_size=200).map(Secret), max_size=4).map(tuple)
KEYRINGS = st.builds(Keyring, KEYS, KEYS, HEADS, HEADS, FACTORS)


def a_keyring(*factors: Secret) -> Keyring:
    return Keyring(
        seed=RINGS.secret("seed"),
        signing_seed=RINGS.secret("signing_seed"),
        roster_head=a_head("roster_head"),
        audit_head=a_head("audit_head"),
        factors=factors,
    )


def a_head(name: str) -> Head:
    head = RINGS.entry(name)
    return Head(head.number("n"), head.raw("hash"))


def test_a_seed_grows_into_the_published_public_key() -> None:
    assert public_key(PUBLISHED.secret("skRm")) == PUBLISHED.raw("pkRm")
    assert reference.XWing(PUBLISHED.raw("skRm")).public == PUBLISHED.raw("pkRm")


def test_the_library_opens_the_published_vector() -> None:
    seed = reference.XWing(PUBLISHED.raw("skRm"))
    key = MLKEM768X25519PrivateKey(seed.mlkem, seed.x25519)
    box = PUBLISHED.raw("enc") + PUBLISHED.raw("ct")

    # Private, because the vector has an aad and the public function has no argument for one.
    decrypt_with_aad = vars(openssl.hpke)["_decrypt_with_aad"]
    opened = decrypt_with_aad(HPKE, box, key, PUBLISHED.raw("info"), PUBLISHED.raw("aad"))

    assert opened == PUBLISHED.raw("pt")


def test_the_reference_agrees_with_the_published_vector() -> None:
    shared = reference.XWing(PUBLISHED.raw("skRm")).decapsulate(PUBLISHED.raw("enc"))
    cipher, nonce = reference.hpke(shared, PUBLISHED.raw("info"))

    assert shared == PUBLISHED.raw("shared_secret")
    assert nonce == PUBLISHED.raw("base_nonce")
    assert cipher.decrypt(nonce, PUBLISHED.raw("ct"), PUBLISHED.raw("aad")) == PUBLISHED.raw("pt")


def test_a_known_box_opens_at_its_place() -> None:
    assert public_key(SEED) == SEALED.raw("public_key")
    assert open_sealed(SEED, SEALED.raw("box"), SEALED.place()) == SEALED.secret("value")


@each("sealed", "elsewhere")
def test_a_sealed_box_stays_closed_elsewhere(entry: Entry) -> None:
    with stays_closed():
        OPENER.open(SEALED.raw("box"), entry.place())


@each("sealed", "must_fail")
def test_a_hostile_sealed_box_stays_closed(entry: Entry) -> None:
    with stays_closed():
        OPENER.open(entry.raw("box"), SEALED.place())


@given(st.integers(0, 1186 * 8 - 1))
def test_a_sealed_box_with_any_bit_flipped_stays_closed(bit: int) -> None:
    box = bytearray(SEALED.raw("box"))
    box[bit // 8] ^= 1 << bit % 8
    with stays_closed():
        OPENER.open(bytes(box), SEALED.place())


@given(st.integers(0, 1185), st.binary(min_size=1, max_size=40))
def test_a_sealed_box_cut_or_lengthened_anywhere_stays_closed(length: int, more: bytes) -> None:
    for box in (SEALED.raw("box")[:length], SEALED.raw("box") + more, more):
        with stays_closed():
            OPENER.open(box, SEALED.place())


def test_a_box_for_somebody_else_stays_closed() -> None:
    with stays_closed():
        open_sealed(make_seed(), SEALED.raw("box"), SEALED.place())


def test_a_box_renamed_to_another_key_stays_closed() -> None:
    theirs = PrivateKey(make_seed())
    box = seal(theirs.public, make_key(), SEALED.place())
    renamed = SEALED.raw("box")[:18] + box[18:]
    with stays_closed():
        OPENER.open(renamed, SEALED.place())


@pytest.mark.parametrize("length", [0, 31, 33])
def test_a_seed_of_another_length_is_refused(length: int) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        public_key(Secret(bytes(length)))


@each("keyring", "keyrings")
def test_a_key_ring_is_laid_out_as_the_format_says(entry: Entry) -> None:
    ring = a_keyring(*(Secret(bytes.fromhex(factor)) for factor in entry.texts("factors")))

    assert ring.encode() == entry.raw("bytes")
    assert Keyring.decode(entry.raw("bytes")) == ring


@each("keyring", "keyrings_must_fail")
def test_bytes_that_are_no_key_ring_are_refused(entry: Entry) -> None:
    with stays_closed():
        Keyring.decode(entry.raw("bytes"))


@given(KEYRINGS)
def test_every_key_ring_has_one_length_and_is_read_as_it_was_written(ring: Keyring) -> None:
    assert len(ring.encode()) == 1024
    assert Keyring.decode(ring.encode()) == ring


@given(st.binary(max_size=1100))
def test_no_bytes_make_reading_a_key_ring_fail_otherwise(data: bytes) -> None:
    for hostile in (data, data.ljust(1023, b"\1") + b"\x80", b"\1" + data.ljust(1023, b"\x80")):
        with suppress(OpenError):
            assert Keyring.decode(hostile).encode() == hostile


def test_a_key_ring_refuses_what_does_not_fit() -> None:
    fits = a_keyring(Secret(bytes(876)))

    assert len(fits.encode()) == 1024
    with pytest.raises(ValueError, match="second factors"):
        a_keyring(Secret(bytes(877))).encode()
    for misfit in (
        dataclasses.replace(fits, seed=Secret(b"short")),
        dataclasses.replace(fits, signing_seed=Secret(bytes(33))),
    ):
        with pytest.raises(ValueError, match="32 bytes"):
            misfit.encode()


def test_a_key_ring_shows_no_seed() -> None:
    seed, factor = Secret(b"canary seed".ljust(32)), Secret(b"canary factor")
    ring = Keyring(seed, seed, GENESIS, GENESIS, (factor,))
    live = LiveKeys(ring, {bytes(16): seed})

    assert "canary" not in repr(ring) + str(live) + f"{live}"
    with pytest.raises(TypeError):
        json.dumps(dataclasses.asdict(ring))


def test_a_known_key_ring_opens_under_the_key_of_its_passphrase() -> None:
    known = RINGS.entry("locked")
    place = known.raw("row"), known.number("rev"), STANDARD

    ring = open_keyring(known.secret("kek"), known.raw("box"), *place)

    assert ring.encode() == RINGS.entries("keyrings")[1].raw("bytes")


def test_a_key_ring_opens_only_in_its_row_at_its_version_and_with_its_parameters() -> None:
    kek, row = make_key(), bytes(16)
    box = lock_keyring(kek, a_keyring(), row, 2, STANDARD)
    slower = Parameters(time_cost=4, memory_kib=65536, parallelism=1)

    assert len(box) == 1098
    assert open_keyring(kek, box, row, 2, STANDARD) == a_keyring()
    for other_kek, other_row, rev, parameters in (
        (make_key(), row, 2, STANDARD),
        (kek, bytes(15) + b"\1", 2, STANDARD),
        (kek, row, 1, STANDARD),
        (kek, row, 2, slower),
        (kek, row, 2, Parameters.cheap_for_tests()),
    ):
        with stays_closed():
            open_keyring(other_kek, box, other_row, rev, parameters)


def test_a_locked_box_that_holds_no_key_ring_stays_closed() -> None:
    kek, row, cheap = make_key(), bytes(16), Parameters.cheap_for_tests()
    ctx = dataclasses.replace(
        SEALED.place(), purpose=f"keyring {cheap.text}", table="member", row=row, rev=1
    )
    box = lock(kek, b"no key ring", dataclasses.replace(ctx, column="keyring_sealed"))
    with stays_closed():
        open_keyring(kek, box, row, 1, cheap)


@each("keyring", "live_keys")
def test_live_keys_are_laid_out_as_the_format_says(entry: Entry) -> None:
    ring = Keyring.decode(RINGS.entries("keyrings")[1].raw("bytes"))
    groups = entry.entry("groups")
    live = LiveKeys(ring, {bytes.fromhex(epoch): groups.secret(epoch) for epoch in groups.values})

    assert live.encode() == entry.raw("bytes")
    assert LiveKeys.decode(entry.raw("bytes")) == live


@each("keyring", "live_keys_must_fail")
def test_bytes_that_are_no_live_keys_are_refused(entry: Entry) -> None:
    with stays_closed():
        LiveKeys.decode(entry.raw("bytes"))


@given(KEYRINGS, st.dictionaries(st.binary(min_size=16, max_size=16), KEYS, max_size=30))
def test_live_keys_are_read_as_they_were_written(
    ring: Keyring, groups: dict[bytes, Secret]
) -> None:
    live = LiveKeys(ring, groups)

    assert LiveKeys.decode(live.encode()) == live
    assert len(live.encode()) == 2048 or len(groups) > 21


def test_live_keys_refuse_what_does_not_fit() -> None:
    with pytest.raises(ValueError, match="16 bytes"):
        LiveKeys(a_keyring(), {bytes(15): make_seed()}).encode()
    with pytest.raises(ValueError, match="32 bytes"):
        LiveKeys(a_keyring(), {bytes(16): Secret(b"short")}).encode()
