"""Acts: how everything begins and ends that somebody does with a report.

It begins with the door, the report's one lock and its keys, and ends with the work kept, so that
whoever looked before knows that somebody was there.
"""

from collections.abc import Collection
from contextlib import suppress
from dataclasses import replace
from typing import Final

from admin import cases, indexing, leases, work_records
from admin.authority import authorize
from admin.cases import Opened
from admin.desk import Desk
from admin.errors import AlarmError, HiddenError, MovedOnError, NotHandedOnError
from admin.facts import NOBODY, Deed
from admin.links import Links
from admin.permissions import Action
from admin.publication import accession
from admin.work import Work
from reporting.ids import CaseId

OPENED: Final = "case.opened"


def begin(desk: Desk, case: CaseId, action: Action) -> Opened:
    """Take hold of a report that this person may do this with.

    Raises HiddenError, NotHandedOnError, and AlarmError for what was altered.
    """
    authorize(desk.ring.person, action, case)
    return cases.opened(desk.session, desk.ring, case, action)


def begin_due(desk: Desk, case: CaseId) -> Opened:
    """Take hold of a report for what time has decided, of which this person is shown nothing.

    So it does not matter whether it exists for them. Raises as `begin` does.
    """
    authorize(desk.ring.person, Action.MOVE_CASE, case)
    found = cases.find(desk.session, case, Action.MOVE_CASE)
    return cases.open_unseen(desk.session, desk.ring, found, Action.MOVE_CASE)


def begin_bound(desk: Desk, case: CaseId, action: Action, *others: bytes) -> Opened:
    """Take hold of a report, and of those that change with it, before anything is done.

    Raises as `begin` does, and MovedOnError when it was bound to others in this very moment.
    """
    authorize(desk.ring.person, action, case)
    held = hold_bound(desk, (case,), *others)
    there = begin(desk, case, action)
    _require_bound(there, held)
    return there


def begin_bound_due(desk: Desk, case: CaseId) -> Opened:
    """Take hold of a report and of those that change with it, as `begin_due` does."""
    authorize(desk.ring.person, Action.MOVE_CASE, case)
    held = hold_bound(desk, (case,))
    there = begin_due(desk, case)
    _require_bound(there, held)
    return there


def hold_bound(desk: Desk, wanted: Collection[CaseId], *others: bytes) -> frozenset[bytes]:
    """Hold reports, those that change with them, and others; return all that are held now."""
    held = {*wanted, *others}
    for case in wanted:
        # What is not there, or was altered, is said later, in the way in which it is always said.
        with suppress(HiddenError, AlarmError, NotHandedOnError):
            work = cases.peek(desk.session, desk.ring, case, Action.MOVE_CASE)
            held |= frozenset() if work is None else bound_to(work)
    cases.hold(desk.session, held)
    return frozenset(held)


def bound_to(work: Work) -> frozenset[bytes]:
    """Return the reports that a move of this one may change, or taking its last one back."""
    before = () if work.last is None else work_records.read(work.last.before).links.bound
    return work.links.bound.union(before)


def _require_bound(there: Opened, held: Collection[bytes]) -> None:
    if not bound_to(there.work) <= frozenset(held):  # pragma: no cover - between two statements
        require_unmoved(there, there.case.rev - 1)


def require_unmoved(there: Opened, rev: int) -> None:
    """Raise MovedOnError unless a report stands as it did at that revision."""
    if there.case.rev == rev:
        return
    # Of a first opening nothing is kept but that it happened.
    touched = there.work.touched or Deed(OPENED, NOBODY, there.work.since)
    raise MovedOnError(touched.by, touched.at, touched.name)


def keep_links(desk: Desk, there: Opened, links: Links, name: str) -> None:
    """Keep what a report has to do with others, as this act leaves it."""
    keep(desk, there, replace(there.work, links=links), name)


def keep(desk: Desk, there: Opened, work: Work, name: str) -> Work:
    """Keep the work as this act leaves it, and return it as it is kept.

    No move from before can be taken back any more.
    """
    touched = Deed(name, desk.ring.person.id, desk.now)
    kept = accession.settle(desk, there, replace(work, touched=touched, last=None))
    cases.save(desk.session, there, kept)
    indexing.keep(desk.session, desk.ring, there, kept)
    leases.renew(desk.session, desk.ring, there.id, desk.now)
    return kept
