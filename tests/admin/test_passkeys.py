"""Passkeys are registered and asked for, and an answer to anything else is refused."""

import hashlib
import json

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import strategies as st

from admin.errors import CodeRefusedError
from admin.passkeys import Passkey, assertion, check, register, registration
from tests.authenticator import PRESENT, Authenticator, text, value

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
