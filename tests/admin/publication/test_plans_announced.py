"""A plan is told before its year begins, and what was told of a year stays."""

from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction

import pytest
from flask import Flask

from admin.errors import FiguresError
from admin.publication import ledger
from admin.publication.approvals import Planned
from admin.publication.booked import Reason
from admin.publication.scales import MECHANISM, foreseen
from reporting.statistics import plan
from reporting.statistics.plan import Plan
from tests.admin.publication.test_approvals import OTHER, PLAN, announce, draft, planned
from tests.builders import Seeds
from tests.builders_draws import a_record, add_units
from tests.builders_figures import CORRECTION, RELEASE, a_plan
from tests.builders_frame import Counting, an_office_that_counts
from tests.conftest import Clock


@pytest.fixture
def counting(app: Flask, seeds: Seeds, clock: Clock) -> Counting:
    return an_office_that_counts(app, seeds, clock)


def test_an_announced_plan_stays_once_its_year_has_begun(counting: Counting) -> None:
    draft(counting, PLAN)

    with pytest.raises(FiguresError, match="its year has begun"):
        draft(counting, OTHER)
    # The same tables with noise that another OpenDP makes are no other plan.
    renewed = replace(PLAN, mechanism="OpenDP 9.9.9 make_laplace")
    draft(counting, renewed, announced=False)
    assert planned(counting).plan == renewed
    # It was given to everybody, and a plan that is drafted anew does not take that back.
    assert planned(counting).is_announced
    with pytest.raises(FiguresError, match="its year has begun"):
        draft(counting, OTHER)


def test_a_year_that_has_begun_gets_no_new_plan_but_the_very_first_one(
    counting: Counting, clock: Clock
) -> None:
    draft(counting, PLAN)
    clock.now = datetime(2026, 12, 20, tzinfo=UTC)
    early = a_plan("TOMOSHIBI-JP-2027-A")
    draft(counting, early)
    draft(counting, early, announced=False)
    clock.now = datetime(2027, 1, 2, tzinfo=UTC)

    with pytest.raises(FiguresError, match="2027 has begun"):
        announce(counting, early.release)
    assert not planned(counting, early.release).is_announced
    # A correction has no other time than this, and the first plan is not taken back.
    draft(counting, a_plan(CORRECTION, Fraction(1, 4)))
    draft(counting, PLAN)


def test_the_very_first_plan_comes_before_the_first_report_that_is_counted(
    counting: Counting, clock: Clock
) -> None:
    draft(counting, PLAN, announced=False)
    add_units(counting, [a_record()])

    with pytest.raises(FiguresError, match="2026 has begun"):
        draft(counting, OTHER)
    with pytest.raises(FiguresError, match="2026 has begun"):
        announce(counting, RELEASE)
    assert planned(counting) == Planned(PLAN, frozenset(), "", is_announced=False)
    # And not after its year either, were it as empty as this.
    clock.now = datetime(2028, 1, 2, tzinfo=UTC)
    with pytest.raises(FiguresError, match="2027 has begun"):
        draft(counting, a_plan("TOMOSHIBI-JP-2027-A"))


def test_a_year_without_a_plan_gets_none_because_a_later_one_has_its_own(
    counting: Counting, clock: Clock
) -> None:
    clock.now = datetime(2026, 12, 20, tzinfo=UTC)
    draft(counting, a_plan("TOMOSHIBI-JP-2027-A"))

    with pytest.raises(FiguresError, match="2026 has begun"):
        draft(counting, PLAN)


def test_a_correction_measures_what_was_told_of_its_year(counting: Counting) -> None:
    other = replace_shares(a_plan(CORRECTION, Fraction(1, 4)))
    with pytest.raises(FiguresError, match=f"{RELEASE} was not announced"):
        draft(counting, other)
    draft(counting, PLAN, announced=False)
    with pytest.raises(FiguresError, match=f"{RELEASE} was not announced"):
        draft(counting, other)
    draft(counting, PLAN)
    with pytest.raises(FiguresError, match="measures what the plan of its year measures"):
        draft(counting, other)
    draft(counting, a_plan(CORRECTION, Fraction(1, 4)))


def replace_shares(made: Plan) -> Plan:
    """Return a plan that would know more of one thing and less of another."""
    shares = [table.share for table in made.tables]
    shares[1:3] = [Fraction(1, 5), Fraction(2, 5)]
    outline = plan.Outline(
        made.release,
        made.tier,
        made.eps_year,
        made.eps,
        tuple((table.dims, share) for table, share in zip(made.tables, shares, strict=True)),
    )
    return plan.compose(outline, foreseen, MECHANISM)


def test_a_plan_that_nobody_announced_can_be_edited_all_year(counting: Counting) -> None:
    draft(counting, PLAN, announced=False)
    draft(counting, OTHER, announced=False)
    assert planned(counting).plan == OTHER


def test_a_plan_is_no_plan_when_its_year_cannot_pay(counting: Counting) -> None:
    draft(counting, PLAN)
    with counting.desk("olga") as desk:
        ledger.reserve(desk.session, PLAN, desk.now)
        ledger.burn(desk.session, RELEASE, Reason.CRASH, desk.now)
    draft(counting, a_plan(CORRECTION, Fraction(1, 4)))
    with counting.desk("olga") as desk:
        ledger.reserve(desk.session, a_plan(CORRECTION, Fraction(1, 4)), desk.now)

    with pytest.raises(FiguresError, match="0/1 left"):
        draft(counting, a_plan("TOMOSHIBI-JP-2026-C", Fraction(1, 5)))
