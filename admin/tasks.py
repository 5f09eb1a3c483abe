"""Tasks: give somebody something to do about a report by a day, and end it.

A task stands in the locked work on the report, so nobody reads who does what without its key. An
open one keeps the report from being closed or only watched.
"""

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

from admin import acts, gathering, readers, transitions
from admin.cases import Opened
from admin.desk import Desk
from admin.errors import HiddenError
from admin.permissions import Action
from admin.planned import FURTHEST_TASK, MOST_OPEN, WITH_TASKS, Ended, Task, ended
from admin.transitions import NotNowError
from forms.wording import msgid
from reporting.clock import day_of
from reporting.ids import CaseId

WHO: Final = "task_who"
DUE: Final = "task_due"
FULL: Final = "task_full"
NOT_THEM: Final = msgid("This person cannot work on this report. Please choose somebody else.")
NO_SUCH_DAY: Final = msgid("Choose a day from today on, at most one year away.")
TOO_MANY: Final = msgid("This report has as many open tasks as it can. Please end one of them.")


@dataclass(frozen=True, slots=True)
class NewTask:
    """What is to be done, by whom and until when."""

    kind: str
    who: bytes
    due: date
    text: str = field(default="", repr=False)


def make(desk: Desk, case: CaseId, new: NewTask) -> None:
    """Give somebody a task.

    Raises HiddenError, NotNowError with a sentence, and AlarmError for what was altered.
    """
    there = acts.begin(desk, case, Action.WORK_ON_CASE)
    _require_possible(desk, there, new)
    desk.note("task.made", case, fields=("tasks",))
    task = Task(new.kind, new.who, new.due, desk.ring.person.id, desk.now, new.text)
    work = replace(there.work, tasks=(*there.work.tasks, task))
    acts.keep(desk, there, work, "task.made")


def end(desk: Desk, case: CaseId, number: int, *, is_done: bool) -> None:
    """End a task: it is done, or nobody does it any more; ended twice it stays as it was.

    Raises HiddenError for a task that is none, and AlarmError for what was altered.
    """
    there = acts.begin(desk, case, Action.WORK_ON_CASE)
    if number > len(there.work.tasks):
        raise HiddenError(Action.WORK_ON_CASE, case, f"{Action.WORK_ON_CASE}: no such task")
    how = Ended(desk.ring.person.id, desk.now, is_done)
    tasks = ended(there.work.tasks, number, how)
    if tasks == there.work.tasks:
        return
    verb = "task.done" if is_done else "task.cancelled"
    desk.note(verb, case, fields=("tasks",))
    acts.keep(desk, there, replace(there.work, tasks=tasks), verb)


def _require_possible(desk: Desk, there: Opened, new: NewTask) -> None:
    today = day_of(desk.now)
    if there.work.state not in WITH_TASKS:
        raise NotNowError(transitions.STATE, transitions.MOVED_ON)
    if len(there.work.open_tasks) >= MOST_OPEN:
        raise NotNowError(FULL, TOO_MANY)
    if not today <= new.due <= today + FURTHEST_TASK:
        raise NotNowError(DUE, NO_SUCH_DAY)
    colleague = readers.colleague(desk, new.who)
    is_there = readers.exists_for(colleague, there.matter, there.work)
    if not (gathering.may_own(desk, new.who) and is_there):
        raise NotNowError(WHO, NOT_THEM)
