"""Builders of figures: plans as officers make them, and a year with rows that can be drawn."""

from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction

from sqlalchemy.orm import Session

from admin.budget_rows import PlanRow
from admin.publication.scales import MECHANISM, foreseen
from reporting.statistics import plan
from reporting.statistics.plan import Outline, Plan, Tier

YEAR = 2026
RELEASE = "TOMOSHIBI-JP-2026-A"
CORRECTION = "TOMOSHIBI-JP-2026-B"
# Noon in Tokyo on the day of the draw, and on the day on which figures are published.
DRAW_DAY = datetime(2027, 4, 16, 3, tzinfo=UTC)
PUBLIC_DAY = datetime(2027, 7, 1, 3, tzinfo=UTC)


def a_plan(
    release: str = RELEASE, eps: Fraction | int = 1, year: Fraction | int = 1, tier: Tier = Tier.S
) -> Plan:
    """Return a plan with the usual tables."""
    made = Outline(release, tier, Fraction(year), Fraction(eps), plan.shares(tier))
    return plan.compose(made, foreseen, MECHANISM)


def a_kept_plan(session: Session, made: Plan) -> Plan:
    """Keep a plan that nobody signed."""
    encoded = plan.encode(made)
    session.add(PlanRow(release_id=made.release, period=made.period, plan=encoded, announced=0))
    session.flush()
    return made


def costing(made: Plan, release: str, eps: Fraction) -> Plan:
    """Return a plan that costs something else than plans may: the ledger does not ask."""
    first = replace(made.tables[0], share=Fraction(1), eps=eps)
    return replace(made, release=release, tables=(first,))
