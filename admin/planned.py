"""Planned: what somebody of the team means to do about a report, and by when.

Pure. A task has a day and somebody who does it; tasks are never taken out of their order, so that
a number goes on meaning the same one. Who keeps a report for themselves keeps it from being handed
to others, for a day at most.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Final

from admin.facts import NOBODY
from admin.work_codes import NEXT_CHECK

KEPT_FOR: Final = timedelta(hours=24)
MOST_KEPT: Final = 3
MOST_OPEN: Final = 30
FURTHEST_TASK: Final = timedelta(days=365)
# Where somebody works on a report, or soon will; in every other state nobody has tasks.
WITH_TASKS: Final = frozenset({"triaged", "active", "monitoring", "review"})


@dataclass(frozen=True, slots=True)
class Ended:
    """Who ended a task, when, and whether it is done; otherwise nobody does it any more."""

    by: bytes
    at: datetime
    is_done: bool


@dataclass(frozen=True, slots=True)
class Task:
    """Something to be done by a day. `by` made it, nobody where it follows from a move."""

    kind: str
    who: bytes
    due: date
    by: bytes
    at: datetime
    text: str = field(default="", repr=False)
    ended: Ended | None = None

    @property
    def is_open(self) -> bool:
        """Whether it is still to be done."""
        return self.ended is None

    def is_overdue(self, today: date) -> bool:
        """Say whether its day is over and nobody did it."""
        return self.is_open and self.due < today


@dataclass(frozen=True, slots=True)
class Kept:
    """That somebody keeps a report for themselves until a moment, and why in one line."""

    by: bytes
    until: datetime
    why: str = field(repr=False)

    def is_living(self, now: datetime) -> bool:
        """Say whether it still counts."""
        return now < self.until


def soonest(tasks: Iterable[Task], member: bytes = NOBODY) -> Task | None:
    """Return the open task that is due first, of one person or of anybody."""
    found = [task for task in tasks if task.is_open and member in {NOBODY, task.who}]
    return min(found, key=lambda task: (task.due, task.at), default=None)


def ended(tasks: tuple[Task, ...], number: int, end: Ended) -> tuple[Task, ...]:
    """Return the tasks with one of them ended; one that is ended already stays as it is."""
    at = number - 1
    if not 0 <= at < len(tasks) or not tasks[at].is_open:
        return tasks
    return (*tasks[:at], replace(tasks[at], ended=end), *tasks[at + 1 :])


def all_ended(tasks: tuple[Task, ...], end: Ended) -> tuple[Task, ...]:
    """Return the tasks with every open one ended."""
    return tuple(replace(task, ended=end) if task.is_open else task for task in tasks)


def handed_over(tasks: tuple[Task, ...], before: bytes, member: bytes) -> tuple[Task, ...]:
    """Return the tasks with what one was to do, and did not, to be done by another."""
    return tuple(
        replace(task, who=member) if task.is_open and task.who == before else task for task in tasks
    )


def moved_check(tasks: tuple[Task, ...], day: date) -> tuple[Task, ...]:
    """Return the tasks with the next look on another day."""
    return tuple(replace(task, due=day) if _is_check(task) else task for task in tasks)


def woken(tasks: tuple[Task, ...], today: date, end: Ended) -> tuple[Task, ...]:
    """Return the tasks of a report that is worked on again.

    The look for which the day has come is to be done now; one planned for later has no use.
    """
    return tuple(
        replace(task, ended=end) if _is_check(task) and task.due > today else task for task in tasks
    )


def _is_check(task: Task) -> bool:
    return task.is_open and task.kind == NEXT_CHECK
