"""People of a made-up office with their keys, entries signed by anybody, and what is refused."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import pytest

from crypto import custody, entries, signing
from crypto.acts import Act, Epoch, Founding, Person
from crypto.envelope import Secret
from crypto.roles import Group, Role
from crypto.roster import Roster, RosterError, extend, verify

TODAY = date(2026, 11, 24)


@dataclass(frozen=True)
class Somebody:
    """A person with both private keys, which come from a name and a number."""

    name: str
    keys: int = 1

    @property
    def id(self) -> bytes:
        """The id, which new keys do not change."""
        return hashlib.sha256(self.name.encode()).digest()[:16]

    @property
    def seed(self) -> Secret:
        """The seed this person signs with."""
        return self._seed("signing")

    @cached_property
    def sealing_key(self) -> bytes:
        """The key this person is sealed to."""
        return custody.public_key(self._seed("sealing"))

    @cached_property
    def signing_key(self) -> bytes:
        """The key this person's signatures are checked with."""
        return signing.public_key(self.seed)

    def listed(self, *roles: Role, is_manager: bool = False) -> Person:
        """Return this person as an entry lists them."""
        return Person(self.id, self.sealing_key, self.signing_key, frozenset(roles), is_manager)

    def _seed(self, purpose: str) -> Secret:
        text = f"{self.name} {self.keys} {purpose}"
        return Secret(hashlib.sha256(text.encode()).digest())


AIKO, BENI, CHIE = Somebody("Aiko"), Somebody("Beni"), Somebody("Chie")
EMI, FUMI, GORO = Somebody("Emi"), Somebody("Fumi"), Somebody("Goro")
FOUNDERS = (
    AIKO.listed(Role.SUPERVISOR, is_manager=True),
    BENI.listed(Role.SUPERVISOR, Role.REVIEWER, is_manager=True),
    CHIE.listed(Role.STEWARD, is_manager=True),
    EMI.listed(Role.REVIEWER),
)


def an_epoch(group: Group, number: int = 1) -> Epoch:
    key = Somebody(f"epoch of {group}", number)
    row = hashlib.sha256(f"{group} {number}".encode()).digest()[:16]
    return Epoch(TODAY, row, group, key.sealing_key)


FIRST_EPOCHS = tuple(an_epoch(group, 0) for group in Group)
FOUNDING = Founding(TODAY, FOUNDERS, FIRST_EPOCHS)


def signed(roster: Roster, act: Act, *by: Somebody) -> bytes:
    """Return an entry for the next place, whoever signs it: no rule is asked here."""
    prev = roster.hashes[-1].hex() if roster.hashes else ""
    return at(len(roster.hashes), prev, act, *by)


def at(n: int, prev: str, act: Act, *by: Somebody) -> bytes:
    """Return an entry for any place."""
    first, *others = by
    entry = entries.write(n, prev, act, first.seed)
    for other in others:
        entry = entries.countersign(entry, other.seed)
    return entry


def grown(roster: Roster, *acts_and_signers: tuple[Act, tuple[Somebody, ...]]) -> Roster:
    """Return the roster with these acts too, each signed as it has to be."""
    for act, signers in acts_and_signers:
        roster = extend(roster, signed(roster, act, *signers))
    return roster


@contextmanager
def refused_at(n: int) -> Iterator[None]:
    """Expect the one error, with the position and without a cause."""
    with pytest.raises(RosterError) as refused:
        yield
    assert refused.value.n == n
    assert refused.value.__cause__ is None
    assert refused.value.__suppress_context__ or refused.value.__context__ is None
    assert str(refused.value) == f"the roster does not hold at entry {n}"


GENESIS = at(0, "", FOUNDING, AIKO, BENI, CHIE)
PIN = entries.read(GENESIS).hash
OFFICE = verify([GENESIS], PIN)
