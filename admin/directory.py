"""The directory: who is who on the team, what each of them can open, and why."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from admin import candidates, grants, names, proposals
from admin.accounts import Duties
from admin.authority import authorize
from admin.candidates import Candidate
from admin.desk import Desk
from admin.errors import HiddenError, NotHandedOnError
from admin.permissions import Action, is_allowed
from admin.proposals import Shown
from crypto import acts
from crypto.roles import Group, Role, groups_of


class Standing(StrEnum):
    """How somebody stands to the team."""

    BELONGS = "belongs"
    LEFT = "left"
    INVITED = "invited"
    EXPIRED = "expired"
    JOINED = "joined"


@dataclass(frozen=True, slots=True)
class Key:
    """A key of a group that somebody is given, for which of their roles, and whether it is there.

    `is_awaited` says that a colleague has still to hand it on.
    """

    group: Group
    because: tuple[Role, ...]
    is_awaited: bool


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody who belongs; without a name while names cannot be read."""

    id: bytes
    name: str = field(repr=False)
    duties: Duties
    keys: tuple[Key, ...]
    fingerprint: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Left:
    """Somebody who belongs no more."""

    id: bytes
    name: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Directory:
    """Everybody, and for roster managers whoever is on the way and what waits for them.

    `in_trust` are the groups that nobody is in: roster managers keep their keys meanwhile.
    `is_awaited` says that a key was not handed on yet, so that names or files are missing.
    """

    colleagues: tuple[Colleague, ...]
    left: tuple[Left, ...]
    in_trust: tuple[Group, ...]
    is_awaited: bool
    candidates: tuple[Candidate, ...] = ()
    proposals: tuple[Shown, ...] = ()


@dataclass(frozen=True, slots=True)
class PersonPage:
    """One person. `duties` of a candidate are what they were asked to do.

    `made` is the fingerprint of keys that they made and nobody has signed; only managers see it.
    `until` is how long the link of somebody invited works. What may be done is for the reader.
    """

    id: bytes
    name: str = field(repr=False)
    standing: Standing
    duties: Duties
    keys: tuple[Key, ...] = ()
    fingerprint: tuple[str, ...] = ()
    made: tuple[str, ...] = ()
    until: datetime | None = None
    may_propose: bool = False
    may_remove: bool = False
    may_call_off: bool = False
    may_see_to: bool = False
    may_renew: bool = False

    @property
    def compared(self) -> tuple[str, ...]:
        """The fingerprint of the keys that a proposal would be about."""
        return self.made or self.fingerprint

    @property
    def needs_comparing(self) -> bool:
        """Whether nobody has signed these keys, or they are not in force any more."""
        return bool(self.made) or self.standing is not Standing.BELONGS

    @property
    def called(self) -> str:
        """The name, or the beginning of the random number where there is none."""
        return self.name or names.short(self.id)


def view(desk: Desk) -> Directory:
    """Return who is who; the look is noted first. Raises HiddenError."""
    rule = authorize(desk.ring.person, Action.VIEW_PEOPLE)
    desk.note("people.viewed", rule=rule)
    known, is_awaited = _names(desk)
    verified = desk.verified
    colleagues = [_colleague(desk, person, known) for person in verified.people.values()]
    shown = Directory(
        colleagues=tuple(sorted(colleagues, key=lambda one: (one.name, one.id))),
        left=tuple(Left(member, known.get(member, "")) for member in sorted(verified.removed)),
        in_trust=_in_trust(desk),
        is_awaited=is_awaited,
    )
    return _with_files(desk, shown) if _manages(desk, Action.SIGN_ROSTER) else shown


def person(desk: Desk, member: bytes) -> PersonPage:
    """Return the page of somebody; the look is noted first.

    Raises HiddenError for nobody, and for a candidate whom this person may not see.
    """
    rule = authorize(desk.ring.person, Action.VIEW_PEOPLE, member)
    desk.note("people.viewed", member, rule)
    known, _ = _names(desk)
    if member in desk.verified.people:
        return _belonging(desk, member, known)
    if member in desk.verified.removed:
        return _gone(desk, member, known)
    if _manages(desk, Action.INVITE):
        return _arriving(desk, candidates.find(desk, member))
    raise HiddenError(Action.VIEW_PEOPLE, member, f"{Action.VIEW_PEOPLE}: no such person")


