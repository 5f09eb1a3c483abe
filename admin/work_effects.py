"""Work effects: what follows from a move for the work on the report, code by code.

What they are about but does not exist yet, such as lists or statistics, is left in the work as an
item. What touches rows stands in `effects`; for those codes nothing follows here.
"""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from admin import (
    gathering,
    owed,
    regrading,
    retaining,
)
from admin.cases import Opened
from admin.counted import NO_MAIN
from admin.desk import Desk
from admin.drafts import DRAFT_BYTES, Draft
from admin.facts import NOBODY, Proposal
from admin.gathering import Decision
from admin.grades import Grade
from admin.links import Joined, Judged, Verdict
from admin.phases import COUNTERSIGN_DUE
from admin.planned import Ended as EndedTask
from admin.planned import Task, woken
from admin.transitions import Move
from admin.work import DUTY_DESK, Work
from admin.work_codes import FRAME_DUE, NEXT_CHECK
from forms.choices import CONTACT
from reporting.clock import day_of

POSTS: Final = "post_message"
ERASES: Final = "erase"
DROPS_LEASE: Final = "drop_lease"
FOLLOWS: Final = "follow_survivor"
NOTIFIES: Final = "notify_owners"
IS_OWN_AGAIN: Final = "own_case_again"
RETENTION_STOPS: Final = "retention_stop"
NOT_THE_SAME: Final = "not_the_same"  # the reason for which two reports are parted for ever
PAGES: Final = "page_on_call"


@dataclass(frozen=True, slots=True)
class Making:
    """A move in the making: at whose desk, of which report, what was decided, and by whom.

    What time has decided is made at somebody's desk, and nobody is its actor.
    """

    desk: Desk
    there: Opened
    decision: Decision
    move: Move
    actor: bytes


Effect = Callable[[Making, Work], Work]


def _nothing(_making: Making, work: Work) -> Work:
    """Change nothing: rows are touched elsewhere, and due times follow from level and arrival."""
    return work


def _item(code: str) -> Effect:
    def leave(_making: Making, work: Work) -> Work:
        return work.with_item(code)

    return leave


def _frame_due(making: Making, work: Work) -> Work:
    return regrading.leave_frame(making.desk, making.there, work)


def _duty_desk(making: Making, work: Work) -> Work:
    return replace(work.owned_by(DUTY_DESK), escalated_at=making.desk.now)


def _set_owner(making: Making, work: Work) -> Work:
    return work.owned_by(making.decision.assignee or making.actor)


def _clear_owner(making: Making, work: Work) -> Work:
    if making.actor == NOBODY:
        # The owner has left, or time is over: what they did not send, nobody sends any more.
        work = work.without_drafts_of(work.owner)
    cleared = work.without_owner().without_item(COUNTERSIGN_DUE)
    return replace(cleared, handover=making.decision.handover)


def _follow(making: Making, work: Work) -> Work:
    joined = Joined(making.decision.survivor, making.desk.now)
    return replace(work, links=replace(work.links, joined=joined, followers=()))


def _notify(_making: Making, work: Work) -> Work:
    owner = work.owner
    told = work.links if owner in {NOBODY, DUTY_DESK} else work.links.telling(owner)
    return replace(work, links=told)


def _own_again(making: Making, work: Work) -> Work:
    joined, verdict, links = work.links.joined, verdict_of(making), work.links
    if verdict is not None and joined is not None:
        links = links.judging(Judged(joined.survivor, verdict, making.actor, making.desk.now))
    return replace(work, links=replace(links, joined=None), term=None)


def verdict_of(making: Making) -> Verdict | None:
    """Return what parting says of the two, where it says anything."""
    return Verdict.DIFFERENT if making.decision.reason == NOT_THE_SAME else None


def _clock_start(making: Making, work: Work) -> Work:
    now = making.desk.now
    tasks = woken(work.tasks, day_of(now), EndedTask(making.actor, now, is_done=False))
    answer = retaining.choices_of(making.desk, making.there).answer(CONTACT)
    return replace(work, next_check=None, tasks=tasks, wants_answer=answer != "no")


def _next_check(making: Making, work: Work) -> Work:
    day, now = making.decision.next_check, making.desk.now
    if day is None:  # pragma: no cover - the guard of a move that watches asks for a day
        return work
    task = Task(NEXT_CHECK, work.owner, day, making.actor, now)
    return replace(work, next_check=day, tasks=(*work.tasks, task))


def _second_look(_making: Making, work: Work) -> Work:
    return replace(work, second_look=None)


def _freeze(making: Making, work: Work) -> Work:
    decision = making.decision
    closing, message = gathering.closing_of(work, decision), decision.message
    if message is not None:  # pragma: no branch - its guard asked for one
        message = replace(message, written_by=making.actor)
    if decision.grade is not None and not work.grades.is_present(decision.grade):
        work = _graded(making, work, decision.grade)
    digest = gathering.digest(work, closing, message)
    proposal = Proposal(making.actor, digest)
    return replace(work, closing=closing, prepared=message, proposal=proposal)


def _graded(making: Making, work: Work, grade: Grade) -> Work:
    """Return the work with another grade, once it is said what comes first in the report."""
    chosen = making.decision.main
    main = work.main if chosen == NO_MAIN else chosen
    regrading.require_main(making.there, grade, main)
    return regrading.give(making.desk, making.there, replace(work, main=main), grade)


def _thaw(making: Making, work: Work) -> Work:
    message = work.prepared
    thawed = replace(work, proposal=None, prepared=None)
    if message is None or message.code:
        return thawed
    # Whoever wrote it may want to write on; the reading before was for what is over now.
    again = Draft(
        secrets.token_bytes(DRAFT_BYTES),
        message.written_by,
        making.desk.now,
        message.language,
        message.text,
    )
    return replace(thawed, drafts=(*thawed.drafts, again))


def _retention_start(making: Making, work: Work) -> Work:
    choices = retaining.choices_of(making.desk, making.there)
    return replace(work, term=retaining.begin(work, choices, making.desk.now))


def _retention_stop(_making: Making, work: Work) -> Work:
    return replace(work.without_item(owed.SHRED_CONTACT), term=None)


EFFECTS: Final[Mapping[str, Effect]] = {
    "rewrap_casework": _nothing,
    "rewrap_intake": _nothing,
    POSTS: _nothing,
    DROPS_LEASE: _nothing,
    ERASES: _nothing,
    "clock_stop": _nothing,
    "clock_start": _clock_start,
    "header_due": _item("header_due"),
    FRAME_DUE: _frame_due,
    PAGES: _nothing,
    COUNTERSIGN_DUE: _item(COUNTERSIGN_DUE),
    owed.SHRED_CONTACT: _item(owed.SHRED_CONTACT),
    FOLLOWS: _follow,
    NOTIFIES: _notify,
    IS_OWN_AGAIN: _own_again,
    "duty_desk": _duty_desk,
    "set_owner": _set_owner,
    "clear_owner": _clear_owner,
    "next_check_task": _next_check,
    "quarantine_clock": _second_look,
    "second_look": _second_look,
    "other_reviewer": _second_look,
    "rewrap_intake_due": _nothing,
    "freeze_fields": _freeze,
    "thaw_fields": _thaw,
    "retention_start": _retention_start,
    RETENTION_STOPS: _retention_stop,
}
