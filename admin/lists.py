"""Lists: the reports that somebody looks through, each list a question put to every report.

What a report is in which list follows from its state and its work, opened in the session of
whoever looks. What does not exist for them is in no list and in no count.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Final

from admin import following, last_days, leases, scans, waits
from admin.authority import authorize, event
from admin.desk import Desk
from admin.facts import NOBODY, Lease
from admin.permissions import REVIEWER, SUPERVISOR, Action
from admin.phases import Phase, WaitingOn, phase_of, waiting_on
from admin.planned import Task, soonest
from admin.scans import Seen
from admin.work import DUTY_DESK, due
from admin.work_codes import Flag, in_order
from reporting.audit import append
from reporting.clock import day_of
from reporting.ids import CaseId
from reporting.models import State
from reporting.triage import Level

MOST_COUNTED: Final = 50
_IN_WORK: Final = (State.RECEIVED, State.TRIAGED, *scans.WORKED_ON)
_HAVE_TASKS: Final = (State.TRIAGED, *scans.WORKED_ON)
_LOOKED_AT_AGAIN: Final = (State.DECLINED, State.QUARANTINED)
_KEPT: Final = (State.CLOSED, State.DECLINED, State.MERGED)


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
    kept_until: date | None
    phase: Phase
    waiting_on: WaitingOn
    flags: tuple[Flag, ...] = ()
    task: Task | None = None
    is_task_overdue: bool = False
    is_kept: bool = False
    lacks_second: bool = False


@dataclass(frozen=True, slots=True)
class _Look:
    """Who looks, when, who has what in hand, and who belongs to the team.

    `owners` are those of the reports that were opened for it; `astray` are the reports that follow
    one that leads nobody.
    """

    member: bytes
    is_supervisor: bool
    now: datetime
    held: Mapping[bytes, Lease]
    is_reviewer: bool
    people: Collection[bytes]
    owners: Mapping[bytes, bytes]
    astray: frozenset[bytes]

    @property
    def today(self) -> date:
        """The day on which they look."""
        return day_of(self.now)


@dataclass(frozen=True, slots=True)
class _List:
    """A list: the states that are opened for it, what is in it, and which states it shows."""

    states: tuple[State, ...]
    has: Callable[[Seen, _Look], bool]
    only: tuple[State, ...] = ()
    is_by_task: bool = False

    @property
    def shown(self) -> tuple[State, ...]:
        """The states of the reports in it; others are only asked."""
        return self.only or self.states


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


def tasks(desk: Desk) -> tuple[Row, ...]:
    """Return what this person has to do something about, what is due first coming first."""
    return rows(desk, "tasks")


def rows(desk: Desk, name: str) -> tuple[Row, ...]:
    """Return a list by its name, most urgent first, and note that it was looked at.

    Raises HiddenError, and KeyError for a name that no list has.
    """
    rule = authorize(desk.ring.person, Action.VIEW_LISTS)
    wanted = LISTS[name]
    seen = scans.seen(desk, wanted.states)
    look = _look(desk, seen)
    found = [one for one in seen if one.work.state in wanted.shown and wanted.has(one, look)]
    viewed = replace(event(desk.ring.person, "list.viewed", rule=rule), count=len(found))
    append(desk.session, desk.journal, replace(viewed, fields=(name,)), desk.now)
    shown = [_row(one, look, wanted) for one in found]
    if wanted.is_by_task:
        shown.sort(key=lambda row: row.task.due if row.task else date.max)
    return tuple(shown)


def counts(desk: Desk) -> Mapping[str, str]:
    """Return how much is in each list; what is more than fifty is not counted out."""
    authorize(desk.ring.person, Action.VIEW_LISTS)
    every = {state for wanted in LISTS.values() for state in wanted.states}
    seen = scans.seen(desk, sorted(every))
    look = _look(desk, seen)
    return {
        name: _counted(
            sum(one.work.state in wanted.shown and wanted.has(one, look) for one in seen)
        )
        for name, wanted in LISTS.items()
    }


def _look(desk: Desk, seen: Collection[Seen]) -> _Look:
    person = desk.ring.person
    return _Look(
        member=person.id,
        now=desk.now,
        held=leases.living(desk.session, desk.ring, desk.now),
        is_supervisor=SUPERVISOR in person.roles,
        is_reviewer=REVIEWER in person.roles,
        people=desk.verified.people,
        owners={one.case.id: one.work.owner for one in seen},
        astray=following.astray(desk, {one.case.id: one.work for one in seen}),
    )


def _counted(number: int) -> str:
    return f"{MOST_COUNTED}+" if number > MOST_COUNTED else str(number)


def _row(one: Seen, look: _Look, wanted: _List) -> Row:
    work, lease = one.work, look.held.get(one.case.id)
    task = soonest(work.tasks, look.member if wanted.is_by_task else NOBODY)
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
        is_overdue=_is_late(one, look),
        lacks_second=waits.is_missing(work, look.now),
        kept_until=None if work.term is None else work.term.until,
        phase=phase_of(work),
        waiting_on=waiting_on(work),
        flags=in_order(work.flags),
        task=task,
        is_task_overdue=task is not None and task.is_overdue(look.today),
        is_kept=work.keeper(look.now) != NOBODY,
    )


def _every(_one: Seen, _look: _Look) -> bool:
    return True


def _is_mine(one: Seen, look: _Look) -> bool:
    lease = look.held.get(one.case.id)
    holder = lease.holder if lease else NOBODY
    return look.member in {one.work.owner, holder, one.work.keeper(look.now)}


def _is_waiting(one: Seen, _look: _Look) -> bool:
    return bool(one.work.open_questions)


def _waits_for_second(one: Seen, look: _Look) -> bool:
    is_known = look.member in {one.work.owner, *one.work.earlier_owners}
    asks = one.work.state is State.REVIEW or "countersign_due" in one.work.items
    is_asked = waits.wants(one.work, look.member, look.now) or _is_proposed(one, look)
    return (asks and not is_known) or is_asked


def _is_proposed(one: Seen, look: _Look) -> bool:
    """Say whether a colleague wants to set it aside with others, and this person may confirm it."""
    together = one.work.proposed_together
    return together is not None and look.is_reviewer and together.by != look.member


def _is_unread_again(one: Seen, look: _Look) -> bool:
    return one.work.second_look is None and one.work.deeds[-1].by != look.member


def _has_joined_mail(one: Seen, look: _Look) -> bool:
    """Say whether somebody wrote who was joined: for the owner, and for all where none is."""
    joined = one.work.links.joined
    if joined is None or not one.has_mail:
        return False
    owner = look.owners.get(joined.survivor, NOBODY)
    return look.is_supervisor or owner in {look.member, NOBODY, DUTY_DESK}


def _is_told(one: Seen, look: _Look) -> bool:
    return look.member in one.work.links.told


def _is_astray(one: Seen, look: _Look) -> bool:
    """Say whether a report was joined to one that leads nobody: for supervisors, who part them."""
    return look.is_supervisor and one.case.id in look.astray


def _has_task(one: Seen, look: _Look) -> bool:
    return soonest(one.work.tasks, look.member) is not None


def _is_overdue(one: Seen, look: _Look) -> bool:
    """Say whether it is late; supervisors see what somebody has not done as well."""
    return _is_late(one, look) or (look.is_supervisor and _has_late_task(one, look))


def _has_late_task(one: Seen, look: _Look) -> bool:
    tasks = one.work.open_tasks
    return any(task.is_overdue(look.today) or task.who not in look.people for task in tasks)


def _is_late(one: Seen, look: _Look) -> bool:
    return one.work.state in _IN_WORK and due(one.work) < look.now


def _ends_soon(one: Seen, look: _Look) -> bool:
    term = one.work.term
    return term is not None and term.until <= day_of(look.now) + last_days.SOON


LISTS: Final[Mapping[str, _List]] = {
    "received": _List((State.RECEIVED,), _every),
    "triaged": _List((State.TRIAGED,), _every),
    "mine": _List(_IN_WORK, _is_mine),
    "tasks": _List(_HAVE_TASKS, _has_task, is_by_task=True),
    "waiting": _List(_IN_WORK, _is_waiting),
    "approvals": _List(_IN_WORK, _waits_for_second),
    "second_look": _List(_LOOKED_AT_AGAIN, _is_unread_again),
    "set_aside": _List((State.QUARANTINED,), _every),
    "overdue": _List(_IN_WORK, _is_overdue),
    "ends_soon": _List(_KEPT, _ends_soon),
    "joined_mail": _List((*_IN_WORK, State.MERGED), _has_joined_mail, only=(State.MERGED,)),
    "told": _List((*_IN_WORK, State.MERGED), _is_told),
    "unmerge": _List((State.MERGED,), _is_astray),
}
