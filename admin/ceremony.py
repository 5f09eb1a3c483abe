"""The ceremony: founders make their keys, make the first key of every group, and sign for both."""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from admin import accounts, circles, grants
from admin.accounts import Duties, Newcomer, Prepared
from admin.authority import Person
from admin.circles import Circle
from admin.errors import AccountError
from admin.keyring import NewEpoch, make_epoch, open_ring
from admin.models import Grant
from admin.runtime import Door
from crypto import acts, entries, roster
from crypto.acts import Founding
from crypto.custody import LiveKeys
from crypto.roles import Group
from crypto.roster import NOBODY, Roster
from reporting import office
from reporting.audit import Event, Journal, append, head
from reporting.clock import day_of
from reporting.database import Database
from reporting.office import Office
from reporting.office_rows import Epoch
from reporting.settings import Settings

FEWEST_FOUNDERS: Final = 2
SYSTEM: Final = "system"


@dataclass(frozen=True, slots=True)
class Place:
    """Where an office is founded: the instance, its store, and the door of its staff."""

    settings: Settings
    database: Database
    door: Door


@dataclass(frozen=True, slots=True)
class Founder:
    """Somebody who founds the office; the mark of a roster manager is duties of it."""

    newcomer: Newcomer
    duties: Duties


@dataclass(frozen=True, slots=True)
class _Signed:
    """The founding as everybody signed it, and what was made for it."""

    entry: bytes
    verified: Roster
    people: tuple[tuple[Prepared, acts.Person], ...]
    epochs: tuple[NewEpoch, ...]


def check_fit(founders: Sequence[tuple[str, Duties]]) -> None:
    """Raise AccountError unless people of these names and parts can found an office together."""
    if len(founders) < FEWEST_FOUNDERS:
        raise AccountError("An office is founded by at least two people. Add --founder NAME=ROLES.")
    if len({name.casefold() for name, _ in founders}) < len(founders):
        raise AccountError("Two founders have the same name. Give each a name of their own.")
    if not all(accounts.check_duties(duties).is_manager for _, duties in founders):
        raise AccountError("Everybody who founds the office is a roster manager.")


def found(place: Place, founders: Sequence[Founder], now: datetime) -> tuple[acts.Person, ...]:
    """Hold the ceremony; return the founders as the roster lists them, for comparing keys.

    The founders keep the keys of groups that nobody is in yet in trust, until those groups have
    members. Raises AccountError when there is a staff already, and OfficeError when an office is
    pinned already.
    """
    check_fit([(founder.newcomer.name, founder.duties) for founder in founders])
    signed = _sign(place.door, founders, now)
    with place.database.begin() as session:
        if accounts.is_founded(session):
            raise AccountError("There is a staff already.")
        _store(session, place, signed, now)
        # Last, so that a failure above leaves nothing pinned that is not stored.
        office.write_pin(place.settings.instance, signed.verified.hashes[0])
        office.remember(place.settings.instance, signed.verified.head)
    return tuple(person for _, person in signed.people)


def _sign(door: Door, founders: Sequence[Founder], now: datetime) -> _Signed:
    prepared = [accounts.prepare(door, one.newcomer, secrets.token_bytes(16)) for one in founders]
    people = tuple(
        (made, made.listed(founder.duties))
        for made, founder in zip(prepared, founders, strict=True)
    )
    epochs = tuple(make_epoch(group, now) for group in Group)
    act = Founding(
        day_of(now), tuple(one for _, one in people), tuple(made.stated for made in epochs)
    )
    first, *others = (made.keyring.signing_seed for made in prepared)
    entry = roster.propose(NOBODY, act, first)
    for seed in others:
        entry = roster.countersign(NOBODY, entry, seed)
    verified = roster.verify([entry], entries.read(entry).hash)
    return _Signed(entry, verified, people, epochs)


def _store(session: Session, place: Place, signed: _Signed, now: datetime) -> None:
    office.store(session, 0, signed.entry)
    session.add_all(Epoch(id=made.stated.id, group=made.stated.group) for made in signed.epochs)
    session.flush()
    journal = Journal(Office(signed.verified, place.settings.instance))
    for event in _events(signed):
        append(session, journal, event, now)
    seen = head(session)
    session.add_all(made.row(seen, signed.verified.head) for made, _ in signed.people)
    session.flush()
    for made in signed.epochs:
        session.add_all(_grants(made, signed.verified))
    _share(session, signed)


def _events(signed: _Signed) -> Iterable[Event]:
    for _, person in signed.people:
        for verb in ("invited", "key.enrolled", "role.granted"):
            yield Event(SYSTEM, SYSTEM, verb, person.id, fields=tuple(sorted(person.roles)))
    yield Event(SYSTEM, SYSTEM, "roster.genesis", fields=tuple(Group))


def _grants(made: NewEpoch, verified: Roster) -> Iterable[Grant]:
    people = verified.members(made.stated.group) or verified.managers
    return [grants.give(made.stated, made.seed, person) for person in people]


def _share(session: Session, signed: _Signed) -> None:
    """Make what the founders share, and let them know each other's names."""
    for made, one in signed.people:
        person = Person(one.id, made.identity.name, one.roles, one.is_manager)
        ring = open_ring(person, LiveKeys(made.keyring, {}), signed.verified)
        circles.hand_on(session, ring, signed.verified)
        shared = circles.open_key(session, ring, signed.verified, Circle.STAFF)
        circles.write(session, shared, one.id, {"name": made.identity.name})
