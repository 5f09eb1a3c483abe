"""Linked: which reports tell of one person, their relatives, or others of the same incident.

Staff said so, of two at a time. Whether such a report is counted itself makes no difference, nor
whether it exists for whoever is at the desk: nothing of it is shown.
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
from reporting.ids import CaseId

ONE_UNIT: Final = frozenset({Verdict.SAME_INCIDENT, Verdict.SAME_HOUSEHOLD})
MOST: Final = 512  # so many of one group are followed; a larger one is no family
_NOT_THERE: Final = (AlarmError, HiddenError, NotHandedOnError)


@dataclass(frozen=True, slots=True)
class Component:
    """A report with all that it is linked to, over however many others."""

    works: Mapping[bytes, Work] = field(repr=False)
    unopened: frozenset[bytes] = field(repr=False)

    @property
    def cases(self) -> frozenset[bytes]:
        """The reports in it, whether they open here or not."""
        return self.unopened.union(self.works)


def of(links: Links) -> frozenset[bytes]:
    """Return the reports that one is linked to directly."""
    others = {one.other for one in links.judged}
    said = {other for other in others if links.verdict_on(other) in ONE_UNIT}
    return frozenset(said | links.bound)


def component(desk: Desk, case: bytes, work: Work) -> Component:
    """Return a report, whose work is this, with all that it is linked to.

    What does not open here is in it too, though nothing is followed from there.
    """
    works, unopened = {case: work}, set[bytes]()
    waiting = sorted(of(work.links))
    while waiting:
        other = waiting.pop()
        if other in works or other in unopened:
            continue
        found = peeked(desk, other) if len(works) < MOST else None
        if found is None:
            unopened.add(other)
        else:
            works[other] = found
            waiting.extend(of(found.links) - works.keys())
    return Component(works, frozenset(unopened))


def peeked(desk: Desk, case: bytes) -> Work | None:
    """Return the work on a report that is not held, if there is any that opens here."""
    try:
        return cases.peek(desk.session, desk.ring, CaseId(case), Action.OPEN_CASE)
    except _NOT_THERE:
        return None
