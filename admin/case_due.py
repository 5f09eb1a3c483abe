"""Case due: what time or a reporter has decided about reports, in the first session that can.

Nothing of it is shown to the person whose session it is. What does not exist for them waits for
somebody else.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from typing import Final

from admin import following, joins, legal_holds, moves, retaining, scans, second_people, waits
from admin.desk import Desk
from admin.errors import HiddenError
from admin.facts import NOBODY
from admin.keyring import CASE_GROUPS
from admin.people_guards import COUNTERSIGN_WITHIN
from admin.scans import Seen
from admin.work import DUTY_DESK, Work
from crypto.roles import Group
from reporting.clock import day_of
from reporting.ids import CaseId
from reporting.models import State

_STATES: Final = (State.RECEIVED, State.TRIAGED, *scans.WORKED_ON, *retaining.ENDED)


Begin = Callable[[], AbstractContextManager[Desk]]
STEPS: Final = (
    legal_holds.end,
    moves.bring_back,
    joins.settle,
    second_people.settle,
    retaining.keep_up,
    moves.make_due,
)


def run(begin: Begin) -> None:
    """Do what is due, each report in a unit of work of its own.

    Raises AlarmError for what was altered.
    """
    with begin() as desk:
        due = waiting(desk)
    for case in due:
        finish(begin, case)


def waiting(desk: Desk) -> tuple[CaseId, ...]:
    """Return the reports about which something may be due, each once."""
    # What waits for a first look is due where it is still sealed to casework.
    back = scans.seen(desk, (State.RECEIVED,), frozenset({Group.CASEWORK}))
    found = scans.seen(desk, _STATES, CASE_GROUPS)
    ended = {one.case.id for one in found if one.work.state in retaining.ENDED}
    documents = retaining.counted(desk.session, ended)
    due = (one for one in found if _is_due(desk, one, documents.get(one.case.id, 0)))
    moved = (CaseId(one.case.id) for one in (*back, *due))
    return tuple(dict.fromkeys((*legal_holds.over(desk), *moved)))


def finish(begin: Begin, case: CaseId) -> None:
    """Do what is due about a report, each thing in a unit of work of its own.

    Raises AlarmError for what was altered.
    """
    for step in STEPS:
        # Somebody else may have done it meanwhile: then it is not there for this person any more.
        with suppress(HiddenError), begin() as desk:
            step(desk, case)


def _is_due(desk: Desk, one: Seen, documents: int) -> bool:
    work = one.work
    if work.state in retaining.ENDED:
        is_owed = retaining.is_due(work, documents, desk.now, has_mail=one.has_mail)
        return is_owed or _is_left(desk, work)
    if waits.is_due(work, desk.now):
        return True
    if work.state is State.MONITORING:
        has_come = work.next_check is not None and work.next_check <= day_of(desk.now)
        return has_come or one.has_mail or following.arrived(desk, one.case.id, work)
    return work.state is State.ACTIVE and _is_without_owner(desk, work)


def _is_without_owner(desk: Desk, work: Work) -> bool:
    has_left = work.owner not in {NOBODY, DUTY_DESK, *desk.verified.people}
    since = work.escalated_at
    return has_left or (since is not None and desk.now - since >= COUNTERSIGN_WITHIN)


def _is_left(desk: Desk, work: Work) -> bool:
    joined = work.links.joined
    if work.state is not State.MERGED or joined is None:
        return False
    return following.is_left_early(desk.session, joined, day_of(desk.now))
