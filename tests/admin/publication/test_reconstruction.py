"""Whoever knows everybody's report but one hardly tells whether that one person reported.

The adversary has every table of a release as it was drawn and as it is published, and all reports
but that of one person, whose kinds they know too. They solve for the one that is left: in each
table the noisy number says "there" or "not there", and what a table has more of ε says more. The
better guesser does not exist (Neyman and Pearson), so what they may reach at most follows from the
law of the noise alone, in exact sums over all that tables can say. A draw that lets them reach more
gives people away; mistakes are planted to show that they would be seen.

Noise of floats that is rounded to whole numbers looks like ours here; `test_exact_path` sees that.
"""

import math
import secrets
from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal, localcontext
from fractions import Fraction
from itertools import product
from typing import Final

import pytest

from admin.publication import draw, noise, scales
from reporting.statistics import topdown
from reporting.statistics.codelists import Dim, cells, code_of
from reporting.statistics.estimates import Estimates, published
from reporting.statistics.plan import Measure, Plan, Tier
from reporting.statistics.thresholds import DIGITS
from reporting.statistics.topdown import Measurement
from tests.builders_figures import a_plan

TRIALS: Final = 16_000
CAUGHT: Final = 4_000  # what is caught is right oftener by far: fewer show it as surely
SOLVED: Final = 300
SURELY: Final = 6  # standard deviations: wrong less than once in a hundred million
PERSON: Final = {Dim.TACTIC: 5, Dim.ORIGIN: 7, Dim.REGION: 3, Dim.TARGET: 2, Dim.VERIF: 1}
PLANS: Final = {tier: a_plan(tier=tier) for tier in Tier}
DRAWN: Final = noise.draw
GRID: Final = 2**53  # a float of chance from 0 to 1 is so many whole parts

# Where the person would stand in each table, what others make there, and what was published there.
Exact = tuple[int, ...]
Seen = tuple[float, ...]
Noise = Callable[[Measure, Sequence[int]], Sequence[float]]


def place(table: Measure) -> int:
    """Return where the person stands in a table."""
    return cells(table.dims).index(tuple(code_of(dim, PERSON[dim]) for dim in table.dims))


def others(table: Measure) -> int:
    """Return how many others stand where the person does: nobody in fine tables, few in coarse."""
    return 120 if not table.dims else 0 if len(table.dims) > 1 else 7


def allowed(plan: Plan, years: int = 1) -> Decimal:
    """Return how often the best guesser is right: for each thing that tables can say, the likelier.

    A table that costs ε says the truth with the chance 1 / (1 + e^(-ε)), whatever is counted.
    """
    with localcontext(DIGITS):
        chances = [
            1 / (1 + (-Decimal(table.eps.numerator) / table.eps.denominator).exp())
            for table in plan.tables
        ] * years
        right = Decimal(0)
        for says in product((True, False), repeat=len(chances)):
            there = absent = Decimal(1)
            for is_there, chance in zip(says, chances, strict=True):
                there *= chance if is_there else 1 - chance
                absent *= 1 - chance if is_there else chance
            right += max(there, absent) / 2
        return right


def deviation(plan: Plan, trials: int, years: int = 1) -> float:
    best = float(allowed(plan, years))
    return math.sqrt(best * (1 - best) / trials)


def drawn(plan: Plan, hidden: Sequence[bool]) -> list[Seen]:
    """Draw a year once for each answer, at once: the one cell of each table that answers differ in.

    All other cells are the same whatever the answer, and their noise is their own.
    """
    tables = tuple(replace(table, cells=len(hidden)) for table in plan.tables)
    counts = tuple(tuple(others(table) + is_there for is_there in hidden) for table in plan.tables)
    measured = draw.noisy(replace(plan, tables=tables), counts)
    return list(zip(*(one.values for one in measured), strict=True))


def guess(plan: Plan, seen: Seen) -> bool:
    """Say whether the person is there, by the best that can be made of noisy numbers."""
    for is_there in (True, False):
        pairs = zip(plan.tables, seen, strict=True)
        if not all(can_be(value, others(table) + is_there, table) for table, value in pairs):
            return not is_there
    return _weighed(plan, seen) > 0


def _weighed(plan: Plan, seen: Seen) -> Fraction:
    return sum(
        (
            table.eps if value > others(table) else -table.eps
            for table, value in zip(plan.tables, seen, strict=True)
        ),
        Fraction(0),
    )


def can_be(value: float, count: int, table: Measure) -> bool:
    """Say whether noise can make a published number of a count.

    Whole noise makes any. Not each float is the logarithm of a float: the gaps say where it began.
    """
    if isinstance(value, int):
        return True
    scale = float.fromhex(table.scale)
    near = round(math.exp(-abs(value - count) / scale) * GRID)
    tried = (near + step for step in range(-40, 41))
    makes = {
        count + sign * _logarithm(parts, scale)
        for parts in tried
        if 0 < parts <= GRID
        for sign in (1, -1)
    }
    return value in makes


def _logarithm(parts: int, scale: float) -> float:
    return -scale * math.log(parts / GRID)


def success(plan: Plan, trials: int = TRIALS) -> float:
    hidden = [bool(secrets.randbelow(2)) for _ in range(trials)]
    seen = drawn(plan, hidden)
    return sum(guess(plan, one) == there for one, there in zip(seen, hidden, strict=True)) / trials


