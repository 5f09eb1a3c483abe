from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyotp import TOTP, parse_uri

from admin.errors import CodeRefusedError
from admin.factors import OneTimeCodes
from crypto.envelope import OpenError, Secret

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)


def shown(codes: OneTimeCodes, now: datetime) -> str:
    return TOTP(codes.text).at(now)


@pytest.mark.parametrize("drift", [-30, 0, 30])
def test_a_clock_may_be_half_a_minute_off(drift: int) -> None:
    codes = OneTimeCodes.make()
    codes.accept(shown(codes, NOW + timedelta(seconds=drift)), NOW)


@pytest.mark.parametrize("drift", [-61, 61])
def test_a_code_of_another_minute_is_refused(drift: int) -> None:
    codes = OneTimeCodes.make()
    with pytest.raises(CodeRefusedError):
        codes.accept(shown(codes, NOW + timedelta(seconds=drift)), NOW)


def test_a_code_and_all_before_it_are_used_up() -> None:
    codes = OneTimeCodes.make()
    used = codes.accept(shown(codes, NOW), NOW)
    for earlier in (NOW, NOW - timedelta(seconds=30)):
        with pytest.raises(CodeRefusedError):
            used.accept(shown(codes, earlier), NOW)
    later = NOW + timedelta(seconds=30)
    assert used.accept(shown(codes, later), NOW).last_step > used.last_step


def test_a_used_code_has_a_tag_of_its_own_that_tells_nothing_of_it() -> None:
    codes = OneTimeCodes(Secret(bytes(range(20))), 58_000_000)
    # HMAC of the step, under HKDF-Expand of the secret, computed by hand from FORMAT.md 8.1.
    assert codes.used.hex() == "cd1af574a05d0477f7f47805f68df84b"
    assert codes.used != replace(codes, last_step=58_000_001).used
    assert codes.used != replace(codes, secret=Secret(bytes(20))).used


@pytest.mark.parametrize("typed", ["", "12345", "one two", "١٢٣", "½"])
def test_what_is_no_code_is_refused(typed: str) -> None:
    with pytest.raises(CodeRefusedError):
        OneTimeCodes.make().accept(typed, NOW)


@given(st.binary(min_size=20, max_size=20), st.integers(0, 2**64 - 1))
def test_a_key_ring_keeps_secret_and_newest_step(secret: bytes, step: int) -> None:
    codes = OneTimeCodes(Secret(secret), step)
    assert OneTimeCodes.decode(codes.encode()) == codes


@pytest.mark.parametrize("other", [b"", b"\x02" + bytes(28), b"\x01" + bytes(27)])
def test_another_kind_of_factor_is_not_taken_for_codes(other: bytes) -> None:
    with pytest.raises(OpenError):
        OneTimeCodes.decode(Secret(other))


def test_the_address_carries_secret_name_and_issuer() -> None:
    codes = OneTimeCodes.make()
    read = parse_uri(codes.address("Aiko Mori"))
    assert (read.secret, read.name, read.issuer) == (codes.text, "Aiko Mori", "Tomoshibi")


def test_the_secret_shows_in_no_repr() -> None:
    codes = OneTimeCodes.make()
    assert codes.text not in repr(codes)
