"""Entries of the roster: an act at its place, in the bytes in which people sign it.

FORMAT.md 12.1. An entry that still lacks signatures is a proposal and looks the same.
"""

from dataclasses import dataclass

from crypto import acts
from crypto.acts import Act
from crypto.cosigned import Cosigned
from crypto.envelope import OpenError, Secret
from crypto.signing import Document, Prefix


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


def write(n: int, prev: str, act: Act, seed: Secret) -> bytes:
    """Return an entry for the n-th place after the entry of that hash, with its first signature."""
    return Cosigned.write(Prefix.ROSTER, _document(n, prev, act), seed).encode()


def countersign(entry: bytes, seed: Secret) -> bytes:
    """Return the entry with one more signature.

    Raises OpenError for what is no entry, and for one that this key has signed already.
    """
    return Cosigned.decode(Prefix.ROSTER, entry).countersigned(seed).encode()


def read(entry: bytes) -> Entry:
    """Return an entry whose every signature holds. Raises OpenError for anything else.

    Nothing is read but what `write` and `countersign` return.
    """
    signed = Cosigned.decode(Prefix.ROSTER, entry)
    document = signed.document()
    n, prev, act = document.get("n"), document.get("prev"), acts.read(document)
    if not (isinstance(n, int) and isinstance(prev, str) and _document(n, prev, act) == document):
        raise OpenError
    return Entry(n, prev, act, signed.signers, signed.hash)


def _document(n: int, prev: str, act: Act) -> Document:
    return {"n": n, "prev": prev, **acts.document(act)}
