"""The private keys of releases open with their passphrase, and stay closed for all else."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crypto import publishing, seeds
from crypto.envelope import Secret
from crypto.passphrase import STANDARD, Parameters
from tests.crypto.vectors import load, stays_closed

CHEAP = Parameters.cheap_for_tests()
KNOWN = load("publishing")
FILE = KNOWN.raw("seeds_file")
WORDS = KNOWN.text("passphrase")
SEEDS = publishing.Seeds(KNOWN.secret("ed25519_seed"), KNOWN.secret("mldsa65_seed"))


def test_a_file_of_private_keys_opens_as_the_format_says() -> None:
    assert len(FILE) == 181
    assert seeds.read(FILE, WORDS, CHEAP) == SEEDS


def test_it_opens_however_a_keyboard_composes_the_words() -> None:
    written = seeds.write(SEEDS, "é" * 20, CHEAP)

    assert seeds.read(written, unicodedata.normalize("NFD", "é" * 20), CHEAP) == SEEDS


def test_two_files_of_the_same_keys_have_nothing_in_common_but_their_kind() -> None:
    one, other = (seeds.write(SEEDS, WORDS, CHEAP) for _ in range(2))

    assert one[:27] == other[:27]
    assert not set(_words(one[27:])) & set(_words(other[27:]))


@settings(max_examples=25)
@given(st.integers(0, 8 * len(FILE) - 1))
def test_any_flipped_bit_keeps_it_closed(bit: int) -> None:
    altered = bytearray(FILE)
    altered[bit // 8] ^= 1 << bit % 8

    with stays_closed():
        seeds.read(bytes(altered), WORDS, CHEAP)


@pytest.mark.parametrize("data", [b"", FILE[:30], FILE[:-1], FILE + b"\0", bytes(181)])
def test_a_cut_or_lengthened_file_stays_closed(data: bytes) -> None:
    with stays_closed():
        seeds.read(data, WORDS, CHEAP)


def test_another_passphrase_and_other_work_keep_it_closed() -> None:
    with stays_closed():
        seeds.read(FILE, WORDS + "!", CHEAP)
    with stays_closed():
        seeds.read(FILE, WORDS, STANDARD)


def test_a_box_that_holds_no_two_keys_stays_closed() -> None:
    halves = object.__new__(publishing.Seeds)
    object.__setattr__(halves, "ed25519", Secret(bytes(32)))
    object.__setattr__(halves, "mldsa65", Secret(bytes(31)))

    with stays_closed():
        seeds.read(seeds.write(halves, WORDS, CHEAP), WORDS, CHEAP)


def _words(data: bytes) -> list[bytes]:
    return [data[at : at + 8] for at in range(0, len(data), 8)]
