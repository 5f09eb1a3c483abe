import hashlib
import json
from collections.abc import Callable

import cbor2
import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP384R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from admin.errors import AccountError, CodeRefusedError
from admin.passkeys import (
    Passkey,
    assertion,
    check,
    read_label,
    register,
    registration,
)
from crypto.envelope import OpenError, Secret, lp
from tests.authenticator import PRESENT, Answer, Authenticator, text, value

ORIGIN = "https://staff.example"
MEMBER = bytes(range(16))
CHALLENGE = b"c" * 32
OTHER_CHALLENGE = b"o" * 32
KEYS = st.one_of(st.binary(min_size=65, max_size=65), st.binary(min_size=42, max_size=42))
PASSKEYS = st.builds(
    Passkey,
    st.binary(max_size=300),
    KEYS,
    st.integers(0, 2**32 - 1),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=16),
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary().map(text),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)
CBOR = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**64), 2**64 - 1) | st.binary() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.integers() | st.text(), inner),
    max_leaves=8,
)
CREATED = ("clientDataJSON", "attestationObject")
SIGNED = ("clientDataJSON", "authenticatorData", "signature")


def made_by(device: Authenticator) -> Passkey:
    options = registration(ORIGIN, MEMBER, (), CHALLENGE)
    return register(device.create(options), ORIGIN, CHALLENGE, "blue key")


def answered(device: Authenticator, *passkeys: Passkey, challenge: bytes = CHALLENGE) -> str:
    return device.get(assertion(ORIGIN, passkeys, challenge))


def asked(kind: str, origin: str = ORIGIN, challenge: bytes = CHALLENGE) -> bytes:
    told = {"type": kind, "challenge": text(challenge), "origin": origin}
    return json.dumps(told).encode()


def refuses_to_register(answer: str) -> None:
    with pytest.raises(CodeRefusedError):
        register(answer, ORIGIN, CHALLENGE, "blue key")


def refuses(answer: str, *passkeys: Passkey) -> None:
    with pytest.raises(CodeRefusedError):
        check(answer, ORIGIN, passkeys, CHALLENGE)


@pytest.mark.parametrize(
    "device", [Authenticator(), Authenticator(key=Ed25519PrivateKey.generate())]
)
def test_a_registered_passkey_signs_in_again_and_again(device: Authenticator) -> None:
    passkey = made_by(device)
    for _ in range(2):
        passkey = check(answered(device, passkey), ORIGIN, (passkey,), CHALLENGE)
    assert (passkey.label, passkey.sign_count) == ("blue key", 2)


def test_one_of_several_passkeys_will_do() -> None:
    devices = [Authenticator() for _ in range(3)]
    passkeys = tuple(made_by(device) for device in devices)
    used = check(answered(devices[1], *passkeys), ORIGIN, passkeys, CHALLENGE)
    assert used.credential_id == passkeys[1].credential_id


def test_an_authenticator_that_never_counts_is_welcome() -> None:
    device = Authenticator()
    passkey = made_by(device)
    answer = json.dumps(device.assertion(asked("webauthn.get"), device.data()))
    for _ in range(2):
        assert check(answer, ORIGIN, (passkey,), CHALLENGE) == passkey


def test_a_touch_without_a_pin_is_enough() -> None:
    device = Authenticator(flags=PRESENT)
    passkey = made_by(device)
    assert check(answered(device, passkey), ORIGIN, (passkey,), CHALLENGE).sign_count == 1


def test_a_new_passkey_is_asked_for_without_a_name_or_a_maker() -> None:
    known = made_by(Authenticator())
    options = json.loads(registration(ORIGIN, MEMBER, (known,), CHALLENGE))
    assert options["user"] == {"id": text(MEMBER), "name": "Tomoshibi", "displayName": "Tomoshibi"}
    assert options["rp"] == {"id": "staff.example", "name": "Tomoshibi"}
    assert options["challenge"] == text(CHALLENGE)
    assert options["attestation"] == "none"
    assert [key["alg"] for key in options["pubKeyCredParams"]] == [-7, -8]
    assert [each["id"] for each in options["excludeCredentials"]] == [text(known.credential_id)]
    selection = options["authenticatorSelection"]
    assert (selection["residentKey"], selection["userVerification"]) == ("discouraged", "preferred")


def test_a_sign_in_asks_for_the_known_passkeys_only() -> None:
    known = made_by(Authenticator())
    options = json.loads(assertion("http://host.onion:8000", (known,), CHALLENGE))
    assert (options["rpId"], options["userVerification"]) == ("host.onion", "preferred")
    assert [each["id"] for each in options["allowCredentials"]] == [text(known.credential_id)]
    assert options["challenge"] == text(CHALLENGE)


