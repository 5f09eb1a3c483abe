"""Linked: which reports tell of one person, their relatives, or others of the same incident.

Staff said so, of two at a time. Whether such a report is counted itself makes no difference, nor
whether it exists for whoever is at the desk: nothing of it is shown. What does not open here may
lead on to others, and nobody here can say to whom.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from admin import cases
from admin.desk import Desk
from admin.errors import AlarmError, HiddenError, NotHandedOnError
from admin.links import Links, Verdict
from admin.permissions import Action
from admin.work import Work
from reporting.case_rows import WorkRow
from reporting.counting import PAST_TRIAGE
from reporting.ids import CaseId
from reporting.models import CaseWrap, Parked, Wrapped

ONE_UNIT: Final = frozenset({Verdict.SAME_INCIDENT, Verdict.SAME_HOUSEHOLD})
MOST: Final = 512  # so many of one group are followed; a larger one is no family
_NOT_THERE: Final = (AlarmError, HiddenError, NotHandedOnError)


@dataclass(frozen=True, slots=True)
class Component:
    """A report with all that it is linked to, over however many others.

    What is `unopened` may lead on to others. What is an end leads nowhere: nobody of the team ever
    worked on it, or no key of it is left.
    """

    works: Mapping[bytes, Work] = field(repr=False)
    unopened: frozenset[bytes] = field(repr=False)
    ends: frozenset[bytes] = field(default=frozenset(), repr=False)

    @property
    def cases(self) -> frozenset[bytes]:
        """The reports in it, whether they open here or not."""
        return self.shut.union(self.works)

    @property
    def shut(self) -> frozenset[bytes]:
        """The reports in it that do not open here, whatever the reason."""
        return self.unopened | self.ends

    @property
    def may_be_counted(self) -> bool:
        """Whether one of it may be counted, as far as can be said here."""
        return bool(self.unopened) or any(one.state in PAST_TRIAGE for one in self.works.values())


def of(links: Links) -> frozenset[bytes]:
    """Return the reports that one is linked to directly."""
    others = {one.other for one in links.judged}
    said = {other for other in others if links.verdict_on(other) in ONE_UNIT}
    return frozenset(said | links.bound)


def component(desk: Desk, case: bytes, work: Work) -> Component:
    """Return a report, whose work is this, with all that it is linked to.

    What does not open here is in it too, though nothing is followed from there.
    """
    works, shut = {case: work}, set[bytes]()
    waiting = sorted(of(work.links))
    while waiting:
        other = waiting.pop()
        if other in works or other in shut:
            continue
        found = peeked(desk, other) if len(works) < MOST else None
        if found is None:
            shut.add(other)
        else:
            works[other] = found
            waiting.extend(of(found.links) - works.keys())
    ends = frozenset(other for other in shut if _is_end(desk, other))
    return Component(works, frozenset(shut) - ends, ends)


def have_moved(before: Work, after: Work) -> bool:
    """Say whether an act changes what a report is linked to."""
    return of(before.links) != of(after.links)


def may_move_counted(desk: Desk, case: bytes, before: Work, after: Work) -> bool:
    """Say whether what an act links or parts may hold together reports that are counted."""
    sides = (component(desk, case, one) for one in (before, after))
    return have_moved(before, after) and any(one.may_be_counted for one in sides)


def peeked(desk: Desk, case: bytes) -> Work | None:
    """Return the work on a report that is not held, if there is any that opens here."""
    try:
        return cases.peek(desk.session, desk.ring, CaseId(case), Action.OPEN_CASE)
    except _NOT_THERE:
        return None


def _is_end(desk: Desk, case: bytes) -> bool:
    """Say whether a report leads nowhere, and never will by what its reporter alone could do."""
    session, place = desk.session, (case, Wrapped.CASE)
    if session.get(WorkRow, case, populate_existing=True) is None:
        return True
    kept = (session.get(keys, place, populate_existing=True) for keys in (CaseWrap, Parked))
    return not any(kept)
