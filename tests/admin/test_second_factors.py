import secrets
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyotp import TOTP

from admin.errors import AccountError, CodeRefusedError
from admin.factors import OneTimeCodes
from admin.passkeys import LONGEST_LABEL, Passkey, assertion, register, registration
from admin.second_factors import (
    MOST_PASSKEYS,
    PASSKEY_ROOM_BYTES,
    ROOM_BYTES,
    Factors,
    Offer,
    Shown,
)
from crypto.chain import Head
from crypto.custody import Keyring
from crypto.envelope import OpenError, Secret, make_key
from tests.authenticator import Authenticator

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
ORIGIN = "https://staff.example"
CHALLENGE = b"c" * 32
WIDEST = "🔑" * LONGEST_LABEL
CODES = st.builds(
    OneTimeCodes, st.binary(min_size=20, max_size=20).map(Secret), st.integers(0, 2**64 - 1)
)
PASSKEYS = st.lists(
    st.builds(
        Passkey,
        st.binary(max_size=90),
        st.binary(min_size=65, max_size=65),
        st.integers(0, 2**32 - 1),
        st.text(st.characters(exclude_categories=["Cs"]), max_size=LONGEST_LABEL),
    ),
    max_size=MOST_PASSKEYS,
    unique_by=lambda passkey: passkey.credential_id,
).map(tuple)
ANY_FACTORS = st.one_of(
    st.builds(Factors, CODES, PASSKEYS),
    st.builds(Factors, st.none(), PASSKEYS.filter(bool)),
)


def a_passkey(credential_bytes: int = 64, label: str = "blue key") -> Passkey:
    return Passkey(secrets.token_bytes(credential_bytes), bytes(65), 0, label)


def passkey_of(device: Authenticator) -> Passkey:
    options = registration(ORIGIN, bytes(16), (), CHALLENGE)
    return register(device.create(options), ORIGIN, CHALLENGE, "blue key")


def key_ring(*factors: Secret) -> bytes:
    head = Head(0, bytes(32))
    return Keyring(make_key(), make_key(), head, head, factors).encode()


@given(ANY_FACTORS)
def test_a_key_ring_keeps_every_factor(factors: Factors) -> None:
    assert Factors.decode(factors.encode()) == factors


def test_codes_and_four_passkeys_of_common_size_fit_into_a_key_ring() -> None:
    factors = Factors(OneTimeCodes.make())
    for _ in range(MOST_PASSKEYS):
        factors = factors.with_passkey(a_passkey(69, WIDEST))
    kept = Keyring.decode(key_ring(*factors.encode())).factors
    assert Factors.decode(kept) == factors


def test_the_room_is_what_a_key_ring_has() -> None:
    assert key_ring(Secret(bytes(ROOM_BYTES - 2)))
    with pytest.raises(ValueError, match="second factors"):
        key_ring(Secret(bytes(ROOM_BYTES - 1)))


@pytest.mark.parametrize("codes", [None, OneTimeCodes.make()])
def test_the_last_byte_of_room_is_used_and_no_more(codes: OneTimeCodes | None) -> None:
    factors = Factors(codes, (a_passkey(),))
    left = PASSKEY_ROOM_BYTES - factors.passkey_bytes - (2 + 1 + 4 + 2 + 2 + 65 + 2 + 1)
    full = factors.with_passkey(a_passkey(left, "k"))
    assert full.passkey_bytes == PASSKEY_ROOM_BYTES
    key_ring(*Factors(OneTimeCodes.make(), full.passkeys).encode())
    with pytest.raises(AccountError, match="no room"):
        factors.with_passkey(a_passkey(left + 1, "k"))


def test_a_fifth_passkey_is_refused() -> None:
    factors = Factors(None, tuple(a_passkey() for _ in range(MOST_PASSKEYS)))
    with pytest.raises(AccountError, match="Remove one"):
        factors.with_passkey(a_passkey())


def test_a_passkey_is_registered_once() -> None:
    passkey = a_passkey()
    with pytest.raises(AccountError, match="already"):
        Factors(None, (passkey,)).with_passkey(passkey)


def test_a_lost_passkey_is_removed_and_the_others_stay() -> None:
    lost, kept = a_passkey(), a_passkey()
    assert Factors(None, (lost, kept)).without_passkey(lost.credential_id) == Factors(None, (kept,))


def test_the_only_passkey_goes_when_codes_stay() -> None:
    codes, passkey = OneTimeCodes.make(), a_passkey()
    assert Factors(codes, (passkey,)).without_passkey(passkey.credential_id) == Factors(codes)