def float_noise(table: Measure, exact: Sequence[int]) -> Sequence[float]:
    """Make the noise as textbooks do, of a float's logarithm."""
    scale = float.fromhex(table.scale)
    return [
        count + secrets.choice((1, -1)) * _logarithm(GRID - secrets.randbelow(GRID), scale)
        for count in exact
    ]


def no_noise(_table: Measure, exact: Sequence[int]) -> Sequence[float]:
    return tuple(exact)


def unsplit(table: Measure, exact: Sequence[int]) -> Sequence[float]:
    """Spend the whole year on each table."""
    return DRAWN(replace(table, eps=Fraction(1), scale=scales.foreseen(Fraction(1))), exact)


def noise_once(table: Measure, exact: Sequence[int]) -> Sequence[float]:
    """Leave one table as it was counted, and make the others noisy."""
    return tuple(exact) if table.dims == (Dim.ORIGIN,) else DRAWN(table, exact)


@pytest.mark.parametrize("tier", Tier)
def test_the_best_guesser_is_right_as_often_as_the_cost_allows_and_no_oftener(tier: Tier) -> None:
    plan = PLANS[tier]
    found, best = success(plan), float(allowed(plan))

    assert plan.eps == 1
    assert abs(found - best) < SURELY * deviation(plan, TRIALS)


@pytest.mark.parametrize("tier", Tier)
def test_what_a_plan_allows_stays_under_what_its_whole_cost_allows(tier: Tier) -> None:
    """Odds of one to one move to e^ε to one at most, and a year that is cut up gives less."""
    with localcontext(DIGITS):
        most = 1 / (1 + (-Decimal(1)).exp())
        assert Decimal("0.5") < allowed(PLANS[tier]) < most
        assert allowed(PLANS[tier], 2) < 1 / (1 + (-Decimal(2)).exp())


@pytest.mark.parametrize("mutant", [no_noise, float_noise, unsplit, noise_once])
@pytest.mark.parametrize("tier", Tier)
def test_a_draw_that_gives_the_person_away_is_caught(
    monkeypatch: pytest.MonkeyPatch, tier: Tier, mutant: Noise
) -> None:
    monkeypatch.setattr(noise, "draw", mutant)
    plan = PLANS[tier]

    # The limit of the test above: a draw like this one would not pass it.
    assert success(plan, CAUGHT) > float(allowed(plan)) + SURELY * deviation(plan, TRIALS)


def test_whoever_compares_two_years_tells_as_little_of_who_is_in_which() -> None:
    """They know that the person reported once, in one of two years, and all else of both."""
    plan = PLANS[Tier.S]
    first = [bool(secrets.randbelow(2)) for _ in range(TRIALS)]
    one, other = drawn(plan, first), drawn(plan, [not there for there in first])
    right = sum(
        (_weighed(plan, here) > _weighed(plan, there)) == is_first
        for here, there, is_first in zip(one, other, first, strict=True)
    )

    assert right / TRIALS < float(allowed(plan, 2)) + SURELY * deviation(plan, TRIALS, 2)
    assert right / TRIALS > 0.5


def year(plan: Plan, *, is_there: bool) -> tuple[Exact, ...]:
    """Return every count of a year: in all tables the same people, some of them in each kind."""
    dims = tuple(PERSON)
    people = [
        {
            dim: 1 + n * step % len(cells((dim,)))
            for dim, step in zip(dims, (1, 3, 2, 5, 1), strict=True)
        }
        for n in range(240)
    ]
    people += [PERSON] * is_there
    return tuple(_counted(table, people) for table in plan.tables)


def _counted(table: Measure, people: Sequence[dict[Dim, int]]) -> Exact:
    found = dict.fromkeys(cells(table.dims), 0)
    for person in people:
        found[tuple(code_of(dim, person[dim]) for dim in table.dims)] += 1
    return tuple(found.values())


def solve(plan: Plan, known: tuple[Exact, ...], tables: Sequence[Estimates]) -> bool:
    """Say whether the person is there, by what published tables have beyond what is known.

    A line that is left blank is solved for: what the total has more than all other lines.
    """
    by_dims = {table.dims: table for table in tables}
    (total,) = (row.value for row in by_dims[()].rows)
    left = Fraction(0)
    for table, exact in zip(plan.tables, known, strict=True):
        values = [row.value for row in by_dims[table.dims].rows]
        found = values[place(table)]
        if found is None and total is not None:
            blank = [at for at, value in enumerate(values) if value is None]
            rest = sum(exact[at] for at in blank if at != place(table))
            found = total - sum(value for value in values if value is not None) - rest
        if found is not None:
            left += table.eps if found > exact[place(table)] else -table.eps
    return left > 0


def solved(plan: Plan) -> float:
    """Return how often solving published tables is right."""
    known = year(plan, is_there=False)
    having = year(plan, is_there=True)
    right = 0
    for is_there in (bool(secrets.randbelow(2)) for _ in range(SOLVED)):
        measured = draw.noisy(plan, having if is_there else known)
        whole = tuple(Measurement(one.dims, tuple(map(int, one.values))) for one in measured)
        tables = [published(table) for table in topdown.fit(plan, whole)]
        right += solve(plan, known, tables) == is_there
    return right / SOLVED


def test_solving_published_tables_tells_no_more_than_the_noisy_numbers() -> None:
    plan = PLANS[Tier.S]
    most = float(allowed(plan))
    assert solved(plan) < most + SURELY * math.sqrt(most * (1 - most) / SOLVED)


def test_solving_tables_of_true_numbers_tells_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(noise, "draw", no_noise)
    assert solved(PLANS[Tier.S]) == 1
