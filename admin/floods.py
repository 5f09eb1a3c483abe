"""Floods: set aside, in one step and by two people, reports that say almost the same words.

A supervisor proposes it, having opened one of them, and so agrees to each of them as it stands; a
reviewer confirms it, having opened one too. Each is set aside by a move of its own, under the same
guards as any other. What somebody touched meanwhile is left out.
"""

import secrets
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import Final

from admin import acts, cases, gathering, leases, likeness_of_texts, moves, openings, unlocking
from admin.authority import authorize
from admin.cases import Opened
from admin.desk import Desk
from admin.errors import HiddenError, InHandError, MovedOnError
from admin.facts import Countersign
from admin.gathering import Decision
from admin.headers import of_person
from admin.links import MOST_AT_ONCE, PROPOSED, Together
from admin.next_case import FLOOD
from admin.permissions import REVIEWER, SUPERVISOR, Action
from admin.scans import Scan, Seen
from admin.transitions import MOVED_ON, STATE, NotNowError
from admin.work import Work
from forms.wording import msgid
from reporting.ids import CaseId
from reporting.models import State
from reporting.triage import Level

SETS_ASIDE: Final = "quarantine"
READ_ONE: Final = "read_one"
TWO_PEOPLE: Final = "two_people"
ROW_BYTES: Final = 16
READ_ONE_FIRST: Final = msgid("Open one of these reports first, and read it.")
NOT_YOU_AGAIN: Final = msgid("You proposed this yourself. A second person has to do it.")
LEFT_OUT: Final = (HiddenError, NotNowError, MovedOnError, InHandError)

Begin = Callable[[], AbstractContextManager[Desk]]


@dataclass(frozen=True, slots=True)
class Flood:
    """Reports that say almost the same as one, as far as they exist for whoever looks.

    `proposal` is that of a colleague to set them aside, or one's own.
    """

    members: tuple[CaseId, ...]
    proposal: Together | None
    has_read_one: bool
    may_propose: bool
    may_confirm: bool


def look(desk: Desk, case: CaseId) -> Flood:
    """Return what looks the same as a report. Raises HiddenError, and AlarmError."""
    person = desk.ring.person
    authorize(person, Action.COUNTERSIGN, case)
    there = cases.opened(desk.session, desk.ring, case, Action.COUNTERSIGN)
    desk.note("flood.viewed", case)
    together = there.work.proposed_together
    members = _members(desk, there, together)
    is_mine = together is not None and together.by == person.id
    return Flood(
        members=members,
        proposal=together,
        has_read_one=openings.has_opened(desk.session, desk.ring, members, desk.now),
        may_propose=together is None and bool(members) and SUPERVISOR in person.roles,
        may_confirm=together is not None and not is_mine and REVIEWER in person.roles,
    )


def propose(begin: Begin, case: CaseId, reason: str) -> None:
    """Propose to set a report aside with all that look the same; each is agreed to by itself.

    Raises HiddenError, NotNowError for somebody who opened none of them, and AlarmError.
    """
    with begin() as desk:
        flood = look(desk, case)
        if not flood.may_propose:
            raise HiddenError(Action.COUNTERSIGN, case, "a supervisor proposes it")
        _require_read(flood)
        number = secrets.token_bytes(ROW_BYTES)
        together = Together(number, desk.ring.person.id, desk.now, reason)
    for member in flood.members:
        with suppress(*LEFT_OUT), begin() as desk:
            _mark(desk, member, together)


def confirm(begin: Begin, case: CaseId, proposal: bytes) -> tuple[CaseId, ...]:
    """Set aside what a colleague proposed; return what was left out.

    Raises HiddenError, NotNowError for whoever proposed it or opened none of them, and AlarmError.
    """
    with begin() as desk:
        flood = look(desk, case)
        if flood.proposal is None or flood.proposal.id != proposal:
            raise NotNowError(STATE, MOVED_ON)
        if flood.proposal.by == desk.ring.person.id:
            raise NotNowError(TWO_PEOPLE, NOT_YOU_AGAIN)
        if not flood.may_confirm:
            raise HiddenError(Action.COUNTERSIGN, case, "a reviewer confirms it")
        _require_read(flood)
    left = []
    for member in flood.members:
        try:
            with begin() as desk:
                _set_aside(desk, member, flood.proposal)
        except LEFT_OUT:
            left.append(member)
    return tuple(left)


def _require_read(flood: Flood) -> None:
    if not flood.has_read_one:
        raise NotNowError(READ_ONE, READ_ONE_FIRST)


def _members(desk: Desk, there: Opened, together: Together | None) -> tuple[CaseId, ...]:
    """Return what was proposed together with a report, or else what says almost the same."""
    scan = Scan(desk)
    if together is not None:
        # Also where somebody touched one since.
        listed = scan.listed((of_person("with", together.id),), (State.RECEIVED,))
        return tuple(one.id for one in listed if together.id in one.header.of("with"))
    urgent = tuple(one.id for one in takewhile(_is_urgent, scan.of((State.RECEIVED,))))
    if len(urgent) <= FLOOD or there.id not in urgent:
        return ()
    groups = likeness_of_texts.groups(unlocking.stories(desk, urgent))
    mine = groups.get(there.id)
    alike = [case for case in urgent if mine is not None and groups.get(case) == mine]
    # The one whose page this is first: nobody is asked about a group without it.
    alike.sort(key=lambda case: case != there.id)
    return tuple(alike[:MOST_AT_ONCE]) if len(alike) > 1 else ()


def _is_urgent(one: Seen) -> bool:
    return one.header.level is Level.URGENT


def _was_of(work: Work, together: Together) -> bool:
    other = work.links.together
    return other is not None and other.id == together.id


def _mark(desk: Desk, case: CaseId, together: Together) -> None:
    there = acts.begin(desk, case, Action.COUNTERSIGN)
    decided = gathering.decided(there, SETS_ASIDE)
    sign = Countersign(SETS_ASIDE, decided, together.by, is_supervisor=True)
    links = replace(there.work.links, together=together)
    work = replace(there.work, countersigns=(*there.work.countersigns, sign), links=links)
    desk.note(PROPOSED, case, together.reason)
    acts.keep(desk, there, work, PROPOSED)


def _set_aside(desk: Desk, case: CaseId, together: Together) -> None:
    there = acts.begin(desk, case, Action.MOVE_CASE)
    if there.work.proposed_together is None or not _was_of(there.work, together):
        raise NotNowError(STATE, MOVED_ON)
    lease = leases.holder(desk.session, desk.ring, case, desk.now)
    if lease is not None and lease.holder != desk.ring.person.id:
        raise InHandError(lease.holder, lease.until)
    leases.take(desk, case)
    moves.make(desk, case, Decision(SETS_ASIDE, there.case.rev, together.reason))
