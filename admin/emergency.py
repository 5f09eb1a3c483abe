"""Emergency: decide by two that somebody outside is told, within what the reporter allows.

Nothing is sent from here. Two people sign the same written reason, one of them a supervisor who
does not own the report; then one of them says it by voice, within 24 hours.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Final

from admin import acts, cases, drafts, emergencies, names, reading
from admin.authority import Person
from admin.cases import Opened
from admin.desk import Desk
from admin.emergencies import CHOICE, NAMED, Emergency, Plan, To
from admin.errors import HiddenError
from admin.permissions import CASE_WORKERS, SUPERVISOR, Action
from admin.transitions import MOVED_ON, NotNowError
from admin.work import Work
from forms.answers import Answers
from forms.wording import msgid
from reporting import consent, traces
from reporting.ids import CaseId
from reporting.models import State
from reporting.traces import Deed

EMERGENCY: Final = "emergency"
RECIPIENT: Final = "to"
NAME: Final = "called"
ITEMS: Final = "items"
WORKED_ON: Final = (State.TRIAGED, State.ACTIVE, State.MONITORING, State.REVIEW)
NEVER: Final = msgid(
    "The reporter allows nobody to be told, or has not answered. So nobody is told, whatever"
    " happens. You can ask them once more in the mailbox."
)
NOT_DANGEROUS: Final = msgid(
    "This is only for an urgent report in which somebody of the team said: somebody may be hurt,"
    " killed or taken within days, or is missing."
)
NOT_ALLOWED: Final = msgid("The reporter has not allowed this one to be told. Choose another.")
WHICH: Final = msgid("Write the name of the organisation, or of the person the reporter named.")
NOTHING: Final = msgid("Choose at least one thing that has to be told.")
OWN: Final = msgid("You proposed this yourself. Somebody else has to sign.")
NO_SUPERVISOR: Final = msgid("One of the two has to be a supervisor who does not own this report.")
OPEN_ALREADY: Final = msgid("One is open already. Sign that one, or wait until its time is over.")
_TOLD: Final = MappingProxyType(
    {
        To.EMERGENCY_SERVICE: Deed.TOLD_EMERGENCY_SERVICE,
        To.HELPER: Deed.TOLD_HELPER,
        To.RELATIVE: Deed.TOLD_RELATIVE,
        To.POLICE: Deed.TOLD_POLICE,
    }
)


@dataclass(frozen=True, slots=True)
class EmergencySeen:
    """One of them as somebody sees it."""

    one: Emergency = field(repr=False)
    by: str = field(repr=False)
    second: str = field(repr=False)
    may_sign: bool
    is_waiting: bool
    is_in_force: bool


@dataclass(frozen=True, slots=True)
class View:
    """What the page shows; `why_not` says why nothing can be proposed, or is empty.

    `allowed` are those whom the reporter lets the team tell. `asks_again` says whether only the
    reporter's permission is missing.
    """

    keep_to: Answers = field(repr=False)
    allowed: tuple[To, ...]
    why_not: str
    asks_again: bool
    is_watched: bool
    found: tuple[EmergencySeen, ...]


def may_see(person: Person, work: Work) -> bool:
    """Say whether the page is there for somebody, with a report that they can open."""
    is_of_casework = not person.roles.isdisjoint(CASE_WORKERS)
    return is_of_casework and person.limits.may_open_contact and work.state in WORKED_ON


def look(desk: Desk, case: CaseId) -> View:
    """Return what is proposed and what could be. Raises as `reading.look`, and HiddenError."""
    there = _begin(desk, case)
    reading.look(desk, there)
    allowed = _allowed(desk, there)
    return View(
        keep_to=there.facets.rules,
        allowed=allowed,
        why_not=_why_not(desk, there.work, allowed),
        asks_again=not allowed and emergencies.is_one(there.work.triage),
        is_watched=drafts.is_watched(there.facets.answers),
        found=tuple(_seen(desk, there.work, one) for one in reversed(there.work.emergencies)),
    )


def propose(desk: Desk, case: CaseId, plan: Plan) -> None:
    """Sign a plan as the first of two. Raises HiddenError, NotNowError, and AlarmError."""
    there = _begin(desk, case)
    allowed = _allowed(desk, there)
    why_not = _why_not(desk, there.work, allowed)
    if why_not:
        raise NotNowError(EMERGENCY, why_not)
    _require_fit(plan, allowed)
    made = Emergency(desk.ring.person.id, desk.now, plan)
    desk.note("emergency.proposed", case, fields=(RECIPIENT, ITEMS, "why"))
    work = replace(there.work, emergencies=(*there.work.emergencies, made))
    acts.keep(desk, there, work, "emergency.proposed")


def sign(desk: Desk, case: CaseId, number: bytes) -> None:
    """Sign a colleague's plan as the second; its reporter reads that at their next visit.

    Raises HiddenError, NotNowError, and AlarmError for what was altered.
    """
    there, me = _begin(desk, case), desk.ring.person
    one = emergencies.find(there.work.emergencies, number)
    if one is None:
        raise HiddenError(Action.SIGN_EMERGENCY, case, f"{Action.SIGN_EMERGENCY}: no such plan")
    if one.by == me.id:
        raise NotNowError(EMERGENCY, OWN)
    if not one.is_waiting(desk.now):
        raise NotNowError(EMERGENCY, MOVED_ON)
    # What the reporter allows, and what is known of the danger, may have changed since.
    if not emergencies.is_one(there.work.triage):
        raise NotNowError(EMERGENCY, NOT_DANGEROUS)
    _require_fit(one.plan, _allowed(desk, there))
    if not _supervised(desk, there.work, (one.by, me.id)):
        raise NotNowError(EMERGENCY, NO_SUPERVISOR)
    desk.note("emergency.signed", case, fields=(RECIPIENT, ITEMS, "why"))
    with cases.sounding_alarm():
        traces.note(desk.session, case, there.thread, _TOLD[one.plan.to], desk.now)
    signed = replace(one, signed_by=me.id, signed_at=desk.now)
    found = tuple(signed if each == one else each for each in there.work.emergencies)
    acts.keep(desk, there, replace(there.work, emergencies=found), "emergency.signed")


def _begin(desk: Desk, case: CaseId) -> Opened:
    there = acts.begin(desk, case, Action.SIGN_EMERGENCY)
    if not may_see(desk.ring.person, there.work):
        rule = f"{Action.SIGN_EMERGENCY}: on probation, or not worked on"
        raise HiddenError(Action.SIGN_EMERGENCY, case, rule)
    return there


def _allowed(desk: Desk, there: Opened) -> tuple[To, ...]:
    """Return whom the reporter allows to be told; choices that are not genuine allow nobody."""
    choices = consent.read(desk.session, there.id, there.thread, there.facets.consent_key)
    return emergencies.allowed(choices.answer(CHOICE), there.facets.keep_to)


def _why_not(desk: Desk, work: Work, allowed: tuple[To, ...]) -> str:
    if not emergencies.is_one(work.triage):
        return NOT_DANGEROUS
    if not allowed:
        return NEVER
    is_open = any(one.is_waiting(desk.now) for one in work.emergencies)
    return OPEN_ALREADY if is_open else ""


def _require_fit(plan: Plan, allowed: tuple[To, ...]) -> None:
    if not allowed:
        raise NotNowError(EMERGENCY, NEVER)
    if plan.to not in allowed:
        raise NotNowError(RECIPIENT, NOT_ALLOWED)
    if plan.to in NAMED and not plan.name.strip():
        raise NotNowError(NAME, WHICH)
    if not plan.items:
        raise NotNowError(ITEMS, NOTHING)


def _supervised(desk: Desk, work: Work, two: Iterable[bytes]) -> bool:
    """Say whether one of two is a supervisor, on the roster now, who does not own the report."""
    people = desk.verified.people
    return any(
        member != work.owner and member in people and SUPERVISOR in people[member].roles
        for member in two
    )


def _seen(desk: Desk, work: Work, one: Emergency) -> EmergencySeen:
    me, is_waiting = desk.ring.person.id, one.is_waiting(desk.now)
    return EmergencySeen(
        one=one,
        by=names.called(desk, one.by),
        second=names.called(desk, one.signed_by) if one.signed_at is not None else "",
        may_sign=is_waiting and one.by != me and _supervised(desk, work, (one.by, me)),
        is_waiting=is_waiting,
        is_in_force=one.is_in_force(desk.now),
    )
