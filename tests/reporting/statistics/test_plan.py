"""A plan never costs more than its year, and names a year and its tables."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting.statistics import plan as plans
from reporting.statistics.codelists import Dim
from reporting.statistics.plan import Fault, Outline, Plan, PlanError, Tier
from tests.reporting.statistics.plans import FOUNDED, MECHANISM, a_plan, an_outline, scale_of

CORRECTION = "TOMOSHIBI-JP-2026-B"
QUARTER = Fraction(1, 4)
both_tiers = pytest.mark.parametrize("tier", Tier)


def parted(weights: list[int], tier: Tier) -> plans.Shares:
    """Return shares of a tier's tables in proportion to these weights."""
    tables = [dims for dims, _ in plans.shares(tier)]
    used = weights[: len(tables)]
    return tuple(
        (dims, Fraction(weight, sum(used))) for dims, weight in zip(tables, used, strict=True)
    )


@st.composite
def outlines(draw: st.DrawFn) -> Outline:
    """Make what officers may decide."""
    tier = draw(st.sampled_from(Tier))
    year = draw(st.fractions(QUARTER, Fraction(8, 5), max_denominator=100))
    weights = draw(st.lists(st.integers(5, 20), min_size=6, max_size=6))
    letter = draw(st.sampled_from("ABZ"))
    eps = year if letter == "A" else year * QUARTER
    return Outline(f"TOMOSHIBI-JP-2031-{letter}", tier, year, eps, parted(weights, tier))


def why_not(outline: Outline) -> Fault:
    """Return why this is not composed."""
    with pytest.raises(PlanError) as refusal:
        plans.compose(outline, scale_of, MECHANISM)
    return refusal.value.fault


@given(outline=outlines())
def test_a_plan_costs_what_was_decided_and_its_noise_no_more(outline: Outline) -> None:
    plan = plans.compose(outline, scale_of, MECHANISM)
    assert plan.eps == outline.eps
    assert sum(table.share for table in plan.tables) == 1
    assert noise_costs(plan) <= plan.eps
    assert plan.is_correction == (not outline.release.endswith("A"))


def noise_costs(plan: Plan) -> Fraction:
    return sum((1 / Fraction(float.fromhex(table.scale)) for table in plan.tables), Fraction(0))


@both_tiers
def test_the_usual_shares_add_up_to_one(tier: Tier) -> None:
    assert sum(share for _, share in plans.shares(tier)) == 1


@pytest.mark.parametrize(
    ("total", "tier"),
    [(None, Tier.S), (0, Tier.S), (999, Tier.S), (1_000, Tier.M), (5_000, Tier.M)],
)
def test_the_tier_follows_from_the_last_published_total(total: int | None, tier: Tier) -> None:
    assert plans.tier_for(total) is tier


def test_a_year_with_more_cases_than_the_tiers_were_made_for_is_refused() -> None:
    with pytest.raises(PlanError) as refusal:
        plans.tier_for(5_001)
    assert refusal.value.fault is Fault.TOO_MANY


def test_tables_by_two_things_are_refused_below_a_thousand_cases() -> None:
    crossed = (Dim.TACTIC, Dim.ORIGIN)
    shares = (*plans.shares(Tier.S)[:3], (crossed, Fraction(3, 10)))
    assert why_not(an_outline(Tier.S, shares=shares)) is Fault.TABLES
    assert why_not(an_outline(Tier.S, shares=plans.shares(Tier.M))) is Fault.TABLES


def test_region_by_government_is_in_no_plan() -> None:
    for tier in Tier:
        for dims, _ in plans.shares(tier):
            assert not {Dim.REGION, Dim.ORIGIN} <= set(dims)


@pytest.mark.parametrize(
    ("eps_year", "cap"),
    [
        (Fraction(1), Fraction(5, 4)),
        (Fraction(8, 5), Fraction(2)),
        (Fraction(1, 2), Fraction(5, 8)),
        (Fraction(3), Fraction(2)),
    ],
)
def test_a_year_is_capped_with_its_reserve_and_never_above_two(
    eps_year: Fraction, cap: Fraction
) -> None:
    assert plans.cap(eps_year) == cap


@pytest.mark.parametrize(
    ("eps_year", "eps"),
    [
        (Fraction(17, 10), Fraction(17, 10)),
        (Fraction(1), Fraction(5, 4)),
        (Fraction(1), Fraction(1, 2)),
        (Fraction(0), Fraction(0)),
        (Fraction(-1), Fraction(-1)),
        (Fraction(1, 100), Fraction(1, 100)),
        (Fraction(10_002, 10_001), Fraction(10_002, 10_001)),
    ],
)
def test_a_year_that_costs_too_much_or_too_little_is_refused(
    eps_year: Fraction, eps: Fraction
) -> None:
    shares = parted([1, 1, 97, 1], Tier.S)
    assert why_not(an_outline(eps_year=eps_year, eps=eps, shares=shares)) is Fault.COST


def test_a_correction_is_paid_out_of_the_reserve() -> None:
    plan = a_plan(Tier.S, release=CORRECTION, eps=QUARTER)
    assert (plan.eps, plan.is_correction) == (QUARTER, True)
    dearer = an_outline(release=CORRECTION, eps=Fraction(13, 50))
    assert why_not(dearer) is Fault.COST


@pytest.mark.parametrize(
    "weights",
    [(1, 1, 1, 1, 1), (0, 1, 1, 1), (-1, 2, 2, 2)],
    ids=["more than one", "nothing for a table", "less than nothing"],
)
def test_shares_that_are_none_are_refused(weights: tuple[int, ...]) -> None:
    tables = [dims for dims, _ in plans.shares(Tier.S)]
    whole = sum(weights[:4]) if len(weights) == 4 else 3
    shares = tuple(
        (dims, Fraction(weight, whole)) for dims, weight in zip(tables, weights, strict=False)
    )
    assert why_not(an_outline(shares=shares)) in {Fault.SHARES, Fault.COST}


def test_shares_of_too_many_parts_are_refused() -> None:
    hair = Fraction(1, 10_007)
    first, second, *rest = plans.shares(Tier.S)
    shares = ((first[0], first[1] + hair), (second[0], second[1] - hair), *rest)
    assert why_not(an_outline(shares=shares)) is Fault.SHARES


@pytest.mark.parametrize(
    "name",
    [
        "TOMOSHIBI-JP-2026-a",
        "TOMOSHIBI-JP-2026-A\n",
        "TOMOSHIBI-JP-1926-A",
        "TOMOSHIBI-JP-\uff12026-A",
        "TOMOSHIBI-JP-2026-AA",
        "../TOMOSHIBI-JP-2026-A",
        "",
    ],
)
def test_a_release_of_another_name_is_refused(name: str) -> None:
    assert why_not(an_outline(release=name)) is Fault.NAME


def test_what_is_wrong_is_said_without_a_number() -> None:
    with pytest.raises(PlanError, match=r"not a plan that may be drawn: name"):
        plans.letter("2026")
    assert plans.letter(FOUNDED) == "A"


def test_an_invented_year_says_so_in_its_name() -> None:
    assert a_plan(release="TOMOSHIBI-SYNTHETIC-2025-A").is_synthetic
    assert not a_plan().is_synthetic
