"""Reconcile: whether every report that is to be counted in a year has its row, and no other has.

For a supervisor, at the freeze. It names what fails and says nothing else: no number of what holds.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from admin import cases, readers
from admin.authority import authorize
from admin.cases import Opened
from admin.desk import Desk
from admin.errors import AlarmError, HiddenError, NotHandedOnError
from admin.permissions import Action
from admin.publication import accession, facets, linked, periods, units
from admin.publication.units import Unit
from reporting import counting
from reporting.ids import CaseId

RECONCILED: Final = "statistics.reconciled"
_ALTERED_OR_AWAITED: Final = (AlarmError, NotHandedOnError)


@dataclass(frozen=True, slots=True)
class Failing:
    """The reports that fail and exist for this person, and whether others do besides."""

    cases: tuple[CaseId, ...]
    has_others: bool


def failing(desk: Desk, period: int) -> Failing:
    """Return which reports of a year have no row, or another or more than they should.

    A row of a report that nobody can count any more, or that has two, is told without its number;
    the first leaves with the next session of a caseworker.

    Raises HiddenError for who leads nothing, NoPeriodError, NotHandedOnError, and AlarmError for a
    row that was altered.
    """
    authorize(desk.ring.person, Action.RECONCILE_FIGURES)
    desk.note(RECONCILED)
    keys = periods.of_casework(desk.session, desk.ring, desk.verified, period)
    owners, is_twice = _owners(units.every(desk.session, keys))
    past = accession.past_triage(desk)
    gone = owners.keys() - frozenset(past)
    for case in gone:
        counting.look_again(desk.session, case)
    shown, has_others = [], is_twice or bool(gone)
    for case in past:
        there = _opened(desk, case)
        is_right = there is not None and _holds(desk, there, period, owners.get(case))
        if there is not None and is_right and not _is_spread(desk, there, owners):
            continue
        if there is not None and readers.exists_for(desk.ring.person, there.matter, there.work):
            shown.append(case)
        else:
            has_others = True
    return Failing(tuple(shown), has_others)


def _owners(rows: Iterable[Unit]) -> tuple[Mapping[bytes, Unit], bool]:
    """Return the unit of each report, and whether some report stands in two places."""
    owners, members = dict[bytes, Unit](), 0
    for unit in rows:
        owners |= dict.fromkeys(unit.cases, unit)
        members += len(unit.members)
    return owners, members > len(owners)


def _is_spread(desk: Desk, there: Opened, owners: Mapping[bytes, Unit]) -> bool:
    """Say whether what a report is linked to is counted as more than one."""
    group = linked.component(desk, there.id, there.work).cases
    return len({owners[one].cluster for one in group if one in owners}) > 1


def _opened(desk: Desk, case: CaseId) -> Opened | None:
    """Return a report, not held: nothing is changed here. Nothing comes of one that is altered."""
    try:
        found = cases.standing(desk.session, case, Action.RECONCILE_FIGURES)
        return cases.open_unseen(desk.session, desk.ring, found, Action.RECONCILE_FIGURES)
    except (HiddenError, *_ALTERED_OR_AWAITED):
        return None


def _holds(desk: Desk, there: Opened, period: int, unit: Unit | None) -> bool:
    """Say whether a report is counted in a year exactly if it has to be, and as it is coded."""
    work, counted = there.work, there.work.counted
    grade = accession.counts(work)
    if grade is None or not accession.allows(desk, there):
        return unit is None
    if counted is None:
        return False
    if counted.period != period:
        return unit is None
    record = facets.coded(there.facets, work, grade, counted.quarter)
    mine = () if unit is None else tuple(one for one in unit.members if one.case == there.id)
    return bool(mine) and mine[0].record == record
