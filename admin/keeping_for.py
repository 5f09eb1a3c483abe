"""Keeping for: keep a report that waits for oneself for a while, so that nobody else is handed it.

It is no lease: nobody is in it just now, and it does not count among the ten in hand. It ends by
itself after a day or when the report is due, with the next move, or when it is given up.
"""

from dataclasses import replace
from typing import Final

from admin import acts, leases, reading, transitions
from admin.deadlines import due
from admin.desk import Desk
from admin.errors import InHandError
from admin.facts import NOBODY
from admin.headers import of_person
from admin.permissions import Action
from admin.planned import KEPT_FOR, MOST_KEPT, Kept
from admin.scans import Scan
from admin.transitions import NotNowError
from forms.wording import msgid
from reporting.ids import CaseId

FULL: Final = "kept_full"
LATE: Final = "kept_late"
THEIRS: Final = "kept_by_other"
THREE_KEPT: Final = msgid("You keep three reports for later already. Please give one of them back.")
IS_DUE: Final = msgid("This report is due now, so nobody can keep it for later.")
KEPT_BY_OTHER: Final = msgid("A colleague keeps this report for later.")


def keep(desk: Desk, case: CaseId, why: str) -> None:
    """Keep a report that waits for oneself, for a day at most; who has it in hand lets go of it.

    Raises HiddenError, InHandError while somebody else has it in hand, NotNowError with a sentence,
    and AlarmError for what was altered.
    """
    there = acts.begin(desk, case, Action.PULL_CASE)
    me, work = desk.ring.person.id, there.work
    if work.state not in leases.CLAIMABLE:
        raise NotNowError(transitions.STATE, transitions.MOVED_ON)
    lease = leases.holder(desk.session, desk.ring, case, desk.now)
    if lease is not None and lease.holder != me:
        raise InHandError(lease.holder, lease.until)
    if work.keeper(desk.now) not in {NOBODY, me}:
        raise NotNowError(THEIRS, KEPT_BY_OTHER)
    if due(work) <= desk.now:
        raise NotNowError(LATE, IS_DUE)
    if _kept_by(desk, me, case) >= MOST_KEPT:
        raise NotNowError(FULL, THREE_KEPT)
    reading.open_story(desk.session, desk.ring, there, desk.now)
    desk.note("case.kept", case, fields=("kept",))
    leases.drop(desk.session, case)
    # An urgent report comes back to everybody before it is late.
    kept = Kept(me, min(desk.now + KEPT_FOR, due(work)), why)
    acts.keep(desk, there, replace(work, kept=kept), "case.kept")


def give_up(desk: Desk, case: CaseId) -> None:
    """Keep a report no longer; of one that somebody else keeps nothing changes.

    Raises HiddenError, and AlarmError for what was altered.
    """
    there = acts.begin(desk, case, Action.PULL_CASE)
    if there.work.keeper(desk.now) != desk.ring.person.id:
        return
    desk.note("case.given_up", case, fields=("kept",))
    acts.keep(desk, there, replace(there.work, kept=None), "case.given_up")


def _kept_by(desk: Desk, member: bytes, besides: CaseId) -> int:
    kept = Scan(desk).listed((of_person("keeps", member),), leases.CLAIMABLE)
    return sum(one.id != besides and one.header.keeper(desk.now) == member for one in kept)
