"""Announced: what everybody was told of a plan, held against what the database has of it now.

A plan is told in a file beside the database. So whoever can write into the database alone puts no
other plan before those who sign and draw, and makes nobody tell one whose year has begun.
"""

from datetime import datetime
from pathlib import Path
from typing import Final

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from admin.budget_rows import PlanRow
from admin.errors import FiguresError
from admin.publication import calendar, shelf
from reporting.stat_rows import StatFrameRow
from reporting.statistics import plan as plans_of
from reporting.statistics.plan import YEARS_DRAW, Plan, PlanError, Tier

UNANNOUNCED: Final = (
    "The plan {0} is not announced. Next: tomoshibi stats plan {0} --announce, so that everybody"
    " can read it before two officers sign it. If it was announced, somebody took its file away:"
    " bring back figures/plans in the instance folder from a copy or from the public site. If it is"
    " there, the database was altered: two officers together, tomoshibi stats mend"
)
ANOTHER: Final = (
    "The plan {0} is not the one that was announced and that you looked at: somebody changed it."
    " Nothing was signed, drawn or published. Find out who; then two officers together, for the one"
    " that was announced: tomoshibi stats mend. Until its year begins another one can be announced"
    " anew: tomoshibi stats plan {0} --announce"
)
TOLD_OTHERWISE: Final = (
    "Everybody was told another plan {0} before its year began, and the one in the database is not"
    " that: somebody changed it there. Nothing was announced. Find out who. The plan that was told"
    " is in figures/plans in the instance folder: two officers together put it back, tomoshibi"
    " stats mend"
)
TOO_LATE: Final = (
    "The year {} has begun, and nobody was told its plan before. What is counted is told before"
    " anybody knows what was reported: nothing was kept or announced, and nothing is published of"
    " this year. Announce the plan of {} in time. If it was told, somebody took its file away:"
    " bring back figures/plans in the instance folder from a copy or from the public site. If it is"
    " there, the database was altered: two officers together, tomoshibi stats mend"
)
UNTOLD: Final = (
    "The plan {} was not announced, and a correction is of a plan that was. Nothing was kept,"
    " announced or drawn. If it was, bring back figures/plans in the instance folder from a copy or"
    " from the public site."
)
OTHER_TABLES: Final = (
    "A correction measures what the plan of its year measures, with the same parts: {} would"
    " measure something else, chosen after its reports were there. Nothing was kept, announced or"
    " drawn."
)
WRONG_TIER: Final = (
    "The plan {0} has the tables of tier {1}, and by the last published total its year has those of"
    " tier {2}. Nothing was announced. Next: tomoshibi stats plan {0}"
)
UNREADABLE: Final = (
    "figures/plans/{}.json in the instance folder is no plan as it was announced. Bring it back"
    " from a copy or from the public site."
)
_YEARS: Final = f"TOMOSHIBI-JP-2[0-9][0-9][0-9]-{YEARS_DRAW}.json"


def is_as_told(instance: Path, plan: Plan) -> bool:
    """Say whether everybody was told exactly this plan."""
    return shelf.announced(instance, plan.release) == plans_of.encode(plan)


def require(session: Session, instance: Path, plan: Plan) -> None:
    """Raise FiguresError unless everybody was told exactly this plan, and the database knows it."""
    if not _is_told(session, instance, plan):
        raise FiguresError(UNANNOUNCED.format(plan.release))
    if not is_as_told(instance, plan):
        raise FiguresError(ANOTHER.format(plan.release))


def require_in_time(session: Session, instance: Path, plan: Plan, now: datetime) -> None:
    """Raise FiguresError for a plan that comes after what it would count.

    That is one that is not told once its year has begun, and a correction of other tables. The very
    first plan has until the first report is counted: there was no year before it.
    """
    require_foretold(instance, plan)
    period = calendar.period_of(now)
    if _is_told(session, instance, plan) or plan.is_correction or period < plan.period:
        return
    others = exists().where(PlanRow.announced == 1, PlanRow.release_id != plan.release)
    counted = exists().where(StatFrameRow.period == plan.period)
    # Neither of the two knows all: rows can be deleted, and so can files.
    is_first = not session.scalar(select(others | counted)) and not _has_other(instance, plan)
    if period > plan.period or not is_first:
        raise FiguresError(TOO_LATE.format(plan.period, period + 1))


def require_foretold(instance: Path, plan: Plan) -> None:
    """Raise FiguresError for a correction of other tables than those that were told in time."""
    if not plan.is_correction:
        return
    name = plan.release[:-1] + YEARS_DRAW
    told = _told(instance, name)
    if told is None:
        raise FiguresError(UNTOLD.format(name))
    if _measured(told) != _measured(plan):
        raise FiguresError(OTHER_TABLES.format(plan.release))


def tell(instance: Path, plan: Plan, tier: Tier, now: datetime) -> None:
    """Tell everybody a plan that is in time; `tier` is that of its year by what is published.

    Raises FiguresError for other tables than its year has, and once its year has begun for anything
    but what was told before.
    """
    told = _told(instance, plan.release)
    if told is not None and calendar.period_of(now) >= plan.period:
        # What was published since then is no reason to measure something else.
        if decided(told) != decided(plan):
            raise FiguresError(TOLD_OTHERWISE.format(plan.release))
    elif plan.tier is not tier and not plan.is_correction:
        raise FiguresError(WRONG_TIER.format(plan.release, plan.tier, tier))
    shelf.announce(instance, plan.release, plans_of.encode(plan))


def bring_back(instance: Path, plan: Plan) -> None:
    """Put the file of a plan that was booked back where it is missing: it was told then."""
    if shelf.announced(instance, plan.release) is None:
        shelf.announce(instance, plan.release, plans_of.encode(plan))


def decided(plan: Plan) -> tuple[object, ...]:
    """Return what officers decided of a plan: noise made by another OpenDP is no other plan."""
    tables = tuple((table.dims, table.share, table.eps) for table in plan.tables)
    return plan.tier, plan.eps_year, plan.codelist, tables


def _is_told(session: Session, instance: Path, plan: Plan) -> bool:
    """Say whether both the database and a file know that a plan of this name was announced."""
    row = session.get(PlanRow, plan.release)
    is_marked = row is not None and bool(row.announced)
    return is_marked and shelf.announced(instance, plan.release) is not None


def _told(instance: Path, release: str) -> Plan | None:
    data = shelf.announced(instance, release)
    try:
        return None if data is None else plans_of.decode(data)
    except PlanError:
        raise FiguresError(UNREADABLE.format(release)) from None


def _measured(plan: Plan) -> tuple[object, ...]:
    return plan.tier, tuple((table.dims, table.share) for table in plan.tables)


def _has_other(instance: Path, plan: Plan) -> bool:
    """Say whether everybody was told the plan of another year."""
    told = (instance / shelf.FIGURES / shelf.ANNOUNCED).glob(_YEARS)
    return any(file.stem != plan.release for file in told)
