"""Builders: plain functions that make what a test starts from."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import date
from typing import Self

from sqlalchemy import insert

from crypto import custody, entries, roster, signing
from crypto.acts import Epoch, Founding, Person
from crypto.envelope import Secret, make_key
from crypto.roles import Group, Role
from crypto.roster import NOBODY
from forms.answers import GivenConsent, Report
from reporting import office
from reporting.database import connect
from reporting.office_rows import Epoch as EpochRow
from reporting.settings import Settings

FOUNDED = date(2026, 11, 24)


@dataclass(frozen=True)
class Manager:
    """A roster manager who is nowhere but in the roster: they only sign."""

    id: bytes
    seed: Secret
    signing_seed: Secret

    @classmethod
    def make(cls) -> Self:
        return cls(secrets.token_bytes(16), custody.make_seed(), make_key())

    @property
    def listed(self) -> Person:
        keys = custody.public_key(self.seed), signing.public_key(self.signing_seed)
        return Person(self.id, *keys, frozenset({Role.STEWARD}), is_manager=True)


@dataclass(frozen=True)
class Seeds:
    """The private seed of each group's first epoch, two who can sign, and what they founded."""

    by_group: dict[Group, Secret]
    epochs: dict[Group, bytes]
    managers: tuple[Manager, Manager]
    founding: bytes

    @classmethod
    def make(cls) -> Self:
        by_group = {group: custody.make_seed() for group in Group}
        epochs = {group: secrets.token_bytes(16) for group in Group}
        stated = tuple(
            Epoch(FOUNDED, epochs[group], group, custody.public_key(by_group[group]))
            for group in Group
        )
        first, second = managers = (Manager.make(), Manager.make())
        act = Founding(FOUNDED, (first.listed, second.listed), stated)
        entry = roster.propose(NOBODY, act, first.signing_seed)
        entry = roster.countersign(NOBODY, entry, second.signing_seed)
        return cls(by_group, epochs, managers, entry)

    @property
    def pin(self) -> bytes:
        """What the instance folder knows the founding by."""
        return entries.read(self.founding).hash

    def stated(self, group: Group) -> Epoch:
        """Return the first epoch of a group as the founding states it."""
        return Epoch(FOUNDED, self.epochs[group], group, custody.public_key(self.by_group[group]))


def an_office(settings: Settings, seeds: Seeds) -> None:
    """Found an office with known seeds, as the ceremony would with unknown ones."""
    rows = [{"id": seeds.epochs[group], "group": group} for group in Group]
    database = connect(settings.database)
    with database.begin() as session:
        office.store(session, 0, seeds.founding)
        session.execute(insert(EpochRow), rows)
    database.engine.dispose()
    office.write_pin(settings.instance, seeds.pin)


def a_report(
    story: str = "A man at the station said my name and told me to stop.",
    kinds: tuple[str, ...] = ("threat",),
    language: str = "en",
    **more: tuple[str, ...],
) -> Report:
    """Return a valid short report; `more` are answers of the long form."""
    wording = hashlib.sha256(b"Keep my report").hexdigest()
    consents = {"c_store": GivenConsent("yes", wording, language)}
    return Report("short", {"kinds": kinds, **more}, story, {}, language, consents)
