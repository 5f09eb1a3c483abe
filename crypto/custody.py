"""Private keys: the seeds they grow from, the boxes they open, and the key ring that holds them.

The reporting side has no import path to this module (docs/architecture.md). Keys are kept as
seeds of 32 bytes; the key pair is grown anew where it is used.
"""

import hashlib
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Self

from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.hpke import MLKEM768X25519PrivateKey

from crypto.chain import Head
from crypto.envelope import (
    KEY_BYTES,
    ROW_BYTES,
    Ctx,
    OpenError,
    Secret,
    lp,
    make_key,
    opening,
    parts,
)
from crypto.padding import pad, unpad
from crypto.passphrase import Parameters
from crypto.sealing import HPKE, SEALED_BYTES, header, kid
from crypto.stream import lock, unlock

KEYRING_BYTES = 1024
LIVE_KEYS_FLOOR = 2048

_LAYOUT = 1
_KEYRING = struct.Struct(">B32s32sQ32sQ32s")  # layout, two seeds, roster head, audit head
_LIVE_KEYS = struct.Struct(f">B{KEYRING_BYTES}s")  # layout, key ring; then the groups
_GROUP = struct.Struct(">16s32s")  # epoch id, seed
_MLKEM_SEED_BYTES = 64


class PrivateKey:
    """A key pair grown from its seed, for whoever opens more than one box with it."""

    def __init__(self, seed: Secret) -> None:
        grown = hashlib.shake_256(_seed(seed)).digest(_MLKEM_SEED_BYTES + KEY_BYTES)
        mlkem = MLKEM768PrivateKey.from_seed_bytes(grown[:_MLKEM_SEED_BYTES])
        x25519 = X25519PrivateKey.from_private_bytes(grown[_MLKEM_SEED_BYTES:])
        self._key = MLKEM768X25519PrivateKey(mlkem, x25519)
        self.public = mlkem.public_key().public_bytes_raw() + x25519.public_key().public_bytes_raw()
        self._header = header(kid(self.public))

    def open(self, box: bytes, ctx: Ctx) -> Secret:
        """Return the 32 sealed bytes. Raises OpenError for any other key, place or box."""
        # The length is part of the format: whoever has the public key could seal 31 bytes to it.
        if len(box) != SEALED_BYTES or not box.startswith(self._header):
            raise OpenError
        context = ctx.encode(self._header)
        with opening():
            return Secret(HPKE.decrypt(box[len(self._header) :], self._key, info=context))


def make_seed() -> Secret:
    """Make the seed of a new key pair, of a person or of a group's epoch."""
    return make_key()


def public_key(seed: Secret) -> bytes:
    """Return the 1,216 bytes that others seal to. Raises ValueError for a seed not of 32 bytes."""
    return PrivateKey(seed).public


def open_sealed(seed: Secret, box: bytes, ctx: Ctx) -> Secret:
    """Return the 32 bytes sealed to this seed's public key. Raises OpenError for anything else."""
    return PrivateKey(seed).open(box, ctx)


@dataclass(frozen=True, slots=True)
class Keyring:
    """Everything a member needs and nobody else may have; locked under their passphrase.

    The two heads are what this member last saw of roster and audit chain: what a database shows
    them later must continue from there.
    """

    seed: Secret
    signing_seed: Secret
    roster_head: Head
    audit_head: Head
    factors: tuple[Secret, ...]

    def encode(self) -> bytes:
        """Return the 1,024 bytes of FORMAT.md, in clear: they go into a lock and nowhere else.

        Raises ValueError where the parts have wrong sizes or the factors do not fit.
        """
        fixed = _KEYRING.pack(
            _LAYOUT,
            _seed(self.seed),
            _seed(self.signing_seed),
            self.roster_head.n,
            self.roster_head.hash,
            self.audit_head.n,
            self.audit_head.hash,
        )
        factors = lp(*(factor.reveal() for factor in self.factors))
        padded = pad(fixed + factors, KEYRING_BYTES)
        if len(padded) != KEYRING_BYTES:
            raise ValueError("the second factors do not fit into a key ring")
        return padded

    @classmethod
    def decode(cls, data: bytes) -> Self:
        """Read what `encode` wrote. Raises OpenError for anything else."""
        plain = unpad(data)
        with opening():
            layout, seed, signing_seed, *heads = _KEYRING.unpack(plain[: _KEYRING.size])
            if layout != _LAYOUT or len(data) != KEYRING_BYTES:
                raise OpenError
            roster_n, roster_hash, audit_n, audit_hash = heads
            return cls(
                seed=Secret(seed),
                signing_seed=Secret(signing_seed),
                roster_head=Head(roster_n, roster_hash),
                audit_head=Head(audit_n, audit_hash),
                factors=tuple(Secret(part) for part in parts(plain[_KEYRING.size :])),
            )


