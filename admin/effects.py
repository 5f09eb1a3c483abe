"""Effects: what follows from a move for rows: messages, leases, calls to colleagues, keys.

What follows for the work on the report itself stands in `work_effects`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Final

from sqlalchemy import delete

from admin import (
    call_requests,
    cases,
    joins,
    leases,
    link_tokens,
    rekeying,
    retaining,
    work_records,
)
from admin.cases import Opened
from admin.desk import Desk
from admin.drafts import is_theirs
from admin.publication import accession
from admin.transitions import TABLE, Move
from admin.work import DUTY_DESK, Last, Work
from admin.work_effects import (
    DROPS_LEASE,
    FOLLOWS,
    IS_OWN_AGAIN,
    NOTIFIES,
    PAGES,
    POSTS,
    RETENTION_STOPS,
    Making,
    verdict_of,
)
from crypto.roles import Group
from reporting import counting, threads, withdrawal
from reporting.clock import next_minute
from reporting.models import MessageRow
from reporting.threads import Message

CLOSED: Final = "closed"
TERM: Final = frozenset({"retention_start", "retention_stop"})
# Where the key of a report goes with a move, and where it came from.
_REWRAPS: Final[Mapping[str, tuple[Group, Group]]] = {
    "rewrap_casework": (Group.CASEWORK, Group.INTAKE),
    "rewrap_intake": (Group.INTAKE, Group.CASEWORK),
}


def group_after(codes: Iterable[str]) -> Group | None:
    """Return the group that opens a report after a move with these effects, if they change it."""
    return next((_REWRAPS[code][0] for code in codes if code in _REWRAPS), None)


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
    group = group_after(move.effects)
    if group is not None:
        hand_over(desk, there, group)


def _do_for_others(making: Making, work: Work) -> None:
    desk, there, move = making.desk, making.there, making.move
    if FOLLOWS in move.effects:
        survivor = making.decision.survivor
        joins.join(desk, there, survivor, tells=NOTIFIES in move.effects)
    if IS_OWN_AGAIN in move.effects:
        joins.part(desk, there, verdict_of(making))
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
