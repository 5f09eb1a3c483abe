"""Effects: what follows from a move, code by code as the table names it.

Most of them change the work on the report and nothing else. What they are about but does not exist
yet, such as lists, pages to those on call or statistics, is left in the work as an item. The others
touch rows: the message, the lease, and last of all the report's key.
"""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from sqlalchemy import delete

from admin import cases, gathering, leases, rekeying
from admin.cases import Opened
from admin.desk import Desk
from admin.drafts import DRAFT_BYTES, Draft, is_theirs
from admin.facts import NOBODY, Proposal, Term
from admin.gathering import COUNTERSIGN_DUE, Decision
from admin.terms import Ended, Outcome, term_ends
from admin.transitions import TABLE, Move
from admin.work import DUTY_DESK, Last, Work, next_minute
from crypto.roles import Group
from forms.choices import KEEP, KEEP_YEARS
from reporting import consent, threads
from reporting.clock import day_of
from reporting.models import MessageRow
from reporting.threads import Message

POSTS: Final = "post_message"
DROPS_LEASE: Final = "drop_lease"
STATISTICS: Final = "c_stats"
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
        from_reporter=False, text=prepared.text, sent=sent, language=prepared.language
    )
    return threads.add(desk.session, there.id, there.thread, message)


def finish(making: Making) -> None:
    """Let go of the report, and hand its key to the group of its new state."""
    desk, there, move = making.desk, making.there, making.move
    if DROPS_LEASE in move.effects:
        leases.drop(desk.session, there.id)
    group = group_after(move)
    if group is not None:
        hand_over(desk, there, group)


def hand_over(desk: Desk, there: Opened, group: Group) -> None:
    """Give a report a new key, sealed to this group. Raises AlarmError for what was altered."""
    with cases.sounding_alarm():
        rekeying.hand_over(desk.session, desk.ring, there.id, desk.verified.epoch(group))


def without_sent(making: Making, work: Work) -> Work:
    """Return the work without the draft whose words go with a move."""
    message = making.decision.message
    if message is None:
        return work
    words = making.actor, message.language, message.text
    return replace(work, drafts=tuple(one for one in work.drafts if not is_theirs(one, *words)))


def take_back(desk: Desk, there: Opened, move: Move, last: Last) -> None:
    """Undo what a move did to rows; its work is restored already."""
    if POSTS in move.effects:
        desk.session.execute(delete(MessageRow).where(MessageRow.id == last.message))
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
    allowed = _choices(making).answer(STATISTICS) == "yes"
    return work.with_item("frame_due") if allowed else work


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


def _clock_start(_making: Making, work: Work) -> Work:
    return replace(work, next_check=None)


def _next_check(making: Making, work: Work) -> Work:
    return replace(work, next_check=making.decision.next_check)


def _second_look(_making: Making, work: Work) -> Work:
    return replace(work, second_look=None)


def _freeze(making: Making, work: Work) -> Work:
    decision = making.decision
    closing, message = gathering.closing_of(work, decision), decision.message
    if message is not None:
        message = replace(message, written_by=making.actor)
    digest = gathering.digest(work, closing, message)
    proposal = Proposal(making.actor, digest)
    return replace(work, closing=closing, prepared=message, proposal=proposal)


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
    closes = making.move.to == "closed"
    outcome = Outcome(work.closing.outcome) if closes else Outcome.DECLINED
    years = KEEP_YEARS.get(_choices(making).answer(KEEP))
    ended = Ended(outcome, day_of(making.desk.now), years)
    return replace(work, term=Term(term_ends(ended)))


def _retention_stop(_making: Making, work: Work) -> Work:
    return replace(work, term=None)


def _choices(making: Making) -> consent.Choices:
    there = making.there
    key = there.facets.consent_key
    return consent.read(making.desk.session, there.id, there.thread, key)


EFFECTS: Final[Mapping[str, Effect]] = {
    "rewrap_casework": _nothing,
    "rewrap_intake": _nothing,
    POSTS: _nothing,
    DROPS_LEASE: _nothing,
    "clock_stop": _nothing,
    "clock_start": _clock_start,
    "header_due": _item("header_due"),
    "frame_due": _frame_due,
    "page_on_call": _item("page_on_call"),
    COUNTERSIGN_DUE: _item(COUNTERSIGN_DUE),
    "shred_contact_due": _item("shred_contact_due"),
    "duty_desk": _duty_desk,
    "set_owner": _set_owner,
    "clear_owner": _clear_owner,
    "next_check_task": _next_check,
    "quarantine_clock": _second_look,
    "second_look": _second_look,
    "freeze_fields": _freeze,
    "thaw_fields": _thaw,
    "retention_start": _retention_start,
    "retention_stop": _retention_stop,
}
