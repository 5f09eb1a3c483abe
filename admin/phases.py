"""Phases: how far the work on a report has come, and for whom it waits. Nobody maintains either.

Pure: both follow from what is there, the questions, the tasks and the state.
"""

from collections.abc import Mapping
from enum import StrEnum, unique
from typing import Final

from admin.work import DUTY_DESK, Work
from reporting.models import State

COUNTERSIGN_DUE: Final = "countersign_due"
# Tasks that find out something; as long as only such are open, it is still being found out.
_FINDS_OUT: Final = frozenset(
    {"check_source", "ask_colleague", "review", "next_check", "no_answer"}
)


@unique
class Phase(StrEnum):
    """How far the work has come."""

    ASSESS = "assess"
    PLAN = "plan"
    ACT = "act"
    FOLLOW_UP = "follow_up"


@unique
class WaitingOn(StrEnum):
    """Who has to do something before the work goes on."""

    REPORTER = "reporter"
    COLLEAGUE = "colleague"
    NOBODY = "nobody"


_BY_STATE: Final[Mapping[State, Phase]] = {
    State.RECEIVED: Phase.ASSESS,
    State.QUARANTINED: Phase.ASSESS,
    State.TRIAGED: Phase.PLAN,
}


def phase_of(work: Work) -> Phase:
    """Return how far the work on a report has come."""
    if work.state is not State.ACTIVE:
        return _BY_STATE.get(work.state, Phase.FOLLOW_UP)
    kinds = {task.kind for task in work.open_tasks}
    if kinds - _FINDS_OUT:
        return Phase.ACT
    if kinds or work.open_questions:
        return Phase.ASSESS
    return Phase.FOLLOW_UP if _anything_done(work) else Phase.PLAN


def waiting_on(work: Work) -> WaitingOn:
    """Return for whom the work on a report waits; the reporter comes first."""
    if work.open_questions:
        return WaitingOn.REPORTER
    others = any(task.who != work.owner for task in work.open_tasks)
    is_agreed_to = work.state is State.REVIEW or COUNTERSIGN_DUE in work.items
    if others or is_agreed_to or work.owner == DUTY_DESK:
        return WaitingOn.COLLEAGUE
    return WaitingOn.NOBODY


def _anything_done(work: Work) -> bool:
    return any(task.ended is not None and task.ended.is_done for task in work.tasks)
