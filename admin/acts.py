"""Acts: how everything begins and ends that somebody does with a report.

It begins with the door, the report's one lock and its keys, and ends with the work kept, so that
whoever looked before knows that somebody was there.
"""

from dataclasses import replace
from typing import Final

from admin import cases, leases
from admin.authority import authorize
from admin.cases import Opened
from admin.desk import Desk
from admin.errors import MovedOnError
from admin.facts import NOBODY, Deed
from admin.permissions import Action
from admin.work import Work
from reporting.ids import CaseId

OPENED: Final = "case.opened"


def begin(desk: Desk, case: CaseId, action: Action) -> Opened:
    """Take hold of a report that this person may do this with.

    Raises HiddenError, NotHandedOnError, and AlarmError for what was altered.
    """
    authorize(desk.ring.person, action, case)
    return cases.opened(desk.session, desk.ring, case, action)


def require_unmoved(there: Opened, rev: int) -> None:
    """Raise MovedOnError unless a report stands as it did at that revision."""
    if there.case.rev == rev:
        return
    # Of a first opening nothing is kept but that it happened.
    touched = there.work.touched or Deed(OPENED, NOBODY, there.work.since)
    raise MovedOnError(touched.by, touched.at, touched.name)


def keep(desk: Desk, there: Opened, work: Work, name: str) -> None:
    """Keep the work as this act leaves it. No move from before it can be taken back any more."""
    touched = Deed(name, desk.ring.person.id, desk.now)
    cases.save(desk.session, there, replace(work, touched=touched, last=None))
    leases.renew(desk.session, desk.ring, there.id, desk.now)
