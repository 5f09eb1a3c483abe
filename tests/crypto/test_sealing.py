import hashlib

import pytest
from cryptography.hazmat.primitives.hpke import MLKEM768X25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from crypto import sealing
from crypto.custody import make_seed, open_sealed, public_key
from crypto.envelope import Ctx, Secret, make_key
from crypto.sealing import kid, require_key, seal
from tests.crypto.reference import XWing, encapsulate, hpke
from tests.crypto.vectors import load

VECTOR = load("sealed")
SEED = VECTOR.secret("seed")
PUBLIC = VECTOR.raw("public_key")
CTX = VECTOR.place()


def test_a_key_is_named_as_the_format_says() -> None:
    assert kid(PUBLIC) == VECTOR.raw("kid")
    assert kid(PUBLIC) == hashlib.sha256(b"tomoshibi-v1 kid" + PUBLIC).digest()[:16]


@given(st.binary(min_size=32, max_size=32))
def test_the_reference_opens_what_was_sealed(value: bytes) -> None:
    box = seal(PUBLIC, Secret(value), CTX)
    cipher, nonce = hpke(XWing(SEED.reveal()).decapsulate(box[18:1138]), CTX.encode(box[:18]))

    assert len(box) == 1186
    assert box[:18] == b"\x01\x01" + VECTOR.raw("kid")
    assert cipher.decrypt(nonce, box[1138:], b"") == value


@given(st.binary(min_size=32, max_size=32), st.binary(min_size=32, max_size=32))
def test_what_the_reference_sealed_opens(value: bytes, ephemeral: bytes) -> None:
    head = b"\x01\x01" + VECTOR.raw("kid")
    enc, shared = encapsulate(PUBLIC, ephemeral)
    cipher, nonce = hpke(shared, CTX.encode(head))
    box = head + enc + cipher.encrypt(nonce, value, b"")

    assert open_sealed(SEED, box, CTX) == Secret(value)


@given(
    st.text(max_size=9), st.text(max_size=9), st.binary(min_size=16, max_size=16), st.integers(0, 9)
)
def test_what_was_sealed_for_a_place_opens_there(
    purpose: str, table: str, row: bytes, rev: int
) -> None:
    key, ctx = make_key(), Ctx(purpose, table, "key_sealed", row, rev)

    assert open_sealed(SEED, seal(PUBLIC, key, ctx), ctx) == key


def test_sealing_twice_never_gives_the_same_box() -> None:
    key = make_key()

    assert len({seal(PUBLIC, key, CTX)[18:] for _ in range(50)}) == 50


def test_a_box_is_made_for_the_key_that_was_asked_for() -> None:
    key, other = make_key(), make_seed()

    assert open_sealed(other, seal(public_key(other), key, CTX), CTX) == key


@pytest.mark.parametrize("length", [0, 1, 31, 33, 64])
def test_only_32_bytes_are_sealed(length: int) -> None:
    with pytest.raises(ValueError, match="only 32 bytes"):
        seal(PUBLIC, Secret(bytes(length)), CTX)


@pytest.mark.parametrize(
    "broken",
    [b"", PUBLIC[:-1], PUBLIC + b"\0", b"\xff" * 1184 + PUBLIC[1184:], PUBLIC[:1184] + bytes(32)],
    ids=["nothing", "cut", "lengthened", "no ML-KEM key", "X25519 key of low order"],
)
def test_bytes_that_are_no_public_key_are_refused(broken: bytes) -> None:
    with pytest.raises(ValueError, match=r".+"):
        seal(broken, make_key(), CTX)
    with pytest.raises(ValueError, match=r".+"):
        require_key(broken)


@given(st.binary(min_size=32, max_size=32).map(Secret))
def test_every_key_that_grew_from_a_seed_can_be_sealed_to(seed: Secret) -> None:
    require_key(public_key(seed))


def test_the_module_offers_nothing_that_opens_and_nothing_private() -> None:
    offered = vars(sealing)

    assert not [name for name in offered if "open" in name or "seed" in name or "Private" in name]
    assert MLKEM768X25519PrivateKey not in offered.values()
