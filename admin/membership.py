"""Membership: who belongs to the office, by entries of the roster that its managers sign.

To let somebody in, or to change what they do, takes two managers other than that person; one is
enough to let somebody go. What still lacks a signature waits as a proposal, and is void as soon as
another entry comes first: nobody signs what they have not seen.
"""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from admin import browsers, circles, epochs, grants, holds, letters, own_lane, vetting
from admin.accounts import Duties
from admin.authority import authorize
from admin.circles import Circle
from admin.desk import Desk
from admin.errors import HiddenError, ProposalError
from admin.models import Member, ProposalRow
from admin.permissions import Action
from crypto import acts, entries, roster
from crypto.acts import Act, Change, Enrolment, Removal
from crypto.roster import Proposal, Roster, RosterError
from forms.wording import msgid
from reporting import office
from reporting.clock import day_of

NOT_POSSIBLE: Final = msgid(
    "This cannot be signed: at least two roster managers must remain, nobody signs about "
    "themself, and what each person does must go together."
)
VOID: Final = msgid(
    "Something else was signed meanwhile. Look at the people again, then propose it anew."
)
TWICE: Final = msgid("You have signed this already. Another roster manager has to sign it too.")
VERBS: Final = {acts.Action.ENROL: "role.granted", acts.Action.CHANGE: "role.changed"}


@dataclass(frozen=True, slots=True)
class Waiting:
    """A proposal that still lacks a signature, what it would do, and the hash that says it all."""

    id: bytes
    proposal: Proposal
    hash: str


def waiting(session: Session, verified: Roster) -> tuple[Waiting, ...]:
    """Return what waits for a signature; what has become void is left out."""
    found = []
    for row in session.scalars(select(ProposalRow)):
        try:
            proposal = roster.weigh(verified, row.entry)
        except RosterError:
            continue
        found.append(Waiting(row.id, proposal, entries.read(row.entry).hash.hex()))
    return tuple(sorted(found, key=lambda each: each.id))


def propose(desk: Desk, member: bytes, duties: Duties) -> None:
    """Propose that somebody who has made their keys belongs, with these duties, or changes to it.

    Somebody who has new keys keeps them from then on. Raises HiddenError for nobody, ProposalError
    with the reason, and NotVettedError for somebody who has not come far enough.
    """
    rule = authorize(desk.ring.person, Action.SIGN_ROSTER, member)
    row = desk.session.get(Member, member)
    if row is None:
        raise HiddenError(Action.SIGN_ROSTER, member, f"{Action.SIGN_ROSTER}: no such person")
    desk.note("roster.proposed", member, rule)
    with _explaining():
        keys = row.sealing_key, row.signing_key
        person = acts.Person(member, *keys, duties.roles, duties.is_manager)
        entry = desk.ring.propose(desk.verified, _act(desk, person))
    vetting.require_stage(desk, person)
    _forget_void(desk.session, desk.verified)
    desk.session.add(ProposalRow(id=secrets.token_bytes(16), entry=entry))


def sign(desk: Desk, proposal: bytes) -> Roster:
    """Sign a proposal that a colleague made; with the last signature it comes into force.

    Returns the roster as it is then. Raises HiddenError for no proposal, and ProposalError.
    """
    rule = authorize(desk.ring.person, Action.SIGN_ROSTER, proposal)
    row = desk.session.get(ProposalRow, proposal, with_for_update=True)
    if row is None:
        raise HiddenError(Action.SIGN_ROSTER, proposal, f"{Action.SIGN_ROSTER}: no such proposal")
    with _explaining(VOID):
        before = roster.weigh(desk.verified, row.entry)
    act = before.act
    if not isinstance(act, Enrolment | Change):
        # Anything else takes one signature and never waits: somebody put it here by hand.
        raise ProposalError(NOT_POSSIBLE)
    with _explaining(TWICE if desk.ring.person.id in before.signers else NOT_POSSIBLE):
        entry = desk.ring.countersign(desk.verified, row.entry)
    vetting.require_stage(desk, act.person)
    desk.note("roster.signed", act.person.id, rule)
    desk.note(VERBS[act.action], act.person.id, fields=tuple(sorted(act.person.roles)))
    _release(desk, act.person.id)
    grown = _come_into_force(desk, entry)
    if isinstance(act, Enrolment):
        _introduce(desk, grown, act.person.id)
    return grown


