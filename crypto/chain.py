"""The audit chain: each link holds the hash of the one before, so nothing leaves unseen.

A link commits to its detail without holding it: the detail is locked elsewhere, and can be
deleted while the chain stays whole. What a chain alone cannot show is that its newest links are
missing; for that its head must be remembered outside the database.
"""

import hashlib
import hmac
import struct
from collections.abc import Iterable
from dataclasses import dataclass

from crypto.envelope import KEY_BYTES, Label, Secret, lp

HASH_BYTES = 32
SEGMENT_BYTES = 16

_N = struct.Struct(">Q")
_WEEK = struct.Struct(">I")


class ChainBrokenError(Exception):
    """The chain does not hold at position n: a link was altered, removed, inserted or moved."""

    def __init__(self, n: int) -> None:
        super().__init__(f"the audit chain is broken at position {n}")
        self.n = n


@dataclass(frozen=True, slots=True)
class Head:
    """A position in the chain and everything before it, in 32 bytes.

    Raises ValueError for a position no database counts to, and for a hash not of 32 bytes.
    """

    n: int
    hash: bytes

    def __post_init__(self) -> None:
        if not 0 <= self.n < 1 << 63 or len(self.hash) != HASH_BYTES:
            raise ValueError("a head is a position and a hash of 32 bytes")


GENESIS = Head(0, bytes(HASH_BYTES))


@dataclass(frozen=True, slots=True)
class Link:
    """One row of the chain, as it stands in clear. `verify` decides whether it is true."""

    n: int
    week: int
    segment: bytes
    commitment: bytes
    prev: bytes
    hash: bytes


def commit(salt: Secret, detail: bytes) -> bytes:
    """Return 32 bytes that bind a detail and tell nothing of it while the salt stays secret.

    The caller guarantees a fresh salt for each detail. Raises ValueError for one not of 32 bytes.
    """
    if len(salt.reveal()) != KEY_BYTES:
        raise ValueError("a salt of a commitment has 32 bytes")
    return hmac.digest(salt.reveal(), detail, "sha256")


def append(head: Head, week: int, segment: bytes, commitment: bytes) -> Link:
    """Return the link that follows `head`; `week` is the year times 100 plus the ISO week.

    The caller guarantees that nobody else appends to the same head. Raises ValueError for parts
    of a wrong size.
    """
    digest = _digest(head, week, segment, commitment)
    return Link(head.n + 1, week, segment, commitment, head.hash, digest)


def verify(links: Iterable[Link], start: Head) -> Head:
    """Return the head after all links that follow `start`, if every one of them is true.

    Raises ChainBrokenError with the first position that is not. Links cut off at the end are not
    missed here: the caller compares the head with one it remembers.
    """
    head = start
    for link in links:
        if not _follows(link, head):
            raise ChainBrokenError(head.n + 1)
        head = Head(link.n, link.hash)
    return head


def _follows(link: Link, head: Head) -> bool:
    # A row altered by hand may hold anything, even text where a number belongs.
    try:
        digest = _digest(head, link.week, link.segment, link.commitment)
    except (TypeError, ValueError, struct.error):
        return False
    return (link.n, link.prev, link.hash) == (head.n + 1, head.hash, digest)


def _digest(head: Head, week: int, segment: bytes, commitment: bytes) -> bytes:
    if len(segment) != SEGMENT_BYTES or len(commitment) != HASH_BYTES:
        raise ValueError("a segment has 16 bytes and a commitment 32")
    if not 0 <= week < 1 << 32:
        raise ValueError("a week is a number of four bytes")
    place = _N.pack(head.n + 1), _WEEK.pack(week)
    hashed = lp(Label.AUDIT.domain, *place, segment, commitment, head.hash)
    return hashlib.sha256(hashed).digest()
