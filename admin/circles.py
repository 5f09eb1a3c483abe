"""Circles: what parts of the team share to know each other, such as names and personal files.

A circle has one key, sealed to each person in it, and a signed mark that says which key is the
right one: who owns the database can seal a key of their own to anybody, but nobody believes it.
When somebody leaves, the circle gets a new key and everything is locked anew.
"""

import hashlib
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from admin.errors import AlarmError, NotHandedOnError
from admin.keeping import kept_back
from admin.keyring import Ring
from admin.models import About, CircleKey, CircleRow
from crypto import acts, signing
from crypto.envelope import Ctx, OpenError, Secret, make_key
from crypto.roles import Role
from crypto.roster import Roster
from crypto.sealing import kid, seal
from crypto.signing import Prefix
from reporting import records
from reporting.database import shred
from reporting.records import Record

FLOOR_BYTES = 512
_KID = slice(2, 18)  # where a sealed box names the key it is sealed to (FORMAT.md 3)


class Circle(StrEnum):
    """Who shares a key; the words stand in rows and never change."""

    STAFF = "staff"
    MANAGERS = "managers"
    SUPERVISORS = "supervisors"


@dataclass(frozen=True, slots=True)
class SharedKey:
    """The key of a circle, as one of its people signed it."""

    circle: Circle
    id: bytes
    key: Secret = field(repr=False)


def people_of(circle: Circle, verified: Roster) -> Mapping[bytes, acts.Person]:
    """Return who is in a circle by what the roster says."""
    return {id_: person for id_, person in verified.people.items() if _belongs(circle, person)}


def open_key(session: Session, ring: Ring, verified: Roster, circle: Circle) -> SharedKey:
    """Return the key of a circle.

    Raises NotHandedOnError while nobody has handed it on to this person, and AlarmError for a key
    that was altered, or that nobody with a say has signed.
    """
    stated = session.get(CircleRow, circle)
    row = session.get(CircleKey, (circle, ring.person.id))
    if stated is None or row is None:
        raise NotHandedOnError(circle)
    person = verified.people[ring.person.id]
    if row.box_sealed[_KID] != kid(person.sealing_key):
        raise NotHandedOnError(circle)
    try:
        key = ring.own_key(row.box_sealed, _place(circle, stated.key_id, row.member_id))
    except OpenError:
        raise AlarmError("the key of a circle was altered") from None
    opened = SharedKey(circle, stated.key_id, key)
    if not _is_signed(opened, stated.signed, verified):
        raise AlarmError("nobody with a say has signed the key of a circle")
    return opened


def hand_on(session: Session, ring: Ring, verified: Roster) -> None:
    """Seal every circle's key that this person has to those who lack it; make those not made yet.

    Where somebody had it who is not in the circle any more, everything gets a new key first, if
    this person's signature counts for that; otherwise the next one does it whose signature counts.
    """
    own, kept = verified.people[ring.person.id], kept_back(session, verified)
    for circle in Circle:
        people = {id_: one for id_, one in people_of(circle, verified).items() if id_ not in kept}
        if may_sign(circle, own) and session.get(CircleRow, circle) is None:
            _found(session, ring, circle, people.values())
        try:
            shared = open_key(session, ring, verified, circle)
        except NotHandedOnError:
            continue
        rows = session.scalars(select(CircleKey).where(CircleKey.circle == circle)).all()
        living = {row.member_id for row in rows if _is_living(row, people)}
        if len(living) < len(rows) and may_sign(circle, own):
            shared = _renew(session, ring, shared)
            living = set()
        missing = [person for id_, person in people.items() if id_ not in living]
        _forget(session, circle, [person.id for person in missing])
        session.add_all(_sealed(shared, missing))
        session.flush()


def write(session: Session, shared: SharedKey, member: bytes, record: Record) -> None:
    """Keep what a circle knows about a person, in place of what it knew before."""
    row = session.get(About, (member, shared.circle))
    rev = 0 if row is None else row.rev + 1
    box = records.close(shared.key, record, _about(shared, member, rev), FLOOR_BYTES)
    session.merge(About(member_id=member, circle=shared.circle, rev=rev, content_sealed=box))