def for_proposal(desk: Desk, member: bytes) -> PersonPage:
    """Return the page of somebody about whom something can be proposed. Raises HiddenError."""
    shown = person(desk, member)
    if not shown.may_propose:
        raise HiddenError(Action.SIGN_ROSTER, member, f"{Action.SIGN_ROSTER}: nothing to sign")
    return shown


def for_removal(desk: Desk, member: bytes) -> PersonPage:
    """Return the page of somebody who can be removed. Raises HiddenError."""
    shown = person(desk, member)
    if not shown.may_remove:
        raise HiddenError(Action.REMOVE_PERSON, member, f"{Action.REMOVE_PERSON}: nobody to remove")
    return shown


def _names(desk: Desk) -> tuple[Mapping[bytes, str], bool]:
    """Return the names that can be read, at least one's own; and whether others are awaited."""
    own = {desk.ring.person.id: desk.ring.person.name}
    if desk.ring.person.is_kept_back:
        return own, False
    try:
        return {**names.known(desk), **own}, False
    except NotHandedOnError:
        return own, True


def _in_trust(desk: Desk) -> tuple[Group, ...]:
    if desk.ring.person.is_kept_back:
        return ()
    return tuple(group for group in Group if not desk.verified.members(group))


def _with_files(desk: Desk, shown: Directory) -> Directory:
    try:
        waiting = proposals.view(desk)
        return replace(shown, candidates=candidates.view(desk), proposals=waiting)
    except NotHandedOnError:
        return replace(shown, is_awaited=True)


def _manages(desk: Desk, action: Action) -> bool:
    return is_allowed(action, desk.ring.person.marks)


def _colleague(desk: Desk, listed: acts.Person, known: Mapping[bytes, str]) -> Colleague:
    return Colleague(
        id=listed.id,
        name=known.get(listed.id, ""),
        duties=Duties(listed.roles, listed.is_manager),
        keys=_keys(desk, listed),
        fingerprint=listed.fingerprint,
    )


def _keys(desk: Desk, listed: acts.Person) -> tuple[Key, ...]:
    # Whoever is kept back is shown what they were shown before: nothing tells that keys are gone.
    is_shown_all = desk.ring.person.is_kept_back
    awaited = () if is_shown_all else grants.awaited(desk.session, listed, desk.verified)
    return tuple(
        Key(group, _because(group, listed.roles), group in awaited)
        for group in Group
        if group in listed.groups
    )


def _because(group: Group, roles: frozenset[Role]) -> tuple[Role, ...]:
    return tuple(role for role in Role if role in roles and group in groups_of(frozenset({role})))


def _belonging(desk: Desk, member: bytes, known: Mapping[bytes, str]) -> PersonPage:
    colleague = _colleague(desk, desk.verified.people[member], known)
    made = candidates.fingerprints(desk.session, {member: None}).get(member, ())
    may_sign = _manages(desk, Action.SIGN_ROSTER)
    is_other = member != desk.ring.person.id
    return PersonPage(
        id=member,
        name=colleague.name,
        standing=Standing.BELONGS,
        duties=colleague.duties,
        keys=colleague.keys,
        fingerprint=colleague.fingerprint,
        made=made if may_sign and made != colleague.fingerprint else (),
        may_propose=may_sign and is_other and bool(made),
        may_remove=_manages(desk, Action.REMOVE_PERSON) and is_other,
        may_see_to=_manages(desk, Action.REMOVE_PERSON) and is_other,
        may_renew=_manages(desk, Action.INVITE) and is_other and bool(made),
    )


def _gone(desk: Desk, member: bytes, known: Mapping[bytes, str]) -> PersonPage:
    listed = desk.verified.removed[member]
    made = candidates.fingerprints(desk.session, {member: None}).get(member, ())
    may_sign = _manages(desk, Action.SIGN_ROSTER) and bool(made)
    return PersonPage(
        id=member,
        name=known.get(member, ""),
        standing=Standing.LEFT,
        duties=Duties(listed.roles, listed.is_manager),
        made=made if may_sign else (),
        may_propose=may_sign,
        may_see_to=_manages(desk, Action.REMOVE_PERSON),
        may_renew=_manages(desk, Action.INVITE) and bool(made),
    )


def _arriving(desk: Desk, candidate: Candidate) -> PersonPage:
    return PersonPage(
        id=candidate.id,
        name=candidate.name,
        standing=Standing(candidate.step),
        duties=candidate.duties,
        made=candidate.fingerprint,
        until=candidate.until,
        may_propose=bool(candidate.fingerprint),
        may_call_off=_manages(desk, Action.INVITE),
    )
