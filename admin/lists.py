"""Lists: the reports that somebody looks through, each list a question put to headers of reports.

What a report is in which list follows from its header, read in the session of whoever looks. What
does not exist for them is in no list and in no count.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from itertools import chain, islice, takewhile
from typing import Final

from admin.authority import authorize, event
from admin.clocks import pauses
from admin.desk import Desk
from admin.facts import NOBODY
from admin.list_rules import LISTS, Look, Rule, is_late
from admin.permissions import Action
from admin.phases import Phase, WaitingOn
from admin.planned import Task, soonest
from admin.queue import Place
from admin.scans import Seen
from admin.work_codes import Flag, in_order
from reporting.audit import append
from reporting.ids import CaseId
from reporting.models import State
from reporting.triage import Level

MOST_COUNTED: Final = 50
MOST_LOOKED_AT: Final = 256


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

    @property
    def is_paused(self) -> bool:
        """Whether nothing comes due before its reporter has had time to answer."""
        has_time = self.is_waiting and not self.is_overdue and self.state is not State.MONITORING
        return has_time and pauses(self.level)


@dataclass(frozen=True, slots=True)
class Page:
    """Some reports, and where the next page begins if there is one."""

    rows: tuple[Row, ...]
    following: Place | None


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
    """Return the beginning of a list by its name, as `page_of` does."""
    return page_of(Look(desk), name, None).rows


def page_of(look: Look, name: str, after: Place | None) -> Page:
    """Return a page of a list from behind a place, most urgent first; note that it was looked at.

    Raises HiddenError, and KeyError for a name that no list has.
    """
    desk, rule = look.desk, LISTS[name]
    allowed = authorize(desk.ring.person, Action.VIEW_LISTS)
    found = tuple(islice(_found(look, rule, after), rule.page + 1))
    shown = found[: rule.page]
    viewed = replace(event(desk.ring.person, "list.viewed", rule=allowed), count=len(shown))
    append(desk.session, desk.journal, replace(viewed, fields=(name,)), desk.now)
    following = shown[-1].place if len(found) > rule.page else None
    listed = [_row(one, look, rule) for one in shown]
    if rule.is_by_task:
        listed.sort(key=lambda row: row.task.due if row.task else date.max)
    else:
        # Pages follow each other by week; whoever reads one wants what is late at its top.
        listed.sort(key=lambda row: (-row.level, row.due))
    return Page(tuple(listed), following)


def rows_of(look: Look, found: Iterable[Seen]) -> tuple[Row, ...]:
    """Return reports as a list shows them, in their order."""
    return tuple(_row(one, look, LISTS["received"]) for one in found)


def blind_names(look: Look) -> frozenset[str]:
    """Return the names of every blind list that any of these lists is found by."""
    found = (rule.names(look) for rule in LISTS.values() if rule.names is not None)
    return frozenset(chain.from_iterable(found))


def counts(look: Look) -> Mapping[str, str]:
    """Return how much is in each list; what is more than fifty is not counted out."""
    authorize(look.desk.ring.person, Action.VIEW_LISTS)
    return {name: _counted(look, rule) for name, rule in LISTS.items()}


def _found(look: Look, rule: Rule, after: Place | None) -> Iterator[Seen]:
    return (one for one in _gone_through(look, rule, after) if _is_in(look, rule, one))


def _is_in(look: Look, rule: Rule, one: Seen) -> bool:
    return one.header.state in rule.states and rule.has(one, look)


def _gone_through(look: Look, rule: Rule, after: Place | None) -> Iterator[Seen]:
    if rule.by_mail:
        return look.scan.written_to(rule.states, after)
    if rule.names is None:
        found = look.scan.of(rule.states, after)
        return takewhile(lambda one: one.header.level >= rule.least, found)
    return look.scan.listed(rule.names(look), rule.states, after, rule.also(look))


def _counted(look: Look, rule: Rule) -> str:
    """Return how many reports a list has, as far as somebody counts who looks at so many."""
    number = 0
    for turn, one in enumerate(_gone_through(look, rule, None)):
        number += _is_in(look, rule, one)
        if number > MOST_COUNTED:
            return f"{MOST_COUNTED}+"
        if turn == MOST_LOOKED_AT:
            return f"{number}+"
    return str(number)


def _row(one: Seen, look: Look, rule: Rule) -> Row:
    header, lease = one.header, look.held.get(one.id)
    task = soonest(header.tasks, look.member if rule.is_by_task else NOBODY)
    ends = header.dates.get("ends")
    return Row(
        case=one.id,
        state=header.state,
        level=header.level,
        week=one.week,
        due=header.due,
        kinds=header.kinds,
        language=header.language,
        owner=header.owner,
        held_by=lease.holder if lease else b"",
        has_mail=one.has_mail,
        is_waiting="waiting" in header.marks,
        is_overdue=is_late(one, look),
        lacks_second=header.has_come("missing", look.now),
        kept_until=None if ends is None else ends.date(),
        phase=header.phase,
        waiting_on=header.waiting_on,
        flags=in_order(header.flags),
        task=task,
        is_task_overdue=task is not None and task.is_overdue(look.today),
        is_kept=header.keeper(look.now) != NOBODY,
    )
