"""Oversight: the audit log as auditors read it; reading it is written into it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from admin import audit
from admin.authority import authorize, event
from admin.keyring import Ring
from admin.permissions import Action
from crypto.chain import ChainBrokenError
from reporting.audit import Journal, append


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
        return Log((), rows=0, broken_at=0, following=0)
    entries = audit.read(session, ring.segment_key, before)
    rows, broken_at = _check(session)
    oldest = entries[-1].n if entries else 0
    following = oldest if oldest > 1 else 0
    return Log(entries, rows, broken_at, following)


def _check(session: Session) -> tuple[int, int]:
    try:
        return audit.verify_whole(session).n, 0
    except ChainBrokenError as error:
        return error.n - 1, error.n
