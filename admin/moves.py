"""Moves: change the state of a report, with everything that follows, in one unit of work.

What may be done is decided by `transitions` alone; the facts are gathered here from what this
person can open. Somebody who was quicker wins: whoever decides on what a page showed before is told
who did what meanwhile.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from admin import (
    acts,
    call_requests,
    cases,
    effects,
    gathering,
    indexing,
    leases,
    reading,
    shut_out,
    transitions,
    work_effects,
    work_records,
)
from admin.case_table import SYSTEM
from admin.cases import Opened
from admin.desk import Desk
from admin.errors import HiddenError
from admin.facts import NOBODY, Deed
from admin.gathering import ASSIGNS, SUPPORTED, Decision
from admin.handed import agreed
from admin.keyring import CASE_GROUPS
from admin.permissions import Action
from admin.planned import WITH_TASKS, Ended, Task, all_ended
from admin.publication import accession
from admin.transitions import (
    NO_UNDO,
    TABLE,
    UNDO,
    Done,
    Move,
    NotAllowedError,
    NotNowError,
    Offer,
    Present,
)
from admin.work import DUTY_DESK, Last
from admin.work_effects import Making
from crypto.roles import Group
from reporting.audit import Event, append
from reporting.ids import CaseId
from reporting.models import State

TAKE: Final = "take"
ERASES: Final = ("purge_quarantine", "retain_end", "retain_end_d", "retain_end_m")
GIVES_BACK: Final = "release"
DUE: Final = (GIVES_BACK, "wake", *ERASES)
BROUGHT_BACK: Final = "rewrap_intake"


def offers(desk: Desk, there: Opened) -> tuple[Offer, ...]:
    """Return the moves that this person could make with an opened report, in the table's order."""
    facts = gathering.facts_for(desk, there, Decision("", there.case.rev))
    found = transitions.offered(TABLE, there.work.state, desk.ring.person.roles, facts)
    return tuple(offer for offer in found if offer.name in SUPPORTED)


def make(desk: Desk, case: CaseId, decision: Decision) -> Move:
    """Make a move, with everything that follows from it.

    Raises HiddenError, NotNowError with the guard's sentence, MovedOnError when somebody did
    something since this person looked, MailboxFullError, and AlarmError for what was altered.
    """
    there = acts.begin_bound(desk, case, Action.MOVE_CASE, decision.survivor)
    if decision.name not in SUPPORTED:
        raise HiddenError(Action.MOVE_CASE, case, f"{decision.name}: not in this version")
    acts.require_unmoved(there, decision.rev)
    facts, roles = gathering.facts_for(desk, there, decision), desk.ring.person.roles
    try:
        move = transitions.decide(TABLE, there.work.state, decision.name, roles, facts)
    except NotAllowedError as refused:
        raise HiddenError(Action.MOVE_CASE, case, str(refused)) from None
    if decision.name in ASSIGNS and decision.assignee in {NOBODY, desk.ring.person.id}:
        # From now on it is theirs to read.
        reading.open_story(desk.session, desk.ring, there, desk.now)
    desk.note(move.name, case, f"{move.source} -> {move.to}: {move.role}")
    _carry_out(Making(desk, there, decision, move, desk.ring.person.id))
    return move


def make_due(desk: Desk, case: CaseId, names: Iterable[str] = DUE) -> None:
    """Make the move that is due, if there is one of these: nobody's, and shown to nobody.

    Raises HiddenError, and AlarmError for what was altered.
    """
    there = acts.begin_bound_due(desk, case)
    for name in names:
        decision = Decision(name, there.case.rev)
        facts = replace(gathering.facts_for(desk, there, decision), actor=NOBODY)
        if there.work.state is State.ACTIVE and shut_out.is_ownerless(desk, there):
            facts = replace(facts, owner_has_left=True)
        try:
            move = transitions.decide(TABLE, there.work.state, name, frozenset({SYSTEM}), facts)
        except NotNowError:
            continue
        rule = f"{move.source} -> {move.to}: {move.role}"
        append(desk.session, desk.journal, Event(SYSTEM, SYSTEM, name, case, rule), desk.now)
        _carry_out(Making(desk, there, decision, move, NOBODY))
        return


