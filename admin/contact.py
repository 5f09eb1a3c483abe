"""Contact: read how a reporter can be reached, with a second person and a reason they are told.

Whoever owns a report or supervises asks; somebody else of casework agrees. Where it is urgent, it
is opened first, and the second person comes within four hours.
"""

from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Final

from sqlalchemy.orm import Session

from admin import acts, cases, contact_asks, drafts, names, reading, second_people
from admin.authority import Person
from admin.cases import Opened
from admin.contact_asks import Ask, Reason
from admin.desk import Desk
from admin.errors import HiddenError
from admin.permissions import CASE_WORKERS, SUPERVISOR, Action
from admin.transitions import MOVED_ON, NotNowError
from admin.work import Work
from crypto.envelope import Label, OpenError, expand
from forms.answers import Answers
from forms.wording import msgid
from reporting import places, records, traces
from reporting.ids import CaseId
from reporting.models import CasePart, CaseWrap, Part, State, Wrapped
from reporting.traces import Deed
from reporting.triage import Level

CONTACT: Final = "contact"
OWN: Final = msgid("You asked for this yourself. Somebody else has to agree.")
NOT_AGREED: Final = msgid(
    "Nobody else agrees to this now. What somebody agreed to is good for 24 hours: ask again."
)
NOT_URGENT: Final = msgid("This report is not urgent. A second person has to agree first.")
STILL_OPEN: Final = msgid("You have asked already. Wait for the second person.")
IS_GONE: Final = msgid("The ways to reach the reporter are gone: they went when work ended.")
WORKED_ON: Final = (State.TRIAGED, State.ACTIVE, State.MONITORING, State.REVIEW)
_TOLD: Final = MappingProxyType(
    {
        Reason.DANGER: Deed.CONTACT_DANGER,
        Reason.REQUESTED: Deed.CONTACT_REQUESTED,
        Reason.ARRANGE: Deed.CONTACT_ARRANGE,
        Reason.NO_ANSWER: Deed.CONTACT_NO_ANSWER,
    }
)


@dataclass(frozen=True, slots=True)
class AskSeen:
    """An ask as somebody sees it, and what they can do with it."""

    ask: Ask = field(repr=False)
    by: str = field(repr=False)
    second: str = field(repr=False)
    may_answer: bool
    opens: bool
    is_open: bool
    is_missing: bool


@dataclass(frozen=True, slots=True)
class View:
    """What the page shows before anything is opened; `keep_to` is what the reporter asked for."""

    keep_to: Answers = field(repr=False)
    is_watched: bool
    is_gone: bool
    is_urgent: bool
    may_ask: bool
    asks: tuple[AskSeen, ...]


def may_see(person: Person, work: Work) -> bool:
    """Say whether the page about contact is there for somebody, with a report they can open."""
    is_of_casework = not person.roles.isdisjoint(CASE_WORKERS)
    worked_on = work.state in {*WORKED_ON, State.CLOSED}
    return is_of_casework and person.limits.may_open_contact and worked_on


def look(desk: Desk, case: CaseId) -> View:
    """Return what is asked and what the reporter wants kept to. Raises as `reading.look` does."""
    there = _begin(desk, case)
    reading.look(desk, there)
    me, work = desk.ring.person, there.work
    return View(
        keep_to=there.facets.rules,
        is_watched=drafts.is_watched(there.facets.answers),
        is_gone=_is_gone(desk.session, there),
        is_urgent=_is_urgent(work),
        may_ask=_may_ask(me, work) and not _has_asked(desk, work),
        asks=tuple(_seen(desk, work, one) for one in reversed(work.contact_asks)),
    )


def ask(desk: Desk, case: CaseId, reason: Reason, why: str) -> None:
    """Ask a second person to agree. Raises HiddenError, NotNowError, and AlarmError."""
    there = _begin(desk, case)
    _require_may_ask(desk, there)
    _keep_asked(desk, there, Ask(desk.ring.person.id, desk.now, reason, why))


def open_first(desk: Desk, case: CaseId, reason: Reason, why: str) -> Answers:
    """Ask, and open at once what is urgent; return the ways of contact.

    Raises HiddenError, NotNowError where it is not urgent, and AlarmError.
    """
    there = _begin(desk, case)
    _require_may_ask(desk, there)
    if not _is_urgent(there.work):
        raise NotNowError(CONTACT, NOT_URGENT)
    asked = Ask(desk.ring.person.id, desk.now, reason, why, on_credit=True)
    _keep_asked(desk, there, asked)
    return _opened(desk, there, asked)


def answer(desk: Desk, case: CaseId, number: bytes, *, agrees: bool) -> None:
    """Say as the second person whether a colleague may open the ways of contact.

    Raises HiddenError, NotNowError for whoever asked and for what is over, and AlarmError.
    """
    there, me = _begin(desk, case), desk.ring.person
    found = _find(there, number)
    if found.by == me.id:
        raise NotNowError(CONTACT, OWN)
    if not found.may_answer(me.id, desk.now):
        raise NotNowError(CONTACT, MOVED_ON)
    answered = replace(found, by_second=me.id, answered_at=desk.now, agrees=agrees)
    if found.on_credit and not agrees:
        second_people.tell(desk, found)
    verb = "contact.agreed" if agrees else "contact.refused"
    desk.note(verb, case, fields=(CONTACT,))
    acts.keep(desk, there, _with(there.work, found, answered), verb)


