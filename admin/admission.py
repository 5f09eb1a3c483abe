"""Admission: what happens between the second factor and a signed-in person.

Roster and log are held against what the key ring remembers; keys that are due are made, and
colleagues get what they lack; all of it, or nothing, in one unit of work.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from admin import (
    audit,
    checkpoints,
    circles,
    covering,
    epochs,
    grants,
    lapses,
    letters,
    witnesses,
)
from admin.authority import Person, event
from admin.checkpoints import Signer
from admin.declaring import with_standing
from admin.desk import Desk
from admin.errors import AlarmError, NotEnrolledError
from admin.factors import OneTimeCodes
from admin.keeping import kept_back
from admin.keyring import Ring, matches, name_of, open_ring
from admin.models import Member
from admin.runtime import Staff
from crypto.chain import Head
from crypto.custody import Keyring, lock_keyring, open_keyring
from crypto.envelope import OpenError, Secret
from crypto.roster import Roster
from reporting.audit import append
from reporting.errors import OfficeError

EXCHANGED: Final = "a key ring was exchanged while its owner came in"


@dataclass(frozen=True, slots=True)
class Opened:
    """A key ring that its passphrase opened; the second factor is still to come."""

    member: bytes
    tag: bytes
    kek: Secret


@dataclass(frozen=True, slots=True)
class Arrival:
    """A one-time code as typed, when, what the log calls its use, and how far it was checked."""

    code: str = field(repr=False)
    at: datetime
    verb: str
    seen: Head


@dataclass(frozen=True, slots=True)
class Admitted:
    """A member who showed both factors, with every key granted to them, and what they verified."""

    ring: Ring
    verified: Roster = field(repr=False)


def look_back(staff: Staff, opened: Opened) -> Head:
    """Check the log from where this person last saw it; return its end.

    Done before anything is written: nobody has to wait for it. Raises AlarmError.
    """
    with staff.service.read() as session:
        member = _still_there(session.get(Member, opened.member))
        return audit.verify_from(session, _keyring(staff, member, opened).audit_head)


def admit(session: Session, staff: Staff, opened: Opened, arrival: Arrival) -> Admitted:
    """Check the second factor, the roster, and what the log gained; note the arrival.

    The code is used up, the audit row written, keys that are due made and handed on, and the key
    ring locked again around the new ends of log and roster, all in the caller's unit of work.
    Raises CodeRefusedError, NotEnrolledError, AlarmError.
    """
    member = _still_there(session.get(Member, opened.member, with_for_update=True))
    keyring = _keyring(staff, member, opened)
    try:
        codes = OneTimeCodes.decode(keyring.factors[0])
        name = name_of(member, keyring)
    except OpenError:
        raise AlarmError(EXCHANGED) from None
    used = codes.accept(arrival.code, arrival.at)
    person = _enrolled(session, staff, keyring, Person(member.id, name, frozenset()))
    append(session, staff.service.journal, event(person, arrival.verb, member.id), arrival.at)
    # After appending: from there on nobody else can append until this unit of work ends. The key
    # ring may pin a later row by now, when its owner came in elsewhere meanwhile.
    seen = audit.verify_from(session, keyring.audit_head, arrival.seen)
    checkpoints.keep(session, _signer(staff, person.id, keyring), seen, arrival.at)
    verified = followed(session, staff)
    keys = grants.open_all(session, keyring, member.id, verified)
    ring = with_standing(session, open_ring(person, keys, verified), verified)
    admitted = _caught_up(session, staff, ring, verified, arrival.at)
    renewed = replace(
        keyring, audit_head=seen, roster_head=admitted.verified.head, factors=(used.encode(),)
    )
    _lock_again(staff, member, renewed, opened)
    staff.patience.succeeded(opened.tag)
    return admitted


def _enrolled(session: Session, staff: Staff, keyring: Keyring, person: Person) -> Person:
    """Return somebody as the roster has them; raise NotEnrolledError where it has not these keys.

    Raises AlarmError where the roster lost an entry that their key ring remembers.
    """
    verified = followed(session, staff)
    if not verified.includes(keyring.roster_head):
        raise AlarmError("the roster was rolled back or rewritten")
    known = verified.people.get(person.id)
    if known is None or not matches(keyring, known):
        raise NotEnrolledError
    return replace(person, roles=known.roles, is_manager=known.is_manager)


def followed(session: Session, staff: Staff) -> Roster:
    """Return the roster with all that was appended; raise AlarmError where it does not hold."""
    try:
        return staff.service.office.follow(session)
    except OfficeError as error:
        raise AlarmError(str(error)) from None


def _caught_up(
    session: Session, staff: Staff, ring: Ring, verified: Roster, now: datetime
) -> Admitted:
    """Make what keys are due, and hand on to colleagues what they lack.

    Whoever is kept back makes none and hands none on.
    """
    desk = Desk(session, ring, verified, staff.service.journal, now)
    lapses.note_overdue(desk)
    if ring.person.is_manager:
        lapses.run(desk)
    if ring.person.id in kept_back(session, verified):
        return Admitted(ring, verified)
    for group in epochs.due(session, ring, verified, now):
        noted = replace(event(ring.person, "key.rotated"), fields=(group,))
        append(session, staff.service.journal, noted, now)
        ring, verified = epochs.rotate(session, ring, verified, group, now)
    handed = grants.hand_on(session, ring, verified)
    if handed.given or handed.taken:
        noted = replace(event(ring.person, "key.shared"), count=handed.given + handed.taken)
        append(session, staff.service.journal, noted, now)
    circles.hand_on(session, ring, verified)
    letters.hand_on(session, ring, verified)
    covering.hand_on(session, ring, verified, now)
    try:
        epochs.carry_over(session, ring, verified)
    except OpenError:
        raise AlarmError("a key of a report was altered") from None
    epochs.retire(session, verified)
    return Admitted(ring, verified)


def _signer(staff: Staff, member: bytes, keyring: Keyring) -> Signer:
    """Return what somebody signs with where the log ends, as the witness of all that is before."""
    origin = witnesses.known(staff.service.office).origin
    return Signer(member, keyring.signing_seed, origin)


def _lock_again(staff: Staff, member: Member, keyring: Keyring, opened: Opened) -> None:
    member.rev += 1
    member.keyring_sealed = lock_keyring(
        opened.kek, keyring, member.id, member.rev, staff.door.parameters
    )


def _still_there(member: Member | None) -> Member:
    if member is None:
        raise AlarmError(EXCHANGED)
    return member


def _keyring(staff: Staff, member: Member, opened: Opened) -> Keyring:
    parameters = staff.door.parameters
    try:
        return open_keyring(opened.kek, member.keyring_sealed, member.id, member.rev, parameters)
    except OpenError:
        raise AlarmError(EXCHANGED) from None
