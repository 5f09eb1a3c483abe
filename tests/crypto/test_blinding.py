"""A token is equal for equal words, and to make one takes the key and much work."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from argon2.low_level import hash_secret_raw
from hypothesis import given
from hypothesis import strategies as st

from crypto import blinding, passphrase
from crypto.envelope import Secret, lp
from crypto.passphrase import STANDARD, CoresTakenError, Parameters
from tests.crypto.vectors import Entry, each, load

KEY = load("blinding").secret("key")
OTHER_KEY = Secret(bytes(32))
CHEAP = Parameters.cheap_for_tests()


@each("blinding", "tokens")
def test_an_identifier_has_the_token_that_the_format_says(entry: Entry) -> None:
    cheap = entry.number("time_cost") == CHEAP.time_cost
    words = lp(entry.text("kind").encode(), entry.text("identifier").encode())

    assert blinding.token(KEY, words, CHEAP if cheap else STANDARD) == entry.raw("token")


@given(st.binary(max_size=99), st.binary(max_size=99))
def test_equal_words_have_equal_tokens_and_others_have_others(one: bytes, other: bytes) -> None:
    token = blinding.token(KEY, one, CHEAP)

    assert len(token) == blinding.TOKEN_BYTES
    assert (blinding.token(KEY, other, CHEAP) == token) is (one == other)
    assert blinding.token(OTHER_KEY, one, CHEAP) != token


def test_whoever_looks_something_up_does_not_wait_for_ever_for_a_core(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(passphrase, "_cores", threading.BoundedSemaphore(1))
    with passphrase._cores:  # noqa: SLF001 - the lock is what the test is about
        began = time.monotonic()
        with pytest.raises(CoresTakenError):
            blinding.token(KEY, b"words", CHEAP, 0.05)
        assert time.monotonic() - began < 5
    assert blinding.token(KEY, b"words", CHEAP, 0.05)


def test_never_more_than_one_token_is_made_on_a_core(monkeypatch: pytest.MonkeyPatch) -> None:
    running, most, lock = [0], [0], threading.Lock()
    made = hash_secret_raw

    def counted(**given: object) -> bytes:
        with lock:
            running[0] += 1
            most[0] = max(most[0], running[0])
        try:
            time.sleep(0.01)
            return made(**given)  # type: ignore[arg-type]
        finally:
            with lock:
                running[0] -= 1

    monkeypatch.setattr(passphrase, "hash_secret_raw", counted)
    monkeypatch.setattr(passphrase, "_cores", threading.BoundedSemaphore(2))
    words = [bytes([n]) for n in range(8)]
    with ThreadPoolExecutor(8) as pool:
        tokens = list(pool.map(partial(blinding.token, KEY, parameters=CHEAP), words))
    assert len(set(tokens)) == len(words)
    assert most[0] == 2
