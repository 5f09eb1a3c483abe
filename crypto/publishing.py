"""Sign a release of figures with two kinds of keys, and check both.

FORMAT.md 18. A release is read for decades. Ed25519 may not last as long, ML-DSA-65 is young; so
each release carries both signatures, and one of them alone is none.
"""

import base64
from dataclasses import dataclass
from typing import Final, Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA65PrivateKey, MLDSA65PublicKey

from crypto import signing
from crypto.envelope import KEY_BYTES, OpenError, Secret, make_key, opening
from crypto.signing import Prefix

ED25519_SIGNATURE_BYTES: Final = signing.SIGNATURE_BYTES
MLDSA65_SIGNATURE_BYTES: Final = 3309
MLDSA65_PUBLIC_KEY_BYTES: Final = 1952

_ED25519: Final = "ed25519"
_MLDSA65: Final = "mldsa65"


@dataclass(frozen=True, slots=True)
class PublicKeys:
    """The pair of keys by which anybody checks a release.

    Raises ValueError for bytes that no release can be checked by.
    """

    ed25519: bytes
    mldsa65: bytes

    def __post_init__(self) -> None:
        signing.require_key(self.ed25519)
        if len(self.mldsa65) != MLDSA65_PUBLIC_KEY_BYTES:
            raise ValueError("a public key of ML-DSA-65 has 1,952 bytes")

    def encode(self) -> str:
        """Return the two lines of the file that everybody may have."""
        return f"{_ED25519} {_base64(self.ed25519)}\n{_MLDSA65} {_base64(self.mldsa65)}\n"

    @classmethod
    def decode(cls, text: str) -> Self:
        """Read those two lines. Raises OpenError for anything that `encode` does not write."""
        words = [line.partition(" ") for line in text.splitlines()]
        if [name for name, _, _ in words] != [_ED25519, _MLDSA65]:
            raise OpenError
        with opening():
            keys = cls(*(base64.b64decode(key, validate=True) for _, _, key in words))
        if keys.encode() != text:
            raise OpenError
        return keys


@dataclass(frozen=True, slots=True)
class Signatures:
    """What stands beside a manifest; nothing is said before both were verified."""

    ed25519: bytes
    mldsa65: bytes


@dataclass(frozen=True, slots=True)
class Seeds:
    """The two private keys of releases. Raises ValueError unless each has 32 bytes."""

    ed25519: Secret
    mldsa65: Secret

    def __post_init__(self) -> None:
        if {len(self.ed25519.reveal()), len(self.mldsa65.reveal())} != {KEY_BYTES}:
            raise ValueError("a seed has 32 bytes")

    def public(self) -> PublicKeys:
        """Return the keys by which others check what is signed with these."""
        mldsa65 = MLDSA65PrivateKey.from_seed_bytes(self.mldsa65.reveal())
        return PublicKeys(signing.public_key(self.ed25519), mldsa65.public_key().public_bytes_raw())


def make_seeds() -> Seeds:
    """Make two private keys, independent of each other and of every other key."""
    return Seeds(make_key(), make_key())


def sign(seeds: Seeds, manifest: bytes) -> Signatures:
    """Return both signatures over the manifest of a release; each time the second is another."""
    signed = Prefix.STAT_RELEASE.of(manifest)
    return Signatures(
        Ed25519PrivateKey.from_private_bytes(seeds.ed25519.reveal()).sign(signed),
        MLDSA65PrivateKey.from_seed_bytes(seeds.mldsa65.reveal()).sign(signed),
    )


def verify(keys: PublicKeys, manifest: bytes, signatures: Signatures) -> None:
    """Raise OpenError unless the holders of both keys signed this manifest."""
    signed = Prefix.STAT_RELEASE.of(manifest)
    try:
        with opening():
            Ed25519PublicKey.from_public_bytes(keys.ed25519).verify(signatures.ed25519, signed)
            MLDSA65PublicKey.from_public_bytes(keys.mldsa65).verify(signatures.mldsa65, signed)
    except InvalidSignature:
        raise OpenError from None


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()