def decline(desk: Desk, proposal: bytes) -> None:
    """Take a proposal away unsigned. Raises HiddenError for none."""
    rule = authorize(desk.ring.person, Action.SIGN_ROSTER, proposal)
    desk.note("roster.declined", proposal, rule)
    gone = delete(ProposalRow).where(ProposalRow.id == proposal).returning(ProposalRow.id)
    if desk.session.scalar(gone) is None:
        raise HiddenError(Action.SIGN_ROSTER, proposal, f"{Action.SIGN_ROSTER}: no such proposal")


def remove(desk: Desk, member: bytes) -> Roster:
    """Let somebody go, at once: they open nothing new, and where they are signed in ends.

    Returns the roster without them. Raises HiddenError, and ProposalError with the reason.
    """
    rule = authorize(desk.ring.person, Action.REMOVE_PERSON, member)
    if member not in desk.verified.people:
        raise HiddenError(
            Action.REMOVE_PERSON, member, f"{Action.REMOVE_PERSON}: not on the roster"
        )
    desk.note("offboarded", member, rule)
    with _explaining():
        entry = desk.ring.propose(desk.verified, Removal(day_of(desk.now), member))
    browsers.erase_all(desk.session, member)
    own_lane.destroy(desk.session, member)
    return _come_into_force(desk, entry)


def _act(desk: Desk, person: acts.Person) -> Act:
    known = person.id in desk.verified.people or person.id in desk.verified.removed
    return (Change if known else Enrolment)(day_of(desk.now), person)


def _release(desk: Desk, member: bytes) -> None:
    """Let somebody's keys go whose keys were kept back: two have looked, and signed for them."""
    if holds.release(desk.session, member):
        desk.note("key.released", member)
        browsers.erase_all(desk.session, member)


def _come_into_force(desk: Desk, entry: bytes) -> Roster:
    """Append an entry, and do at once what follows from it and this manager can do.

    Keys that somebody outside knows now are made anew, others handed on or taken back, and what
    has become void is dropped. Returns the roster as it is then.
    """
    # First, so that what is shared outlives the signature of somebody who leaves.
    circles.hand_on(desk.session, desk.ring, desk.verified)
    ring, grown = desk.ring, office.append(desk.session, desk.verified, entry)
    for group in sorted(grown.stale & ring.person.groups):
        desk.note("key.rotated", fields=(group,))
        ring, grown = epochs.rotate(desk.session, ring, grown, group, desk.now)
    grants.hand_on(desk.session, ring, grown)
    circles.hand_on(desk.session, ring, grown)
    letters.hand_on(desk.session, ring, grown)
    _forget_void(desk.session, grown)
    return grown


def _introduce(desk: Desk, grown: Roster, member: bytes) -> None:
    """Let the whole staff know the name of somebody new."""
    files = circles.open_key(desk.session, desk.ring, grown, Circle.MANAGERS)
    known = circles.read(desk.session, files).get(member, {})
    shared = circles.open_key(desk.session, desk.ring, grown, Circle.STAFF)
    circles.write(desk.session, shared, member, {"name": known.get("name", "")})


def _forget_void(session: Session, verified: Roster) -> None:
    living = {each.id for each in waiting(session, verified)}
    session.execute(delete(ProposalRow).where(ProposalRow.id.not_in(living)))


@contextmanager
def _explaining(why: str = NOT_POSSIBLE) -> Iterator[None]:
    """Say in words why nothing can come of a proposal."""
    try:
        yield
    except (RosterError, ValueError):
        raise ProposalError(why) from None
