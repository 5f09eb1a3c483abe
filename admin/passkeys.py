"""Passkeys: a second factor that a false sign-in page cannot ask for (W3C WebAuthn).

An authenticator learns the host, a random user handle and a neutral word: never who somebody is.
"""

import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Final, Self
from urllib.parse import urlsplit

from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import (
    decode_credential_public_key,
    decoded_public_key_to_cryptography,
    encode_cbor,
    parse_authentication_credential_json,
    parse_cbor,
    parse_registration_credential_json,
)
from webauthn.helpers.cose import COSECRV, COSEAlgorithmIdentifier
from webauthn.helpers.decode_credential_public_key import DecodedEC2PublicKey, DecodedOKPPublicKey
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AttestationConveyancePreference,
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from admin.errors import AccountError, CodeRefusedError
from crypto.envelope import OpenError, Secret, lp, opening, parts
from forms.wording import msgid

CHALLENGE_BYTES: Final = 32
LONGEST_LABEL: Final = 16
NO_LABEL: Final = msgid("Give the passkey a name, so that you know it again among others.")
LONG_LABEL: Final = msgid("The name of a passkey has at most %(limit)s characters.")
WORD: Final = "Tomoshibi"
KIND: Final = b"\x02"
_COUNTER_BYTES: Final = 4
_POINT: Final = b"\x04"  # how U2F begins a public key; twelve bytes shorter than COSE
_ED25519: Final = bytes.fromhex("a4010103272006215820")  # how COSE begins one (RFC 9053)
_KEY_BYTES: Final = frozenset({len(_POINT) + 64, len(_ED25519) + 32})
_TIMEOUT_MS: Final = 120_000  # as long as a half-finished sign-in lives
# Not RSA: one such key takes a third of a key ring.
_ALGORITHMS: Final = (COSEAlgorithmIdentifier.ECDSA_SHA_256, COSEAlgorithmIdentifier.EDDSA)


@dataclass(frozen=True, slots=True)
class Passkey:
    """What we know of somebody's authenticator: enough to recognise it, nothing it could lose.

    The public key is an uncompressed point of P-256 or the shortest COSE key of Ed25519.
    """

    credential_id: bytes = field(repr=False)
    public_key: bytes = field(repr=False)
    sign_count: int
    label: str = field(repr=False)

    @classmethod
    def decode(cls, factor: Secret) -> Self:
        """Read what `encode` wrote; raise OpenError when it is some other factor."""
        kind, counter, rest = _cut(factor.reveal())
        if kind != KIND or len(counter) != _COUNTER_BYTES:
            raise OpenError
        with opening():
            credential_id, public_key, label = parts(rest)
            if len(public_key) not in _KEY_BYTES:
                raise OpenError
            return cls(credential_id, public_key, int.from_bytes(counter, "big"), label.decode())

    def encode(self) -> Secret:
        """Return the bytes that a key ring keeps: kind, sign count, then the rest by length."""
        counter = self.sign_count.to_bytes(_COUNTER_BYTES, "big")
        rest = lp(self.credential_id, self.public_key, self.label.encode())
        return Secret(KIND + counter + rest)


def read_label(text: str) -> str:
    """Return the name somebody gives a passkey, without characters that cannot be seen.

    Raises AccountError for an empty or long one.
    """
    typed = unicodedata.normalize("NFKC", text)
    seen = "".join(each for each in typed if each.isprintable() or each.isspace())
    label = " ".join(seen.split())
    if not label:
        raise AccountError(NO_LABEL, about="label")
    if len(label) > LONGEST_LABEL:
        raise AccountError(LONG_LABEL, LONGEST_LABEL, "label")
    return label


def registration(
    origin: str, member_id: bytes, existing: tuple[Passkey, ...], challenge: bytes
) -> str:
    """Return the JSON with which a browser asks for a new passkey.

    The caller guarantees that the member's id and the challenge are random, and uses the challenge
    once. Raises ValueError for an origin without a host or a challenge of another length.
    """
    options = generate_registration_options(
        rp_id=_host(origin),
        rp_name=WORD,
        user_id=member_id,
        user_name=WORD,
        challenge=_whole(challenge),
        timeout=_TIMEOUT_MS,
        attestation=AttestationConveyancePreference.NONE,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.DISCOURAGED,
            user_verification=UserVerificationRequirement.PREFERRED,
        ),
        exclude_credentials=_described(existing),
        supported_pub_key_algs=list(_ALGORITHMS),
    )
    return options_to_json(options)


