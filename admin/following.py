"""Following: which reports belong together, as far as they exist for whoever asks.

Whoever was joined keeps their own mailbox, their own choices and their own term.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from admin import cases
from admin.cases import Opened
from admin.desk import Desk
from admin.errors import AlarmError, HiddenError, NotHandedOnError
from admin.facts import Survivor
from admin.links import Joined
from admin.permissions import Action
from admin.transitions import TABLE
from admin.work import Work
from crypto.roles import Group
from reporting.clock import day_of
from reporting.ids import CaseId
from reporting.models import Case, CaseWrap, Mail, State, Wrapped

OWN_TERM: Final = "retain_end"
# One that was altered is an alarm for whoever opens it, and stops no work on another one.
NOT_THERE: Final = (HiddenError, NotHandedOnError, AlarmError)
# A report that stands elsewhere leads nobody any more: its followers go to the supervisors.
LEADING: Final = frozenset(
    {
        *(State.RECEIVED, State.TRIAGED, State.ACTIVE, State.MONITORING, State.REVIEW),
        State.CLOSED,
    }
)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a report stands, and whose group opens it."""

    state: str | None = None
    group: Group | None = None


_NOWHERE: Final = _Place()


@dataclass(frozen=True, slots=True)
class Beside:
    """A report that follows another one, as far as it exists for somebody."""

    there: Opened
    has_mail: bool


def followers(desk: Desk, leading: bytes, work: Work) -> tuple[Beside, ...]:
    """Return the reports that follow one and exist for this person."""
    found = []
    for case in noted(desk, work):
        one = visible(desk, case)
        if one is not None and follows(one, leading):
            found.append(Beside(one, has_mail(desk.session, one.id)))
    return tuple(found)


def survivor_of(desk: Desk, there: Opened, named: bytes = b"") -> Survivor | None:
    """Return the report that this one is to be joined to, or was, as its guards see it."""
    joined = there.work.links.joined
    other = named or (joined.survivor if joined is not None else b"")
    if not other:
        return None
    one = visible(desk, CaseId(other))
    return Survivor(
        case=other,
        judgement=there.work.links.verdict_on(other),
        is_live=one is not None and _is_worked_on(one.work.state),
        is_visible=one is not None,
        opens=one is not None,
        ended_by=_ended_by(desk, there),
    )


def astray(desk: Desk, joins: Mapping[bytes, Joined]) -> frozenset[bytes]:
    """Return the reports, of these, that follow one which does not lead them any more.

    One that came to the end of its own term has led its followers to theirs.
    """
    if not joins:
        return frozenset()
    places = _places(desk, {*joins, *(joined.survivor for joined in joins.values())})
    return frozenset(case for case, joined in joins.items() if not _is_led(places, case, joined))


def is_astray(desk: Desk, there: Opened) -> bool:
    """Say whether a report follows one that does not lead it any more."""
    joined = there.work.links.joined
    return joined is not None and bool(astray(desk, {there.id: joined}))


def has_mail(session: Session, case: bytes) -> bool:
    """Say whether a report's writer wrote something that nobody has read."""
    return session.get(Mail, case) is not None


def mail_of(desk: Desk, leading: bytes, work: Work) -> bool:
    """Say whether a report that follows one has a word that nobody has read."""
    return any(one.has_mail for one in followers(desk, leading, work))


def arrived(desk: Desk, leading: bytes, work: Work) -> bool:
    """Say whether something came to a report that is watched by way of those that follow it."""
    return work.links.grew_since(work.since) or mail_of(desk, leading, work)


def is_left_early(session: Session, joined: Joined, today: date) -> bool:
    """Say whether a report that was closed did not come to its own end after all."""
    until = joined.until
    state = session.scalar(select(Case.state).where(Case.id == joined.survivor))
    return until is not None and (until >= today if _is_gone(state) else state != State.CLOSED)


def _places(desk: Desk, named: Collection[bytes]) -> Mapping[bytes, _Place]:
    rows = desk.session.execute(
        select(Case.id, Case.state, CaseWrap.epoch_id)
        .outerjoin(CaseWrap, (CaseWrap.case_id == Case.id) & (CaseWrap.wrapped == Wrapped.CASE))
        .where(Case.id.in_(named))
    )
    return {row.id: _Place(row.state, desk.ring.group_of(row.epoch_id)) for row in rows}


def _is_led(places: Mapping[bytes, _Place], case: bytes, joined: Joined) -> bool:
    own, leading = places.get(case, _NOWHERE), places.get(joined.survivor, _NOWHERE)
    if joined.is_left_alone:
        return False
    if _is_gone(leading.state):
        return joined.until is not None
    # What could not be sealed to whoever works on the other one is read by nobody of them.
    return leading.state in LEADING and leading.group is own.group


def _ended_by(desk: Desk, there: Opened) -> str:
    """Return how the report that this one follows came to its end, if it is gone."""
    joined = there.work.links.joined
    if joined is None or joined.until is None or joined.until >= day_of(desk.now):
        return ""
    state = desk.session.scalar(select(Case.state).where(Case.id == joined.survivor))
    return OWN_TERM if _is_gone(state) else ""


def _is_gone(state: str | None) -> bool:
    return state in {None, State.ERASED}


def _is_worked_on(state: State) -> bool:
    # What was set aside is live in the table, but nobody works on it: nothing is hidden behind it.
    return TABLE.states[state].is_live and state is not State.QUARANTINED


def follows(one: Opened, survivor: bytes) -> bool:
    """Say whether a report follows another one."""
    joined = one.work.links.joined
    return one.work.state is State.MERGED and joined is not None and joined.survivor == survivor


def noted(desk: Desk, work: Work) -> tuple[CaseId, ...]:
    """Return what is noted as following a report and is joined still, as far as clear rows say."""
    noted = [one.case for one in work.links.followers]
    still = select(Case.id).where(Case.id.in_(noted), Case.state == State.MERGED)
    found = frozenset(desk.session.scalars(still)) if noted else frozenset()
    return tuple(CaseId(case) for case in noted if case in found)


def visible(desk: Desk, case: CaseId) -> Opened | None:
    """Open another report if it exists for this person, beside the one that they work on."""
    try:
        found = cases.standing(desk.session, case, Action.OPEN_CASE)
        return cases.open_found(desk.session, desk.ring, found, Action.OPEN_CASE)
    except NOT_THERE:
        return None


def quietly(desk: Desk, case: bytes) -> Opened | None:
    """Open a report to change what follows from another one, whoever is at the desk."""
    try:
        found = cases.standing(desk.session, CaseId(case), Action.MOVE_CASE)
        return cases.open_unseen(desk.session, desk.ring, found, Action.MOVE_CASE)
    except NOT_THERE:
        return None
