"""Candidates: people who were asked to join and do not belong yet, as roster managers see them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from admin import accounts, browsers, circles, joining, membership
from admin.accounts import Duties
from admin.authority import authorize
from admin.circles import Circle
from admin.desk import Desk
from admin.errors import AccountError, AlarmError, HiddenError
from admin.joining import Wish
from admin.models import About, Invitation, Member, ProposalRow
from admin.permissions import Action
from admin.runtime import Door
from crypto import acts
from crypto.acts import Enrolment
from crypto.envelope import OpenError, Secret
from crypto.passphrase import name_tag
from crypto.roles import Role
from reporting import records
from reporting.clock import hour_after
from reporting.database import shred
from reporting.records import Record


class Step(StrEnum):
    """How far somebody has come."""

    INVITED = "invited"
    EXPIRED = "expired"
    JOINED = "joined"


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who was asked, what they are to do, and the keys that they made, if they did.

    `until` is how long their link works.
    """

    id: bytes
    name: str = field(repr=False)
    duties: Duties
    until: datetime
    step: Step
    fingerprint: tuple[str, ...] = ()


def view(desk: Desk) -> tuple[Candidate, ...]:
    """Return all candidates by name.

    Raises HiddenError, and NotHandedOnError while this manager cannot read the managers' files.
    """
    authorize(desk.ring.person, Action.INVITE)
    shared = circles.open_key(desk.session, desk.ring, desk.verified, Circle.MANAGERS)
    known = desk.verified.people.keys() | desk.verified.removed.keys()
    asked = {
        member: record
        for member, record in circles.read(desk.session, shared).items()
        if member not in known
    }
    linked, made = _linked(desk), fingerprints(desk.session, asked)
    found = [_candidate(member, asked[member], linked, made) for member in asked]
    return tuple(sorted(found, key=lambda each: (each.name, each.id)))


def find(desk: Desk, member: bytes) -> Candidate:
    """Return a candidate. Raises HiddenError for nobody, and NotHandedOnError."""
    for candidate in view(desk):
        if candidate.id == member:
            return candidate
    raise HiddenError(Action.INVITE, member, f"{Action.INVITE}: no such candidate")


def ask(desk: Desk, door: Door, wish: Wish) -> Secret:
    """Ask somebody to join whose name nobody else has; return what their link carries.

    Raises HiddenError, AccountError and NotHandedOnError.
    """
    authorize(desk.ring.person, Action.INVITE)
    accounts.check_free(desk.session, door, wish.name)
    tag = name_tag(door.pepper, wish.name)
    if any(name_tag(door.pepper, other.name) == tag for other in view(desk)):
        raise AccountError(accounts.NAME_TAKEN, about="name")
    return joining.invite(desk, wish)


def call_off(desk: Desk, member: bytes) -> None:
    """Forget that somebody was asked, with link, keys and whatever was proposed about them.

    Raises HiddenError for who is no candidate, and NotHandedOnError.
    """
    rule = authorize(desk.ring.person, Action.INVITE, member)
    find(desk, member)
    desk.note("invitation.withdrawn", member, rule)
    _drop_proposals(desk, member)
    browsers.erase_all(desk.session, member)
    for table in (Invitation, About):
        desk.session.execute(delete(table).where(table.member_id == member))
    desk.session.execute(delete(Member).where(Member.id == member))
    shred(desk.session)


def fingerprints(
    session: Session, members: Mapping[bytes, object]
) -> Mapping[bytes, tuple[str, ...]]:
    """Return the fingerprints of the keys that these people made. Raises AlarmError."""
    rows = session.scalars(select(Member).where(Member.id.in_(members))).all()
    try:
        return {
            row.id: acts.Person(
                row.id, row.sealing_key, row.signing_key, frozenset(), is_manager=False
            ).fingerprint
            for row in rows
        }
    except ValueError:
        raise AlarmError("the keys of a person were altered") from None


def _linked(desk: Desk) -> frozenset[bytes]:
    living = Invitation.expires_hour > hour_after(desk.now) - 1
    return frozenset(desk.session.scalars(select(Invitation.member_id).where(living)))


def _candidate(
    member: bytes,
    record: Record,
    linked: frozenset[bytes],
    made: Mapping[bytes, tuple[str, ...]],
) -> Candidate:
    try:
        roles = frozenset(Role(word) for word in records.texts(record, "roles"))
        duties = Duties(roles, is_manager=record["manager"] == 1)
        asked = datetime.fromtimestamp(records.number(record, "invited"), UTC)
        name = records.text(record, "name")
    except (OpenError, ValueError, KeyError):
        raise AlarmError("what managers know about a candidate makes no sense") from None
    step = Step.INVITED if member in linked else Step.EXPIRED
    return Candidate(
        id=member,
        name=name,
        duties=duties,
        until=asked + joining.LIFE,
        step=Step.JOINED if member in made else step,
        fingerprint=made.get(member, ()),
    )


def _drop_proposals(desk: Desk, member: bytes) -> None:
    about = [
        waiting.id
        for waiting in membership.waiting(desk.session, desk.verified)
        if isinstance(waiting.proposal.act, Enrolment) and waiting.proposal.act.person.id == member
    ]
    desk.session.execute(delete(ProposalRow).where(ProposalRow.id.in_(about)))