def lock_keyring(
    kek: Secret, keyring: Keyring, row: bytes, rev: int, parameters: Parameters
) -> bytes:
    """Return the box that stands in the member's row. The caller guarantees a growing rev."""
    return lock(kek, keyring.encode(), _place(row, rev, parameters))


def open_keyring(kek: Secret, box: bytes, row: bytes, rev: int, parameters: Parameters) -> Keyring:
    """Return the member's key ring. Raises OpenError for a wrong passphrase and all else alike."""
    return Keyring.decode(unlock(kek, box, _place(row, rev, parameters)))


def lock_decoy(kek: Secret, keyring: Keyring, row: bytes, parameters: Parameters) -> bytes:
    """Return the box that stands beside the key ring in the member's row, and is as long.

    Not guaranteed: that an older one does not open in its place. A version that grows whenever
    this one is used would tell everybody with the database that there is one.
    """
    return lock(kek, keyring.encode(), _decoy_place(row, parameters))


def open_decoy(kek: Secret, box: bytes, row: bytes, parameters: Parameters) -> Keyring:
    """Return the decoy of a member's key ring. Raises OpenError, when nobody set one too."""
    return Keyring.decode(unlock(kek, box, _decoy_place(row, parameters)))


@dataclass(frozen=True, slots=True)
class LiveKeys:
    """What a signed-in member works with: their key ring, and the seeds of the epochs it opened.

    Not guaranteed to outlive a session, nor meant to: it is locked under the session's token.
    """

    keyring: Keyring
    groups: Mapping[bytes, Secret]

    def encode(self) -> bytes:
        """Return the bytes of FORMAT.md, in clear: they go into a lock and nowhere else.

        Raises ValueError for an epoch id not of 16 bytes or a seed not of 32.
        """
        if any(len(epoch) != ROW_BYTES for epoch in self.groups):
            raise ValueError("the id of an epoch has 16 bytes")
        groups = b"".join(
            _GROUP.pack(epoch, _seed(self.groups[epoch])) for epoch in sorted(self.groups)
        )
        return pad(_LIVE_KEYS.pack(_LAYOUT, self.keyring.encode()) + groups, LIVE_KEYS_FLOOR)

    @classmethod
    def decode(cls, data: bytes) -> Self:
        """Read what `encode` wrote. Raises OpenError for anything else."""
        plain = unpad(data)
        with opening():
            layout, keyring = _LIVE_KEYS.unpack(plain[: _LIVE_KEYS.size])
            groups = list(_GROUP.iter_unpack(plain[_LIVE_KEYS.size :]))
        epochs = [epoch for epoch, _ in groups]
        if layout != _LAYOUT or epochs != sorted(set(epochs)):
            raise OpenError
        seeds = {epoch: Secret(seed) for epoch, seed in groups}
        return cls(Keyring.decode(keyring), MappingProxyType(seeds))


def _place(row: bytes, rev: int, parameters: Parameters) -> Ctx:
    # With the parameters in the place, a box can never be passed off as one made with others.
    return Ctx(f"keyring {parameters.text}", "member", "keyring_sealed", row, rev)


def _decoy_place(row: bytes, parameters: Parameters) -> Ctx:
    return Ctx(f"keyring {parameters.text}", "member", "decoy_sealed", row)


def _seed(seed: Secret) -> bytes:
    """Return the bytes of a seed. `struct` would fill up or cut one of another length unasked."""
    if len(seed.reveal()) != KEY_BYTES:
        raise ValueError("a seed has 32 bytes")
    return seed.reveal()
