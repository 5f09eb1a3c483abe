"""Circles: what parts of the team share to know each other, such as names and personal files.

A circle has one key, sealed to each person in it, and a signed mark that says which key is the
right one and who shares it. Who owns the database can seal a key of their own to anybody, or put
an old one back: nobody with a say has signed the first, and the mark of the second names somebody
who left. Whenever the people of a circle change, it gets a new key and everything is locked anew.
"""

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from admin.circle_rows import CircleKey, CircleRow
from admin.errors import AlarmError, NotHandedOnError
from admin.keeping import kept_back
from admin.keyring import Ring
from admin.models import About
from crypto import acts
from crypto.cosigned import Cosigned
from crypto.envelope import Ctx, OpenError, Secret, make_key
from crypto.roles import Role
from crypto.roster import Roster
from crypto.sealing import kid, seal
from crypto.signing import Document, Prefix
from reporting import records
from reporting.database import shred
from reporting.records import Record

FLOOR_BYTES = 512
_KID = slice(2, 18)  # where a sealed box names the key it is sealed to (FORMAT.md 3)
_NOTHING: Final[Mapping[bytes, Record]] = MappingProxyType({})


class Circle(StrEnum):
    """Who shares a key; the words stand in rows and never change."""

    STAFF = "staff"
    MANAGERS = "managers"
    SUPERVISORS = "supervisors"


@dataclass(frozen=True, slots=True)
class SharedKey:
    """The key of a circle, as its mark states it.

    It is fit to lock something new while the people it was made for are those of the circle.
    """

    circle: Circle
    id: bytes
    key: Secret = field(repr=False)
    is_fit: bool = True


def people_of(circle: Circle, verified: Roster) -> Mapping[bytes, acts.Person]:
    """Return who is in a circle."""
    return {id_: person for id_, person in verified.people.items() if _belongs(circle, person)}


def may_sign(circle: Circle, person: acts.Person) -> bool:
    """Say whether this person may say which key of a circle is the right one."""
    return person.is_manager if circle is Circle.STAFF else _belongs(circle, person)


def open_key(session: Session, ring: Ring, verified: Roster, circle: Circle) -> SharedKey:
    """Return the key of a circle.

    Raises NotHandedOnError while nobody has handed it on to this person, and AlarmError for a key
    that was altered, or that nobody with a say has signed.
    """
    stated = session.get(CircleRow, circle)
    row = session.get(CircleKey, (circle, ring.person.id))
    if stated is None or row is None or not _is_living(row, verified.people):
        raise NotHandedOnError(circle)
    try:
        key = ring.own_key(row.box_sealed, _place(circle, stated.key_id, row.member_id))
    except OpenError:
        raise AlarmError("the key of a circle was altered") from None
    opened, mark = SharedKey(circle, stated.key_id, key), _vouched(stated, verified)
    said, expected = mark.document(), _document(opened, verified)
    if said.get("sha256") != expected["sha256"]:
        raise AlarmError("the mark of a circle is for another key")
    return replace(opened, is_fit=said == expected and _has_say(circle, mark, verified))


def hand_on(session: Session, ring: Ring, verified: Roster) -> None:
    """Make circles that have no key yet, and give a new one to those whose people changed.

    This person does it where their signature counts; elsewhere the next one whose does. Whoever
    has a say signs what a colleague made, and a manager who has none is a witness of it: what
    people share outlives whoever signed it.
    """
    own = verified.people[ring.person.id]
    for circle in Circle:
        if may_sign(circle, own):
            _keep_up(session, ring, verified, circle)
        if own.is_manager or may_sign(circle, own):
            _sign_too(session, ring, verified, circle)


def take_back(session: Session, verified: Roster, member: bytes) -> None:
    """Take the keys of circles from somebody, but never from the last who has one."""
    for circle in Circle:
        rows = session.scalars(select(CircleKey).where(CircleKey.circle == circle)).all()
        people = _entitled(session, circle, verified)
        if any(_is_living(row, people) for row in rows):
            mine = (CircleKey.circle == circle) & (CircleKey.member_id == member)
            session.execute(delete(CircleKey).where(mine))
            shred(session)


def write(session: Session, shared: SharedKey, member: bytes, record: Record) -> None:
    """Keep what a circle knows about a person, in place of what it knew before.

    Raises NotHandedOnError while somebody who left may know the key.
    """
    if not shared.is_fit:
        raise NotHandedOnError(shared.circle)
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


