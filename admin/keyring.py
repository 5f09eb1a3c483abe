"""The ring: private keys at work, of a signed-in person and of the groups they act for."""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from admin.authority import Person
from admin.errors import AlarmError
from admin.models import Grant, Member
from admin.permissions import acting_groups
from crypto.chain import GENESIS, Head
from crypto.custody import Keyring, LiveKeys, PrivateKey, lock_keyring, make_seed, public_key
from crypto.envelope import Ctx, Label, OpenError, Secret, expand, make_key
from crypto.padding import pad, unpad
from crypto.passphrase import Parameters
from crypto.sealing import seal
from crypto.stream import lock, unlock
from reporting import places
from reporting.models import AuditSegment, CaseWrap, Drop, Group, Wrapped
from reporting.office import Office, PinnedKey

NAME_FLOOR = 512


@dataclass(frozen=True, slots=True)
class NewEpoch:
    """The key pair of a group, made a moment ago."""

    pinned: PinnedKey
    seed: Secret


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a new row of the staff stands for."""

    id: bytes
    name: str = field(repr=False)
    tag: bytes
    salt: bytes


@dataclass(frozen=True, slots=True)
class Ring:
    """A signed-in person and the private keys of their groups; lives inside one request."""

    person: Person
    _keys: Mapping[Group, PrivateKey] = field(repr=False)

    def case_key(self, wrap: CaseWrap) -> Secret:
        """Return the key of a report. Raises OpenError for a wrap that was altered or moved."""
        place = places.wrap(wrap.case_id, Wrapped.CASE, Group.INTAKE)
        return self._key_of(Group.INTAKE).open(wrap.key_sealed, place)

    def segment_key(self, segment: AuditSegment) -> Secret:
        """Return the key of a stretch of the audit log. Raises OpenError if it was altered."""
        return self._key_of(Group.AUDIT).open(segment.key_sealed, places.segment(segment.id))

    def drop_key(self, row: Drop, group: Group) -> Secret:
        """Return the key of a note for a group. Raises OpenError if it was altered."""
        return self._key_of(group).open(row.key_sealed, places.drop_key(row.id, group))

    @property
    def groups(self) -> frozenset[Group]:
        """The groups whose keys are here."""
        return frozenset(self._keys)

    def _key_of(self, group: Group) -> PrivateKey:
        if group not in self._keys:
            raise OpenError
        return self._keys[group]


def open_ring(member: bytes, name: str, keys: LiveKeys, office: Office) -> Ring:
    """Make a ring of the live keys of a sign-in; only the office's pinned epochs count."""
    held = {
        group: PrivateKey(keys.groups[pinned.epoch])
        for group, pinned in office.keys.items()
        if pinned.epoch in keys.groups
    }
    return Ring(Person(member, name, acting_groups(held.keys())), held)


def only_acting(keys: LiveKeys, office: Office) -> LiveKeys:
    """Leave out the keys somebody holds in trust: a sign-in carries what its person acts with."""
    epochs = {office.keys[group].epoch: group for group in office.keys}
    held = {group for epoch, group in epochs.items() if epoch in keys.groups}
    acting = acting_groups(held)
    kept = {epoch: seed for epoch, seed in keys.groups.items() if epochs[epoch] in acting}
    return LiveKeys(keys.keyring, kept)


def make_epoch(group: Group) -> NewEpoch:
    """Make the key pair of a group."""
    seed = make_seed()
    return NewEpoch(PinnedKey(secrets.token_bytes(16), group, public_key(seed)), seed)


def make_keyring(factor: Secret, audit_head: Head) -> Keyring:
    """Make a new person's keys; they pin the audit log as it stands now."""
    # The roster does not exist yet; its head is the beginning of every chain.
    return Keyring(make_seed(), make_key(), GENESIS, audit_head, (factor,))


def new_member(keyring: Keyring, kek: Secret, identity: Identity, parameters: Parameters) -> Member:
    """Return the row of a new person, everything about them locked."""
    name = pad(identity.name.encode(), NAME_FLOOR)
    return Member(
        id=identity.id,
        name_tag=identity.tag,
        salt=identity.salt,
        public_key=public_key(keyring.seed),
        name_sealed=lock(expand(keyring.seed, Label.NAME), name, _name_place(identity.id)),
        keyring_sealed=lock_keyring(kek, keyring, identity.id, 0, parameters),
        rev=0,
    )


def name_of(member: Member, keyring: Keyring) -> str:
    """Return a person's name, which only their own keys open. Raises OpenError."""
    key = expand(keyring.seed, Label.NAME)
    return unpad(unlock(key, member.name_sealed, _name_place(member.id))).decode()


def grant(epoch: PinnedKey, seed: Secret, member: Member) -> Grant:
    """Seal the seed of an epoch to a person."""
    place = _grant_place(epoch.epoch, member.id)
    box = seal(member.public_key, seed, place)
    return Grant(epoch_id=epoch.epoch, member_id=member.id, box_sealed=box)


def open_grants(keyring: Keyring, grants: Iterable[Grant], office: Office) -> LiveKeys:
    """Open what was granted to this person.

    Raises AlarmError for a grant that does not open, or opens to a key that is not the pinned
    one: somebody else would hold what is sealed to it.
    """
    own = PrivateKey(keyring.seed)
    pinned = {key.epoch: key for key in office.keys.values()}
    seeds = {}
    for granted in grants:
        place = _grant_place(granted.epoch_id, granted.member_id)
        try:
            seed = own.open(granted.box_sealed, place)
        except OpenError:
            raise AlarmError("a grant was altered") from None
        if (
            granted.epoch_id not in pinned
            or public_key(seed) != pinned[granted.epoch_id].public_key
        ):
            raise AlarmError("a grant holds a key that is not pinned")
        seeds[granted.epoch_id] = seed
    return LiveKeys(keyring, seeds)


def _name_place(member: bytes) -> Ctx:
    return Ctx("name", "member", "name_sealed", member)


def _grant_place(epoch: bytes, member: bytes) -> Ctx:
    return Ctx(f"seed for {member.hex()}", "epoch_grant", "box_sealed", epoch)
