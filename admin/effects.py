"""Effects: what follows from a move, code by code as the table names it.

Most of them change the work on the report and nothing else. What they are about but does not exist
yet, such as lists or statistics, is left in the work as an item. The others touch rows: the
message, the lease, the call to colleagues, and last of all the report's key.
"""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from sqlalchemy import delete

from admin import (
    call_requests,
    cases,
    gathering,
    joins,
    leases,
    link_tokens,
    owed,
    regrading,
    rekeying,
    retaining,
    work_records,
)
from admin.cases import Opened
from admin.counted import NO_MAIN
from admin.desk import Desk
from admin.drafts import DRAFT_BYTES, Draft, is_theirs
from admin.facts import NOBODY, Proposal
from admin.gathering import Decision
from admin.grades import Grade
from admin.links import Joined, Judged, Verdict
from admin.phases import COUNTERSIGN_DUE
from admin.planned import Ended as EndedTask
from admin.planned import Task, woken
from admin.publication import accession
from admin.transitions import TABLE, Move
from admin.work import DUTY_DESK, Last, Work
from admin.work_codes import FRAME_DUE, NEXT_CHECK
from crypto.roles import Group
from reporting import counting, threads, withdrawal
from reporting.clock import day_of, next_minute
from reporting.models import MessageRow
from reporting.threads import Message

CLOSED: Final = "closed"
POSTS: Final = "post_message"
ERASES: Final = "erase"
TERM: Final = frozenset({"retention_start", "retention_stop"})
DROPS_LEASE: Final = "drop_lease"
FOLLOWS: Final = "follow_survivor"
NOTIFIES: Final = "notify_owners"
IS_OWN_AGAIN: Final = "own_case_again"
RETENTION_STOPS: Final = "retention_stop"
NOT_THE_SAME: Final = "not_the_same"  # the reason for which two reports are parted for ever
PAGES: Final = "page_on_call"
# Where the key of a report goes with a move, and where it came from.
_REWRAPS: Final[Mapping[str, tuple[Group, Group]]] = {
    "rewrap_casework": (Group.CASEWORK, Group.INTAKE),
    "rewrap_intake": (Group.INTAKE, Group.CASEWORK),
}


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


def group_after(move: Move) -> Group | None:
    """Return the group that opens a report after a move, if the move changes it."""
    return next((_REWRAPS[code][0] for code in move.effects if code in _REWRAPS), None)


def post(making: Making) -> bytes:
    """Post the message of a move; return the number of its row.

    What can be taken back is dated to when it no longer can: before, its reporter does not see it.
    Raises MailboxFullError.
    """
    desk, there, move = making.desk, making.there, making.move
    prepared = making.decision.message or there.work.prepared
    if prepared is None:  # pragma: no cover - the guards of every move that posts ask for one
        return b""
    sent = next_minute(desk.now + timedelta(seconds=move.undo_s)) if move.undo_s else desk.now
    message = Message(
        from_reporter=False,
        text=prepared.text,
        sent=sent,
        language=prepared.language,
        closes=not TABLE.states[move.to].is_live,
    )
    return threads.add(desk.session, there.id, there.thread, message)


def finish(making: Making, work: Work) -> None:
    """Let go of the report, hand its key on, show its last day, and do what others need for it.

    `work` is that after the move.
    """
    desk, there, move = making.desk, making.there, making.move
    if not TERM.isdisjoint(move.effects):
        retaining.show(desk.session, there, work.term)
    _do_for_others(making, work)
    if PAGES in move.effects:
        call_requests.ask(desk.session)
    elif there.work.owner == DUTY_DESK:
        # Whatever moves a report that lies on the duty desk: somebody is there.
        call_requests.settle(desk.session)
    if DROPS_LEASE in move.effects:
        leases.drop(desk.session, there.id)
    group = group_after(move)
    if group is not None:
        hand_over(desk, there, group)


def _do_for_others(making: Making, work: Work) -> None:
    desk, there, move = making.desk, making.there, making.move
    if FOLLOWS in move.effects:
        survivor = making.decision.survivor
        joins.join(desk, there, survivor, tells=NOTIFIES in move.effects)
    if IS_OWN_AGAIN in move.effects:
        joins.part(desk, there, _verdict(making))
    if move.to == CLOSED:
        until = None if work.term is None else work.term.until
        joins.close(desk, there, there.work.prepared, until)
    if RETENTION_STOPS in move.effects:
        joins.reopen(desk, there)


def hand_over(desk: Desk, there: Opened, group: Group) -> None:
    """Give a report a new key, sealed to this group, and what follows it likewise.

    Raises AlarmError for what was altered.
    """
    with cases.sounding_alarm():
        rekeying.hand_over(desk.session, desk.ring, there.id, desk.verified.epoch(group))
    joins.drag(desk, there, group)


def erase(making: Making) -> None:
    """Destroy the keys of a report and then all the rest of it; it is counted no more."""
    desk, there = making.desk, making.there
    if there.work.counted is not None and not accession.leave(desk, there.id):
        counting.look_again(desk.session, there.id)
    link_tokens.remove(making.desk.session, making.there.work.links.rows)
    withdrawal.erase(making.desk.session, making.there.id, making.desk.now)


def without_sent(making: Making, work: Work) -> Work:
    """Return the work without the draft whose words go with a move."""
    message = making.decision.message
    if message is None:
        return work
    words = making.actor, message.language, message.text
    return replace(work, drafts=tuple(one for one in work.drafts if not is_theirs(one, *words)))


def take_back(desk: Desk, there: Opened, move: Move, last: Last) -> None:
    """Undo what a move did to rows; its work is restored already."""
    if FOLLOWS in move.effects:
        joins.take_apart(desk, there, work_records.read(last.before))
    if POSTS in move.effects:
        desk.session.execute(delete(MessageRow).where(MessageRow.id == last.message))
    if not TERM.isdisjoint(move.effects):
        retaining.show(desk.session, there, None)
    back = next((_REWRAPS[code][1] for code in move.effects if code in _REWRAPS), None)
    if back is not None:
        hand_over(desk, there, back)
    if "lease_held" in TABLE.transitions[last.name].guards:
        leases.take(desk, there.id)


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
    joined, verdict, links = work.links.joined, _verdict(making), work.links
    if verdict is not None and joined is not None:
        links = links.judging(Judged(joined.survivor, verdict, making.actor, making.desk.now))
    return replace(work, links=replace(links, joined=None), term=None)


def _verdict(making: Making) -> Verdict | None:
    """Return what parting says of the two, where it says anything."""
    return Verdict.DIFFERENT if making.decision.reason == NOT_THE_SAME else None


def _clock_start(making: Making, work: Work) -> Work:
    now = making.desk.now
    tasks = woken(work.tasks, day_of(now), EndedTask(making.actor, now, is_done=False))
    return replace(work, next_check=None, tasks=tasks)


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
    if decision.grade is not None and decision.grade != work.grades.grade:
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
