"""Sign documents, and read those that were signed.

A signed document (FORMAT.md 10) is an Ed25519 signature and canonical JSON behind it. Equal
documents are equal bytes, so their hash can stand for them; and a signature under one prefix is
none under another, so that no document is ever taken for a different kind.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from enum import StrEnum, unique
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from crypto.envelope import OpenError, Secret, opening

SIGNATURE_BYTES: Final = 64
PUBLIC_KEY_BYTES: Final = 32

_FIELD: Final = (1 << 255) - 19
_ORDER_EIGHT: Final = 0x5FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826
# The y of all eight points of small order. With such a key one signature fits many documents, so
# its holder could deny every one of them.
_SMALL_ORDER: Final = frozenset({0, 1, _FIELD - 1, _ORDER_EIGHT, _FIELD - _ORDER_EIGHT})
_SIGN_OF_X: Final = 1 << 255

Value = str | int | Sequence["Value"] | Mapping[str, "Value"]
Document = Mapping[str, Value]


@unique
class Prefix(StrEnum):
    """What is signed: never renamed, never used for two kinds of document."""

    CHECKPOINT = "tomoshibi-checkpoint-v1"
    CONSENT = "tomoshibi-consent-v1"
    ROSTER = "tomoshibi-roster-v1"
    CIRCLE = "tomoshibi-circle-v1"
    STANDING = "tomoshibi-standing-v1"
    WORD = "tomoshibi-word-v1"
    VOICE = "tomoshibi-voice-v1"
    CARD = "tomoshibi-card-v1"
    STAT_PERIOD = "tomoshibi-stat-period-v1"
    STAT_PLAN = "tomoshibi-stat-plan-v1"
    STAT_BURN = "tomoshibi-stat-burn-v1"
    STAT_RELEASE = "tomoshibi-stat-release-v1"

    def of(self, document: bytes) -> bytes:
        """Return the bytes that are signed and hashed for a document."""
        return self.encode() + b"\0" + document


def public_key(seed: Secret) -> bytes:
    """Return the 32 bytes by which others check what is signed with this seed."""
    return Ed25519PrivateKey.from_private_bytes(seed.reveal()).public_key().public_bytes_raw()


def require_key(public: bytes) -> None:
    """Raise ValueError for bytes by which nobody can be held to what they signed.

    Not guaranteed: that anybody can sign for the key. Half of all bytes are no point, and let no
    signature pass.
    """
    y = int.from_bytes(public, "little") & ~_SIGN_OF_X
    if len(public) != PUBLIC_KEY_BYTES or y >= _FIELD or y in _SMALL_ORDER:
        raise ValueError("a public key has 32 bytes, written in one way, and is no weak point")


def sign(seed: Secret, prefix: Prefix, document: Document) -> bytes:
    """Return the document, signed. Raises ValueError for values that a document cannot hold."""
    if not _holds_only_its_kinds(document):
        raise ValueError("a document holds strings, integers, lists and objects")
    body = _encode(document)
    return Ed25519PrivateKey.from_private_bytes(seed.reveal()).sign(prefix.of(body)) + body


def read(public: bytes, prefix: Prefix, signed: bytes) -> Document:
    """Return a document that the holder of this key signed, as this kind of document.

    Raises OpenError for any other, and for one that is signed but written in another way than
    `sign` writes it.
    """
    signature, body = signed[:SIGNATURE_BYTES], signed[SIGNATURE_BYTES:]
    try:
        with opening():
            Ed25519PublicKey.from_public_bytes(public).verify(signature, prefix.of(body))
    except InvalidSignature:
        raise OpenError from None
    return _decode(body)


def digest(prefix: Prefix, signed: bytes) -> bytes:
    """Return the hash of a signed document, which is that of the document alone."""
    return hashlib.sha256(prefix.of(signed[SIGNATURE_BYTES:])).digest()


def _encode(document: Document) -> bytes:
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def _decode(body: bytes) -> Document:
    with opening():
        loaded: object = json.loads(body)
        # A key that stands twice, a space, a needless escape: the bytes would not come back.
        if isinstance(loaded, dict) and _encode(loaded) == body and _holds_only_its_kinds(loaded):
            return loaded
    raise OpenError


def _holds_only_its_kinds(value: object) -> bool:
    if isinstance(value, dict):
        return all(isinstance(name, str) and _holds_only_its_kinds(value[name]) for name in value)
    if isinstance(value, list | tuple):
        return all(_holds_only_its_kinds(item) for item in value)
    # Not isinstance: a truth value would count as an integer.
    return isinstance(value, str) or type(value) is int
