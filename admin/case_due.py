"""Case due: what time or a reporter has decided about reports, in the first session that can.

Nothing of it is shown to the person whose session it is. What does not exist for them waits for
somebody else.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from typing import Final

from admin import moves, scans, second_people, waits
from admin.desk import Desk
from admin.errors import HiddenError
from admin.facts import NOBODY
from admin.people_guards import COUNTERSIGN_WITHIN
from admin.scans import Seen
from admin.work import DUTY_DESK
from crypto.roles import Group
from reporting.clock import day_of
from reporting.ids import CaseId
from reporting.models import Case, State

_STATES: Final = (State.RECEIVED, State.TRIAGED, *scans.WORKED_ON)


def run(begin: Callable[[], AbstractContextManager[Desk]]) -> None:
    """Do what is due, each report in a unit of work of its own.

    Raises AlarmError for what was altered.
    """
    with begin() as desk:
        due = waiting(desk)
    for case in due:
        # Somebody else may have done it meanwhile: then it is not there for this person any more.
        with suppress(HiddenError), begin() as desk:
            finish(desk, case)


def waiting(desk: Desk) -> tuple[CaseId, ...]:
    """Return the reports about which something may be due."""
    found = scans.seen(desk, _STATES, frozenset({Group.CASEWORK}))
    return tuple(CaseId(one.case.id) for one in found if _is_due(desk, one))


def finish(desk: Desk, case: CaseId) -> None:
    """Do what is due about a report. Raises HiddenError, and AlarmError for what was altered."""
    found = desk.session.get_one(Case, case)
    if found.state == State.RECEIVED:
        moves.bring_back(desk, case)
    else:
        second_people.settle(desk, case)
        moves.make_due(desk, case)


def _is_due(desk: Desk, one: Seen) -> bool:
    work = one.work
    if work.state is State.RECEIVED or waits.is_due(work, desk.now):
        return True
    if work.state is State.MONITORING:
        has_come = work.next_check is not None and work.next_check <= day_of(desk.now)
        return has_come or one.has_mail
    if work.state is not State.ACTIVE:
        return False
    has_left = work.owner not in {NOBODY, DUTY_DESK, *desk.verified.people}
    since = work.escalated_at
    return has_left or (since is not None and desk.now - since >= COUNTERSIGN_WITHIN)
