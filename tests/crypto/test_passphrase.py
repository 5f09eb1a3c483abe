import ast
import os
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto.envelope import Pepper, Secret
from crypto.passphrase import (
    MIN_CHARACTERS,
    STANDARD,
    Parameters,
    WeakParametersError,
    dummy_salt,
    name_tag,
    stretch,
)
from tests.crypto.alone import ROOT, run_alone
from tests.crypto.vectors import Entry, each, load

VECTOR = load("passphrase")
PEPPER = Pepper(1, VECTOR.secret("pepper"))
OTHER_PEPPER = Pepper(2, Secret(bytes(32)))
SALT = VECTOR.raw("salt")
CHEAP = Parameters.cheap_for_tests()


@each("passphrase", "keys")
def test_a_passphrase_becomes_a_key_as_the_format_says(entry: Entry) -> None:
    cost = entry.number("time_cost"), entry.number("memory_kib"), entry.number("parallelism")
    parameters = next(known for known in (STANDARD, CHEAP) if cost == _cost(known))

    assert stretch(entry.text("passphrase"), SALT, PEPPER, parameters) == entry.secret("kek")


@each("passphrase", "names")
def test_a_name_becomes_a_tag_as_the_format_says(entry: Entry) -> None:
    tag = name_tag(PEPPER, entry.text("name"))

    assert tag == entry.raw("tag")
    assert dummy_salt(PEPPER, tag) == entry.raw("dummy_salt")


@pytest.mark.parametrize("cost", VECTOR.rows("weak"))
def test_parameters_under_the_floor_are_refused(cost: list[int]) -> None:
    with pytest.raises(WeakParametersError):
        Parameters(*cost)


@given(st.integers(3, 99), st.integers(65_536, 1 << 22), st.integers(1, 1 << 15))
def test_no_parameter_makes_up_for_another(t: int, m: int, less: int) -> None:
    assert not Parameters(t, m, 1).is_for_tests
    for cost in ((min(t - less, 2), m, 1), (t, 65_536 - less, 1), (t, m, 1 + less), (t, m, -less)):
        with pytest.raises(WeakParametersError):
            Parameters(*cost)


def test_the_test_profile_says_what_it_is() -> None:
    assert CHEAP.is_for_tests
    assert CHEAP != STANDARD
    assert not STANDARD.is_for_tests
    assert _cost(STANDARD) == (3, 65_536, 1)
    assert STANDARD.text == "argon2id t=3 m=65536 p=1"
    assert MIN_CHARACTERS == 16


@given(st.text(max_size=40))
def test_however_a_keyboard_composes_a_passphrase_the_key_is_the_same(passphrase: str) -> None:
    taken_apart = unicodedata.normalize("NFD", passphrase)

    assert stretch(taken_apart, SALT, PEPPER, CHEAP) == stretch(passphrase, SALT, PEPPER, CHEAP)


@given(st.text(st.characters(), max_size=20))
def test_any_text_at_all_is_stretched(passphrase: str) -> None:
    assert len(stretch(passphrase, SALT, PEPPER, CHEAP).reveal()) == 32


def test_passphrase_salt_pepper_and_parameters_each_change_the_key() -> None:
    keys = [
        stretch("passphrase", SALT, PEPPER, CHEAP),
        stretch("Passphrase", SALT, PEPPER, CHEAP),
        stretch("passphrase ", SALT, PEPPER, CHEAP),
        stretch("passphrase", bytes(16), PEPPER, CHEAP),
        stretch("passphrase", SALT, OTHER_PEPPER, CHEAP),
        stretch("passphrase", SALT, PEPPER, STANDARD),
    ]

    assert len({key.reveal() for key in keys}) == len(keys)


@pytest.mark.parametrize("length", [0, 8, 15, 17])
def test_a_salt_of_another_length_is_refused(length: int) -> None:
    with pytest.raises(ValueError, match="16 bytes"):
        stretch("passphrase", bytes(length), PEPPER, CHEAP)


@given(st.text(max_size=30))
def test_a_name_is_found_however_a_keyboard_composes_it(name: str) -> None:
    tag = name_tag(PEPPER, name)

    assert len(tag) == 16
    assert name_tag(PEPPER, unicodedata.normalize("NFD", name)) == tag


@given(st.text("abzäöüñçéłжшдλωşğ -", max_size=30))
def test_a_name_is_found_in_capitals_too(name: str) -> None:
    assert name_tag(PEPPER, name.upper()) == name_tag(PEPPER, name)


def test_tags_and_salts_of_nobody_depend_on_name_and_pepper() -> None:
    tags = [name_tag(PEPPER, "hana"), name_tag(PEPPER, "hans"), name_tag(OTHER_PEPPER, "hana")]
    salts = [dummy_salt(PEPPER, tag) for tag in tags] + [dummy_salt(OTHER_PEPPER, tags[0])]

    assert dummy_salt(PEPPER, tags[0]) == salts[0]
    assert len({*tags, *salts}) == 7


@pytest.mark.parametrize("threads", [2, 4])
def test_derivations_in_several_threads_all_finish(threads: int) -> None:
    keys = run_alone(f"""
from concurrent.futures import ThreadPoolExecutor
from crypto.envelope import make_pepper, read_pepper
from crypto.passphrase import STANDARD, stretch
pepper = read_pepper(make_pepper())
def derive(number):
    return stretch("the same passphrase", bytes(16), pepper, STANDARD).reveal()
with ThreadPoolExecutor({threads}) as pool:
    print(len(set(pool.map(derive, range({threads})))))
""")

    assert keys == "1\n"


def test_more_threads_than_cores_wait_for_their_turn() -> None:
    cores = os.cpu_count() or 1
    grown_kib = run_alone(f"""
import resource
from concurrent.futures import ThreadPoolExecutor
from crypto.envelope import make_pepper, read_pepper
from crypto.passphrase import STANDARD, stretch
pepper = read_pepper(make_pepper())
def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
before = peak()
with ThreadPoolExecutor({3 * cores}) as pool:
    list(pool.map(lambda _: stretch("guess", bytes(16), pepper, STANDARD), range({3 * cores})))
print(peak() - before)
""")

    assert int(grown_kib) < (cores + 1) * STANDARD.memory_kib


def test_no_module_uses_the_argon2_of_the_cryptography_library() -> None:
    # Its Argon2id with two lanes hangs as soon as two threads derive at once.
    for package in ("admin", "crypto", "forms", "reporting"):
        for file in (ROOT / package).rglob("*.py"):
            used = [name for name in _imported(file) if name.startswith("cryptography.")]
            assert not [name for name in used if "argon2" in name.lower()], file


def _imported(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        match node:
            case ast.Import(names):
                yield from (alias.name for alias in names)
            case ast.ImportFrom(module, names):
                yield from (f"{module}.{alias.name}" for alias in names)


def _cost(parameters: Parameters) -> tuple[int, int, int]:
    return parameters.time_cost, parameters.memory_kib, parameters.parallelism
