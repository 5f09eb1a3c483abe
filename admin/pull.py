"""Pull: hand somebody the report to look at next, or let them pass one on.

Reviewers are handed what nobody has looked at, caseworkers what waits for an owner, supervisors
both. Which of them comes next is for `next_case`; they are opened here, for whoever asks.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Final

from admin import acts, leases, likeness_of_texts, scans
from admin.authority import authorize
from admin.desk import Desk
from admin.errors import HiddenError, InHandError
from admin.facts import Lease
from admin.next_case import FLOOD, Header, Nothing, NothingNextError, Person, next_case
from admin.permissions import CASEWORKER, REVIEWER, SUPERVISOR, Action
from admin.scans import Seen
from admin.work import Skip, SkipReason, Work, due
from crypto.roles import Group
from reporting.ids import CaseId
from reporting.models import State
from reporting.triage import Level

_READ_BY: Final[Mapping[State, frozenset[str]]] = {
    State.RECEIVED: frozenset({REVIEWER, SUPERVISOR}),
    State.TRIAGED: frozenset({CASEWORKER, SUPERVISOR}),
}


def next_for(desk: Desk) -> CaseId:
    """Return the report that this person looks at next, in their hands now.

    Raises NothingNextError, which says why, and HiddenError.
    """
    if desk.ring.person.is_kept_back:
        # Their button does what it does on every quiet day.
        raise NothingNextError(Nothing.NOTHING_WAITS)
    authorize(desk.ring.person, Action.PULL_CASE)
    states = [state for state, roles in _READ_BY.items() if roles & desk.ring.person.roles]
    waiting = {one.case.id: one for one in scans.seen(desk, states)}
    held = leases.living(desk.session, desk.ring, desk.now)
    person = _person(desk, waiting.values(), held)
    headers = {header.case: header for header in _headers(desk, waiting.values(), held)}
    while True:
        chosen = next_case(headers.values(), person, desk.now).header.case
        if _claim(desk, waiting[chosen], states):
            return CaseId(chosen)
        del headers[chosen]


def skip(desk: Desk, case: CaseId, reason: SkipReason) -> None:
    """Pass a report on, with a reason and without any blame.

    A conflict hides it from this person at once. Who needs a break may be handed it again. Raises
    HiddenError, and AlarmError for what was altered.
    """
    there = acts.begin(desk, case, Action.PULL_CASE)
    member = desk.ring.person.id
    desk.note("case.skipped", case, reason)
    lease = leases.holder(desk.session, desk.ring, case, desk.now)
    if lease is not None and lease.holder == member:
        leases.drop(desk.session, case)
    work = replace(there.work, kept=None) if there.work.keeper(desk.now) == member else there.work
    skipped = Skip(member, reason)
    if reason is not SkipReason.NEED_A_BREAK and skipped not in work.skips:
        work = replace(work, skips=(*work.skips, skipped))
    if work != there.work:
        acts.keep(desk, there, work, "case.skipped")


def _claim(desk: Desk, one: Seen, states: Collection[State]) -> bool:
    """Take a report in hand, unless somebody was quicker; say whether it is."""
    try:
        # Whoever loses lets go of the report at once: nobody waits in a ring.
        with desk.session.begin_nested():
            leases.claim(desk, CaseId(one.case.id), states)
    except (HiddenError, InHandError):
        return False
    return True


def _person(desk: Desk, waiting: Iterable[Seen], held: Mapping[bytes, Lease]) -> Person:
    person = desk.ring.person
    seen = tuple(waiting)
    # What does not exist for somebody is not in their hands either: it fills no place.
    mine = {case for case, lease in held.items() if lease.holder == person.id}
    in_hand = len(mine & {one.case.id for one in seen})
    asked = sum(any(q.by == person.id for q in one.work.open_questions) for one in seen)
    every = frozenset(one.facets.language for one in seen)
    return Person(
        id=person.id,
        languages=every if person.card is None else person.card.languages,
        is_supervisor=SUPERVISOR in person.roles,
        held=in_hand + asked,
        owns_overdue=Group.CASEWORK in person.groups and _owns_overdue(desk),
        skipped=frozenset(one.case.id for one in seen if person.id in _passed_over(one.work)),
    )


def _passed_over(work: Work) -> frozenset[bytes]:
    """Return who is not handed a report: those who passed it on, or decided before an appeal."""
    return work.skipped_by | work.deciders_before


def _owns_overdue(desk: Desk) -> bool:
    mine = scans.owned(desk, desk.ring.person.id)
    return any(one.work.triage.weight >= Level.HIGH and due(one.work) < desk.now for one in mine)


def _headers(
    desk: Desk, waiting: Iterable[Seen], held: Mapping[bytes, Lease]
) -> tuple[Header, ...]:
    seen = tuple(waiting)
    groups = _groups(desk, seen)
    return tuple(_header(one, held.get(one.case.id), groups, desk.now) for one in seen)


def _header(one: Seen, lease: Lease | None, groups: Mapping[bytes, bytes], now: datetime) -> Header:
    work, case = one.work, one.case
    answered = [asked for asked in work.questions if asked.answered is not None]
    last = max(answered, key=lambda asked: asked.answered or asked.at, default=None)
    return Header(
        case=case.id,
        level=work.triage.weight,
        due=due(work),
        week=case.received_week,
        language=one.facets.language,
        group=groups.get(case.id, case.id),
        held_by=lease.holder if lease else (work.keeper(now) or None),
        is_waiting=bool(work.open_questions),
        skips=len(work.skipped_by),
        asked_by=last.by if last else None,
        answered_at=last.answered if last else None,
    )


def _groups(desk: Desk, seen: Iterable[Seen]) -> Mapping[bytes, bytes]:
    """Return the groups of near-identical texts, if so many urgent reports wait."""
    urgent = [one for one in seen if one.work.triage.weight is Level.URGENT]
    if len(urgent) <= FLOOD:
        return {}
    return likeness_of_texts.groups({one.case.id: scans.story_of(desk, one) for one in urgent})