def _entitled(session: Session, circle: Circle, verified: Roster) -> Mapping[bytes, acts.Person]:
    """Return whom a circle's key is handed on to: its people, unless their keys are kept back."""
    kept = kept_back(session, verified)
    people = people_of(circle, verified)
    return {id_: person for id_, person in people.items() if id_ not in kept}


def _keep_up(session: Session, ring: Ring, verified: Roster, circle: Circle) -> None:
    people = _entitled(session, circle, verified)
    rows = session.scalars(select(CircleKey).where(CircleKey.circle == circle)).all()
    holders = {row.member_id for row in rows if _is_living(row, people)}
    try:
        shared = open_key(session, ring, verified, circle)
    except NotHandedOnError:
        # While anybody in the circle has its key, it waits for them.
        if not holders:
            _make(session, ring, verified, circle, _NOTHING)
        return
    if not shared.is_fit or len(holders) < len(people):
        _make(session, ring, verified, circle, read(session, shared))


def _make(
    session: Session, ring: Ring, verified: Roster, circle: Circle, known: Mapping[bytes, Record]
) -> None:
    """Give a circle a new key, and lock what is known under it; whatever else was there goes."""
    made = SharedKey(circle, secrets.token_bytes(16), make_key())
    for table in (CircleKey, About):
        session.execute(delete(table).where(table.circle == circle))
    mark = ring.sign(Prefix.CIRCLE, _document(made, verified))
    session.merge(CircleRow(circle=circle, key_id=made.id, signed=mark.encode()))
    session.flush()
    for person in _entitled(session, circle, verified).values():
        box = seal(person.sealing_key, made.key, _place(circle, made.id, person.id))
        session.add(CircleKey(circle=circle, member_id=person.id, box_sealed=box))
    for member, record in known.items():
        write(session, made, member, record)
    session.flush()
    # A key that somebody outside knows must not open what stood here before.
    shred(session)


def _sign_too(session: Session, ring: Ring, verified: Roster, circle: Circle) -> None:
    stated = session.get(CircleRow, circle)
    if stated is None:
        return
    mark = _vouched(stated, verified)
    if verified.people[ring.person.id].signing_key not in mark.signers:
        stated.signed = ring.sign_too(mark).encode()
        session.flush()


def _vouched(stated: CircleRow, verified: Roster) -> Cosigned:
    """Return the mark of a circle that somebody vouches for. Raises AlarmError.

    It is somebody who has a say now, or a manager as a witness that somebody had one.
    """
    try:
        mark = Cosigned.decode(Prefix.CIRCLE, stated.signed)
        said = mark.document()
    except OpenError:
        raise AlarmError("the mark of a circle was altered") from None
    if (said.get("circle"), said.get("id")) != (stated.circle, stated.key_id.hex()):
        raise AlarmError("the mark of a circle was moved")
    listed = mark.signers & verified.listed
    witnesses = listed & {person.signing_key for person in verified.managers}
    is_witnessed = bool(witnesses) and len(listed) > 1
    if not (is_witnessed or _has_say(Circle(stated.circle), mark, verified)):
        raise AlarmError("nobody with a say has signed the key of a circle")
    return mark


def _has_say(circle: Circle, mark: Cosigned, verified: Roster) -> bool:
    return any(
        may_sign(circle, person) and person.signing_key in mark.signers
        for person in verified.people.values()
    )


def _belongs(circle: Circle, person: acts.Person) -> bool:
    match circle:
        case Circle.STAFF:
            return True
        case Circle.MANAGERS:
            return person.is_manager
        case _:
            return Role.SUPERVISOR in person.roles


def _is_living(row: CircleKey, people: Mapping[bytes, acts.Person]) -> bool:
    person = people.get(row.member_id)
    return person is not None and row.box_sealed[_KID] == kid(person.sealing_key)


def _document(shared: SharedKey, verified: Roster) -> Document:
    people = people_of(shared.circle, verified).values()
    return {
        "circle": shared.circle,
        "id": shared.id.hex(),
        # The key has 256 random bits: its hash gives nothing of it away.
        "sha256": hashlib.sha256(shared.key.reveal()).hexdigest(),
        # By their keys, for somebody who gets new ones may have lost the old ones to others.
        "people": sorted(kid(person.sealing_key).hex() for person in people),
    }


def _place(circle: Circle, key: bytes, member: bytes) -> Ctx:
    return Ctx(f"{circle} for {member.hex()}", "circle_key", "box_sealed", key)


def _about(shared: SharedKey, member: bytes, rev: int) -> Ctx:
    return Ctx(
        f"about for {shared.circle} under {shared.id.hex()}", "about", "content_sealed", member, rev
    )
