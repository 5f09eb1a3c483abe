from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto import signing
from crypto.cosigned import Cosigned
from crypto.envelope import OpenError
from crypto.signing import Document, Prefix
from tests.crypto.office import AIKO, BENI, CHIE
from tests.crypto.vectors import stays_closed

DOCUMENT: Document = {"n": 0, "prev": ""}
BOTH = Cosigned.write(Prefix.STANDING, DOCUMENT, AIKO.seed).countersigned(BENI.seed)


def test_a_document_comes_back_with_the_keys_that_signed_it() -> None:
    read = Cosigned.decode(Prefix.STANDING, BOTH.encode())

    assert read.document() == DOCUMENT
    assert read.signers == {AIKO.signing_key, BENI.signing_key}


def test_the_bytes_and_the_hash_are_the_same_whoever_signed_first() -> None:
    other = Cosigned.write(Prefix.STANDING, DOCUMENT, BENI.seed).countersigned(AIKO.seed)

    assert other.encode() == BOTH.encode()
    one = signing.sign(CHIE.seed, Prefix.STANDING, DOCUMENT)
    assert BOTH.hash == signing.digest(Prefix.STANDING, one)


def test_nobody_signs_twice() -> None:
    with stays_closed():
        BOTH.countersigned(AIKO.seed)


@pytest.mark.parametrize("prefix", sorted(set(Prefix) - {Prefix.STANDING}))
def test_it_is_no_document_of_another_kind(prefix: Prefix) -> None:
    with stays_closed():
        Cosigned.decode(prefix, BOTH.encode()).document()
    with stays_closed():
        Cosigned.decode(prefix, BOTH.encode()).countersigned(CHIE.seed)


@given(st.integers(0, 8 * len(BOTH.encode()) - 1))
def test_one_bit_more_or_less_and_nothing_is_read(bit: int) -> None:
    altered = bytearray(BOTH.encode())
    altered[bit // 8] ^= 1 << bit % 8

    with stays_closed():
        Cosigned.decode(Prefix.STANDING, bytes(altered)).document()


@given(st.binary(max_size=300))
def test_no_bytes_make_reading_fail_otherwise(data: bytes) -> None:
    with suppress(OpenError):
        Cosigned.decode(Prefix.STANDING, data).document()
