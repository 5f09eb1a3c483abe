"""The ring: private keys at work, of a signed-in person and of the groups they act for."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from admin.authority import Person
from admin.errors import NotHandedOnError
from admin.meter import Meter
from admin.models import Member
from crypto import acts, roster, standing
from crypto.acts import Act, Epoch
from crypto.chain import GENESIS, Head
from crypto.cosigned import Cosigned
from crypto.custody import (
    Keyring,
    LiveKeys,
    PrivateKey,
    lock_decoy,
    lock_keyring,
    make_seed,
    public_key,
)
from crypto.envelope import Ctx, Label, OpenError, Secret, expand, make_key
from crypto.padding import pad, unpad
from crypto.passphrase import Parameters
from crypto.roles import Group, Role
from crypto.roster import Roster
from crypto.signing import Document, Prefix
from crypto.signing import public_key as signing_key
from crypto.standing import Held, Managers, Progress
from crypto.stream import lock, unlock
from reporting import places
from reporting.audit_rows import AuditSegment
from reporting.clock import day_of
from reporting.models import CaseWrap, Drop, Wrapped

NAME_FLOOR = 512
_OWN = b"own"  # no epoch: those have numbers of sixteen bytes
CASE_GROUPS = frozenset({Group.INTAKE, Group.CASEWORK})


@dataclass(frozen=True, slots=True)
class NewEpoch:
    """The key pair of a group, made a moment ago."""

    stated: Epoch
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
    """A signed-in person and the private keys of their groups; lives inside one request.

    `_groups` says to which group each of the epochs belongs, `_awaited` the same of those that
    nobody has handed on to this person yet: what is locked for one of them was not altered, and
    raises NotHandedOnError. `_listed` says it of every epoch that the roster lists. `meter` is the
    server's and counts what they read; without one they read nothing.
    """

    person: Person
    _keys: LiveKeys = field(repr=False)
    _groups: Mapping[bytes, Group] = field(repr=False)
    _awaited: Mapping[bytes, Group] = field(default_factory=dict, repr=False)
    _listed: Mapping[bytes, Group] = field(default_factory=dict, repr=False)
    _grown: dict[bytes, PrivateKey] = field(default_factory=dict, repr=False)
    meter: Meter | None = field(default=None, repr=False)

    def case_key(self, wrap: CaseWrap) -> Secret:
        """Return the key of a report, whichever of the two groups that work on reports it is for.

        Raises OpenError for a wrap that was altered or moved.
        """
        group = self.group_of(wrap.epoch_id)
        if group not in CASE_GROUPS:
            raise OpenError
        place = places.wrap(wrap.case_id, Wrapped.CASE, group)
        return self._open(group, wrap.epoch_id, wrap.key_sealed, place)

    def index_key(self, epoch: bytes) -> Secret:
        """Return the key of what a group keeps beside its reports. Raises OpenError."""
        group = self.group_of(epoch)
        if self._awaited.get(epoch) is group is not None:
            raise NotHandedOnError(group)
        if epoch not in self._groups:
            raise OpenError
        return expand(self._keys.groups[epoch], Label.INDEX)

    def group_of(self, epoch: bytes) -> Group | None:
        """Return the group of an epoch that the roster lists, held here or not."""
        return self._listed.get(epoch)

    def contact_key(self, wrap: CaseWrap) -> Secret:
        """Return the key of a report's ways of contact. Raises OpenError if it was altered."""
        place = places.wrap(wrap.case_id, Wrapped.CONTACT, Group.CASEWORK)
        return self._open(Group.CASEWORK, wrap.epoch_id, wrap.key_sealed, place)

    def wrapped_key(self, wrap: CaseWrap) -> Secret:
        """Return a key of a report, whichever it is. Raises OpenError if it was altered."""
        group = self._groups.get(wrap.epoch_id)
        if group is None:
            raise OpenError
        place = places.wrap(wrap.case_id, Wrapped(wrap.wrapped), group)
        return self._open(group, wrap.epoch_id, wrap.key_sealed, place)

    def segment_key(self, segment: AuditSegment) -> Secret:
        """Return the key of a stretch of the audit log. Raises OpenError if it was altered."""
        place = places.segment(segment.id)
        return self._open(Group.AUDIT, segment.epoch_id, segment.key_sealed, place)

    def drop_key(self, row: Drop, group: Group) -> Secret:
        """Return the key of a note for a group. Raises OpenError if it was altered."""
        return self._open(group, row.epoch_id, row.key_sealed, places.drop_key(row.id, group))

    def period_secret(self, group: Group, epoch: bytes, box: bytes, place: Ctx) -> Secret:
        """Return a secret of a year's figures. Raises OpenError if it was altered."""
        return self._open(group, epoch, box, place)

    def own_key(self, box: bytes, place: Ctx) -> Secret:
        """Return what was sealed to this person alone. Raises OpenError."""
        return self._own_pair().open(box, place)

    def seeds(self) -> Mapping[bytes, tuple[Group, Secret]]:
        """Return the seed of every epoch that is held here, for handing it on."""
        return {epoch: (group, self._keys.groups[epoch]) for epoch, group in self._groups.items()}

    def holds(self, epoch: bytes) -> bool:
        """Say whether the seed of an epoch is here."""
        return epoch in self._groups

    def propose(self, grown: Roster, act: Act) -> bytes:
        """Return a proposal with this person's signature. Raises RosterError."""
        return roster.propose(grown, act, self._keys.keyring.signing_seed)

    def countersign(self, grown: Roster, proposal: bytes) -> bytes:
        """Return the proposal with this person's signature as well. Raises RosterError."""
        return roster.countersign(grown, proposal, self._keys.keyring.signing_seed)

    def propose_step(self, progress: Progress, held: Held, managers: Managers) -> bytes:
        """Return a proposed step of vetting with this person's signature. Raises StandingError."""
        return standing.propose(progress, held, self._keys.keyring.signing_seed, managers)

    def countersign_step(self, progress: Progress, proposal: bytes, managers: Managers) -> bytes:
        """Return the step with this person's signature as well. Raises StandingError."""
        return standing.countersign(progress, proposal, self._keys.keyring.signing_seed, managers)

    def sign(self, prefix: Prefix, document: Document) -> Cosigned:
        """Return a document with this person's signature."""
        return Cosigned.write(prefix, document, self._keys.keyring.signing_seed)

    def sign_too(self, signed: Cosigned) -> Cosigned:
        """Return what others signed with this person's signature as well. Raises OpenError."""
        return signed.countersigned(self._keys.keyring.signing_seed)

    def with_seeds(self, made: tuple[NewEpoch, ...]) -> "Ring":
        """Return a ring that holds these epochs too."""
        seeds = {**self._keys.groups, **{new.stated.id: new.seed for new in made}}
        groups = {**self._groups, **{new.stated.id: new.stated.group for new in made}}
        listed = {**self._listed, **{new.stated.id: new.stated.group for new in made}}
        keys = LiveKeys(self._keys.keyring, seeds)
        return replace(self, _keys=keys, _groups=groups, _listed=listed)

    def with_factors(self, factors: tuple[Secret, ...]) -> "Ring":
        """Return a ring whose key ring has these second factors."""
        keyring = replace(self._keys.keyring, factors=factors)
        return replace(self, _keys=replace(self._keys, keyring=keyring))

    @property
    def factors(self) -> tuple[Secret, ...]:
        """The second factors of this person, as their key ring keeps them."""
        return self._keys.keyring.factors

    @property
    def fingerprint(self) -> tuple[str, ...]:
        """What tells this person's keys from any others."""
        person = self.person
        keyring = self._keys.keyring
        return listed(keyring, person.id, person.roles, is_manager=person.is_manager).fingerprint

    def metered(self, meter: Meter) -> "Ring":
        """Return a ring of somebody whose reading is counted."""
        return replace(self, meter=meter)

    def kept(self) -> LiveKeys:
        """Return the live keys of what this person acts with: none that they hold in trust."""
        acting = {
            epoch: self._keys.groups[epoch]
            for epoch, group in self._groups.items()
            if group in self.person.groups
        }
        return LiveKeys(self._keys.keyring, acting)

    @property
    def sealing_key(self) -> bytes:
        """What others seal to, so that this person alone opens it."""
        return self._own_pair().public

    @property
    def groups(self) -> frozenset[Group]:
        """The groups of which a key is here."""
        return frozenset(self._groups.values())

    def _own_pair(self) -> PrivateKey:
        if _OWN not in self._grown:
            self._grown[_OWN] = PrivateKey(self._keys.keyring.seed)
        return self._grown[_OWN]

    def _open(self, group: Group, epoch: bytes, box: bytes, place: Ctx) -> Secret:
        if self._awaited.get(epoch) is group:
            raise NotHandedOnError(group)
        if self._groups.get(epoch) is not group:
            raise OpenError
        if epoch not in self._grown:
            self._grown[epoch] = PrivateKey(self._keys.groups[epoch])
        return self._grown[epoch].open(box, place)