def test_the_last_factor_stays() -> None:
    passkey = a_passkey()
    with pytest.raises(AccountError, match="only second factor"):
        Factors(None, (passkey,)).without_passkey(passkey.credential_id)


@pytest.mark.parametrize("codes", [None, OneTimeCodes.make()])
def test_an_unknown_passkey_cannot_be_removed(codes: OneTimeCodes | None) -> None:
    with pytest.raises(AccountError, match="gone already"):
        Factors(codes, (a_passkey(),)).without_passkey(b"unknown")


def test_a_code_is_used_up_and_the_passkeys_stay() -> None:
    codes, passkey = OneTimeCodes.make(), a_passkey()
    code = TOTP(codes.text).at(NOW)
    used = Factors(codes, (passkey,)).accept_code(code, NOW)
    assert used.passkeys == (passkey,)
    with pytest.raises(CodeRefusedError):
        used.accept_code(code, NOW)


def test_who_has_no_codes_cannot_use_one() -> None:
    with pytest.raises(CodeRefusedError):
        Factors(None, (a_passkey(),)).accept_code("123456", NOW)


def test_an_answer_is_used_up_and_everything_else_stays() -> None:
    devices = [Authenticator() for _ in range(3)]
    codes, passkeys = OneTimeCodes.make(), tuple(passkey_of(device) for device in devices)
    answer = devices[1].get(assertion(ORIGIN, passkeys, CHALLENGE))
    used = Factors(codes, passkeys).accept_passkey(answer, ORIGIN, CHALLENGE)
    assert used.codes == codes
    assert [each.sign_count for each in used.passkeys] == [0, 1, 0]
    assert [each.credential_id for each in used.passkeys] == [
        device.credential_id for device in devices
    ]
    with pytest.raises(CodeRefusedError):
        used.accept_passkey(answer, ORIGIN, CHALLENGE)


def test_who_has_no_passkey_cannot_use_one() -> None:
    device = Authenticator()
    answer = device.get(assertion(ORIGIN, (passkey_of(device),), CHALLENGE))
    with pytest.raises(CodeRefusedError):
        Factors(OneTimeCodes.make()).accept_passkey(answer, ORIGIN, CHALLENGE)


def test_a_member_without_any_factor_is_impossible() -> None:
    with pytest.raises(ValueError, match="at least one"):
        Factors(None)


SOME = a_passkey().encode()
CODE = OneTimeCodes.make().encode()


@pytest.mark.parametrize(
    "kept",
    [
        (),
        (Secret(b""),),
        (Secret(b"\x03"),),
        (CODE, CODE),
        (SOME, CODE),
        (SOME, SOME),
        tuple(a_passkey().encode() for _ in range(5)),
    ],
)
def test_what_was_never_kept_is_not_read(kept: tuple[Secret, ...]) -> None:
    with pytest.raises(OpenError):
        Factors.decode(kept)


def test_what_is_sent_is_a_code_or_an_answer_to_one_challenge() -> None:
    device, codes = Authenticator(), OneTimeCodes.make()
    factors = Factors(codes, (passkey_of(device),))
    code = Shown(code=TOTP(codes.text).at(NOW))
    assert factors.accept(code.to(ORIGIN, CHALLENGE), NOW).codes != codes
    options = factors.offer(ORIGIN, CHALLENGE).options
    answer = Shown(code="ignored", answer=device.get(options))
    assert factors.accept(answer.to(ORIGIN, CHALLENGE), NOW).codes == codes
    with pytest.raises(CodeRefusedError):
        factors.accept(answer.to(ORIGIN, b"d" * 32), NOW)
    assert (code.kind, answer.kind) == ("code", "passkey")


def test_without_an_origin_no_passkey_is_asked_for_or_taken() -> None:
    device = Authenticator()
    factors = Factors(None, (passkey_of(device),))
    answer = Shown(answer=device.get(factors.offer(ORIGIN, CHALLENGE).options))
    assert factors.offer("", CHALLENGE) == Offer(takes_code=False)
    with pytest.raises(CodeRefusedError):
        factors.accept(answer.to("", CHALLENGE), NOW)


def test_other_codes_come_in_place_of_those_there_were() -> None:
    first, second = OneTimeCodes.make(), OneTimeCodes.make()
    assert Factors(first).with_codes(second) == Factors(second)
    alone = Factors(None, (a_passkey(),))
    assert alone.with_codes(second).without_codes() == alone
    with pytest.raises(AccountError, match="only second factor"):
        Factors(first).without_codes()
