"""Noise has exactly the law that its cost is computed from, and no float comes near a count."""

import ast
import math
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from admin.errors import FiguresError
from admin.publication import noise, scales
from reporting.statistics import plan
from reporting.statistics.plan import Tier
from tests.builders_figures import a_plan

ROOT = Path(__file__).parents[3]
YEARS = [Fraction(1, 4), Fraction(1, 3), Fraction(1, 2), Fraction(4, 5), Fraction(1)]
DEARER = [Fraction(8, 5), Fraction(2)]
TOTAL = a_plan().tables[0]
WIDE = 48  # how many values are told apart, with two tails
DRAWS = 20_000
# χ² on 48 degrees is above this once in a million honest runs.
UNLIKELY = 116.0


def law(scale: Fraction, value: int) -> float:
    """Return how likely a value is under the two-sided geometric law."""
    q = math.exp(-1 / float(scale))
    return (1 - q) / (1 + q) * q ** abs(value)


def test_what_is_drawn_follows_the_exact_law() -> None:
    scale = scales.foreseen(Fraction(1, 10))
    table = replace(TOTAL, scale=scale, cells=DRAWS)
    seen = Counter(noise.draw(table, [100] * DRAWS))
    half = WIDE // 2
    likely = {100 + n: law(Fraction(float.fromhex(scale)), n) for n in range(1 - half, half)}
    tail = (1 - sum(likely.values())) / 2
    expected = [*likely.values(), tail, tail]
    found = [seen[value] for value in likely]
    found += [sum(n for v, n in seen.items() if v <= 100 - half)]
    found += [sum(n for v, n in seen.items() if v >= 100 + half)]

    assert sum(found) == DRAWS
    chi = sum((n - DRAWS * p) ** 2 / (DRAWS * p) for n, p in zip(found, expected, strict=True))
    assert len(found) - 1 == WIDE
    assert chi < UNLIKELY


@pytest.mark.parametrize("year", [*YEARS, *DEARER])
@pytest.mark.parametrize("tier", Tier)
def test_no_table_costs_more_than_is_booked_for_it(tier: Tier, year: Fraction) -> None:
    for _, share in plan.shares(tier):
        eps = share * year
        scale = noise.scale_for(eps)
        assert noise.cost(scale) <= eps
        assert scales.foreseen(eps) == scale
        # Hardly more noise than needed: officers pay for no accuracy that they do not get.
        assert Fraction(float.fromhex(scale)) * eps < 1 + Fraction(1, 2**50)


@given(st.fractions(Fraction(1, 1000), 2))
def test_the_scale_that_pages_show_is_the_one_that_is_drawn_with(eps: Fraction) -> None:
    scale = scales.foreseen(eps)

    assert noise.cost(scale) <= eps
    assert scale == noise.scale_for(eps)


def test_a_scale_is_found_and_not_assumed() -> None:
    assert noise.cost((10.0).hex()) > Fraction(1, 10)
    assert noise.scale_for(Fraction(1, 10)) == (10.000000000000002).hex()


def test_a_plan_that_costs_what_it_says_may_be_drawn() -> None:
    for tier in Tier:
        noise.require_within(a_plan(tier=tier))


def test_a_plan_whose_noise_is_too_small_is_not_drawn() -> None:
    made = a_plan()
    table = replace(made.tables[0], scale=(10.0).hex())
    for wrong in (
        replace(made, tables=(table, *made.tables[1:])),
        replace(made, mechanism="OpenDP 0.1 make_laplace"),
    ):
        with pytest.raises(FiguresError, match="stats plan TOMOSHIBI-JP-2026-A"):
            noise.require_within(wrong)


@pytest.mark.parametrize("counts", [[], [1, 2]])
def test_another_number_of_cells_is_refused(counts: list[int]) -> None:
    with pytest.raises(FiguresError, match=f"has 1 cells and {len(counts)} were counted"):
        noise.draw(TOTAL, counts)


@pytest.mark.parametrize("count", [True, 1.0, -1, "1", None])
def test_only_whole_numbers_are_counts(count: object) -> None:
    with pytest.raises(FiguresError, match="whole number"):
        noise.draw(TOTAL, [count])  # type: ignore[list-item] # that is the point


def test_what_is_drawn_is_whole_numbers() -> None:
    table = a_plan().tables[1]
    drawn = noise.draw(table, [0] * table.cells)

    assert len(drawn) == table.cells
    assert {type(value) for value in drawn} == {int}


def test_every_draw_is_another_one() -> None:
    table = a_plan(tier=Tier.M).tables[1]
    counts = [5] * table.cells

    assert noise.draw(table, counts) != noise.draw(table, counts)


def names_in(tree: ast.AST) -> set[str]:
    """Return every module and every name that is brought in from one."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        if isinstance(node, ast.ImportFrom):
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def test_no_other_source_of_chance_and_no_float_arithmetic_is_on_the_path() -> None:
    tree = ast.parse((ROOT / "admin/publication/noise.py").read_text(encoding="utf-8"))
    brought = names_in(tree)

    assert not [name for name in brought if name.split(".")[0] in {"random", "secrets", "numpy"}]
    assert {name for name in brought if name.startswith("math")} == {"math.inf", "math.nextafter"}
    numbers = [n for n in ast.walk(tree) if isinstance(n, ast.BinOp | ast.AugAssign)]
    # The one division is of a whole number by a fraction, where the search for a scale begins.
    assert [ast.unparse(number) for number in numbers] == ["1 / eps"]
    floats = [n.value for n in ast.walk(tree) if isinstance(n, ast.Constant)]
    assert not [value for value in floats if isinstance(value, float)]


def test_nobody_else_knows_what_makes_noise() -> None:
    for package in ("admin", "crypto", "forms", "migrations", "reporting"):
        for file in (ROOT / package).rglob("*.py"):
            brought = names_in(ast.parse(file.read_text(encoding="utf-8")))
            if any(name.split(".")[0] == "opendp" for name in brought):
                assert file.relative_to(ROOT) == Path("admin/publication/noise.py")


@pytest.mark.parametrize("module", ["admin.web", "admin.cli", "admin.cli_stats", "wsgi"])
def test_what_serves_pages_and_other_commands_never_load_it(module: str) -> None:
    code = f"import sys, {module}; sys.exit(any(n.split('.')[0] == 'opendp' for n in sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0