def read(session: Session, shared: SharedKey) -> Mapping[bytes, Record]:
    """Return what a circle knows about each person. Raises AlarmError for what was altered."""
    rows = session.scalars(select(About).where(About.circle == shared.circle)).all()
    try:
        return {
            row.member_id: records.reopen(
                shared.key, row.content_sealed, _about(shared, row.member_id, row.rev)
            )
            for row in rows
        }
    except OpenError:
        raise AlarmError("what a circle knows about a person was altered") from None


def _found(session: Session, ring: Ring, circle: Circle, people: Iterable[acts.Person]) -> None:
    made = SharedKey(circle, secrets.token_bytes(16), make_key())
    session.add(CircleRow(circle=circle, key_id=made.id, signed=_sign(ring, made)))
    session.flush()
    session.add_all(_sealed(made, people))
    session.flush()


def _renew(session: Session, ring: Ring, old: SharedKey) -> SharedKey:
    known = read(session, old)
    made = SharedKey(old.circle, secrets.token_bytes(16), make_key())
    _forget(session, old.circle, None)
    stated = session.get_one(CircleRow, old.circle)
    stated.key_id, stated.signed = made.id, _sign(ring, made)
    for member, record in known.items():
        write(session, made, member, record)
    # A key that somebody outside knows must not open what stood here before.
    shred(session)
    return made


def _forget(session: Session, circle: Circle, members: Iterable[bytes] | None) -> None:
    gone = delete(CircleKey).where(CircleKey.circle == circle)
    session.execute(gone if members is None else gone.where(CircleKey.member_id.in_(members)))


def _belongs(circle: Circle, person: acts.Person) -> bool:
    match circle:
        case Circle.STAFF:
            return True
        case Circle.MANAGERS:
            return person.is_manager
        case Circle.SUPERVISORS:
            return Role.SUPERVISOR in person.roles


def may_sign(circle: Circle, person: acts.Person) -> bool:
    """Say whether this person may say which key of a circle is the right one."""
    return person.is_manager if circle is Circle.STAFF else _belongs(circle, person)


def _is_living(row: CircleKey, people: Mapping[bytes, acts.Person]) -> bool:
    person = people.get(row.member_id)
    return person is not None and row.box_sealed[_KID] == kid(person.sealing_key)


def _sealed(shared: SharedKey, people: Iterable[acts.Person]) -> list[CircleKey]:
    return [
        CircleKey(
            circle=shared.circle,
            member_id=person.id,
            box_sealed=seal(
                person.sealing_key, shared.key, _place(shared.circle, shared.id, person.id)
            ),
        )
        for person in people
    ]


def _sign(ring: Ring, shared: SharedKey) -> bytes:
    return ring.person.id + ring.sign(Prefix.CIRCLE, _document(shared))


def _is_signed(shared: SharedKey, signed: bytes, verified: Roster) -> bool:
    signer = verified.people.get(signed[:16])
    if signer is None or not may_sign(shared.circle, signer):
        return False
    try:
        return signing.read(signer.signing_key, Prefix.CIRCLE, signed[16:]) == _document(shared)
    except OpenError:
        return False


def _document(shared: SharedKey) -> signing.Document:
    # The key has 256 random bits: its hash gives nothing of it away.
    digest = hashlib.sha256(shared.key.reveal()).hexdigest()
    return {"circle": shared.circle, "id": shared.id.hex(), "sha256": digest}


def _place(circle: Circle, key: bytes, member: bytes) -> Ctx:
    return Ctx(f"{circle} for {member.hex()}", "circle_key", "box_sealed", key)


def _about(shared: SharedKey, member: bytes, rev: int) -> Ctx:
    return Ctx(
        f"about for {shared.circle} under {shared.id.hex()}", "about", "content_sealed", member, rev
    )