def register(answer_json: str, origin: str, challenge: bytes, label: str) -> Passkey:
    """Return the passkey that a browser made.

    Raises CodeRefusedError for any answer but one to this challenge, and AccountError for a label
    that `read_label` refuses.
    """
    name = read_label(label)
    expected, host = _whole(challenge), _host(origin)
    with _verifying():
        answer = parse_registration_credential_json(answer_json)
        answer.response.attestation_object = _bare(answer.response.attestation_object)
        made = verify_registration_response(
            credential=answer,
            expected_challenge=expected,
            expected_rp_id=host,
            expected_origin=origin,
            supported_pub_key_algs=list(_ALGORITHMS),
        )
        key = _kept(made.credential_public_key)
    return Passkey(made.credential_id, key, made.sign_count, name)


def assertion(origin: str, passkeys: tuple[Passkey, ...], challenge: bytes) -> str:
    """Return the JSON with which a browser asks for one of these passkeys.

    The caller guarantees a random challenge, used once. Raises ValueError as `registration` does.
    """
    options = generate_authentication_options(
        rp_id=_host(origin),
        challenge=_whole(challenge),
        timeout=_TIMEOUT_MS,
        allow_credentials=_described(passkeys),
        user_verification=UserVerificationRequirement.PREFERRED,
    )
    return options_to_json(options)


def check(
    answer_json: str, origin: str, passkeys: tuple[Passkey, ...], challenge: bytes
) -> Passkey:
    """Return the passkey that answered, with its new sign count.

    Raises CodeRefusedError for everything that does not verify, whatever it is.
    """
    expected, host = _whole(challenge), _host(origin)
    with _verifying():
        answer = parse_authentication_credential_json(answer_json)
        passkey = _named(passkeys, answer.raw_id)
        seen = verify_authentication_response(
            credential=answer,
            expected_challenge=expected,
            expected_rp_id=host,
            expected_origin=origin,
            credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.sign_count,
        )
    return replace(passkey, sign_count=seen.new_sign_count)


@contextmanager
def _verifying() -> Iterator[None]:
    """Turn whatever a hostile answer can cause inside the block into CodeRefusedError."""
    try:
        yield
    except (
        LookupError,
        RecursionError,
        TypeError,
        ValueError,
        WebAuthnException,
    ):
        raise CodeRefusedError from None


def _host(origin: str) -> str:
    host = urlsplit(origin).hostname
    if host is None:
        raise ValueError("an origin has a host")
    return host


def _whole(challenge: bytes) -> bytes:
    """Return a challenge. The library would make one of its own where it gets an empty one."""
    if len(challenge) != CHALLENGE_BYTES:
        raise ValueError(f"a challenge has {CHALLENGE_BYTES} bytes")
    return challenge


def _described(passkeys: tuple[Passkey, ...]) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=passkey.credential_id) for passkey in passkeys]


def _named(passkeys: tuple[Passkey, ...], credential_id: bytes) -> Passkey:
    for passkey in passkeys:
        if passkey.credential_id == credential_id:
            return passkey
    raise CodeRefusedError


def _bare(attestation: bytes) -> bytes:
    """Return the answer of an authenticator without who made it, which we do not ask.

    Some browsers tell it nevertheless. So no certificate is ever read here.
    """
    data = parse_cbor(attestation)["authData"]
    # The library would make a number into that many bytes.
    if not isinstance(data, bytes):
        raise CodeRefusedError
    return encode_cbor({"fmt": "none", "attStmt": {}, "authData": data})


def _kept(cose: bytes) -> bytes:
    """Return a new public key as it is kept; the key is tried, so that a broken one never is."""
    match decode_credential_public_key(cose):
        case DecodedEC2PublicKey(crv=COSECRV.P256) as key:
            kept = _POINT + key.x + key.y
        case DecodedOKPPublicKey(crv=COSECRV.ED25519) as key:
            kept = _ED25519 + key.x
        case _:
            raise CodeRefusedError
    if len(kept) not in _KEY_BYTES:
        raise CodeRefusedError
    decoded_public_key_to_cryptography(decode_credential_public_key(kept))
    return kept


def _cut(data: bytes) -> tuple[bytes, bytes, bytes]:
    start = len(KIND) + _COUNTER_BYTES
    return data[: len(KIND)], data[len(KIND) : start], data[start:]
