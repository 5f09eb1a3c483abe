"""The roster: who belongs to the office, and the public keys that reports are sealed to.

An append-only list of signed entries (FORMAT.md 12). Every process verifies all of it from a pin
and never goes back behind a head it knows, so that neither rows planted in the database nor one
roster manager alone make anybody a reader.

What it cannot show: a day that its signer made up, a group's new key whose seed its signer keeps
from the others, and newest entries held back from whoever never saw them.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import reduce
from types import MappingProxyType
from typing import Final

from crypto import entries
from crypto.acts import Act, Change, Enrolment, Epoch, Founding, Person, Removal
from crypto.chain import Head
from crypto.entries import Entry
from crypto.envelope import OpenError, Secret
from crypto.roles import Group
from crypto.succession import Succession

_FEWEST_MANAGERS: Final = 2


class RosterError(Exception):
    """The roster does not hold at entry n: altered, moved, missing, or signed by the wrong people.

    Of a proposal it says that nothing can come of it at that place.
    """

    def __init__(self, n: int) -> None:
        super().__init__(f"the roster does not hold at entry {n}")
        self.n = n


@dataclass(frozen=True, slots=True)
class Roster:
    """People and epochs as some number of entries leave them.

    `removed` are those who belong no more. The newest of a group's `epochs` is in force. `listed`
    is every id and key that ever stood in an entry, `hashes` names the entries in their order, and
    `succession` is who has held the seeds of groups.
    The caller guarantees that it came from `verify`: nothing else knows the pin.
    """

    people: Mapping[bytes, Person]
    removed: Mapping[bytes, Person]
    epochs: Mapping[Group, tuple[Epoch, ...]]
    listed: frozenset[bytes]
    hashes: tuple[bytes, ...]
    succession: Succession

    @property
    def head(self) -> Head:
        """The newest entry, to be remembered outside the database."""
        return Head(len(self.hashes) - 1, self.hashes[-1])

    def includes(self, head: Head) -> bool:
        """Say whether the entry that somebody remembers is one of these."""
        return self.hashes[head.n : head.n + 1] == (head.hash,)

    def epoch(self, group: Group) -> Epoch:
        """Return the epoch of a group that is in force; from the founding on there is one."""
        return self.epochs[group][-1]

    @property
    def stale(self) -> frozenset[Group]:
        """The groups whose seed in force somebody outside knows: each needs a new epoch."""
        return self.succession.stale

    @property
    def exposed(self) -> frozenset[bytes]:
        """The ids of all epochs whose seeds left their groups with somebody."""
        return self.succession.exposed

    def members(self, group: Group) -> tuple[Person, ...]:
        """Return the people whose roles belong to a group."""
        return tuple(person for person in self.people.values() if group in person.groups)

    @property
    def managers(self) -> tuple[Person, ...]:
        """The people whose signatures decide who belongs."""
        return tuple(person for person in self.people.values() if person.is_manager)


# Before entry 0. A founding is proposed to it; only `verify`, which has the pin, goes on from it.
NOBODY: Final = Roster(
    people=MappingProxyType({}),
    removed=MappingProxyType({}),
    epochs=MappingProxyType(dict.fromkeys(Group, ())),
    listed=frozenset(),
    hashes=(),
    succession=Succession(),
)


@dataclass(frozen=True, slots=True)
class Proposal:
    """What an entry would do, the ids of those who signed it, and how many more have to."""

    act: Act
    signers: frozenset[bytes]
    missing: int


def verify(stored: Iterable[bytes], pin: bytes, known: Head | None = None) -> Roster:
    """Return the roster that these entries make, the one with this pin that includes `known`.

    Raises RosterError with the first position that does not hold; for a roster that was rolled
    back or forked, with the position of the head that it lacks.
    """
    remaining = iter(stored)
    roster = _extended(NOBODY, next(remaining, b""))
    if roster.hashes != (pin,):
        raise RosterError(0)
    for entry in remaining:
        roster = _extended(roster, entry)
    if known is not None and not roster.includes(known):
        raise RosterError(known.n)
    return roster


def extend(roster: Roster, entry: bytes) -> Roster:
    """Return the roster with one entry more. Raises RosterError unless everything about it holds.

    A founding is refused too: which one is ours only `verify` can tell.
    """
    if not roster.hashes:
        raise RosterError(0)
    return _extended(roster, entry)


def propose(roster: Roster, act: Act, seed: Secret) -> bytes:
    """Return a proposal that holds for the next place only, with the signature of this seed.

    It is an entry already where one signature is enough. Raises RosterError for an act that
    cannot follow, and for a seed whose holder may not sign it.
    """
    proposal = entries.write(len(roster.hashes), _prev(roster), act, seed)
    weigh(roster, proposal)
    return proposal


def countersign(roster: Roster, proposal: bytes, seed: Secret) -> bytes:
    """Return the proposal with one signature more.

    The caller guarantees that the signer was shown what `weigh` says of it. Raises RosterError for
    what `weigh` refuses, and for a seed whose holder may not sign it or has done so.
    """
    with _refusing(roster):
        signed = entries.countersign(proposal, seed)
    weigh(roster, signed)
    return signed


def weigh(roster: Roster, proposal: bytes) -> Proposal:
    """Return what a proposal would do to this roster.

    Raises RosterError where nothing can come of it: another entry took its place, what it states
    may not be, or somebody signed it who has no say.
    """
    return _judge(roster, proposal).proposal


@dataclass(frozen=True, slots=True)
class _Judged:
    """A proposal, and the roster that its last signature will bring about."""

    proposal: Proposal
    outcome: Roster


@dataclass(frozen=True, slots=True)
class _Say:
    """Who may sign an entry, and how many of them must."""

    people: tuple[Person, ...]
    needed: int


@contextmanager
def _refusing(roster: Roster) -> Iterator[None]:
    try:
        yield
    except OpenError:
        raise RosterError(len(roster.hashes)) from None


def _extended(roster: Roster, entry: bytes) -> Roster:
    judged = _judge(roster, entry)
    if judged.proposal.missing:
        raise RosterError(len(roster.hashes))
    return judged.outcome


def _judge(roster: Roster, proposal: bytes) -> _Judged:
    with _refusing(roster):
        entry = entries.read(proposal)
        _require_next(roster, entry)
        outcome = _outcome(roster, entry)
        say = _say(roster, outcome, entry.act)
        signers = frozenset(one.id for one in say.people if one.signing_key in entry.signers)
        missing = say.needed - len(signers)
        # A signature by anybody else, or one too many, is refused: it would count for nothing.
        if len(signers) != len(entry.signers) or missing < 0:
            raise OpenError
        return _Judged(Proposal(entry.act, signers, missing), outcome)


def _require_next(roster: Roster, entry: Entry) -> None:
    is_founding = isinstance(entry.act, Founding)
    is_first = not roster.hashes
    if (entry.n, entry.prev) != (len(roster.hashes), _prev(roster)) or is_founding != is_first:
        raise OpenError


def _prev(roster: Roster) -> str:
    return roster.hashes[-1].hex() if roster.hashes else ""


def _say(roster: Roster, outcome: Roster, act: Act) -> _Say:
    match act:
        case Founding():
            return _Say(outcome.managers, len(outcome.managers))
        case Enrolment() | Change():
            return _Say(_others(roster.managers, act.person.id), 2)
        case Removal():
            return _Say(_others(roster.managers, act.subject), 1)
        case _:
            return _Say(roster.members(act.group), 1)


def _others(people: tuple[Person, ...], subject: bytes) -> tuple[Person, ...]:
    return tuple(person for person in people if person.id != subject)


def _outcome(roster: Roster, entry: Entry) -> Roster:
    after = _after(roster, entry.act)
    succession = roster.succession.after(entry.act, roster.people, after.people, roster.epochs)
    outcome = replace(after, hashes=(*roster.hashes, entry.hash), succession=succession)
    if len(outcome.managers) < _FEWEST_MANAGERS:
        raise OpenError
    return outcome


def _after(roster: Roster, act: Act) -> Roster:
    match act:
        case Founding():
            return reduce(_rotated, act.epochs, _with(roster, *act.people))
        case Enrolment():
            return _with(roster, act.person)
        case Change():
            return _changed(roster, act.person)
        case Removal():
            return _without(roster, act.subject)
        case _:
            return _rotated(roster, act)


def _with(roster: Roster, *people: Person) -> Roster:
    listed = _listed(roster, [mark for person in people for mark in person.marks])
    joined = {**roster.people, **{person.id: person for person in people}}
    return replace(roster, people=MappingProxyType(joined), listed=listed)


def _changed(roster: Roster, person: Person) -> Roster:
    everybody = {**roster.people, **roster.removed}
    if person.id not in everybody:
        raise OpenError
    listed = _listed(roster, person.marks - everybody[person.id].marks)
    people = {**roster.people, person.id: person}
    removed = {of: other for of, other in roster.removed.items() if of != person.id}
    return replace(
        roster, people=MappingProxyType(people), removed=MappingProxyType(removed), listed=listed
    )


def _without(roster: Roster, subject: bytes) -> Roster:
    people = dict(roster.people)
    if subject not in people:
        raise OpenError
    removed = {**roster.removed, subject: people.pop(subject)}
    return replace(roster, people=MappingProxyType(people), removed=MappingProxyType(removed))


def _rotated(roster: Roster, epoch: Epoch) -> Roster:
    epochs = {**roster.epochs, epoch.group: (*roster.epochs[epoch.group], epoch)}
    return replace(roster, epochs=MappingProxyType(epochs), listed=_listed(roster, epoch.marks))


def _listed(roster: Roster, marks: Collection[bytes]) -> frozenset[bytes]:
    """Return all that was ever listed, now with these. Raises OpenError where one is not new."""
    listed = roster.listed.union(marks)
    if len(listed) != len(roster.listed) + len(marks):
        raise OpenError
    return listed
