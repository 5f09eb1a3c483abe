"""Follow-up: the day on which a report that is only watched is looked at again."""

from dataclasses import replace
from datetime import date
from typing import Final

from admin import acts, transitions
from admin.desk import Desk
from admin.guards import GUARDS
from admin.permissions import Action
from admin.plain_guards import FURTHEST_CHECK
from admin.planned import moved_check
from admin.transitions import NotNowError
from forms.wording import msgid
from reporting.clock import day_of
from reporting.ids import CaseId
from reporting.models import State

DAY: Final = "next_check_set"
OWNER: Final = "check_owner"
NOT_YOURS: Final = msgid("Only whoever owns this report changes this day.")


def set_check(desk: Desk, case: CaseId, day: date) -> None:
    """Look at a watched report on another day; the task moves along.

    Raises HiddenError, NotNowError with a sentence, and AlarmError for what was altered.
    """
    there = acts.begin(desk, case, Action.WORK_ON_CASE)
    work, today = there.work, day_of(desk.now)
    if work.state is not State.MONITORING:
        raise NotNowError(transitions.STATE, transitions.MOVED_ON)
    if work.owner != desk.ring.person.id:
        raise NotNowError(OWNER, NOT_YOURS)
    if not today < day <= today + FURTHEST_CHECK:
        raise NotNowError(DAY, GUARDS[DAY].sentence)
    if day == work.next_check:
        return
    desk.note("check.moved", case, fields=("next_check",))
    work = replace(work, next_check=day, tasks=moved_check(work.tasks, day))
    acts.keep(desk, there, work, "check.moved")
