"""Margins and thresholds are the ones that were announced, and keep what they promise."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting.statistics import thresholds
from reporting.statistics.codelists import Dim
from reporting.statistics.plan import Tier
from reporting.statistics.worth import Worth, expected, variances
from tests.reporting.statistics.plans import a_plan

ANNOUNCED = {
    Tier.S: [
        ((), 16, 13),
        ((Dim.TACTIC,), 10, 17),
        ((Dim.ORIGIN,), 10, 18),
        ((Dim.REGION,), 10, 16),
    ],
    Tier.M: [
        ((), 35, 28),
        ((Dim.TACTIC,), 20, 33),
        ((Dim.ORIGIN,), 18, 31),
        ((Dim.REGION,), 26, 40),
        ((Dim.TARGET,), 40, 59),
        ((Dim.VERIF,), 45, 52),
        ((Dim.TACTIC, Dim.ORIGIN), 12, 31),
        ((Dim.TACTIC, Dim.TARGET), 12, 28),
        ((Dim.REGION, Dim.VERIF), 15, 29),
    ],
}
parts = st.fractions(Fraction(1, 1000), Fraction(8, 5), max_denominator=10_000)


@pytest.mark.parametrize("tier", Tier)
def test_what_each_table_is_worth_at_the_usual_cost_is_as_announced(tier: Tier) -> None:
    assert expected(a_plan(tier)) == tuple(Worth(*one) for one in ANNOUNCED[tier])


def test_who_pays_more_gets_more() -> None:
    dear = expected(a_plan(Tier.S, eps=Fraction(8, 5), eps_year=Fraction(8, 5)))
    for better, usual in zip(dear, expected(a_plan(Tier.S)), strict=True):
        assert better.margin < usual.margin
        assert better.threshold <= usual.threshold


def test_a_table_measured_alone_has_the_variance_of_its_noise() -> None:
    plan = a_plan(Tier.S)
    assert variances(plan)[Dim.TACTIC,] == thresholds.variance(Fraction(3, 10))


def test_what_is_measured_twice_is_surer_than_each_measurement() -> None:
    found = variances(a_plan(Tier.M))
    assert found[Dim.TACTIC,] < thresholds.variance(Fraction(2, 20))
    assert found[Dim.ORIGIN,] < thresholds.variance(Fraction(3, 20))
    assert found[()] < thresholds.variance(Fraction(1, 20))


def test_a_sum_has_the_variance_of_all_that_is_added_up() -> None:
    added = variances(a_plan(Tier.M))[Dim.VERIF,] - 9 * thresholds.variance(Fraction(4, 20))
    assert abs(added) < TINY


@given(eps=parts)
def test_the_noise_stays_within_the_margin_in_95_of_100_draws(eps: Fraction) -> None:
    variance = thresholds.variance(eps)
    margin = thresholds.margin(variance)
    beyond = [2 * q ** (k + 1) / (1 + q) for q in [_ratio(eps)] for k in (margin, margin - 1)]
    assert beyond[0] <= Decimal("0.05") + TINY
    assert margin == 0 or beyond[1] > Decimal("0.05") - TINY


@given(eps=parts, cells=st.integers(1, 400))
def test_an_empty_table_shows_nothing_in_95_of_100_draws(eps: Fraction, cells: int) -> None:
    least = thresholds.threshold(thresholds.variance(eps), cells)
    q = _ratio(eps)
    assert cells * q**least / (1 + q) <= Decimal("0.05") + TINY
    assert least == 10 or cells * q ** (least - 1) / (1 + q) > Decimal("0.05") - TINY


def test_a_figure_under_ten_is_never_shown() -> None:
    assert thresholds.threshold(thresholds.variance(Fraction(8, 5)), 1) == 10


def test_a_margin_is_never_below_zero() -> None:
    assert thresholds.margin(Decimal("0.001")) == 0


TINY = Decimal("1e-20")


def _ratio(eps: Fraction) -> Decimal:
    return (-Decimal(eps.numerator) / eps.denominator).exp()
