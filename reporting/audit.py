"""Audit: append one event to the chained log, inside the caller's unit of work.

The change and its row commit together or not at all. What an event says is locked under a segment
key that only auditors can open; in clear stand its number and its week. Nothing is appended when a
report arrives: order and time of arrival would be readable (CRYPTO.md 6.8).
"""

import secrets
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import Final

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from crypto import chain
from crypto.acts import Epoch
from crypto.envelope import Secret, make_key
from crypto.padding import pad
from crypto.roles import Group
from crypto.sealing import seal
from crypto.stream import lock
from reporting import places, records
from reporting.audit_rows import AuditRow, AuditSegment
from reporting.clock import minute_text, week_of
from reporting.office import Office

SALT_BYTES: Final = 32
FLOOR_BYTES: Final = 512
CHAIN_LOCK: Final = 0x746F6D6F  # any number nobody else locks by


@dataclass(frozen=True, slots=True)
class Event:
    """What happened: names of things, never their values.

    `actor` is a member's id in hex, "reporter" or "system"; `role` the team they acted for;
    `subject` the id of what it was done to; `rule` the permission that allowed or refused it;
    `fields` names of what changed; `count` how many, for a look at a list.
    """

    actor: str
    role: str
    verb: str
    subject: bytes = b""
    rule: str = ""
    fields: tuple[str, ...] = ()
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of the log that shares one key: at most a week, at most one process."""

    id: bytes
    key: Secret
    week: int
    auditors: Epoch


class Journal:
    """Hands out the running segment of this process; a new one each week and for each new key."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._lock = Lock()
        self._segment: Segment | None = None

    def segment(self, week: int) -> Segment:
        """Return the segment for events of this week."""
        auditors = self._office.epoch(Group.AUDIT)
        with self._lock:
            running = self._segment
            if running is None or (running.week, running.auditors) != (week, auditors):
                running = Segment(secrets.token_bytes(16), make_key(), week, auditors)
                self._segment = running
            return running


def append(session: Session, journal: Journal, event: Event, now: datetime) -> None:
    """Add one event at the end of the chain.

    Others who append wait until this unit of work ends, so it should end soon. If the row cannot
    be written, the error rises and the caller's change is rolled back with it.
    """
    hold(session)
    segment = journal.segment(week_of(now))
    _keep_segment(session, segment)
    salt = Secret(secrets.token_bytes(SALT_BYTES))
    detail = records.encode(_record(event, now))
    link = chain.append(head(session), segment.week, segment.id, chain.commit(salt, detail))
    place = places.audit_detail(segment.id, link.n)
    box = lock(segment.key, pad(salt.reveal() + detail, FLOOR_BYTES), place)
    session.execute(
        insert(AuditRow).values(
            n=link.n,
            week=link.week,
            segment_id=link.segment,
            commitment=link.commitment,
            detail_sealed=box,
            prev=link.prev,
            hash=link.hash,
        )
    )


def hold(session: Session) -> None:
    """Let nobody else append, to the log or to the roster, until this unit of work ends."""
    # SQLite has one writer anyway: the unit of work began with BEGIN IMMEDIATE.
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(CHAIN_LOCK)))


def head(session: Session) -> chain.Head:
    """Return the end of the chain; the genesis head while it is empty."""
    newest = select(AuditRow.n, AuditRow.hash).order_by(AuditRow.n.desc()).limit(1)
    row = session.execute(newest).one_or_none()
    return chain.GENESIS if row is None else chain.Head(row.n, row.hash)


def _keep_segment(session: Session, segment: Segment) -> None:
    # Asked each time: the unit of work that first stored the segment may have been rolled back.
    if session.get(AuditSegment, segment.id) is not None:
        return
    session.add(
        AuditSegment(
            id=segment.id,
            epoch_id=segment.auditors.id,
            key_sealed=seal(segment.auditors.public_key, segment.key, places.segment(segment.id)),
        )
    )
    session.flush()


def _record(event: Event, now: datetime) -> records.Record:
    return {
        "at": minute_text(now),
        "actor": event.actor,
        "role": event.role,
        "verb": event.verb,
        "subject": event.subject.hex(),
        "rule": event.rule,
        "fields": list(event.fields),
        "count": event.count,
    }
