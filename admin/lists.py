"""Lists: the reports that somebody looks through, each list a question put to every report.

What a report is in which list follows from its state and its work, opened in the session of
whoever looks. What does not exist for them is in no list and in no count.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from admin import leases, scans, waits
from admin.authority import authorize, event
from admin.desk import Desk
from admin.facts import Lease
from admin.permissions import Action
from admin.scans import Seen
from admin.work import due
from reporting.audit import append
from reporting.ids import CaseId
from reporting.models import State
from reporting.triage import Level

MOST_COUNTED: Final = 50
_IN_WORK: Final = (State.RECEIVED, State.TRIAGED, *scans.WORKED_ON)
_LOOKED_AT_AGAIN: Final = (State.DECLINED, State.QUARANTINED)


@dataclass(frozen=True, slots=True)
class Row:
    """A report as a list shows it."""

    case: CaseId
    state: State
    level: Level
    week: int
    due: datetime
    kinds: tuple[str, ...] = field(repr=False)
    language: str
    owner: bytes
    held_by: bytes
    has_mail: bool
    is_waiting: bool
    is_overdue: bool
    lacks_second: bool


@dataclass(frozen=True, slots=True)
class _Look:
    """Who looks, when, and who has what in hand."""

    member: bytes
    now: datetime
    held: Mapping[bytes, Lease]


@dataclass(frozen=True, slots=True)
class _List:
    states: tuple[State, ...]
    has: Callable[[Seen, _Look], bool]


def received(desk: Desk) -> tuple[Row, ...]:
    """Return what nobody has decided about."""
    return rows(desk, "received")


def triaged(desk: Desk) -> tuple[Row, ...]:
    """Return what waits for an owner."""
    return rows(desk, "triaged")


def mine(desk: Desk) -> tuple[Row, ...]:
    """Return what this person owns or has in hand."""
    return rows(desk, "mine")


def waiting(desk: Desk) -> tuple[Row, ...]:
    """Return what waits for an answer of its reporter."""
    return rows(desk, "waiting")


def approvals(desk: Desk) -> tuple[Row, ...]:
    """Return what waits for a second person: to be closed, read, signed or agreed to."""
    return rows(desk, "approvals")


def second_look(desk: Desk) -> tuple[Row, ...]:
    """Return what somebody else declined or set aside, and nobody has read again since."""
    return rows(desk, "second_look")


def set_aside(desk: Desk) -> tuple[Row, ...]:
    """Return what is set aside."""
    return rows(desk, "set_aside")


def overdue(desk: Desk) -> tuple[Row, ...]:
    """Return what should have been looked at by now."""
    return rows(desk, "overdue")


def rows(desk: Desk, name: str) -> tuple[Row, ...]:
    """Return a list by its name, most urgent first, and note that it was looked at.

    Raises HiddenError, and KeyError for a name that no list has.
    """
    rule = authorize(desk.ring.person, Action.VIEW_LISTS)
    wanted, look = LISTS[name], _look(desk)
    found = [one for one in scans.seen(desk, wanted.states) if wanted.has(one, look)]
    viewed = replace(event(desk.ring.person, "list.viewed", rule=rule), count=len(found))
    append(desk.session, desk.journal, replace(viewed, fields=(name,)), desk.now)
    return tuple(_row(one, look) for one in found)


def counts(desk: Desk) -> Mapping[str, str]:
    """Return how much is in each list; what is more than fifty is not counted out."""
    authorize(desk.ring.person, Action.VIEW_LISTS)
    look = _look(desk)
    every = {state for wanted in LISTS.values() for state in wanted.states}
    seen = scans.seen(desk, sorted(every))
    return {
        name: _counted(
            sum(one.work.state in wanted.states and wanted.has(one, look) for one in seen)
        )
        for name, wanted in LISTS.items()
    }


def _look(desk: Desk) -> _Look:
    held = leases.living(desk.session, desk.ring, desk.now)
    return _Look(desk.ring.person.id, desk.now, held)


def _counted(number: int) -> str:
    return f"{MOST_COUNTED}+" if number > MOST_COUNTED else str(number)


def _row(one: Seen, look: _Look) -> Row:
    work, lease = one.work, look.held.get(one.case.id)
    return Row(
        case=CaseId(one.case.id),
        state=work.state,
        level=work.triage.weight,
        week=one.case.received_week,
        due=due(work),
        kinds=one.facets.answers["kinds"],
        language=one.facets.language,
        owner=work.owner,
        held_by=lease.holder if lease else b"",
        has_mail=one.has_mail,
        is_waiting=bool(work.open_questions),
        is_overdue=_is_overdue(one, look),
        lacks_second=waits.is_missing(work, look.now),
    )


def _every(_one: Seen, _look: _Look) -> bool:
    return True


def _is_mine(one: Seen, look: _Look) -> bool:
    lease = look.held.get(one.case.id)
    return look.member in {one.work.owner, lease.holder if lease else b""}


def _is_waiting(one: Seen, _look: _Look) -> bool:
    return bool(one.work.open_questions)


def _waits_for_second(one: Seen, look: _Look) -> bool:
    is_known = look.member in {one.work.owner, *one.work.earlier_owners}
    asks = one.work.state is State.REVIEW or "countersign_due" in one.work.items
    return (asks and not is_known) or waits.wants(one.work, look.member, look.now)


def _is_unread_again(one: Seen, look: _Look) -> bool:
    return one.work.second_look is None and one.work.deeds[-1].by != look.member


def _is_overdue(one: Seen, look: _Look) -> bool:
    return one.work.state in _IN_WORK and due(one.work) < look.now


LISTS: Final[Mapping[str, _List]] = {
    "received": _List((State.RECEIVED,), _every),
    "triaged": _List((State.TRIAGED,), _every),
    "mine": _List(_IN_WORK, _is_mine),
    "waiting": _List(_IN_WORK, _is_waiting),
    "approvals": _List(_IN_WORK, _waits_for_second),
    "second_look": _List(_LOOKED_AT_AGAIN, _is_unread_again),
    "set_aside": _List((State.QUARANTINED,), _every),
    "overdue": _List(_IN_WORK, _is_overdue),
}
