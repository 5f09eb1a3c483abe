"""Joining: a link that works once, and somebody's own keys, made by themself.

What a link opens is locked under the link. Who was asked, and to do what, stands in the managers'
files. Whoever joins has keys and can open nothing: only a signed entry of the roster lets them in.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from admin import accounts, browsers, circles
from admin.accounts import Duties, Prepared
from admin.authority import authorize
from admin.circles import Circle
from admin.desk import Desk
from admin.errors import AccountError, HiddenError, InvitationGoneError
from admin.keyring import Ring
from admin.models import Invitation, Member
from admin.permissions import Action
from crypto.envelope import Ctx, Label, OpenError, Secret, expand
from forms.wording import msgid
from reporting import records
from reporting.audit import Event, append, head
from reporting.clock import hour_after
from reporting.database import shred
from reporting.records import Record
from reporting.runtime import Runtime

LIFE: Final = timedelta(days=7)
FLOOR_BYTES: Final = 512
NAME_STAYS: Final = msgid("This link is for somebody who has a name here already. Type that name.")


@dataclass(frozen=True, slots=True)
class Link:
    """What a link says to whoever holds it: who is asked, and until when."""

    member: bytes
    name: str = field(repr=False)
    until: datetime


@dataclass(frozen=True, slots=True)
class Wish:
    """Whom to ask, and what they are to do."""

    name: str = field(repr=False)
    duties: Duties


def invite(desk: Desk, wish: Wish) -> Secret:
    """Ask somebody to join; return what their link carries, which nobody can show again.

    Raises HiddenError, and NotHandedOnError while this manager cannot read the managers' files.
    """
    member = secrets.token_bytes(16)
    rule = authorize(desk.ring.person, Action.INVITE, member)
    desk.note("invited", member, rule)
    token = Secret(secrets.token_bytes(32))
    _keep_link(desk.session, token, Link(member, wish.name, desk.now + LIFE))
    files = circles.open_key(desk.session, desk.ring, desk.verified, Circle.MANAGERS)
    circles.write(desk.session, files, member, _file(desk.ring, wish, desk.now))
    return token


def invite_again(desk: Desk, member: bytes) -> Secret:
    """Ask somebody whose keys are lost to make new ones; return what their link carries.

    No earlier link of theirs works any more. What they made before stays until they use this one,
    and on the roster until two managers sign for the new keys. Raises HiddenError for oneself and
    for nobody, and NotHandedOnError while this manager cannot read who is who.
    """
    rule = authorize(desk.ring.person, Action.INVITE, member)
    if member == desk.ring.person.id or not has_keys(desk.session, member):
        raise HiddenError(Action.INVITE, member, f"{Action.INVITE}: no such person")
    desk.note("key.lost", member, rule)
    names = _names(desk)
    if member not in names:
        raise HiddenError(Action.INVITE, member, f"{Action.INVITE}: nobody knows their name")
    forget_link(desk.session, member)
    token = Secret(secrets.token_bytes(32))
    _keep_link(desk.session, token, Link(member, names[member], desk.now + LIFE))
    return token


def look(session: Session, token: Secret, now: datetime) -> Link:
    """Return what a link says. Raises InvitationGoneError when it was used, or is too old."""
    row = session.get(Invitation, _row(token))
    if row is None or row.expires_hour <= hour_after(now) - 1:
        raise InvitationGoneError
    try:
        record = records.reopen(_key(token), row.link_sealed, _place(row.id))
        return Link(
            bytes.fromhex(records.text(record, "member")),
            records.text(record, "name"),
            datetime.fromtimestamp(records.number(record, "until"), UTC),
        )
    except OpenError:
        raise InvitationGoneError from None


def join(
    session: Session, service: Runtime, token: Secret, prepared: Prepared, now: datetime
) -> None:
    """Store somebody's new keys, and let the link work no more.

    Whoever had keys before has them no more, nor a passphrase for being forced, and is signed in
    nowhere. Raises InvitationGoneError, and AccountError when somebody has their name.
    """
    # Two who send the same link take turns: the second finds it used.
    session.get(Invitation, _row(token), with_for_update=True)
    link = look(session, token, now)
    known = session.get(Member, link.member, with_for_update=True)
    if known is None:
        accounts.check_free(session, prepared.door, prepared.identity.name)
    elif known.name_tag != prepared.identity.tag:
        raise AccountError(NAME_STAYS)
    made = Event(link.member.hex(), "", "key.enrolled", link.member)
    append(session, service.journal, made, now)
    session.merge(prepared.row(head(session), service.office.roster.head))
    browsers.erase_all(session, link.member)
    forget_link(session, link.member)


def sweep(session: Session, now: datetime) -> int:
    """Delete links that are too old; return how many there were."""
    old = delete(Invitation).where(Invitation.expires_hour <= hour_after(now) - 1)
    gone = len(session.scalars(old.returning(Invitation.id)).all())
    if gone:
        shred(session)
    return gone


def is_waiting(session: Session, member: bytes) -> bool:
    """Say whether somebody was asked and has not joined yet."""
    asked = select(Invitation.id).where(Invitation.member_id == member)
    return session.scalar(asked) is not None


def has_keys(session: Session, member: bytes) -> bool:
    """Say whether somebody has made their keys."""
    return session.get(Member, member) is not None


def forget_link(session: Session, member: bytes) -> None:
    """Let no link of somebody work any more."""
    session.execute(delete(Invitation).where(Invitation.member_id == member))
    shred(session)


def _names(desk: Desk) -> Mapping[bytes, str]:
    """Return the names of all that the staff knows, or the managers alone."""
    known: dict[bytes, Record] = {}
    for circle in (Circle.MANAGERS, Circle.STAFF):
        shared = circles.open_key(desk.session, desk.ring, desk.verified, circle)
        known |= circles.read(desk.session, shared)
    return {member: records.text(record, "name") for member, record in known.items()}


def _file(ring: Ring, wish: Wish, now: datetime) -> Record:
    return {
        "name": wish.name,
        "roles": sorted(wish.duties.roles),
        "manager": int(wish.duties.is_manager),
        "invited_by": ring.person.id.hex(),
        "invited": int(now.timestamp()),
    }


def _keep_link(session: Session, token: Secret, link: Link) -> None:
    row = _row(token)
    record: Record = {
        "member": link.member.hex(),
        "name": link.name,
        "until": int(link.until.timestamp()),
    }
    box = records.close(_key(token), record, _place(row), FLOOR_BYTES)
    hour = hour_after(link.until)
    session.add(Invitation(id=row, member_id=link.member, expires_hour=hour, link_sealed=box))


def _row(token: Secret) -> bytes:
    return expand(token, Label.INVITATION_ID, 16).reveal()


def _key(token: Secret) -> Secret:
    return expand(token, Label.INVITATION_KEY)


def _place(row: bytes) -> Ctx:
    return Ctx("invitation", "invitation", "link_sealed", row)
