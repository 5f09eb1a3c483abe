"""Whatever has another shape is refused, and a passkey is kept as the format says."""

import json
from collections.abc import Callable

import cbor2
import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP384R1, generate_private_key
from hypothesis import given
from hypothesis import strategies as st

from admin.errors import AccountError
from admin.passkeys import Passkey, assertion, check, read_label, register, registration
from crypto.envelope import OpenError, Secret, lp
from tests.admin.test_passkeys import (
    CBOR,
    CHALLENGE,
    CREATED,
    GOOD,
    JSON,
    MEMBER,
    ORIGIN,
    OTHER_CHALLENGE,
    PASSKEYS,
    SIGNED,
    answered,
    asked,
    made_by,
    refuses,
    refuses_to_register,
)
from tests.authenticator import Answer, Authenticator, text


@pytest.mark.parametrize(
    "answer", ["", "null", "[]", '"text"', "{}", "{", "NaN", "[" * 100_000, "1" * 5_000, "\ud800"]
)
def test_what_is_no_answer_is_refused(answer: str) -> None:
    refuses(answer, made_by(Authenticator()))
    refuses_to_register(answer)


@given(st.sampled_from(["id", "rawId", "type", "response", "authenticatorAttachment"]), JSON)
def test_an_answer_of_any_other_shape_is_refused(name: str, wrong: object) -> None:
    device = Authenticator()
    passkey = made_by(device)
    whole = json.loads(answered(device, passkey, challenge=OTHER_CHALLENGE))
    refuses(json.dumps(whole | {name: wrong}), passkey)
    created: Answer = device.creation(asked("webauthn.create", challenge=OTHER_CHALLENGE), GOOD)
    refuses_to_register(json.dumps(created | {name: wrong}))


@given(st.sampled_from(SIGNED), JSON | st.binary(max_size=100).map(text))
def test_a_part_of_any_other_shape_is_refused(name: str, wrong: object) -> None:
    device = Authenticator()
    passkey = made_by(device)
    answer = json.loads(answered(device, passkey))
    answer["response"][name] = wrong
    refuses(json.dumps(answer), passkey)


@given(
    st.sampled_from(CREATED),
    JSON | st.binary(max_size=100).map(text) | CBOR.map(cbor2.dumps).map(text),
)
def test_a_part_of_a_registration_of_any_other_shape_is_refused(name: str, wrong: object) -> None:
    answer = json.loads(Authenticator().create(registration(ORIGIN, MEMBER, (), CHALLENGE)))
    answer["response"][name] = wrong
    refuses_to_register(json.dumps(answer))


@given(st.dictionaries(st.sampled_from(["type", "challenge", "origin", "tokenBinding"]), JSON))
def test_client_data_of_any_other_shape_are_refused(wrong: dict[str, object]) -> None:
    device = Authenticator()
    passkey = made_by(device)
    whole = json.loads(asked("webauthn.get", challenge=OTHER_CHALLENGE))
    client = json.dumps(whole | wrong).encode()
    refuses(json.dumps(device.assertion(client, device.data())), passkey)


@given(st.dictionaries(st.sampled_from([1, 3, -1, -2, -3]), CBOR, min_size=1))
def test_a_public_key_of_any_other_shape_is_refused(wrong: dict[int, object]) -> None:
    cose = GOOD | {-2: b"x" * 32} | wrong
    refuses_to_register(json.dumps(Authenticator().creation(asked("webauthn.create"), cose)))


@given(PASSKEYS)
def test_a_key_ring_keeps_a_passkey(passkey: Passkey) -> None:
    assert Passkey.decode(passkey.encode()) == passkey


def test_a_passkey_is_laid_out_as_the_format_says() -> None:
    passkey = Passkey(b"id", b"k" * 65, 258, "灯")
    told = b"\x02" + b"\x00\x00\x01\x02" + lp(b"id", b"k" * 65, "灯".encode())
    assert passkey.encode() == Secret(told)


@pytest.mark.parametrize(
    "other",
    [
        b"",
        b"\x01" + bytes(28),
        b"\x02",
        b"\x02\x00\x00\x00",
        b"\x02" + bytes(4),
        b"\x02" + bytes(4) + lp(b"id", b"k" * 65),
        b"\x02" + bytes(4) + lp(b"id", b"k" * 65, b"label", b"more"),
        b"\x02" + bytes(4) + lp(b"id", b"k" * 64, b"label"),
        b"\x02" + bytes(4) + lp(b"id", b"k" * 65, b"\xff"),
        b"\x02" + bytes(4) + lp(b"id", b"k" * 65, b"label")[:-1],
        b"\x03" + bytes(4) + lp(b"id", b"k" * 65, b"label"),
    ],
)
def test_another_kind_of_factor_is_not_taken_for_a_passkey(other: bytes) -> None:
    with pytest.raises(OpenError):
        Passkey.decode(Secret(other))


@given(st.binary(max_size=120))
def test_arbitrary_bytes_are_no_passkey_or_exactly_one(data: bytes) -> None:
    factor = Secret(b"\x02" + data)
    try:
        passkey = Passkey.decode(factor)
    except OpenError:
        return
    assert passkey.encode() == factor


def test_a_passkey_shows_nothing_in_its_repr() -> None:
    assert repr(made_by(Authenticator())) == "Passkey(sign_count=0)"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  blue \t key\n", "blue key"),
        ("\u200b blue \u200b key \u200b", "blue key"),
        ("会社の\u3000パソコン", "会社の パソコン"),
        ("ke\u202ey\u0000\ud800", "key"),
        ("\uff41" * 16, "a" * 16),
    ],
)
def test_a_label_is_kept_as_it_looks(typed: str, kept: str) -> None:
    assert read_label(typed) == kept


@pytest.mark.parametrize("typed", ["", "  ", "\u200b", "a" * 17])
def test_a_label_that_says_nothing_or_too_much_is_refused(typed: str) -> None:
    options = registration(ORIGIN, MEMBER, (), CHALLENGE)
    with pytest.raises(AccountError, match=r"passkey"):
        register(Authenticator().create(options), ORIGIN, CHALLENGE, typed)


CALLS: list[Callable[[str, bytes], object]] = [
    lambda origin, challenge: registration(origin, MEMBER, (), challenge),
    lambda origin, challenge: register("{}", origin, challenge, "blue key"),
    lambda origin, challenge: assertion(origin, (), challenge),
    lambda origin, challenge: check("{}", origin, (), challenge),
]


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize(
    ("origin", "challenge"), [("no host", CHALLENGE), (ORIGIN, b""), (ORIGIN, b"c" * 31)]
)
def test_a_caller_without_host_or_challenge_is_wrong(
    call: Callable[[str, bytes], object], origin: str, challenge: bytes
) -> None:
    with pytest.raises(ValueError, match=r"host|challenge"):
        call(origin, challenge)


def test_a_point_of_another_curve_is_refused() -> None:
    device = Authenticator()
    point = generate_private_key(SECP384R1()).public_key().public_numbers()
    x, y = point.x.to_bytes(48, "big"), point.y.to_bytes(48, "big")
    cose = {1: 2, 3: -7, -1: 2, -2: x, -3: y}
    refuses_to_register(json.dumps(device.creation(asked("webauthn.create"), cose)))
