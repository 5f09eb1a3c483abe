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
    decoys,
    epochs,
    force,
    grants,
    holds,
    lapses,
    lending,
    letters,
    link_keys,
    link_tokens,
    spent,
    witnesses,
)
from admin.authority import Person, event
from admin.checkpoints import Signer
from admin.declaring import with_standing
from admin.decoys import Boxes, Shown
from admin.desk import Desk
from admin.errors import AlarmError, NotEnrolledError
from admin.keeping import kept_back
from admin.keyring import Ring, listed, matches, name_of, open_ring
from admin.meter import Meter
from admin.models import Member
from admin.publication import officers
from admin.runtime import Staff
from admin.second_factors import Factors, Proof
from crypto.chain import Head
from crypto.custody import Keyring, LiveKeys
from crypto.envelope import OpenError, Secret
from crypto.roles import Group
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
    """What is shown as second factor, when, what the log calls it, and how far that was checked."""

    proof: Proof = field(repr=False)
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
        member = still_there(session.get(Member, opened.member))
        return audit.verify_from(session, shown_of(staff, member, opened).keyring.audit_head)


def admit(session: Session, staff: Staff, opened: Opened, arrival: Arrival) -> Admitted:
    """Check the second factor, the roster, and what the log gained; note the arrival.

    What was shown is used up, the audit row written, keys that are due made and handed on, and the
    key ring locked again around the new ends of log and roster, all in the caller's unit of work.
    Raises CodeRefusedError, NotEnrolledError, AlarmError.
    """
    member = still_there(session.get(Member, opened.member, with_for_update=True))
    shown = shown_of(staff, member, opened)
    used = spent.accept(session, factors_of(shown.keyring), arrival.proof, arrival.at)
    shown = replace(shown, keyring=replace(shown.keyring, factors=used.encode()))
    person = _enrolled(session, staff, shown, _person(member, shown))
    append(session, staff.service.journal, event(person, arrival.verb, member.id), arrival.at)
    # After appending: from there on nobody else can append until this unit of work ends. The key
    # ring may pin a later row by now, when its owner came in elsewhere meanwhile.
    seen = audit.verify_from(session, shown.keyring.audit_head, arrival.seen)
    if not shown.is_decoy:  # nobody would believe what a decoy signs
        checkpoints.keep(session, _signer(staff, person.id, shown.keyring), seen, arrival.at)
    admitted = _let_in(session, staff, shown, person, arrival.at)
    renewed = replace(shown.keyring, audit_head=seen, roster_head=admitted.verified.head)
    decoys.lock_again(member, opened.kek, replace(shown, keyring=renewed), staff.door.parameters)
    staff.patience.succeeded(opened.tag)
    return admitted


def _person(member: Member, shown: Shown) -> Person:
    try:
        return Person(member.id, name_of(member, shown.name_key), frozenset())
    except OpenError:
        raise AlarmError(EXCHANGED) from None


def _enrolled(session: Session, staff: Staff, shown: Shown, person: Person) -> Person:
    """Return somebody as the roster has them; raise NotEnrolledError where it has not these keys.

    Raises AlarmError where the roster lost an entry that their key ring remembers.
    """
    verified = followed(session, staff)
    if not verified.includes(shown.keyring.roster_head):
        raise AlarmError("the roster was rolled back or rewritten")
    known = verified.people.get(person.id)
    if known is None or not (shown.is_decoy or matches(shown.keyring, known)):
        made = listed(shown.keyring, person.id, frozenset(), is_manager=False)
        raise NotEnrolledError(made.fingerprint)
    return replace(person, roles=known.roles, is_manager=known.is_manager)


def followed(session: Session, staff: Staff) -> Roster:
    """Return the roster with all that was appended; raise AlarmError where it does not hold."""
    try:
        return staff.service.office.follow(session)
    except OfficeError as error:
        raise AlarmError(str(error)) from None


def _let_in(
    session: Session, staff: Staff, shown: Shown, person: Person, now: datetime
) -> Admitted:
    """Give somebody what they may use: nothing, where they were forced and nobody looked yet."""
    verified = followed(session, staff)
    if shown.is_decoy:
        force.answer(session, staff.service.journal, verified, person, now)
    if holds.is_held(session, person.id):
        ring = open_ring(person.kept_back(), LiveKeys(shown.keyring, {}), verified)
        return Admitted(ring, verified)
    keys = grants.open_all(session, shown.keyring, person.id, verified)
    ring = with_standing(session, open_ring(person, keys, verified), verified)
    ring = ring.metered(Meter.of(staff.door.pepper))
    return _caught_up(session, staff, ring, verified, now)


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
    lending.end_for_gone(session, verified)
    covering.hand_on(session, ring, verified, now)
    try:
        epochs.carry_over(session, ring, verified)
    except OpenError:
        raise AlarmError("a key of a report was altered") from None
    _rekey(session, staff, ring, verified, now)
    _keep_shared(replace(desk, ring=ring, verified=verified))
    epochs.retire(session, verified, now)
    return Admitted(ring, verified)


def _rekey(session: Session, staff: Staff, ring: Ring, verified: Roster, now: datetime) -> None:
    renewed = epochs.renew(session, ring, verified)
    if renewed.count:
        noted = replace(event(ring.person, "key.replaced"), count=renewed.count)
        append(session, staff.service.journal, noted, now)
    for case in renewed.altered:
        append(session, staff.service.journal, event(ring.person, "alarm.raised", case), now)


def _keep_shared(desk: Desk) -> None:
    """Bring along what groups keep beside reports: tokens of identifiers, and keys of figures."""
    session, ring, verified = desk.session, desk.ring, desk.verified
    if Group.CASEWORK in ring.person.groups:
        _keep_tokens(session, ring, verified.epoch(Group.CASEWORK).id)
    officers.carry(session, ring, verified)
    if Group.PUBLICATION in ring.person.groups:
        officers.keep_up(desk)


def _keep_tokens(session: Session, ring: Ring, newest: bytes) -> None:
    """Bring the tokens of identifiers along, and let those go whose report is gone."""
    link_keys.carry(session, ring, newest)
    link_tokens.lock_anew(session, ring, newest)
    link_tokens.sweep(session, ring)


def _signer(staff: Staff, member: bytes, keyring: Keyring) -> Signer:
    """Return what somebody signs with where the log ends, as the witness of all that is before."""
    origin = witnesses.known(staff.service.office).origin
    return Signer(member, keyring.signing_seed, origin)


def still_there(member: Member | None) -> Member:
    """Return the row of somebody whose key ring was open a moment ago; raise AlarmError."""
    if member is None:
        raise AlarmError(EXCHANGED)
    return member


def factors_of(keyring: Keyring) -> Factors:
    """Return the second factors in a key ring; raise AlarmError for what is none."""
    try:
        return Factors.decode(keyring.factors)
    except OpenError:
        raise AlarmError(EXCHANGED) from None


def shown_of(staff: Staff, member: Member, opened: Opened) -> Shown:
    """Return the key ring that was open a moment ago; raise AlarmError."""
    try:
        return decoys.open_either(opened.kek, Boxes.of(member), staff.door.parameters)
    except OpenError:
        raise AlarmError(EXCHANGED) from None
