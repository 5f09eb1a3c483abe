"""Proposals: what waits for a roster manager's signature, signed only as it was shown.

Between a page and its button somebody who owns the database could put another proposal, or other
keys, in the place of what was looked at. What a manager saw comes back with the button.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from admin import candidates, membership, names
from admin.accounts import Duties
from admin.authority import authorize
from admin.desk import Desk
from admin.errors import HiddenError, ProposalError
from admin.membership import VOID, Waiting
from admin.models import ProposalRow
from admin.permissions import Action
from crypto import acts
from crypto.acts import Change, Enrolment
from crypto.roles import Role
from crypto.roster import Roster
from forms.wording import msgid

OTHER_KEYS = msgid(
    "Their keys are not the ones you compared. Sign nothing, and tell the other roster managers."
)


class Kind(StrEnum):
    """What would happen to somebody."""

    JOINS = "joins"
    CHANGES = "changes"
    RETURNS = "returns"


@dataclass(frozen=True, slots=True)
class Shown:
    """A proposal as a manager reads it; `hash` says exactly what would be signed.

    `added` and `taken` are the roles that would come and go. `has_new_keys` says that the roster
    does not have these keys of this person in force, so that somebody has to compare them.
    """

    id: bytes
    hash: str
    kind: Kind
    member: bytes
    name: str = field(repr=False)
    duties: Duties
    added: frozenset[Role]
    taken: frozenset[Role]
    was_manager: bool
    fingerprint: tuple[str, ...]
    has_new_keys: bool
    signers: tuple[str, ...] = field(repr=False)
    is_signed_by_me: bool


def view(desk: Desk) -> tuple[Shown, ...]:
    """Return what waits. Raises HiddenError, and NotHandedOnError while names cannot be read."""
    authorize(desk.ring.person, Action.SIGN_ROSTER)
    known = {**_names_of_candidates(desk), **names.known(desk)}
    return tuple(
        _shown(desk, waiting, waiting.proposal.act, known)
        for waiting in membership.waiting(desk.session, desk.verified)
        if isinstance(waiting.proposal.act, Enrolment | Change)
    )


def find(desk: Desk, proposal: bytes) -> Shown:
    """Return a proposal that waits. Raises HiddenError for none, and NotHandedOnError."""
    for shown in view(desk):
        if shown.id == proposal:
            return shown
    raise HiddenError(Action.SIGN_ROSTER, proposal, f"{Action.SIGN_ROSTER}: no such proposal")


def propose(desk: Desk, member: bytes, duties: Duties, compared: str) -> None:
    """Propose duties for somebody whose keys have the fingerprint that the manager was shown.

    Raises HiddenError for nobody, and ProposalError with the reason.
    """
    authorize(desk.ring.person, Action.SIGN_ROSTER, member)
    made = candidates.fingerprints(desk.session, {member: None})
    if member in made and "".join(made[member]) != compared:
        raise ProposalError(OTHER_KEYS)
    membership.propose(desk, member, duties)


def sign(desk: Desk, proposal: bytes, shown: str) -> Roster:
    """Sign a proposal if it is still the one with this hash; return the roster as it is then.

    Raises ProposalError with the reason.
    """
    authorize(desk.ring.person, Action.SIGN_ROSTER, proposal)
    # Locked first: what is looked at here is what is signed.
    desk.session.get(ProposalRow, proposal, with_for_update=True)
    waiting = membership.waiting(desk.session, desk.verified)
    if (proposal, shown) not in {(each.id, each.hash) for each in waiting}:
        raise ProposalError(VOID)
    return membership.sign(desk, proposal)


def _names_of_candidates(desk: Desk) -> Mapping[bytes, str]:
    return {candidate.id: candidate.name for candidate in candidates.view(desk)}


def _shown(
    desk: Desk, waiting: Waiting, act: Enrolment | Change, known: Mapping[bytes, str]
) -> Shown:
    person, before = act.person, desk.verified.people.get(act.person.id)
    roles = before.roles if before is not None else frozenset()
    signers = waiting.proposal.signers
    return Shown(
        id=waiting.id,
        hash=waiting.hash,
        kind=_kind(act, desk.verified),
        member=person.id,
        name=known.get(person.id, ""),
        duties=Duties(person.roles, person.is_manager),
        added=person.roles - roles,
        taken=roles - person.roles,
        was_manager=before is not None and before.is_manager,
        fingerprint=person.fingerprint,
        has_new_keys=before is None or _keys(before) != _keys(person),
        signers=tuple(sorted(known.get(one) or names.short(one) for one in signers)),
        is_signed_by_me=desk.ring.person.id in signers,
    )


def _kind(act: Enrolment | Change, verified: Roster) -> Kind:
    if isinstance(act, Enrolment):
        return Kind.JOINS
    return Kind.CHANGES if act.person.id in verified.people else Kind.RETURNS


def _keys(person: acts.Person) -> tuple[bytes, bytes]:
    return person.sealing_key, person.signing_key