def test_who_made_an_authenticator_is_neither_asked_nor_read() -> None:
    told: dict[str, object] = {
        "fmt": "packed",
        "attStmt": {"alg": -7, "sig": b"", "x5c": [b"no certificate"]},
    }
    assert made_by(Authenticator(attestation=told)).label == "blue key"


@pytest.mark.parametrize(
    "client",
    [
        asked("webauthn.create", challenge=OTHER_CHALLENGE),
        asked("webauthn.create", origin="https://staff.example.evil"),
        asked("webauthn.create", origin="http://staff.example"),
        asked("webauthn.get"),
        b"[]",
        b"\xff",
    ],
)
def test_a_registration_for_something_else_is_refused(client: bytes) -> None:
    device = Authenticator()
    refuses_to_register(json.dumps(device.creation(client, device.cose)))


def test_a_registration_at_another_host_is_refused() -> None:
    device = Authenticator(origin="https://evil.example")
    refuses_to_register(json.dumps(device.creation(asked("webauthn.create"), device.cose)))


def test_a_registration_that_nobody_touched_is_refused() -> None:
    device = Authenticator(flags=0)
    refuses_to_register(json.dumps(device.creation(asked("webauthn.create"), device.cose)))


GOOD = Authenticator().cose
GOOD_EDDSA = Authenticator(key=Ed25519PrivateKey.generate()).cose


@pytest.mark.parametrize(
    "cose",
    [
        GOOD | {-2: b"x" * 32},
        GOOD | {-2: b"x" * 31},
        GOOD | {-2: b""},
        GOOD | {-2: "x" * 32},
        GOOD | {-1: 2},
        GOOD | {3: -36},
        GOOD_EDDSA | {-1: 4},
        GOOD_EDDSA | {-2: b"x" * 33},
        {1: 3, 3: -257, -1: b"n" * 256, -2: b"\x01\x00\x01"},
        {1: 3, 3: -7, -1: b"n" * 256, -2: b"\x01\x00\x01"},
        {},
    ],
)
def test_a_key_that_could_never_sign_in_is_refused(cose: dict[int, object]) -> None:
    device = Authenticator()
    refuses_to_register(json.dumps(device.creation(asked("webauthn.create"), cose)))


@pytest.mark.parametrize("data", [2**62, None, "text", [], b"short"])
def test_authenticator_data_that_is_none_is_refused_at_once(data: object) -> None:
    refuses_to_register(json.dumps(Authenticator().attested(asked("webauthn.create"), data)))


@pytest.mark.parametrize(
    "client",
    [
        asked("webauthn.get", challenge=OTHER_CHALLENGE),
        asked("webauthn.get", challenge=b""),
        asked("webauthn.get", origin="https://evil.example"),
        asked("webauthn.create"),
        b"{}",
        b"\xff",
    ],
)
def test_an_answer_to_something_else_is_refused(client: bytes) -> None:
    device = Authenticator()
    passkey = made_by(device)
    refuses(json.dumps(device.assertion(client, device.data())), passkey)


def test_an_answer_for_another_host_is_refused() -> None:
    device = Authenticator()
    passkey = made_by(device)
    evil = hashlib.sha256(b"evil.example").digest() + device.data()[32:]
    refuses(json.dumps(device.assertion(asked("webauthn.get"), evil)), passkey)


def test_an_answer_that_nobody_touched_is_refused() -> None:
    device = Authenticator()
    passkey = made_by(device)
    device.flags = 0
    refuses(answered(device, passkey), passkey)


def test_an_unknown_passkey_is_refused() -> None:
    stranger = Authenticator()
    known = made_by(Authenticator())
    refuses(answered(stranger, made_by(stranger)), known)
    refuses(answered(stranger, known))


def test_a_known_name_with_an_unknown_key_is_refused() -> None:
    device = Authenticator()
    passkey = made_by(device)
    thief = Authenticator(credential_id=device.credential_id)
    refuses(answered(thief, passkey), passkey)


def test_a_used_answer_and_a_copied_authenticator_are_refused() -> None:
    device = Authenticator(sign_count=7)
    passkey = made_by(device)
    answer = answered(device, passkey)
    used = check(answer, ORIGIN, (passkey,), CHALLENGE)
    refuses(answer, used)
    device.sign_count = 5
    refuses(answered(device, used), used)


def test_an_altered_answer_is_refused() -> None:
    device = Authenticator()
    passkey = made_by(device)
    answer = json.loads(answered(device, passkey))
    for part in SIGNED:
        kept = answer["response"][part]
        altered = bytearray(value(kept))
        altered[-1] ^= 1
        answer["response"][part] = text(bytes(altered))
        refuses(json.dumps(answer), passkey)
        answer["response"][part] = kept
    assert check(json.dumps(answer), ORIGIN, (passkey,), CHALLENGE).sign_count == 1


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
