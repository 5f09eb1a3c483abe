"""The digest: what supervisors are told of unusual reading, sealed to each of them alone.

Each is told of all others, and nobody of themself: whom a line is about is sealed an empty one, so
that counting the rows tells nothing either. Lines are about people and never say which report it
was: it may be hidden from who reads them.
"""

import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from admin import fact_records as facts
from admin.desk import Desk
from admin.facts import NOBODY
from admin.keyring import Ring
from admin.reading_rows import DigestLine
from crypto import acts
from crypto.envelope import Ctx, OpenError, make_key, opening
from crypto.roles import Role
from crypto.roster import Roster
from crypto.sealing import kid, seal
from reporting import records
from reporting.clock import day_of, hour_after
from reporting.records import Record

# A sentence of 400 letters of any script fits, so that all lines have one length.
FLOOR_BYTES: Final = 2048
DAYS_SHOWN: Final = 2
_KID: Final = slice(2, 18)  # where a sealed box names the key it is sealed to (FORMAT.md 3)
_EMPTY: Final[Record] = {"what": ""}


class What(StrEnum):
    """What a line tells; the words stand in sealed records and never change."""

    UNMASKED = "unmasked"
    LIMIT = "limit"
    STOPPED = "stopped"
    MORE = "more"
    ALLOWED = "allowed"
    ALTERED = "altered"  # never written: somebody made a line unreadable


@dataclass(frozen=True, slots=True)
class Line:
    """Something that somebody did, and when; `detail` is a reason, or what they read so much of.

    Of being allowed to go on, `by` is who allowed it and `sentence` why.
    """

    what: What
    at: datetime
    member: bytes = NOBODY
    detail: str = field(default="", repr=False)
    by: bytes = NOBODY
    sentence: str = field(default="", repr=False)


def add(desk: Desk, line: Line) -> None:
    """Tell every supervisor but the one it is about."""
    for person in desk.verified.people.values():
        if Role.SUPERVISOR in person.roles:
            record = _EMPTY if person.id == line.member else _written(line)
            desk.session.add(_sealed(person, record, desk.now))
    desk.session.flush()


def mine(session: Session, ring: Ring, verified: Roster) -> tuple[Line, ...]:
    """Return what this person was told lately, in the order of time."""
    if ring.person.is_kept_back:
        return ()
    rows = session.scalars(select(DigestLine).where(DigestLine.member_id == ring.person.id))
    living = kid(verified.people[ring.person.id].sealing_key)
    # One sealed to keys of this person from before opens for nobody any more.
    found = (line for row in rows if row.key_sealed[_KID] == living for line in _opened(ring, row))
    return tuple(sorted(found, key=lambda line: line.at))


def by_day(lines: tuple[Line, ...], now: datetime) -> Mapping[date, tuple[Line, ...]]:
    """Return the lines of today and of yesterday, today's first."""
    days = [day_of(now) - timedelta(days=back) for back in range(DAYS_SHOWN)]
    return {day: tuple(one for one in lines if day_of(one.at) == day) for day in days}


def sweep(session: Session, now: datetime) -> int:
    """Delete the lines of days that are shown no more; return how many there were."""
    old = delete(DigestLine).where(DigestLine.expires_hour <= hour_after(now) - 1)
    return len(session.scalars(old.returning(DigestLine.id)).all())


def _sealed(person: acts.Person, record: Record, now: datetime) -> DigestLine:
    row, key = secrets.token_bytes(16), make_key()
    end = datetime.combine(day_of(now) + timedelta(days=DAYS_SHOWN), time.min, UTC)
    return DigestLine(
        id=row,
        member_id=person.id,
        expires_hour=hour_after(end),
        key_sealed=seal(person.sealing_key, key, _key_place(row)),
        content_sealed=records.close(key, record, _place(row), FLOOR_BYTES),
    )


def _opened(ring: Ring, row: DigestLine) -> Iterator[Line]:
    try:
        key = ring.own_key(row.key_sealed, _key_place(row.id))
        record = records.reopen(key, row.content_sealed, _place(row.id))
        if record != _EMPTY:
            yield _read(record)
    except OpenError:
        # Whoever altered it wanted it unseen: it is shown all the same.
        end = datetime.fromtimestamp(row.expires_hour * 3600, UTC)
        yield Line(What.ALTERED, end - timedelta(days=DAYS_SHOWN))


def _written(line: Line) -> Record:
    return {
        "what": line.what,
        "at": facts.seconds(line.at),
        "member": line.member.hex(),
        "detail": line.detail,
        "by": line.by.hex(),
        "sentence": line.sentence,
    }


def _read(record: Record) -> Line:
    with opening():
        return Line(
            what=What(records.text(record, "what")),
            at=facts.moment(records.number(record, "at")),
            member=records.row(record, "member"),
            detail=records.text(record, "detail"),
            by=records.row(record, "by"),
            sentence=records.text(record, "sentence"),
        )


def _key_place(row: bytes) -> Ctx:
    return Ctx("digest key", "digest_line", "key_sealed", row)


def _place(row: bytes) -> Ctx:
    return Ctx("digest", "digest_line", "content_sealed", row)
