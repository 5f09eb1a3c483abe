"""Entries of the roster: an act at its place, in the bytes in which people sign it.

FORMAT.md 12.1. An entry that still lacks signatures is a proposal and looks the same.
"""

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Self

from crypto import acts, signing
from crypto.acts import Act
from crypto.envelope import OpenError, Secret, opening
from crypto.signing import Document, Prefix

_COUNT_BYTES: Final = 1
_SIGNATURE: Final = struct.Struct(f">{signing.PUBLIC_KEY_BYTES}s{signing.SIGNATURE_BYTES}s")


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry as it was read: its place, what it states, and the keys that signed it.

    Not guaranteed: that any of these keys has a say.
    """

    n: int
    prev: str
    act: Act
    signers: frozenset[bytes]
    hash: bytes


@dataclass(frozen=True, slots=True)
class _Signed:
    """A document, and the signatures in front of it by the keys that made them."""

    signatures: Mapping[bytes, bytes]
    body: bytes

    def encode(self) -> bytes:
        pairs = (_SIGNATURE.pack(key, self.signatures[key]) for key in sorted(self.signatures))
        return len(self.signatures).to_bytes(_COUNT_BYTES) + b"".join(pairs) + self.body

    @classmethod
    def decode(cls, entry: bytes) -> Self:
        end = _COUNT_BYTES + _SIGNATURE.size * int.from_bytes(entry[:_COUNT_BYTES])
        with opening():
            pairs = list(_SIGNATURE.iter_unpack(entry[_COUNT_BYTES:end]))
        keys = [key for key, _ in pairs]
        if not keys or keys != sorted(set(keys)):
            raise OpenError
        return cls(dict(pairs), entry[end:])

    def document(self) -> Document:
        """Return the document, once every signature in front of it holds."""
        read = [
            signing.read(key, Prefix.ROSTER, signature + self.body)
            for key, signature in self.signatures.items()
        ]
        return read[0]


def write(n: int, prev: str, act: Act, seed: Secret) -> bytes:
    """Return an entry for the n-th place after the entry of that hash, with its first signature."""
    signed = signing.sign(seed, Prefix.ROSTER, _document(n, prev, act))
    signature, body = signed[: signing.SIGNATURE_BYTES], signed[signing.SIGNATURE_BYTES :]
    return _Signed({signing.public_key(seed): signature}, body).encode()


def countersign(entry: bytes, seed: Secret) -> bytes:
    """Return the entry with one more signature.

    Raises OpenError for what is no entry, and for one that this key has signed already.
    """
    signed = _Signed.decode(entry)
    key = signing.public_key(seed)
    if key in signed.signatures:
        raise OpenError
    signature = signing.sign(seed, Prefix.ROSTER, signed.document())[: signing.SIGNATURE_BYTES]
    return _Signed({**signed.signatures, key: signature}, signed.body).encode()


def read(entry: bytes) -> Entry:
    """Return an entry whose every signature holds. Raises OpenError for anything else.

    Nothing is read but what `write` and `countersign` return.
    """
    signed = _Signed.decode(entry)
    document = signed.document()
    n, prev, act = document.get("n"), document.get("prev"), acts.read(document)
    if not (isinstance(n, int) and isinstance(prev, str) and _document(n, prev, act) == document):
        raise OpenError
    signature = next(iter(signed.signatures.values()))
    digest = signing.digest(Prefix.ROSTER, signature + signed.body)
    return Entry(n, prev, act, frozenset(signed.signatures), digest)


def _document(n: int, prev: str, act: Act) -> Document:
    return {"n": n, "prev": prev, **acts.document(act)}
