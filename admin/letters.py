"""Letters: records that are sealed to single people, and handed on to those who may read them too.

What somebody declares of themself is for them and for the managers, and the card that comes of it
for the supervisors. No circle shares it: most who declare are in none of the two.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.orm import Session

from admin.errors import AlarmError
from admin.keeping import kept_back
from admin.keyring import Ring
from admin.models import LetterRow
from crypto import acts
from crypto.envelope import Ctx, OpenError, make_key
from crypto.roles import Role
from crypto.roster import Roster
from crypto.sealing import kid, seal
from reporting import records
from reporting.database import shred_soon
from reporting.records import Record

FLOOR_BYTES: Final = 8192
LOOKED_BYTES: Final = 24_576  # as long as it ever gets, so that its length says nothing
_KID: Final = slice(2, 18)  # where a sealed box names the key it is sealed to (FORMAT.md 3)


class Kind(StrEnum):
    """What a letter holds; the words stand in rows and never change."""

    WORD = "word"  # what somebody declared, for themself and the managers
    CARD = "card"  # what comes of it, for the supervisors
    VOICES = "voices"  # what managers decided of it, for the one whom it is about
    COVERAGE = "coverage"  # how many could read what, for a steward
    SEARCHES = "searches"  # what somebody looks for again and again, for themself
    SOUGHT = "sought"  # what somebody looked for last, for themself
    BULK = "bulk"  # what somebody did last with many reports, for themself
    OPENED = "opened"  # which reports somebody opened today, for themself
    LOOKED = "looked"  # when somebody last looked at which report as a whole, for themself


@dataclass(frozen=True, slots=True)
class About:
    """What a letter is, and about whom."""

    kind: Kind
    subject: bytes


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody whom a letter is for, and the key that it is sealed to."""

    id: bytes
    sealing_key: bytes


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a letter lies: what it is, and for whom."""

    about: About
    reader: bytes

    def of(self, column: str) -> Ctx:
        """Return the place of one of its columns."""
        return Ctx(
            f"{self.about.kind} for {self.reader.hex()}", "letter", column, self.about.subject
        )


def send(session: Session, about: About, readers: Iterable[Reader], record: Record) -> None:
    """Seal a record to these people, in place of what was sealed to anybody before."""
    forget(session, about)
    session.add_all([_sealed(about, reader, record) for reader in readers])
    session.flush()


def keep_own(session: Session, ring: Ring, kind: Kind, record: Record) -> None:
    """Seal a record about this person to themself, in place of the one before."""
    about = About(kind, ring.person.id)
    send(session, about, [Reader(ring.person.id, ring.sealing_key)], record)


def forget(session: Session, about: About) -> None:
    """Delete a letter, whoever it is for."""
    session.execute(delete(LetterRow).where(*_is(about)))
    shred_soon(session)


def read(session: Session, ring: Ring, kind: Kind) -> Mapping[bytes, Record]:
    """Return every letter of a kind to this person, by whom it is about.

    What is sealed to earlier keys of theirs is left out. Raises AlarmError for an altered one.
    """
    mine = select(LetterRow).where(LetterRow.reader_id == ring.person.id, LetterRow.kind == kind)
    found = session.scalars(mine).all()
    return {row.subject_id: _open(ring, row) for row in found if _is_to(row.key_sealed, ring)}


def read_own(session: Session, ring: Ring, kind: Kind) -> Record:
    """Return the letter of a kind about this person to themself; empty where there is none.

    Raises AlarmError for an altered one.
    """
    row = session.get(LetterRow, (kind, ring.person.id, ring.person.id))
    return {} if row is None or not _is_to(row.key_sealed, ring) else _open(ring, row)


def written(session: Session, kind: Kind) -> frozenset[bytes]:
    """Return about whom there is a letter of a kind, whoever it is for."""
    found = select(LetterRow.subject_id).where(LetterRow.kind == kind).distinct()
    return frozenset(session.scalars(found))


def readers_of(
    about: About, verified: Roster, kept: frozenset[bytes] = frozenset()
) -> Mapping[bytes, Reader]:
    """Return who may read a letter, as the roster has them.

    `kept` are those to whom nothing about others is given. Of somebody who is not on the roster
    nobody reads anything.
    """
    if about.subject not in verified.people:
        return {}
    return {
        id_: Reader(id_, person.sealing_key)
        for id_, person in verified.people.items()
        if _may_read(about, person) and (id_ == about.subject or id_ not in kept)
    }


def hand_on(session: Session, ring: Ring, verified: Roster) -> None:
    """Seal every letter that this person can read to those who lack it; take others' away.

    What is about somebody who is not on the roster any more is deleted.
    """
    kept = kept_back(session, verified)
    for about, boxes in _stored(session).items():
        readers = readers_of(about, verified, kept)
        living = {id_ for id_, box in boxes.items() if _is_living(box, readers.get(id_))}
        if gone := boxes.keys() - readers.keys():
            session.execute(delete(LetterRow).where(*_is(about), LetterRow.reader_id.in_(gone)))
            shred_soon(session)
        if ring.person.id in living and len(living) < len(readers):
            missing = [readers[id_] for id_ in readers.keys() - living]
            _give(session, ring, about, missing)


def _stored(session: Session) -> Mapping[About, Mapping[bytes, bytes]]:
    """Return of every letter the keys as they are sealed, by reader."""
    columns = LetterRow.kind, LetterRow.subject_id, LetterRow.reader_id, LetterRow.key_sealed
    found: dict[About, dict[bytes, bytes]] = {}
    for kind, subject, reader, box in session.execute(select(*columns)):
        found.setdefault(About(Kind(kind), subject), {})[reader] = box
    return found


def _give(session: Session, ring: Ring, about: About, readers: Iterable[Reader]) -> None:
    row = session.get_one(LetterRow, (about.kind, about.subject, ring.person.id))
    record = _open(ring, row)
    for reader in readers:
        session.merge(_sealed(about, reader, record))
    session.flush()


def _may_read(about: About, person: acts.Person) -> bool:
    match about.kind:
        case Kind.WORD:
            return person.is_manager or person.id == about.subject
        case Kind.CARD:
            return Role.SUPERVISOR in person.roles
        case Kind.COVERAGE:
            return Role.STEWARD in person.roles and person.id == about.subject
        case _:
            return person.id == about.subject


def _is_living(box: bytes, reader: Reader | None) -> bool:
    return reader is not None and box[_KID] == kid(reader.sealing_key)


def _is_to(box: bytes, ring: Ring) -> bool:
    return box[_KID] == kid(ring.sealing_key)


def _is(about: About) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return LetterRow.kind == about.kind, LetterRow.subject_id == about.subject


def _sealed(about: About, reader: Reader, record: Record) -> LetterRow:
    key = make_key()
    place = _Place(about, reader.id)
    floor = LOOKED_BYTES if about.kind is Kind.LOOKED else FLOOR_BYTES
    return LetterRow(
        kind=about.kind,
        subject_id=about.subject,
        reader_id=reader.id,
        key_sealed=seal(reader.sealing_key, key, place.of("key_sealed")),
        content_sealed=records.close(key, record, place.of("content_sealed"), floor),
    )


def _open(ring: Ring, row: LetterRow) -> Record:
    place = _Place(About(Kind(row.kind), row.subject_id), row.reader_id)
    try:
        key = ring.own_key(row.key_sealed, place.of("key_sealed"))
        return records.reopen(key, row.content_sealed, place.of("content_sealed"))
    except OpenError:
        raise AlarmError("a letter was altered") from None