def open_ring(person: Person, keys: LiveKeys, verified: Roster) -> Ring:
    """Make a ring of live keys; only epochs that stand in the roster count."""
    known = {epoch.id: group for group, epochs in verified.epochs.items() for epoch in epochs}
    held = {epoch: group for epoch, group in known.items() if epoch in keys.groups}
    awaited = {
        epoch: group
        for epoch, group in known.items()
        if group in person.groups and epoch not in keys.groups
    }
    return Ring(person, keys, held, awaited, known)


def make_epoch(group: Group, now: datetime) -> NewEpoch:
    """Make the key pair of a group."""
    seed = make_seed()
    return NewEpoch(Epoch(day_of(now), secrets.token_bytes(16), group, public_key(seed)), seed)


def make_keyring(factors: tuple[Secret, ...], audit_head: Head, roster_head: Head) -> Keyring:
    """Make a new person's keys; they pin the audit log and the roster as they stand now."""
    return Keyring(make_seed(), make_key(), roster_head, audit_head, factors)


def listed(
    keyring: Keyring, member: bytes, roles: frozenset[Role], *, is_manager: bool
) -> acts.Person:
    """Return how an entry of the roster names the holder of a key ring."""
    keys = public_key(keyring.seed), signing_key(keyring.signing_seed)
    return acts.Person(member, *keys, roles, is_manager)


