"""Agreements: what a second person says of what somebody else decides or has decided."""

from dataclasses import replace
from types import MappingProxyType
from typing import Final

from admin import acts, following, gathering
from admin.cases import Opened
from admin.desk import Desk
from admin.errors import HiddenError
from admin.facts import Countersign, Look
from admin.gathering import JOINS, SUPPORTED
from admin.guards import GUARDS
from admin.permissions import SUPERVISOR, Action
from admin.phases import COUNTERSIGN_DUE
from admin.transitions import MOVED_ON, STATE, TABLE, NotNowError
from admin.work import Work
from reporting.ids import CaseId
from reporting.models import State

ESCALATES: Final = "escalate"
# What a second look is for, by the state that is looked at again.
_GUARDS: Final = MappingProxyType(
    {State.DECLINED: "second_seen", State.QUARANTINED: "second_confirmed"}
)


def countersign(desk: Desk, case: CaseId, action: str, survivor: bytes = b"") -> None:
    """Agree to a move of somebody else, exactly as the report stands now.

    `survivor` is the report that it is to be joined to, if that is the move. For which move whose
    agreement counts is for the guards. Raises HiddenError, NotNowError where no such move is made
    from here, and AlarmError for what was altered.
    """
    person, there = desk.ring.person, acts.begin(desk, case, Action.COUNTERSIGN)
    if action not in SUPPORTED:
        raise HiddenError(Action.COUNTERSIGN, case, f"{action}: not in this version")
    if action in JOINS:
        _require_there(desk, there, survivor)
    work = there.work
    is_waited_for = action == ESCALATES and COUNTERSIGN_DUE in work.items
    if work.state not in TABLE.transitions[action].sources and not is_waited_for:
        raise NotNowError(STATE, MOVED_ON)
    is_supervisor = SUPERVISOR in person.roles
    sign = Countersign(action, gathering.decided(there, action, survivor), person.id, is_supervisor)
    others = tuple(one for one in work.countersigns if (one.action, one.by) != (action, person.id))
    work = replace(work, countersigns=(*others, sign))
    if is_waited_for and is_supervisor and not is_escalated_by(work, person.id):
        work = work.without_item(COUNTERSIGN_DUE)
    desk.note("countersigned", case, fields=(action,))
    acts.keep(desk, there, work, "countersigned")


def take_back(desk: Desk, case: CaseId, action: str) -> None:
    """Agree no more to a move that nobody has made yet; what is used already stays as it was.

    Raises HiddenError, NotNowError where this person agrees to no such move, and AlarmError for
    what was altered.
    """
    person, there = desk.ring.person, acts.begin(desk, case, Action.COUNTERSIGN)
    if action not in still_agreed(there.work, person.id):
        raise NotNowError(STATE, MOVED_ON)
    others = tuple(
        one for one in there.work.countersigns if (one.action, one.by) != (action, person.id)
    )
    desk.note("countersign.taken_back", case, fields=(action,))
    acts.keep(desk, there, replace(there.work, countersigns=others), "countersign.taken_back")


def still_agreed(work: Work, member: bytes) -> tuple[str, ...]:
    """Return the moves to which somebody has agreed, and which can still be made."""
    agreed = {sign.action for sign in work.countersigns if sign.by == member}
    return tuple(sorted(one for one in agreed if work.state in TABLE.transitions[one].sources))


def second_look(desk: Desk, case: CaseId, *, agrees: bool) -> None:
    """Say, having read it again, whether a decline or a setting aside was right.

    Raises HiddenError, NotNowError for whoever decided it and where there is nothing to look at
    again, and AlarmError for what was altered.
    """
    person, there = desk.ring.person, acts.begin(desk, case, Action.COUNTERSIGN)
    guard = _GUARDS.get(there.work.state)
    if guard is None:
        raise NotNowError(STATE, MOVED_ON)
    if there.work.deeds[-1].by == person.id:
        raise NotNowError(guard, GUARDS[guard].sentence)
    desk.note("second_look", case, "agrees" if agrees else "disagrees")
    look = Look(person.id, desk.now, agrees)
    acts.keep(desk, there, replace(there.work, second_look=look), "second_look")


def _require_there(desk: Desk, there: Opened, survivor: bytes) -> None:
    """Raise HiddenError unless both reports exist for whoever agrees to joining them."""
    other = following.survivor_of(desk, there, survivor)
    if other is None or not other.is_visible:
        raise HiddenError(Action.COUNTERSIGN, there.id, "the other report is not there")


def is_escalated_by(work: Work, member: bytes) -> bool:
    """Say whether somebody escalated it, and so is no second person for that."""
    return any(deed.name == ESCALATES and deed.by == member for deed in work.deeds)