def open_agreed(desk: Desk, case: CaseId, number: bytes) -> Answers:
    """Return the ways of contact, once a second person agreed; the reporter is told.

    Raises HiddenError, NotNowError where nobody agrees now, and AlarmError.
    """
    there, me = _begin(desk, case), desk.ring.person
    found = _find(there, number)
    if not _may_ask(me, there.work):
        raise HiddenError(Action.OPEN_CONTACT, case, f"{Action.OPEN_CONTACT}: neither owner")
    if _is_gone(desk.session, there):
        raise NotNowError(CONTACT, IS_GONE)
    if not found.opens(me.id, desk.now):
        raise NotNowError(CONTACT, NOT_AGREED)
    return _opened(desk, there, found)


def _begin(desk: Desk, case: CaseId) -> Opened:
    there = acts.begin(desk, case, Action.OPEN_CONTACT)
    if not may_see(desk.ring.person, there.work):
        rule = f"{Action.OPEN_CONTACT}: on probation, or not worked on"
        raise HiddenError(Action.OPEN_CONTACT, case, rule)
    return there


def _require_may_ask(desk: Desk, there: Opened) -> None:
    if not _may_ask(desk.ring.person, there.work):
        rule = f"{Action.OPEN_CONTACT}: neither owner nor supervisor"
        raise HiddenError(Action.OPEN_CONTACT, there.id, rule)
    if _is_gone(desk.session, there):
        raise NotNowError(CONTACT, IS_GONE)
    if _has_asked(desk, there.work):
        raise NotNowError(CONTACT, STILL_OPEN)


def _keep_asked(desk: Desk, there: Opened, asked: Ask) -> None:
    desk.note("contact.asked", there.id, fields=(CONTACT, "reason"))
    work = replace(there.work, contact_asks=(*there.work.contact_asks, asked))
    acts.keep(desk, there, work, "contact.asked")


def _opened(desk: Desk, there: Opened, asked: Ask) -> Answers:
    # Before anything is opened: a crash may leave a record without a reading, never the reverse.
    desk.note("contact.opened", there.id, fields=(CONTACT,))
    with cases.sounding_alarm():
        traces.note(desk.session, there.id, there.thread, _TOLD[asked.reason], desk.now)
        return _read(desk, there)


def _read(desk: Desk, there: Opened) -> Answers:
    wrap = _wrap(desk.session, there)
    part = desk.session.get(CasePart, (there.id, Part.CONTACT), populate_existing=True)
    if wrap is None or part is None:
        raise OpenError
    key = expand(desk.ring.contact_key(wrap), Label.CONTACT)
    place = places.part(there.id, Part.CONTACT, part.rev)
    found = records.child(records.reopen(key, part.content_sealed, place), "answers")
    return {name: records.texts(found, name) for name in found}


def _is_gone(session: Session, there: Opened) -> bool:
    """Say whether contact is over: its key was shredded, or is about to be."""
    with cases.sounding_alarm():
        return _wrap(session, there) is None or there.work.state is State.CLOSED


def _wrap(session: Session, there: Opened) -> CaseWrap | None:
    """Return the sealed key of contact, or nothing where it was shredded. Raises OpenError."""
    wrap = session.get(CaseWrap, (there.id, Wrapped.CONTACT), populate_existing=True)
    cases.require_contact_key(there.work, is_there=wrap is not None)
    return wrap


def _seen(desk: Desk, work: Work, one: Ask) -> AskSeen:
    me, now = desk.ring.person, desk.now
    return AskSeen(
        ask=one,
        by=names.called(desk, one.by),
        second=names.called(desk, one.by_second) if one.is_answered else "",
        may_answer=one.may_answer(me.id, now),
        opens=one.opens(me.id, now) and _may_ask(me, work),
        is_open=one.is_open(now),
        is_missing=one.is_missing(now),
    )


def _find(there: Opened, number: bytes) -> Ask:
    found = contact_asks.find(there.work.contact_asks, number)
    if found is None:
        raise HiddenError(Action.OPEN_CONTACT, there.id, f"{Action.OPEN_CONTACT}: no such ask")
    return found


def _with(work: Work, old: Ask, new: Ask) -> Work:
    return replace(
        work, contact_asks=tuple(new if one == old else one for one in work.contact_asks)
    )


def _is_urgent(work: Work) -> bool:
    return work.triage.weight is Level.URGENT


def _may_ask(person: Person, work: Work) -> bool:
    """Say whether somebody owns the report or supervises; may_see said the rest."""
    return work.owner == person.id or SUPERVISOR in person.roles


def _has_asked(desk: Desk, work: Work) -> bool:
    me = desk.ring.person.id
    return any(one.by == me and one.is_open(desk.now) for one in work.contact_asks)
