"""Silence: a question that its reporter does not answer holds no report up for ever.

It is asked once more after two weeks, and after two more the work goes on with what is known.
Nothing is closed by it: that is for people, by the rules for every report.
"""

from dataclasses import replace
from datetime import datetime
from typing import Final

from admin import acts, cases, indexing, telling
from admin.case_table import SYSTEM
from admin.cases import Opened
from admin.clocks import Step, step
from admin.desk import Desk
from admin.facts import NOBODY
from admin.headers import IN_WORK
from admin.planned import WITH_TASKS, Task
from admin.work import DUTY_DESK, Asked, Work
from admin.work_codes import NO_ANSWER
from reporting.audit import Event, append
from reporting.clock import day_of
from reporting.ids import CaseId

AGAIN: Final = "question.asked_again"
LEFT: Final = "question.left"
# Whoever may read the mailbox beside its reporter is told nothing either.
_SAYS_NOTHING: Final = frozenset({"do_not_write", "code_not_safe"})


def settle(desk: Desk, case: CaseId) -> None:
    """Ask once more, or go on with what is known, and tell the reporter and the owner.

    Raises HiddenError, and AlarmError for what was altered.
    """
    there = acts.begin_due(desk, case)
    before = there.work
    if before.state not in IN_WORK:
        return
    steps = {step(asked.question, desk.now) for asked in before.open_questions}
    work = replace(before, questions=tuple(_after(asked, desk.now) for asked in before.questions))
    if Step.ASK_AGAIN in steps:
        _note(desk, case, AGAIN)
        _tell(desk, there, "ask_again")
    if Step.GO_ON in steps:
        _note(desk, case, LEFT)
        work = _for_owner(desk, work)
        if not work.open_questions:
            _tell(desk, there, "goes_on")
    if work != before:
        cases.save(desk.session, there, replace(work, last=None))
        indexing.keep(desk.session, desk.ring, there, work)


def _after(asked: Asked, now: datetime) -> Asked:
    if asked.left is not None:
        return asked
    due = step(asked.question, now)
    if due is Step.ASK_AGAIN:
        return replace(asked, again=now)
    return replace(asked, left=now) if due is Step.GO_ON else asked


def _for_owner(desk: Desk, work: Work) -> Work:
    """Return the work with a task that tells its owner; without one, it is in lists again."""
    if work.state not in WITH_TASKS or work.owner in {NOBODY, DUTY_DESK}:
        return work
    task = Task(NO_ANSWER, work.owner, day_of(desk.now), NOBODY, desk.now)
    return replace(work, tasks=(*work.tasks, task))


def _tell(desk: Desk, there: Opened, code: str) -> None:
    if _SAYS_NOTHING.isdisjoint(there.work.flags):
        telling.post(desk, there, code, day_of(desk.now))


def _note(desk: Desk, case: CaseId, verb: str) -> None:
    append(desk.session, desk.journal, Event(SYSTEM, SYSTEM, verb, case), desk.now)
