"""Whoever compares two releases, and knows everybody else, hardly guesses better than by chance."""

import math
import secrets
from dataclasses import replace
from fractions import Fraction

import pytest

from admin.publication import draw
from reporting.statistics.plan import Measure
from tests.builders_figures import a_plan

TRIALS = 3_000
PLAN = a_plan()
SURELY = 6  # standard deviations: wrong less than once in a hundred million
ONE_WAY = [table for table in PLAN.tables if table.dims]


def successive(table: Measure, *, is_noisy: bool) -> list[tuple[int, list[int]]]:
    """Return where somebody came in between two releases, and by how much each cell changed."""
    size = table.cells
    came = [secrets.randbelow(size) for _ in range(TRIALS)]
    before = [7 + cell % 5 for cell in range(size)] * TRIALS
    after = list(before)
    for trial, cell in enumerate(came):
        after[trial * size + cell] += 1
    if is_noisy:
        wide = replace(table, cells=size * TRIALS)
        planned = replace(PLAN, tables=(wide,))
        before, after = (
            list(draw.noisy(planned, (tuple(exact),))[0].values) for exact in (before, after)
        )
    grown = [one - other for one, other in zip(after, before, strict=True)]
    return [(cell, grown[n * size : (n + 1) * size]) for n, cell in enumerate(came)]


def guessed(table: Measure, *, is_noisy: bool) -> float:
    """Return how often the cell that grew most is the one."""
    tried = successive(table, is_noisy=is_noisy)
    return sum(grown.index(max(grown)) == cell for cell, grown in tried) / TRIALS


@pytest.mark.parametrize("table", ONE_WAY, ids=lambda table: table.dims[0].lower())
def test_two_releases_that_differ_by_one_unit_do_not_tell_its_cell(table: Measure) -> None:
    allowed = math.exp(table.eps) / table.cells
    deviation = math.sqrt(allowed * (1 - allowed) / TRIALS)

    assert guessed(table, is_noisy=True) < allowed + SURELY * deviation


def test_two_exact_releases_would_tell_it_each_time() -> None:
    assert guessed(ONE_WAY[0], is_noisy=False) == 1


def test_all_attributes_of_a_unit_are_not_told_together() -> None:
    """The tables of a year together, against somebody who guesses every attribute at once."""
    tried = [successive(table, is_noisy=True) for table in ONE_WAY]
    right = sum(
        all(grown.index(max(grown)) == cell for cell, grown in one)
        for one in zip(*tried, strict=True)
    )
    allowed = math.exp(sum(table.eps for table in ONE_WAY)) / math.prod(
        table.cells for table in ONE_WAY
    )
    deviation = math.sqrt(allowed * (1 - allowed) / TRIALS)

    assert sum((table.eps for table in PLAN.tables), Fraction(0)) == 1
    assert right / TRIALS < allowed + SURELY * deviation + 1 / TRIALS
