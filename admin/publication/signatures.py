"""Signatures of officers as the database keeps them, each apart from what it is over."""

from collections.abc import Iterable
from typing import Protocol

from crypto import signing
from crypto.envelope import OpenError
from crypto.roles import Group
from crypto.roster import Roster
from crypto.signing import Prefix


class Signed(Protocol):
    """A row that keeps a signature, by whom, and the key it is checked by."""

    @property
    def member_id(self) -> bytes:
        """Return who signed."""

    @property
    def signing_key(self) -> bytes:
        """Return the public key of whoever signed."""

    @property
    def signature(self) -> bytes:
        """Return the signature alone."""


def holds(row: Signed, prefix: Prefix, document: bytes) -> bool:
    """Say whether a signature is over this document."""
    if len(row.signature) != signing.SIGNATURE_BYTES:
        return False
    try:
        signing.read(row.signing_key, prefix, row.signature + document)
    except OpenError:
        return False
    return True


def officers(
    rows: Iterable[Signed], verified: Roster, prefix: Prefix, document: bytes
) -> frozenset[bytes]:
    """Return the officers of now whose signature over this document is there."""
    keys = {person.id: person.signing_key for person in verified.members(Group.PUBLICATION)}
    return frozenset(
        row.member_id
        for row in rows
        if keys.get(row.member_id) == row.signing_key and holds(row, prefix, document)
    )
