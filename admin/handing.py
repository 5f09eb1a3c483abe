"""Handing: hand a report to somebody its reporter did not want, when nobody else is left for it.

A supervisor who sees it names one person of the reporter's community, whose tie is noted and who is
recused by nothing. Somebody else who sees it agrees, and reads along as the second from outside.
The reporter reads why.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType
from typing import Final

from admin import acts, call_requests, cases, leases, names, readers, reading
from admin.authority import Person
from admin.cases import Opened
from admin.desk import Desk
from admin.errors import HiddenError
from admin.facts import NOBODY
from admin.handed import Handed, Reason, possible_from
from admin.keeping import kept_back
from admin.permissions import SUPERVISOR, Action
from admin.planned import KEPT_FOR, Kept
from admin.pull import READ_BY
from admin.transitions import MOVED_ON, NotNowError
from admin.work import DUTY_DESK, Work
from forms.wording import msgid
from reporting import traces
from reporting.clock import day_of
from reporting.ids import CaseId
from reporting.models import State
from reporting.traces import Deed

HANDING: Final = "handing"
TO: Final = "to"
IN_HAND: Final = msgid("Somebody has this report, so it is handed to nobody.")
TOO_EARLY: Final = msgid("It has not waited long enough for that yet. Ask your colleagues first.")
HANDED_ALREADY: Final = msgid("It is handed on already. Take that back first.")
NO_ONE_FIT: Final = msgid(
    "There is nobody of that community who reads its language and is not recused."
)
NOT_THEM: Final = msgid("Choose one of these people.")
ANOTHER: Final = msgid("Somebody else from outside that community has to agree.")
_READ_BY: Final = MappingProxyType({**READ_BY, State.ACTIVE: READ_BY[State.TRIAGED]})
_TOLD: Final = MappingProxyType(
    {Reason.LANGUAGE: Deed.HANDED_LANGUAGE, Reason.NOBODY_FREE: Deed.HANDED_NOBODY_FREE}
)


@dataclass(frozen=True, slots=True)
class HandedSeen:
    """To whom it is handed or to be handed, with the names of all three."""

    one: Handed = field(repr=False)
    by: str = field(repr=False)
    to: str = field(repr=False)
    outside: str = field(repr=False)
    may_agree: bool
    may_take_back: bool


@dataclass(frozen=True, slots=True)
class View:
    """What the page shows; `why_not` says why nothing can be proposed, or is empty.

    `others` could read the report as it is. `people` are those to whom it can be handed: names by
    their numbers in hex. `possible_from` is when it has waited long enough.
    """

    since: datetime
    possible_from: datetime
    why_not: str
    others: tuple[str, ...] = field(repr=False)
    people: Mapping[str, str] = field(repr=False)
    handed: HandedSeen | None
    may_propose: bool


def may_see(person: Person, there: Opened) -> bool:
    """Say whether the page is there for somebody, with a report that they see."""
    work = there.work
    if person.id in work.let_in or person.limits.needs_countersign:
        return False
    may_name = SUPERVISOR in person.roles and work.state in _READ_BY
    return work.handed is not None or (may_name and there.matter.exclusions.no_community)


def look(desk: Desk, case: CaseId) -> View:
    """Return what is proposed and what could be. Raises as `reading.look`, and HiddenError."""
    there = _begin(desk, case)
    reading.look(desk, there)
    may_propose = SUPERVISOR in desk.ring.person.roles and there.work.handed is None
    people = names.all_called(desk, _fit(desk, there) if may_propose else ())
    others = names.all_called(desk, _others(desk, there) if may_propose else ())
    return View(
        since=there.work.since,
        possible_from=_possible_from(there.work),
        why_not=_why_not(desk, there, people),
        others=tuple(sorted(others.values())),
        people={member.hex(): name for member, name in people.items()},
        handed=_seen(desk, there.work.handed),
        may_propose=may_propose,
    )


def propose(desk: Desk, case: CaseId, to: bytes, reason: Reason) -> None:
    """Name the one to whom a report is to be handed, as the first of two.

    Raises HiddenError, NotNowError with a sentence, and AlarmError for what was altered.
    """
    there, me = _begin(desk, case), desk.ring.person
    if SUPERVISOR not in me.roles:
        raise HiddenError(Action.HAND_CASE, case, f"{Action.HAND_CASE}: no supervisor")
    fit = tuple(_fit(desk, there))
    if why_not := _why_not(desk, there, fit):
        raise NotNowError(HANDING, why_not)
    if to not in fit:
        raise NotNowError(TO, NOT_THEM)
    desk.note("handed.proposed", case, fields=("to", "reason"))
    work = replace(there.work, handed=Handed(me.id, desk.now, to, reason))
    acts.keep(desk, there, work, "handed.proposed")


def agree(desk: Desk, case: CaseId, number: bytes) -> None:
    """Agree as the second, and read along; from now on the report is there for who was named.

    Raises HiddenError, NotNowError with a sentence, and AlarmError for what was altered.
    """
    there, me = _begin(desk, case), desk.ring.person.id
    one = there.work.handed
    if one is None or one.id != number:
        raise HiddenError(Action.HAND_CASE, case, f"{Action.HAND_CASE}: no such proposal")
    if not _stands(desk, there, one):
        raise NotNowError(HANDING, MOVED_ON)
    if me in {one.by, one.to}:
        raise NotNowError(HANDING, ANOTHER)
    desk.note("handed.agreed", case, fields=("to", "reason"))
    with cases.sounding_alarm():
        traces.note(desk.session, case, there.thread, _TOLD[one.reason], desk.now)
    # It is in their list, and nobody else is handed it meanwhile.
    kept = Kept(one.to, desk.now + KEPT_FOR, "")
    work = replace(there.work, handed=replace(one, outside=me), kept=kept)
    leases.drop(desk.session, case)
    acts.keep(desk, there, work, "handed.agreed")


def take_back(desk: Desk, case: CaseId, number: bytes) -> None:
    """Hand a report to nobody any more; for who was named it is gone at once.

    Raises HiddenError for one that is not there, or that others decided, and AlarmError for what
    was altered.
    """
    there = _begin(desk, case)
    one = there.work.handed
    if one is None or one.id != number or not _may_take_back(desk.ring.person, one):
        raise HiddenError(Action.HAND_CASE, case, f"{Action.HAND_CASE}: not theirs to take back")
    desk.note("handed.taken_back", case, fields=("to",))
    kept = None if there.work.keeper(desk.now) == one.to else there.work.kept
    work = replace(there.work, handed=None, kept=kept)
    if work.owner == one.to:
        work = replace(work.owned_by(DUTY_DESK), escalated_at=desk.now)
        call_requests.ask(desk.session)
    lease = leases.holder(desk.session, desk.ring, case, desk.now)
    if lease is not None and lease.holder == one.to:
        leases.drop(desk.session, case)
    acts.keep(desk, there, work, "handed.taken_back")


def _begin(desk: Desk, case: CaseId) -> Opened:
    there = acts.begin(desk, case, Action.HAND_CASE)
    if not may_see(desk.ring.person, there):
        raise HiddenError(Action.HAND_CASE, case, f"{Action.HAND_CASE}: nothing to hand on")
    return there


def _possible_from(work: Work) -> datetime:
    return possible_from(work.triage.weight, work.since)


def _waits(desk: Desk, there: Opened) -> bool:
    """Say whether nobody has the report: no owner, and nobody else who has it in hand."""
    work, me = there.work, desk.ring.person.id
    lease = leases.holder(desk.session, desk.ring, there.id, desk.now)
    holders = {NOBODY if lease is None else lease.holder, work.keeper(desk.now)}
    return work.owner in {NOBODY, DUTY_DESK} and holders <= {NOBODY, me}


def _stands(desk: Desk, there: Opened, one: Handed) -> bool:
    """Say whether what was proposed can still be agreed to: everything may have changed since."""
    listed = desk.verified.people.get(one.to)
    roles = _READ_BY.get(there.work.state, frozenset())
    is_their_work = listed is not None and not roles.isdisjoint(listed.roles)
    has_waited = desk.now >= _possible_from(there.work) and _waits(desk, there)
    has_keys = one.to not in kept_back(desk.session, desk.verified)
    return one.is_waiting and is_their_work and has_waited and has_keys


def _may_take_back(person: Person, one: Handed) -> bool:
    return SUPERVISOR in person.roles or person.id == one.outside


def _why_not(desk: Desk, there: Opened, fit: Iterable[bytes]) -> str:
    if there.work.handed is not None:
        return HANDED_ALREADY
    if not _waits(desk, there):
        return IN_HAND
    if desk.now < _possible_from(there.work):
        return TOO_EARLY
    return "" if any(fit) else NO_ONE_FIT


def _readers(desk: Desk, there: Opened) -> Iterator[Person]:
    """Return whose work it would be to read a report in its state and its language."""
    roles = _READ_BY.get(there.work.state, frozenset())
    kept = kept_back(desk.session, desk.verified)
    for person in readers.team(desk):
        is_known = person.card is not None and day_of(desk.now) <= person.card.until
        if (
            is_known
            and person.id not in kept
            and roles & person.roles
            and readers.reads(person, there.facets.language)
        ):
            yield person


def _others(desk: Desk, there: Opened) -> Iterator[bytes]:
    """Return who else could read a report as it is."""
    for person in _readers(desk, there):
        if person.id != desk.ring.person.id and readers.sees(person, there.matter):
            yield person.id


def _fit(desk: Desk, there: Opened) -> Iterator[bytes]:
    """Return from whom nothing but the one wish hides a report."""
    for person in _readers(desk, there):
        is_hidden = not readers.sees(person, there.matter)
        let_in = readers.sees(person, there.matter, {person.id})
        if is_hidden and let_in and not there.work.is_conflict_of(person.id):
            yield person.id


def _seen(desk: Desk, one: Handed | None) -> HandedSeen | None:
    if one is None:
        return None
    called = names.all_called(desk, {one.by, one.to, one.outside} - {NOBODY})
    return HandedSeen(
        one=one,
        by=called[one.by],
        to=called[one.to],
        outside=called.get(one.outside, ""),
        may_agree=one.is_waiting and one.by != desk.ring.person.id,
        may_take_back=_may_take_back(desk.ring.person, one),
    )
