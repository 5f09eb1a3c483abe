"""Grants: the seeds of groups, sealed to each of their members by those who hold them.

A seed is sealed to the key that the verified roster names, never to one from another row: what
somebody plants in the database is given nothing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from admin.errors import AlarmError
from admin.keeping import kept_back
from admin.keyring import Ring
from admin.models import Grant
from crypto import acts
from crypto.acts import Epoch
from crypto.custody import Keyring, LiveKeys, PrivateKey, public_key
from crypto.envelope import Ctx, OpenError, Secret
from crypto.roles import Group
from crypto.roster import Roster
from crypto.sealing import kid, seal
from reporting.database import shred

_KID = slice(2, 18)  # where a sealed box names the key it is sealed to (FORMAT.md 3)


@dataclass(frozen=True, slots=True)
class Handed:
    """How many seeds were handed on, and how many taken back."""

    given: int
    taken: int


def give(epoch: Epoch, seed: Secret, person: acts.Person) -> Grant:
    """Seal the seed of an epoch to a person."""
    box = seal(person.sealing_key, seed, _place(epoch.id, person.id))
    return Grant(epoch_id=epoch.id, member_id=person.id, box_sealed=box)


def open_all(session: Session, keyring: Keyring, member: bytes, verified: Roster) -> LiveKeys:
    """Open what was granted to a member; what was sealed to earlier keys of theirs is left.

    Raises AlarmError for a grant that does not open, or opens to a key that is not in the roster:
    somebody else would hold what is sealed to it.
    """
    own = PrivateKey(keyring.seed)
    known = _known(verified)
    seeds = {}
    for grant in session.scalars(select(Grant).where(Grant.member_id == member)):
        if grant.box_sealed[_KID] != kid(own.public):
            continue
        try:
            seed = own.open(grant.box_sealed, _place(grant.epoch_id, member))
        except OpenError:
            raise AlarmError("a grant was altered") from None
        epoch = known.get(grant.epoch_id)
        if epoch is None or public_key(seed) != epoch.public_key:
            raise AlarmError("a grant holds a key that is not in the roster")
        seeds[grant.epoch_id] = seed
    return LiveKeys(keyring, seeds)


def hand_on(session: Session, ring: Ring, verified: Roster) -> Handed:
    """Give every seed held here to the members of its group who lack it; take others' back.

    Keys that the founders hold in trust go to the group's first members, and only then from the
    founders: a key is never taken from the last who have it.
    """
    grants = session.scalars(select(Grant)).all()
    entitled, known = _entitled(session, verified), _known(verified)
    living = {_pair(grant) for grant in grants if _is_living(grant, entitled, known)}
    kept = {grant.epoch_id for grant in grants}
    missing = [
        (epoch, person)
        for epoch, (group, _) in ring.seeds().items()
        if epoch in kept  # what was retired is not given out again
        for person in entitled[group].values()
        if (epoch, person.id) not in living
    ]
    covered = {epoch for epoch, _ in living} | {epoch for epoch, _ in missing}
    gone = [one for one in grants if _pair(one) not in living and one.epoch_id in covered]
    _forget(session, gone)
    seeds = ring.seeds()
    session.add_all(give(known[epoch], seeds[epoch][1], person) for epoch, person in missing)
    return Handed(len(missing), len(gone))


def take_back(session: Session, verified: Roster) -> int:
    """Take seeds from those who are not to have them, but never from the last who do.

    Returns how many were taken.
    """
    grants = session.scalars(select(Grant)).all()
    entitled, known = _entitled(session, verified), _known(verified)
    living = {_pair(grant) for grant in grants if _is_living(grant, entitled, known)}
    covered = {epoch for epoch, _ in living}
    gone = [one for one in grants if _pair(one) not in living and one.epoch_id in covered]
    _forget(session, gone)
    return len(gone)


def granted(session: Session, member: acts.Person) -> frozenset[bytes]:
    """Return the ids of the epochs that are granted to a member, sealed to the keys they have."""
    grants = session.scalars(select(Grant).where(Grant.member_id == member.id))
    own = kid(member.sealing_key)
    return frozenset(one.epoch_id for one in grants if one.box_sealed[_KID] == own)


def awaited(session: Session, member: acts.Person, verified: Roster) -> frozenset[Group]:
    """Return the groups of which this person has no key in force yet."""
    held = granted(session, member)
    return frozenset(group for group in member.groups if verified.epoch(group).id not in held)


def _pair(grant: Grant) -> tuple[bytes, bytes]:
    return grant.epoch_id, grant.member_id


def _forget(session: Session, gone: Sequence[Grant]) -> None:
    for grant in gone:
        session.delete(grant)
    session.flush()
    if gone:
        shred(session)


def _entitled(session: Session, verified: Roster) -> dict[Group, dict[bytes, acts.Person]]:
    """Return who may hold the keys of each group: its members, or those who keep them in trust.

    Nobody does whose keys are kept back.
    """
    kept = kept_back(session, verified)
    return {
        group: {
            person.id: person
            for person in verified.members(group) or verified.managers
            if person.id not in kept
        }
        for group in Group
    }


def _is_living(
    grant: Grant, entitled: dict[Group, dict[bytes, acts.Person]], known: dict[bytes, Epoch]
) -> bool:
    epoch = known.get(grant.epoch_id)
    person = entitled[epoch.group].get(grant.member_id) if epoch is not None else None
    # Somebody with new keys opens nothing that was sealed to the old ones.
    return person is not None and grant.box_sealed[_KID] == kid(person.sealing_key)


def _known(verified: Roster) -> dict[bytes, Epoch]:
    return {epoch.id: epoch for epoch in _epochs(verified)}


def _epochs(verified: Roster) -> Iterator[Epoch]:
    for epochs in verified.epochs.values():
        yield from epochs


def _place(epoch: bytes, member: bytes) -> Ctx:
    return Ctx(f"seed for {member.hex()}", "epoch_grant", "box_sealed", epoch)
