"""Cosigned documents: one document, and in front of it the signatures of several people.

The layout of FORMAT.md 12.1. What the document states, and whose signature counts, is for others
to judge; here every signature that stands there holds.
"""

import struct
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, Self

from crypto import signing
from crypto.envelope import OpenError, Secret, opening
from crypto.signing import Document, Prefix

_COUNT_BYTES: Final = 1
_SIGNATURE: Final = struct.Struct(f">{signing.PUBLIC_KEY_BYTES}s{signing.SIGNATURE_BYTES}s")


@dataclass(frozen=True, slots=True)
class Cosigned:
    """A document, and the signatures in front of it by the keys that made them.

    Not guaranteed: that any of them holds, until `document` was asked.
    """

    prefix: Prefix
    signatures: Mapping[bytes, bytes]
    body: bytes

    @classmethod
    def write(cls, prefix: Prefix, document: Document, seed: Secret) -> Self:
        """Return a document with its first signature."""
        signed = signing.sign(seed, prefix, document)
        signature, body = signed[: signing.SIGNATURE_BYTES], signed[signing.SIGNATURE_BYTES :]
        return cls(prefix, {signing.public_key(seed): signature}, body)

    @classmethod
    def decode(cls, prefix: Prefix, data: bytes) -> Self:
        """Take bytes apart. Raises OpenError for any that `encode` never returns."""
        end = _COUNT_BYTES + _SIGNATURE.size * int.from_bytes(data[:_COUNT_BYTES])
        with opening():
            pairs = list(_SIGNATURE.iter_unpack(data[_COUNT_BYTES:end]))
        keys = [key for key, _ in pairs]
        if not keys or keys != sorted(set(keys)):
            raise OpenError
        return cls(prefix, dict(pairs), data[end:])

    def encode(self) -> bytes:
        """Return the bytes of it, the same whoever signed first."""
        pairs = (_SIGNATURE.pack(key, self.signatures[key]) for key in sorted(self.signatures))
        return len(self.signatures).to_bytes(_COUNT_BYTES) + b"".join(pairs) + self.body

    def document(self) -> Document:
        """Return the document, once every signature in front of it holds."""
        read = [
            signing.read(key, self.prefix, signature + self.body)
            for key, signature in self.signatures.items()
        ]
        return read[0]

    def countersigned(self, seed: Secret) -> Self:
        """Return it with one signature more. Raises OpenError where this key has signed already."""
        key = signing.public_key(seed)
        if key in self.signatures:
            raise OpenError
        signature = signing.sign(seed, self.prefix, self.document())[: signing.SIGNATURE_BYTES]
        return replace(self, signatures={**self.signatures, key: signature})

    @property
    def signers(self) -> frozenset[bytes]:
        """The keys that signed."""
        return frozenset(self.signatures)

    @property
    def hash(self) -> bytes:
        """What names the document, whoever signed it."""
        return signing.digest(self.prefix, bytes(signing.SIGNATURE_BYTES) + self.body)