def bring_back(desk: Desk, case: CaseId) -> None:
    """Seal a report to intake again that its reporter took back and then brought back.

    Raises HiddenError, and AlarmError for what was altered.
    """
    there = acts.begin_bound_due(desk, case)
    if there.work.state is not State.RECEIVED:
        return
    event = Event(SYSTEM, SYSTEM, BROUGHT_BACK, case)
    append(desk.session, desk.journal, event, desk.now)
    work = accession.settle(desk, there, there.work)
    cases.save(desk.session, there, work)
    effects.hand_over(desk, there, Group.INTAKE)
    indexing.keep(desk.session, desk.ring, there, work)


def can_take_back(desk: Desk, move: Move) -> bool:
    """Say whether this person could take a move back that they just made.

    Whoever cannot open the report any more has nothing left to take back with.
    """
    return move.undo_s > 0 and still_opens(desk, move.effects)


def still_opens(desk: Desk, codes: Iterable[str]) -> bool:
    """Say whether whoever makes a move with these effects can open the report after it."""
    group = effects.group_after(codes)
    return group is None or group in desk.ring.person.groups & CASE_GROUPS


def undo(desk: Desk, case: CaseId) -> Move:
    """Take the last move back, within its seconds and if nobody did anything since.

    Raises HiddenError, NotNowError, and AlarmError for what was altered.
    """
    there = acts.begin_bound(desk, case, Action.MOVE_CASE)
    last = there.work.last
    if last is None:
        raise NotNowError(UNDO, NO_UNDO)
    # A message that a decision posts is shown to the reporter only once this time is over.
    present = Present(desk.ring.person.id, desk.now, there.case.rev, message_was_opened=False)
    move = transitions.undo(_done(last), present)
    desk.note(move.name, case, f"{move.source} -> {move.to}: {move.role}")
    before = accession.settle(desk, there, work_records.read(last.before))
    cases.save(desk.session, there, before)
    effects.take_back(desk, there, move, last)
    indexing.keep(desk.session, desk.ring, there, before)
    return move


def take(desk: Desk, case: CaseId, rev: int) -> None:
    """Take a report from the duty desk, as its owner from now on; who opens it may own it.

    Raises HiddenError, NotNowError, MovedOnError, and AlarmError for what was altered.
    """
    person, there = desk.ring.person, acts.begin(desk, case, Action.MOVE_CASE)
    acts.require_unmoved(there, rev)
    if there.work.state != State.ACTIVE or there.work.owner != DUTY_DESK:
        raise NotNowError(transitions.STATE, transitions.MOVED_ON)
    reading.open_story(desk.session, desk.ring, there, desk.now)
    desk.note("assigned", case, TAKE, fields=("owner",))
    call_requests.settle(desk.session)
    acts.keep(desk, there, there.work.owned_by(person.id), TAKE)


def _carry_out(making: Making) -> None:
    desk, there, move = making.desk, making.there, making.move
    if work_effects.ERASES in move.effects:
        effects.erase(making)
        return
    deed = Deed(move.name, making.actor, desk.now)
    before = replace(there.work, last=None)
    work = replace(
        before,
        state=State(move.to),
        since=desk.now,
        deeds=(*before.deeds, deed),
        countersigns=(),
        reason=making.decision.reason,
        kept=None,
        handed=agreed(before.handed),
        tasks=_tasks_after(making),
        touched=deed,
    )
    work = effects.without_sent(making, work)
    for effect in move.effects:
        work = work_effects.EFFECTS[effect](making, work)
    work = accession.settle(desk, there, work)
    message = effects.post(making) if work_effects.POSTS in move.effects else b""
    if message:
        work = replace(work, answered=work.answered or desk.now)
    if move.undo_s:
        written = work_records.written(before)
        rev = there.case.rev + 1
        last = Last(move.name, move.role, work.state, deed.by, deed.at, rev, written, message)
        work = replace(work, last=last)
    cases.save(desk.session, there, work)
    effects.finish(making, work)
    indexing.keep(desk.session, desk.ring, there, work)
    leases.renew(desk.session, desk.ring, there.id, desk.now)


def _tasks_after(making: Making) -> tuple[Task, ...]:
    """Return the tasks as a move leaves them: where nobody works on a report, none stays open."""
    tasks = making.there.work.tasks
    if making.move.to in WITH_TASKS:
        return tasks
    return all_ended(tasks, Ended(making.actor, making.desk.now, is_done=False))


def _done(last: Last) -> Done:
    rule = TABLE.transitions[last.name]
    source = str(work_records.read(last.before).state)
    move = Move(last.name, last.role, source, last.to, rule.effects, rule.undo_s)
    return Done(move, last.by, last.at, last.rev)
