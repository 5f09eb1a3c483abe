"""Screen: what somebody can do with a report that they look at, and what stands beside it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from admin import agreements, cases, gathering, leases, moves, names, readers, reading
from admin.cases import Opened
from admin.desk import Desk
from admin.facts import NOBODY, Closing, Danger, Triage
from admin.people_guards import DECLINES
from admin.permissions import CASEWORKER, SUPERVISOR, Action, is_allowed
from admin.phases import COUNTERSIGN_DUE
from admin.transitions import TABLE, Move, Offer
from admin.work import DUTY_DESK, Work
from reporting import withdrawal
from reporting.ids import CaseId
from reporting.models import State

# Made with what the form of the first look gives; all other moves have a page of their own.
WITH_FIRST_LOOK: Final = ("accept", "escalate", "quarantine", "decline")
# What a supervisor may agree to beforehand, and afterwards, by the state that a report is in.
AGREED_TO: Final[Mapping[str, tuple[str, ...]]] = {
    State.RECEIVED: ("quarantine", "decline"),
    State.TRIAGED: ("decline_t",),
}
ESCALATE: Final = "escalate"
SECOND_LOOKS: Final[Mapping[str, tuple[str, ...]]] = {
    State.QUARANTINED: ("quarantine",),
    State.DECLINED: DECLINES,
}


@dataclass(frozen=True, slots=True)
class Screen:
    """What the page of a report shows beside the report itself.

    `language` is the one to answer in, `holder` the name of whoever has it in hand or owns it.
    `foreseen` are the dangers that the form says yes to and nobody answered yet.
    """

    there: Opened = field(repr=False)
    rev: int
    language: str
    holder: str = field(repr=False)
    may_pass_on: bool
    may_take: bool
    may_take_over: bool
    may_triage: bool
    may_look: bool
    offers: tuple[Offer, ...]
    to_countersign: tuple[str, ...]
    agreed_to: tuple[str, ...]
    is_held: bool
    may_hold: bool

    @property
    def state(self) -> str:
        """Where the report stands."""
        return self.there.work.state

    @property
    def kept_until(self) -> date | None:
        """The last day it is kept, as its reporter reads it too."""
        term = self.there.work.term
        return None if term is None else term.until

    @property
    def is_looked_at_again(self) -> bool:
        """Whether it was declined before, and another look is due."""
        return self.state == State.RECEIVED and bool(self.there.work.deciders_before)

    @property
    def triage(self) -> Triage:
        """What the first look found so far."""
        return self.there.work.triage

    @property
    def closing(self) -> Closing:
        """What the report would close with, once that is proposed."""
        return self.there.work.closing

    @property
    def last_message(self) -> str:
        """The words that the reporter would be told at the end, once they are proposed."""
        prepared = self.there.work.prepared
        return "" if prepared is None else prepared.text

    @property
    def foreseen(self) -> frozenset[Danger]:
        """What the form says yes to, and nobody answered yet."""
        return self.triage.foreseen - self.triage.dangers.keys()

    @property
    def within(self) -> tuple[Offer, ...]:
        """The moves whose buttons stand inside the form of the first look."""
        return tuple(offer for offer in self.offers if offer.name in WITH_FIRST_LOOK)

    @property
    def ways(self) -> tuple[Offer, ...]:
        """The moves that have a page of their own."""
        return tuple(offer for offer in self.offers if offer.name not in WITH_FIRST_LOOK)


def look(desk: Desk, case: CaseId) -> Screen:
    """Return what can be done with a report. Raises HiddenError, and AlarmError."""
    return of(desk, cases.opened(desk.session, desk.ring, case, Action.MOVE_CASE))


def look_to_decide(desk: Desk, case: CaseId) -> Screen:
    """Return what can be done with a report, for a page that shows something of it.

    Raises as `reading.look` does, and HiddenError.
    """
    there = cases.opened(desk.session, desk.ring, case, Action.MOVE_CASE)
    reading.look(desk, there)
    return of(desk, there)


def of(desk: Desk, there: Opened) -> Screen:
    """Return what can be done with a report that is open."""
    me, work = desk.ring.person, there.work
    lease = leases.holder(desk.session, desk.ring, there.id, desk.now)
    holder = lease.holder if lease is not None else work.owner
    offers = moves.offers(desk, there)
    is_first_look = work.state is State.RECEIVED and bool(offers)
    return Screen(
        there=there,
        rev=there.case.rev,
        language=there.facets.answer_in,
        holder="" if holder in {NOBODY, DUTY_DESK} else names.called(desk, holder),
        may_pass_on=lease is not None and lease.holder == me.id,
        may_take=is_first_look and lease is None,
        may_take_over=_may_take_over(desk, work),
        may_triage=is_first_look and holder == me.id,
        may_look=_may_look(desk, work),
        offers=offers,
        # Nobody is the second person for what is in their own hands, but for who gives it back.
        to_countersign=(
            _to_countersign(desk, work, holder) if is_allowed(Action.COUNTERSIGN, me.marks) else ()
        ),
        agreed_to=agreements.still_agreed(work, me.id),
        is_held=withdrawal.is_held(desk.session, there.id),
        may_hold=is_allowed(Action.HOLD_CASE, me.marks),
    )


def assignees(desk: Desk, shown: Screen) -> Mapping[str, str]:
    """Return who may own a report: their numbers in hex and their names, oneself first."""
    there = shown.there
    fit = [
        one.id
        for one in readers.team(desk)
        if gathering.may_own(desk, one.id) and readers.exists_for(one, there.matter, there.work)
    ]
    called = names.all_called(desk, fit)
    return {member.hex(): called[member] for member in fit}


def may_take_back(desk: Desk, name: str) -> bool:
    """Say whether a move of this name could be taken back by whoever just made it."""
    rule = TABLE.transitions.get(name)
    if rule is None:
        return False
    made = Move(rule.name, "", "", rule.to, rule.effects, rule.undo_s)
    return moves.can_take_back(desk, made)


def still_opens(desk: Desk, name: str) -> bool:
    """Say whether whoever just made a move of this name can open the report after it."""
    rule = TABLE.transitions.get(name)
    return moves.still_opens(desk, () if rule is None else rule.effects)


def _may_take_over(desk: Desk, work: Work) -> bool:
    """Say whether this person may take a report from the duty desk, which has no person."""
    is_free = work.state is State.ACTIVE and work.owner == DUTY_DESK
    return is_free and not desk.ring.person.roles.isdisjoint({CASEWORKER, SUPERVISOR})


def _may_look(desk: Desk, work: Work) -> bool:
    """Say whether a second look is still owed, and not by whoever decided."""
    names_of_deeds = SECOND_LOOKS.get(work.state, ())
    deeds = [deed for deed in work.deeds if deed.name in names_of_deeds]
    if not deeds or deeds[-1].by == desk.ring.person.id:
        return False
    return work.second_look is None or work.second_look.at < deeds[-1].at


def _to_countersign(desk: Desk, work: Work, holder: bytes) -> tuple[str, ...]:
    """Return what somebody may agree to: what is escalated, and what would need two."""
    me = desk.ring.person
    asked = _to_give_back(work)
    if holder == me.id:
        asked = asked if work.owner == me.id else ()
    elif SUPERVISOR in me.roles:
        asked += AGREED_TO.get(work.state, ()) + _to_escalate(work, me.id)
    else:
        return ()
    agreed = {sign.action for sign in work.countersigns if sign.by == me.id}
    return tuple(action for action in asked if action not in agreed)


def _to_escalate(work: Work, member: bytes) -> tuple[str, ...]:
    """Return that what was escalated still waits for a supervisor who did not escalate it."""
    is_waiting = COUNTERSIGN_DUE in work.items
    return (ESCALATE,) if is_waiting and not agreements.is_escalated_by(work, member) else ()


def _to_give_back(work: Work) -> tuple[str, ...]:
    """Return that what two people escalated may be given back, where it is in work."""
    is_agreed = work.escalated_at is not None and COUNTERSIGN_DUE not in work.items
    return (moves.GIVES_BACK,) if is_agreed and work.state is State.ACTIVE else ()
