"""Waits: what about a report waits for a second person, and whose words are not sent yet.

Pure: lists, the guards of a move and due work ask here.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from admin.authority import Person
from admin.contact_asks import SECOND_WITHIN, VALID_FOR
from admin.facts import NOBODY
from admin.permissions import SUPERVISOR
from admin.work import Work


def requests(work: Work, now: datetime) -> int:
    """Return how many requests to a second person are open."""
    asks = sum(ask.is_open(now) for ask in work.contact_asks)
    plans = sum(one.is_waiting(now) for one in work.emergencies)
    return asks + plans + bool(work.grade_waiting)


def unsent(work: Work) -> int:
    """Return how many messages of the owner's are not sent yet."""
    return sum(draft.by == work.owner != NOBODY for draft in work.drafts)


@dataclass(frozen=True, slots=True)
class Request:
    """That something waits for a second person: for ever, or until a moment.

    Some of it waits for a supervisor alone.
    """

    by: bytes
    until: datetime | None = None
    of_supervisors: bool = False

    def is_for(self, person: Person, now: datetime) -> bool:
        """Say whether somebody can be that person now."""
        may_be = not self.of_supervisors or SUPERVISOR in person.roles
        return may_be and self.by != person.id and (self.until is None or now < self.until)


def waiting(work: Work) -> tuple[Request, ...]:
    """Return what waits for a second person: to be agreed to, read or signed."""
    asks = (
        Request(ask.by, None if ask.on_credit else ask.at + VALID_FOR)
        for ask in work.contact_asks
        if not ask.is_answered
    )
    drafts = (Request(draft.by) for draft in work.drafts if draft.is_waiting)
    plans = (Request(one.by, one.until) for one in work.emergencies if one.signed_at is None)
    handed = (Request(work.handed.by),) if work.handed and work.handed.is_waiting else ()
    waits, found = work.grade_waiting, work.grades
    grades = (Request(found.at(waits).by),) if waits else ()
    asked = work.hold_asked
    holds = () if asked is None else (Request(asked.by, of_supervisors=True),)
    return (*asks, *drafts, *plans, *handed, *grades, *holds)


def missing_from(work: Work) -> datetime | None:
    """Return when no second person had come in time to ways of contact that were opened."""
    asks = (ask for ask in work.contact_asks if ask.on_credit and not ask.is_answered)
    return min((ask.at + SECOND_WITHIN for ask in asks), default=None)


def due_from(work: Work) -> datetime | None:
    """Return when something about a second person is to be written down, or told to supervisors."""
    return min(_due(work), default=None)


def _due(work: Work) -> Iterator[datetime]:
    for ask in work.contact_asks:
        if ask.on_credit and not ask.is_answered and not ask.told:
            yield ask.at + SECOND_WITHIN
    for one in work.emergencies:
        if not one.has_lapsed:
            yield one.until
