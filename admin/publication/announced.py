"""Announced: what everybody was told of a plan, held against what the database has of it now.

A plan is told in a file beside the database. So whoever can write into the database alone puts no
other plan before those who sign and draw, and makes nobody tell one whose year has begun.
"""

from datetime import datetime
from pathlib import Path
from typing import Final

from admin.errors import FiguresError
from admin.publication import calendar, shelf
from reporting.statistics import plan as plans_of
from reporting.statistics.plan import YEARS_DRAW, Plan, PlanError, Tier

UNANNOUNCED: Final = (
    "The plan {0} is not announced. Next: tomoshibi stats plan {0} --announce, so that everybody"
    " can read it before two officers sign it. If it was announced, somebody took its file away:"
    " bring back figures/plans in the instance folder from a copy or from the public site."
)
ANOTHER: Final = (
    "The plan {0} is not the one that was announced and that you looked at: somebody changed it."
    " Nothing was signed, drawn or published. Find out who, then announce it anew, which goes until"
    " its year begins: tomoshibi stats plan {0} --announce"
)
TOLD_OTHERWISE: Final = (
    "Everybody was told another plan {0} before its year began, and the one in the database is not"
    " that: somebody changed it there. Nothing was announced. Find out who. The plan that was told"
    " is in figures/plans in the instance folder."
)
TOO_LATE: Final = (
    "The year {} has begun, and nobody was told its plan before. Nothing was announced, and nothing"
    " is published of this year. If it was told, somebody took its file away: bring back"
    " figures/plans in the instance folder from a copy or from the public site."
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


def require(instance: Path, plan: Plan) -> None:
    """Raise FiguresError unless everybody was told exactly this plan."""
    if shelf.announced(instance, plan.release) is None:
        raise FiguresError(UNANNOUNCED.format(plan.release))
    if not is_as_told(instance, plan):
        raise FiguresError(ANOTHER.format(plan.release))


def tell(instance: Path, plan: Plan, tier: Tier, now: datetime) -> None:
    """Tell everybody a plan; `tier` is that of its year by what is published.

    Raises FiguresError for another tier, and once its year has begun for anything but what was told
    before. The first year of an office, and a correction, are told in their time.
    """
    told = _told(instance, plan.release)
    is_begun = calendar.period_of(now) >= plan.period
    if told is not None and is_begun:
        # What was published since then is no reason to measure something else.
        if decided(told) != decided(plan):
            raise FiguresError(TOLD_OTHERWISE.format(plan.release))
    elif is_begun and not plan.is_correction and _has_earlier(instance, plan.period):
        raise FiguresError(TOO_LATE.format(plan.period))
    elif plan.tier is not tier:
        raise FiguresError(WRONG_TIER.format(plan.release, plan.tier, tier))
    shelf.announce(instance, plan.release, plans_of.encode(plan))


def decided(plan: Plan) -> tuple[object, ...]:
    """Return what officers decided of a plan: noise made by another OpenDP is no other plan."""
    tables = tuple((table.dims, table.share, table.eps) for table in plan.tables)
    return plan.tier, plan.eps_year, plan.codelist, tables


def _told(instance: Path, release: str) -> Plan | None:
    data = shelf.announced(instance, release)
    try:
        return None if data is None else plans_of.decode(data)
    except PlanError:
        raise FiguresError(UNREADABLE.format(release)) from None


def _has_earlier(instance: Path, period: int) -> bool:
    """Say whether everybody was told the plan of an earlier year."""
    told = (instance / shelf.FIGURES / shelf.ANNOUNCED).glob(_YEARS)
    return any(int(file.stem.split("-")[-2]) < period for file in told)
