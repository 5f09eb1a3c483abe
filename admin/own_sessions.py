"""Own sessions: where somebody is signed in, and how that ends."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.orm import Session

from admin import browsers
from admin.authority import authorize, event
from admin.desk import Desk
from admin.errors import HiddenError
from admin.models import Member, SignIn
from admin.permissions import Action
from reporting.audit import append
from reporting.database import shred


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A browser in which somebody is signed in, or half-way there; `ends` is the hour by which."""

    row: bytes
    is_here: bool
    ends: datetime


def view(session: Session, member: bytes, here: bytes) -> tuple[SignedIn, ...]:
    """Return the sign-ins of a member, the one in this row first."""
    rows = session.scalars(select(SignIn).where(SignIn.member_id == member)).all()
    found = [
        SignedIn(row.id, row.id == here, datetime.fromtimestamp(3600 * row.expires_hour, UTC))
        for row in rows
    ]
    return tuple(sorted(found, key=lambda one: (not one.is_here, one.ends, one.row)))


def end_one(desk: Desk, row: bytes) -> None:
    """End one of one's own sign-ins; one that is over already is left so."""
    own = desk.ring.person.id
    _end(desk, own, SignIn.id == row)


def end_others(desk: Desk, here: bytes) -> None:
    """End all of one's own sign-ins but the one in this row."""
    own = desk.ring.person.id
    _end(desk, own, SignIn.id != here)


def erase_others(session: Session, member: bytes, here: bytes) -> int:
    """Delete all sign-ins of a member but the one in this row; return how many there were."""
    return _erase(session, member, SignIn.id != here)


def end_all(desk: Desk, member: bytes) -> None:
    """End every sign-in of somebody, as a supervisor. Raises HiddenError, also for nobody."""
    rule = authorize(desk.ring.person, Action.END_SESSIONS, member)
    if desk.session.get(Member, member) is None:
        raise HiddenError(Action.END_SESSIONS, member, f"{Action.END_SESSIONS}: no such person")
    _note(desk, member, browsers.erase_all(desk.session, member), rule)


def _end(desk: Desk, member: bytes, which: ColumnElement[bool]) -> None:
    count = _erase(desk.session, member, which)
    if count:
        _note(desk, member, count, "")


def _erase(session: Session, member: bytes, which: ColumnElement[bool]) -> int:
    gone = delete(SignIn).where(SignIn.member_id == member, which).returning(SignIn.id)
    count = len(session.scalars(gone).all())
    if count:
        shred(session)
    return count


def _note(desk: Desk, member: bytes, count: int, rule: str) -> None:
    ended = event(desk.ring.person, "session.ended", member, rule)
    append(desk.session, desk.journal, replace(ended, count=count), desk.now)
