"""Seal 32 bytes to a public key. Nothing here can open them again.

A sealed box (FORMAT.md) is HPKE in base mode with X-Wing: it stays closed as long as either
ML-KEM-768 or X25519 does. Only 32 bytes are ever sealed, so every box has one length and what is
large is locked under a sealed key instead.
"""

import hashlib
from functools import lru_cache

from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey

from crypto.envelope import KEY_BYTES, SUITE_SEALED, VERSION, Ctx, Label, Secret

KID_BYTES = 16
PUBLIC_KEY_BYTES = 1216
SEALED_BYTES = 1186
HPKE = hpke.Suite(hpke.KEM.MLKEM768_X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.CHACHA20_POLY1305)

_MLKEM_BYTES = 1184


def kid(public_key: bytes) -> bytes:
    """Return the 16 bytes that name a public key in the boxes sealed to it."""
    return hashlib.sha256(Label.KID.domain + public_key).digest()[:KID_BYTES]


def header(key_id: bytes) -> bytes:
    """Return the first 18 bytes of a box sealed to the key of that name."""
    return VERSION + SUITE_SEALED + key_id


def seal(public_key: bytes, value: Secret, ctx: Ctx) -> bytes:
    """Return a box of 1,186 bytes that only the holder of the private key opens, at ctx only.

    The caller guarantees whose key this is. Raises ValueError for a value that has not 32 bytes
    and for bytes that are no public key.
    """
    if len(value.reveal()) != KEY_BYTES:
        raise ValueError("only 32 bytes are ever sealed")
    head = header(kid(public_key))
    return head + HPKE.encrypt(value.reveal(), _imported(public_key), info=ctx.encode(head))


def require_key(public_key: bytes) -> None:
    """Raise ValueError for bytes that nothing could be sealed to.

    `seal` refuses them as well, but only when somebody has a report to send.
    """
    # Tried, because a low-order X25519 half is imported without complaint and refused in use.
    HPKE.encrypt(bytes(KEY_BYTES), _imported(public_key), info=b"")


# Public keys only. An office has few epochs alive at once, and importing one costs as much as
# a quarter of the seal itself.
@lru_cache(maxsize=32)
def _imported(public_key: bytes) -> hpke.MLKEM768X25519PublicKey:
    if len(public_key) != PUBLIC_KEY_BYTES:
        raise ValueError("a public key has 1,216 bytes")
    return hpke.MLKEM768X25519PublicKey(
        MLKEM768PublicKey.from_public_bytes(public_key[:_MLKEM_BYTES]),
        X25519PublicKey.from_public_bytes(public_key[_MLKEM_BYTES:]),
    )