def matches(keyring: Keyring, person: acts.Person) -> bool:
    """Say whether the roster has the keys that this key ring holds."""
    keys = public_key(keyring.seed), signing_key(keyring.signing_seed)
    return keys == (person.sealing_key, person.signing_key)


def new_member(keyring: Keyring, kek: Secret, identity: Identity, parameters: Parameters) -> Member:
    """Return the row of a new person, everything about them locked."""
    name = pad(identity.name.encode(), NAME_FLOOR)
    return Member(
        id=identity.id,
        name_tag=identity.tag,
        salt=identity.salt,
        sealing_key=public_key(keyring.seed),
        signing_key=signing_key(keyring.signing_seed),
        name_sealed=lock(name_key(keyring), name, _name_place(identity.id)),
        keyring_sealed=lock_keyring(kek, keyring, identity.id, 0, parameters),
        decoy_sealed=unset_decoy(identity.id, parameters),
        rev=0,
    )


def unset_decoy(member: bytes, parameters: Parameters) -> bytes:
    """Return a box that nobody opens, and that looks like a decoy somebody set."""
    nobodys = make_keyring((), GENESIS, GENESIS)
    return lock_decoy(make_key(), nobodys, member, parameters)


def name_key(keyring: Keyring) -> Secret:
    """Return the key that a person's name is locked under."""
    return expand(keyring.seed, Label.NAME)


def name_of(member: Member, key: Secret) -> str:
    """Return a person's name, which only their own keys open. Raises OpenError."""
    return unpad(unlock(key, member.name_sealed, _name_place(member.id))).decode()


def _name_place(member: bytes) -> Ctx:
    return Ctx("name", "member", "name_sealed", member)
