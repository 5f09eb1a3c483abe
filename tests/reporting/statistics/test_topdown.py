"""All published tables of a draw agree with each other, whatever the noise made of them."""

import ast
import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

import reporting.statistics
from reporting.statistics.codelists import Dim, Dims, cells
from reporting.statistics.plan import Plan, Tier
from reporting.statistics.topdown import Measurement, MeasurementError, Table, fit
from reporting.statistics.worth import variances
from tests.reporting.statistics.plans import a_plan, drawn, numbers

Spoil = Callable[[tuple[Measurement, ...]], tuple[Measurement, ...]]
both_tiers = pytest.mark.parametrize("tier", Tier)
# Of the tables of `a_draw("known")`: what any machine and any later version comes to.
KNOWN = {
    Tier.S: "c8e6e2489d48ecc17dbea369ec02fde9e77d60e5ab946b4a5e00cfa4a8576246",
    Tier.M: "0dceaa0484a392abe5d076d46e9a769f07ef42a3c1257deb2aa4423cb25153a0",
}


def a_draw(plan: Plan, name: str, most: int) -> tuple[Measurement, ...]:
    """Return what might have been drawn: different tables contradict each other by the noise."""
    chance = numbers(name, most)
    noise = numbers(f"noise of {name}", 40)
    return drawn(plan, lambda _dims, _cell: next(chance) // 2 + next(noise) - 20)


def by_dims(tables: Sequence[Table]) -> dict[Dims, tuple[int, ...]]:
    return {table.dims: table.values for table in tables}


def added_up(table: Table, dim: Dim) -> tuple[int, ...]:
    place = table.dims.index(dim)
    sums = Counter(dict.fromkeys(cells((dim,)), 0))
    for cell, value in zip(cells(table.dims), table.values, strict=True):
        sums[cell[place],] += value
    return tuple(sums[one] for one in cells((dim,)))


def require_agreement(tables: Sequence[Table]) -> None:
    found = by_dims(tables)
    (total,) = found[()]
    for table in tables:
        assert len(table.values) == len(cells(table.dims))
        assert {type(value) for value in table.values} == {int}
        assert min(table.values) >= 0
        assert sum(table.values) == total
        for dim in table.dims:
            assert added_up(table, dim) == found[dim,]


@both_tiers
@pytest.mark.parametrize("most", [0, 3, 40, 900])
def test_tables_agree_whatever_was_drawn(tier: Tier, most: int) -> None:
    plan = a_plan(tier)
    for place in range(6):
        require_agreement(fit(plan, a_draw(plan, f"{tier} {most} {place}", most)))


@both_tiers
def test_an_empty_year_gives_every_table_with_zeros_alone(tier: Tier) -> None:
    plan = a_plan(tier)
    for number in (0, -30):
        same = tuple(Measurement(one.dims, (number,) * one.cells) for one in plan.tables)
        tables = fit(plan, same)
        require_agreement(tables)
        assert {value for table in tables for value in table.values} == {0}


@both_tiers
def test_a_total_that_noise_pulled_below_zero_is_zero_though_others_are_not(tier: Tier) -> None:
    plan = a_plan(tier)
    signs = numbers("signs", 1)
    low = drawn(plan, lambda dims, _cell: 40 * next(signs) - 30 if dims else -2_000)
    tables = fit(plan, low)
    require_agreement(tables)
    assert tables[0].values == (0,)


@both_tiers
def test_a_year_with_one_case_stays_small(tier: Tier) -> None:
    plan = a_plan(tier)
    one = drawn(plan, lambda dims, cell: int(cell == cells(dims)[-1]))
    tables = fit(plan, one)
    require_agreement(tables)
    assert tables[0].values == (1,)
    for table in tables:
        assert table.values[-1] == 1


@both_tiers
def test_numbers_without_noise_come_back_as_they_were(tier: Tier) -> None:
    plan = a_plan(tier)
    even = 11 * 15 * 9 * 8 * 3
    whole = drawn(plan, lambda dims, _cell: even // len(cells(dims)))
    for table in fit(plan, whole):
        assert set(table.values) == {even // len(cells(table.dims))}


def test_the_usual_tables_come_out_in_one_order() -> None:
    small, middle = (a_plan(tier) for tier in Tier)
    assert [table.dims for table in fit(small, a_draw(small, "s", 50))] == [
        (),
        (Dim.TACTIC,),
        (Dim.ORIGIN,),
        (Dim.REGION,),
    ]
    assert [table.dims for table in fit(middle, a_draw(middle, "m", 50))] == [
        (),
        (Dim.TACTIC,),
        (Dim.ORIGIN,),
        (Dim.REGION,),
        (Dim.TARGET,),
        (Dim.VERIF,),
        (Dim.TACTIC, Dim.ORIGIN),
        (Dim.TACTIC, Dim.TARGET),
        (Dim.REGION, Dim.VERIF),
    ]


def test_a_table_carries_the_variance_that_was_known_before() -> None:
    plan = a_plan(Tier.M)
    tables = fit(plan, a_draw(plan, "variance", 300))
    assert {table.dims: table.variance for table in tables} == variances(plan)


def test_what_is_surer_weighs_more() -> None:
    plan = a_plan(Tier.S)
    # The total alone says 100; the three others say 900 each, and each weighs about as much.
    split = drawn(plan, lambda dims, cell: 100 if not dims else 900 * (cell == cells(dims)[0]))
    ((total,), *_) = (table.values for table in fit(plan, split))
    weights = [1 / (len(cells(one.dims)) * _variance(one.eps)) for one in plan.tables]
    wanted = (100 * weights[0] + 900 * sum(weights[1:])) / sum(weights)
    assert total == round(wanted)


def _variance(eps: Fraction) -> Decimal:
    q = (-Decimal(eps.numerator) / eps.denominator).exp()
    return 2 * q / (1 - q) ** 2


@both_tiers
def test_the_same_numbers_give_the_same_bytes_everywhere(tier: Tier) -> None:
    plan = a_plan(tier)
    written = repr([(one.dims, one.values) for one in fit(plan, a_draw(plan, "known", 400))])
    assert hashlib.sha256(written.encode()).hexdigest() == KNOWN[tier]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda found: found[1:],
        lambda found: (*found, found[-1]),
        lambda found: (found[1], found[0], *found[2:]),
        lambda found: (*found[:-1], Measurement(found[-1].dims, found[-1].values[1:])),
        lambda found: (*found[:-1], Measurement(found[-1].dims, (*found[-1].values, 3))),
        lambda found: (Measurement((), (True,)), *found[1:]),
        lambda found: (Measurement((), (1.0,)), *found[1:]),  # type: ignore[arg-type]
    ],
    ids=["one less", "one more", "order", "cell less", "cell more", "truth", "float"],
)
def test_numbers_of_another_plan_are_refused(spoil: Spoil) -> None:
    plan = a_plan(Tier.S)
    with pytest.raises(MeasurementError):
        fit(plan, spoil(a_draw(plan, "spoilt", 9)))


def test_no_float_and_no_chance_comes_near_a_published_figure() -> None:
    files = sorted(Path(*reporting.statistics.__path__).glob("*.py"))
    pure = {"codelists", "correspondence", "nearest", "thresholds", "topdown", "worth"}
    read = {path.stem: ast.parse(path.read_text()) for path in files if path.stem in pure}
    assert read.keys() == pure
    for tree in read.values():
        for node in ast.walk(tree):
            assert not (isinstance(node, ast.Constant) and isinstance(node.value, float))
            if isinstance(node, ast.Name):
                assert node.id not in {"float", "math", "random", "secrets", "pow", "hash"}
            if isinstance(node, ast.ImportFrom | ast.Import):
                names = {node.module} if isinstance(node, ast.ImportFrom) else set()
                assert not names & {"math", "random", "secrets", "statistics", "numpy", "time"}
