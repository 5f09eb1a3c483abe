"""Drafting: what a plan of a year can be, by the rules that fix most of it."""

from collections.abc import Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import Final

from sqlalchemy.orm import Session

from admin.budget_rows import PlanRow
from admin.errors import FiguresError
from admin.publication import plan_rows
from admin.publication.scales import MECHANISM
from reporting.statistics import plan
from reporting.statistics.plan import (
    RESERVE,
    YEARS_DRAW,
    Fault,
    Outline,
    Plan,
    PlanError,
    Scale,
    Tier,
)
from reporting.statistics.release import Release, Releases

USUAL: Final = Fraction(1)
# The figures of a year are published in the year after it, and a plan is announced before its own.
YEARS_BEFORE: Final = 2
NO_YEAR: Final = (
    "There is no plan {}, which a correction would mend. Plan the year first, under the letter A."
)
NO_PLAN: Final[Mapping[Fault, str]] = MappingProxyType(
    {
        Fault.NAME: (
            "A release is called TOMOSHIBI-JP-2027-A: its year, and A for the year's draw or B and"
            " so on for a correction."
        ),
        Fault.COST: (
            "This costs too much, or so little that the figures would be noise alone. A year costs"
            " 8/5 at most and 1 as a rule, a correction a quarter of its year at most."
        ),
        Fault.TOO_MANY: (
            "The last published total is over 5,000. Such a year is counted by quarters, which this"
            " version cannot do: use a newer one."
        ),
    }
)


def composed(
    session: Session, found: Releases, release: str, eps: Fraction | None, scale: Scale
) -> Plan:
    """Return the plan of a release: its tables by what was published, its cost as asked for.

    Without `eps` a year costs what years usually do, and a correction the whole reserve. Raises
    FiguresError for what cannot be planned.
    """
    try:
        made = plan.compose(_outline(session, found, release, eps), scale, MECHANISM)
    except PlanError as error:
        raise FiguresError(NO_PLAN.get(error.fault, str(error))) from None
    if made.is_synthetic:
        raise FiguresError(NO_PLAN[Fault.NAME])
    return made


def tier_of(found: Releases, period: int) -> Tier:
    """Return the tier of a year by what was published before it. Raises FiguresError for none."""
    try:
        return plan.tier_for(last_total(found, period))
    except PlanError as error:
        raise FiguresError(NO_PLAN[error.fault]) from None


def last_total(found: Releases, period: int) -> int | None:
    """Return the newest total that was public before a year began; none where none was."""
    public = [
        one
        for one in found.fit
        if one.tables and not one.synthetic and one.plan.period <= period - YEARS_BEFORE
    ]
    return _total(max(public, key=_place)) if public else None


def _outline(session: Session, found: Releases, release: str, eps: Fraction | None) -> Outline:
    if plan.letter(release) == YEARS_DRAW:
        year = USUAL if eps is None else eps
        tier = tier_of(found, int(release.split("-")[-2]))
        return Outline(release, tier, year, year, plan.shares(tier))
    # A correction measures what was told before anything was reported.
    first = _first(session, release)
    cost = first.eps_year * RESERVE if eps is None else eps
    shares = tuple((table.dims, table.share) for table in first.tables)
    return Outline(release, first.tier, first.eps_year, cost, shares)


def _first(session: Session, release: str) -> Plan:
    name = release[:-1] + YEARS_DRAW
    row = session.get(PlanRow, name)
    if row is None:
        raise FiguresError(NO_YEAR.format(name))
    return plan_rows.read(row)


def _place(one: Release) -> tuple[str, int]:
    return one.plan.release, one.version


def _total(one: Release) -> int:
    (total,) = next(table.values for table in one.tables if not table.dims)
    return total
