"""Oversight: the audit log as auditors read it; reading it is written into it."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from admin import audit, checkpoints, sifting, witnesses
from admin.audit import Emptied
from admin.authority import authorize, event
from admin.checkpoints import Checked
from admin.extracts import Extract
from admin.keyring import Ring
from admin.permissions import Action
from admin.sifting import Filter, Found
from crypto.chain import ChainBrokenError
from reporting.audit import Journal, append, head
from reporting.runtime import Runtime


@dataclass(frozen=True, slots=True)
class Log:
    """A page of the log, newest first, and what the check of the whole chain found.

    `broken_at` is the first bad row, 0 while the chain is whole; `following` is where older rows
    begin, 0 when there are none.
    """

    entries: tuple[audit.Entry, ...]
    rows: int
    broken_at: int
    following: int

    @property
    def has_damage(self) -> bool:
        """Whether a row of this page was altered, or lost its detail."""
        return any(entry.detail is not audit.Detail.READABLE for entry in self.entries)


@dataclass(frozen=True, slots=True)
class Proof:
    """What the check of the log found; `broken_at` is the first bad row, 0 while it is whole."""

    rows: int
    broken_at: int
    emptied: Emptied
    checked: Checked


def note_view(session: Session, ring: Ring, journal: Journal, now: datetime) -> None:
    """Note that this person looks at the log; the look itself comes after this is stored."""
    rule = authorize(ring.person, Action.VIEW_AUDIT)
    append(session, journal, event(ring.person, "history.viewed", rule=rule), now)


def view(session: Session, ring: Ring, before: int | None) -> Log:
    """Return a page of the log from below row `before`, or its newest rows.

    The whole chain is checked, which takes longer as it grows: nobody should have to wait for it.
    """
    authorize(ring.person, Action.VIEW_AUDIT)
    if ring.person.is_kept_back:
        return Log((), 0, broken_at=0, following=0)
    entries = audit.read(session, ring.segment_key, before)
    rows, broken_at = _check(session)
    oldest = entries[-1].n if entries else 0
    following = oldest if oldest > 1 else 0
    return Log(entries, rows, broken_at, following)


def sift(service: Runtime, ring: Ring, wanted: Filter, before: int | None, now: datetime) -> Found:
    """Return rows that were looked for; the log keeps by which names, never the values."""
    rule = authorize(ring.person, Action.VIEW_AUDIT)
    look = event(ring.person, "history.viewed", rule=rule)
    with service.begin() as session:
        append(session, service.journal, replace(look, fields=wanted.names), now)
    if ring.person.is_kept_back:
        return Found((), 0, 0)
    with service.read() as session:
        return sifting.sift(session, ring.segment_key, wanted, before)


def verify(service: Runtime, ring: Ring, now: datetime) -> Proof:
    """Check all of the log that can be checked without opening it, and note that it was."""
    rule = authorize(ring.person, Action.VIEW_AUDIT)
    with service.begin() as session:
        append(session, service.journal, event(ring.person, "audit.verified", rule=rule), now)
    if ring.person.is_kept_back:
        return Proof(0, 0, Emptied(0, 0), Checked(()))
    with service.read() as session:
        rows, broken_at = _check(session)
        return Proof(rows, broken_at, audit.emptied(session), _countersigned(service, session))


def take_out(service: Runtime, ring: Ring, now: datetime) -> Extract:
    """Return the whole log to be taken away, whose newest row says that it was."""
    rule = authorize(ring.person, Action.EXPORT_AUDIT)
    with service.begin() as session:
        append(session, service.journal, event(ring.person, "audit.exported", rule=rule), now)
        end = head(session)
    with service.read() as session:
        _rows, broken_at = _check(session)
        checked = _countersigned(service, session)
    origin = witnesses.known(service.office).origin
    return Extract(origin, end, broken_at, checked, now, service.read, ring.segment_key)


def _check(session: Session) -> tuple[int, int]:
    try:
        return audit.verify_whole(session).n, 0
    except ChainBrokenError as error:
        return error.n - 1, error.n


def _countersigned(service: Runtime, session: Session) -> Checked:
    known = witnesses.known(service.office)
    return checkpoints.check(session, known.keys, known.origin)
