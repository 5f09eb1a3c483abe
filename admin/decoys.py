"""Decoys: a second box beside each key ring, for a passphrase that somebody is forced to tell.

Every member has both boxes, and both are tried each time. What the decoy opens looks like the real
key ring and shows the same second factors, but its keys are nobody's: it opens nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Self

from admin.keyring import name_key
from admin.models import Member
from crypto.custody import (
    Keyring,
    lock_decoy,
    lock_keyring,
    make_seed,
    open_decoy,
    open_keyring,
)
from crypto.envelope import OpenError, Secret
from crypto.passphrase import Parameters


@dataclass(frozen=True, slots=True)
class Boxes:
    """The two boxes of a member."""

    id: bytes
    rev: int
    own: bytes
    decoy: bytes

    @classmethod
    def of(cls, member: Member) -> Self:
        """Return the boxes of a row."""
        return cls(member.id, member.rev, member.keyring_sealed, member.decoy_sealed)


@dataclass(frozen=True, slots=True)
class Shown:
    """The key ring that a passphrase opened, and whether it is the decoy."""

    keyring: Keyring = field(repr=False)
    is_decoy: bool

    @property
    def name_key(self) -> Secret:
        """The key of the person's name."""
        return self.keyring.signing_seed if self.is_decoy else name_key(self.keyring)


def open_either(kek: Secret, boxes: Boxes, parameters: Parameters) -> Shown:
    """Return what a passphrase opens. Raises OpenError for a wrong one.

    Both boxes are tried whatever the first one says, so that the time taken tells nothing.
    """
    own = _tried(lambda: open_keyring(kek, boxes.own, boxes.id, boxes.rev, parameters))
    decoy = _tried(lambda: open_decoy(kek, boxes.decoy, boxes.id, parameters))
    shown = [Shown(keyring, is_decoy=False) for keyring in own]
    shown += [Shown(keyring, is_decoy=True) for keyring in decoy]
    if not shown:
        raise OpenError
    return shown[0]


def lock_again(member: Member, kek: Secret, shown: Shown, parameters: Parameters) -> None:
    """Lock a key ring that was opened into the box of a row that it came from."""
    if shown.is_decoy:
        member.decoy_sealed = lock_decoy(kek, shown.keyring, member.id, parameters)
        return
    member.rev += 1
    member.keyring_sealed = lock_keyring(kek, shown.keyring, member.id, member.rev, parameters)


def put(member: Member, kek: Secret, keyring: Keyring, parameters: Parameters) -> None:
    """Put a decoy of a person's key ring beside it, for another passphrase of theirs."""
    # Nobody seals to the decoy and nobody believes what it signs: in the place of a signing seed it
    # keeps the key of the person's name, which the head of every page shows.
    decoy = replace(keyring, seed=make_seed(), signing_seed=name_key(keyring))
    member.decoy_sealed = lock_decoy(kek, decoy, member.id, parameters)


def _tried(opening: Callable[[], Keyring]) -> tuple[Keyring, ...]:
    try:
        return (opening(),)
    except OpenError:
        return ()
