"""Measure how far published tables are from the truth, and how long fitting them takes.

make bench                               both tiers at four sizes, 24 years each
python -m benchmarks.statistics --years 60

Every year is made up: each column is Zipf-shaped, columns do not depend on each other. The noise is
a stand-in with the law of the true one, differences of geometric numbers, from a stream that is the
same in every run. Real draws use nothing of this file.
"""

import hashlib
import math
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import partial
from itertools import accumulate
from statistics import median
from typing import Final

import click

from reporting.statistics.codelists import LISTS, Cell, Dim, Dims, cells
from reporting.statistics.plan import Outline, Plan, Tier, compose, shares
from reporting.statistics.thresholds import margin, threshold
from reporting.statistics.topdown import Measurement, Table, fit

HEAD: Final = (
    "| tier | cases | table | MOE95 / tau | all errors, of the cases | median error of a shown cell"
    " | within MOE95 | cells shown | empty cells shown |\n|---|---|---|---|---|---|---|---|---|"
)
TIMES: Final = "| tier | cases | median ms | worst ms |\n|---|---|---|---|"
SIZES: Final = ((Tier.S, 200), (Tier.S, 500), (Tier.M, 2_000), (Tier.M, 20_000))
Counts = Mapping[Dims, Counter[Cell]]


class Chance:
    """Numbers from 0 to 1 that are the same whenever they have the same name."""

    def __init__(self, name: str) -> None:
        """Begin a stream."""
        self._stream: Final = self._numbers(name)

    def part(self) -> float:
        """Return a number above 0 and not above 1."""
        return next(self._stream)

    def geometric(self, q: float) -> int:
        """Return how often in a row something happens whose chance is q."""
        return int(math.log(self.part()) // math.log(q))

    def code(self, dim: Dim) -> str:
        """Return a code, the first of its list most often."""
        steps = list(accumulate(1 / place for place in range(1, len(LISTS[dim]) + 1)))
        wanted = self.part() * steps[-1]
        return LISTS[dim][sum(step < wanted for step in steps)].code

    @staticmethod
    def _numbers(name: str) -> Iterator[float]:
        place = 0
        while True:
            block = hashlib.sha512(f"{name} {place}".encode()).digest()
            for at in range(0, 64, 8):
                yield (int.from_bytes(block[at : at + 8], "big") // 2**11 + 1) / 2**53
            place += 1


@dataclass(slots=True)
class Seen:
    """What all years together say of one table."""

    errors: list[float] = field(default_factory=list)
    relative: list[float] = field(default_factory=list)
    cells: int = 0
    within: int = 0
    shown: int = 0
    wrong: int = 0

    def add(self, table: Table, truth: Counter[Cell], cases: int) -> None:
        """Compare a table with the truth."""
        off = margin(table.variance)
        least = threshold(table.variance, len(table.values))
        pairs = [
            (value, truth[cell])
            for cell, value in zip(cells(table.dims), table.values, strict=True)
        ]
        self.errors.append(sum(abs(value - true) for value, true in pairs) / cases)
        self.relative += [
            abs(value - true) / true for value, true in pairs if value >= least and true
        ]
        self.cells += len(pairs)
        self.within += sum(abs(value - true) <= off for value, true in pairs)
        self.shown += sum(value >= least for value, _ in pairs)
        self.wrong += sum(value >= least and not true for value, true in pairs)


def a_year(plan: Plan, cases: int, chance: Chance) -> Counts:
    """Make up what happened in a year, in every table that is published."""
    counts: dict[Dims, Counter[Cell]] = {}
    for _ in range(cases):
        case = {dim: chance.code(dim) for dim in named(plan)}
        for dims in {*((dim,) for dim in case), *(table.dims for table in plan.tables)}:
            cell = tuple(case[dim] for dim in dims)
            counts.setdefault(dims, Counter())[cell] += 1
    return counts


def named(plan: Plan) -> tuple[Dim, ...]:
    """Return the columns that a plan asks for."""
    return tuple(dict.fromkeys(dim for table in plan.tables for dim in table.dims))


def noisy(plan: Plan, counts: Counts, chance: Chance) -> tuple[Measurement, ...]:
    """Return the counts with noise, as a draw would."""
    return tuple(
        Measurement(
            table.dims,
            tuple(
                counts[table.dims][cell] + noise(chance, table.eps) for cell in cells(table.dims)
            ),
        )
        for table in plan.tables
    )


def noise(chance: Chance, eps: Fraction) -> int:
    """Return one number of the noise that costs `eps`."""
    q = math.exp(-eps)
    return chance.geometric(q) - chance.geometric(q)


def a_plan(tier: Tier) -> Plan:
    """Return the usual plan of a tier."""
    usual = Outline("TOMOSHIBI-JP-2026-A", tier, Fraction(1), Fraction(1), shares(tier))
    return compose(usual, least_scale, "stand-in of a benchmark")


def least_scale(eps: Fraction) -> str:
    """Return the least float whose noise costs no more than this."""
    scale = float(1 / eps)
    while Fraction(scale) * eps < 1:
        scale = math.nextafter(scale, math.inf)
    return scale.hex()


def measure(tier: Tier, cases: int, years: int) -> tuple[list[str], str]:
    """Return a line for each table, and one for the time."""
    plan, taken = a_plan(tier), []
    seen: dict[Dims, Seen] = {}
    tables: tuple[Table, ...] = ()
    for year in range(years):
        chance = Chance(f"{tier} {cases} {year}")
        counts = a_year(plan, cases, chance)
        drawn = noisy(plan, counts, chance)
        began = time.perf_counter()
        tables = fit(plan, drawn)
        taken.append((time.perf_counter() - began) * 1000)
        for table in tables:
            seen.setdefault(table.dims, Seen()).add(table, counts[table.dims], cases)
    lines = [line(f"{tier} | {cases:,}", table, seen[table.dims]) for table in tables]
    return lines, f"| {tier} | {cases:,} | {median(taken):.1f} | {max(taken):.1f} |"


def line(head: str, table: Table, seen: Seen) -> str:
    """Return a row of the table."""
    name = " by ".join(dim.lower() for dim in table.dims) or "total"
    worth = f"{margin(table.variance)} / {threshold(table.variance, len(table.values))}"
    percent = partial("{:.1%}".format)
    error = percent(sum(seen.errors) / len(seen.errors))
    shares = " | ".join(percent(one / seen.cells) for one in (seen.within, seen.shown))
    typical = percent(median(seen.relative)) if seen.relative else "-"
    return f"| {head} | {name} | {worth} | {error} | {typical} | {shares} | {seen.wrong} |"


@click.command()
@click.option("--years", default=24, show_default=True)
def main(years: int) -> None:
    """Print how good the tables are, and how long fitting them takes."""
    found = [measure(tier, cases, years) for tier, cases in SIZES]
    click.echo("\n".join([HEAD, *(row for rows, _ in found for row in rows)]))
    click.echo("\n".join(["", TIMES, *(times for _, times in found)]))


if __name__ == "__main__":
    main()
