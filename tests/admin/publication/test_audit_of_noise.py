"""An auditor who knows the code cannot tell two neighbouring years apart better than ε allows.

For each pair of neighbours the same release is made many times of both. For a few events that the
code could give itself away by, the auditor counts how often each happens and states how much ε the
code spends at least, wrong once in a million. The right code stays under what it claims and close
to it, so the auditor is not blind; each typical mistake is caught.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import pytest

from admin.publication import noise, scales
from reporting.statistics import thresholds
from reporting.statistics.plan import Measure
from tests.builders_figures import a_plan

EPS = Fraction(1)
ALPHA = 1e-6
HONEST = 40_000
MUTANT = 15_000
SHARES = (Fraction(1, 10), Fraction(9, 10))
OTHERS = 300  # units in other cells
THRESHOLD = thresholds.threshold(thresholds.variance(SHARES[1] * EPS), 11)

Case = tuple[int, str]  # whose it is, and its tactic
Year = Sequence[Case]
# What is published of the total and of the one cell that neighbours differ in; none if not shown.
Seen = tuple[int | None, int | None]
Release = Callable[[Year, int], list[Seen]]


def table(eps: Fraction, cells: int) -> Measure:
    """Return a table whose every cell is one more release of the same number."""
    first = a_plan().tables[0]
    return replace(first, eps=eps, scale=scales.foreseen(eps), cells=cells)


def noisy(count: int, eps: Fraction, times: int) -> list[int]:
    return list(noise.draw(table(eps, times), [count] * times))


def units(year: Year, tactic: str | None = None) -> int:
    """Count as the frame does: a unit once, whatever it brings."""
    return len({unit for unit, of in year if tactic in {None, of}})


def right(year: Year, times: int) -> list[Seen]:
    """Release as the draw does; the raw numbers are published beside what is shown of them."""
    total = noisy(units(year), SHARES[0] * EPS, times)
    cell = noisy(units(year, "threat"), SHARES[1] * EPS, times)
    return list(zip(total, cell, strict=True))


def unsplit(year: Year, times: int) -> list[Seen]:
    """Spend the whole year on each table."""
    total, cell = (noisy(n, EPS, times) for n in (units(year), units(year, "threat")))
    return list(zip(total, cell, strict=True))


def exact_zeros(year: Year, times: int) -> list[Seen]:
    """Leave cells out that nobody is in."""
    there = units(year, "threat")
    return [(total, cell if there else 0) for total, cell in right(year, times)]


def exact_total(year: Year, times: int) -> list[Seen]:
    """Publish the true total."""
    total = units(year)
    return [(total, cell) for _, cell in right(year, times)]


def unbounded(year: Year, times: int) -> list[Seen]:
    """Count cases, so that one unit can bring many."""
    threats = [case for case in year if case[1] == "threat"]
    total = noisy(len(year), SHARES[0] * EPS, times)
    return list(zip(total, noisy(len(threats), SHARES[1] * EPS, times), strict=True))


def suppressing(year: Year, times: int) -> list[Seen]:
    """Show a cell only when enough are truly in it."""
    hidden = units(year, "threat") < THRESHOLD
    return [(total, None if hidden else cell) for total, cell in right(year, times)]


@dataclass(frozen=True)
class Pair:
    """Two years that differ in one unit, which brings so many cases."""

    threats: int
    cases: int = 1

    @property
    def without(self) -> Year:
        others = [(n, "family") for n in range(OTHERS)]
        return [*others, *((OTHERS + n, "threat") for n in range(self.threats))]

    @property
    def having(self) -> Year:
        return [*self.without, *[(-1, "threat")] * self.cases]


PAIRS = {
    "empty cell": Pair(0),
    "at threshold": Pair(THRESHOLD - 1),
    "large cell": Pair(2_000),
    "one unit with five cases": Pair(40, cases=5),
}
MUTANTS = {
    "unsplit budget": (unsplit, "large cell"),
    "exact zeros": (exact_zeros, "empty cell"),
    "exact total": (exact_total, "large cell"),
    "unbounded contribution": (unbounded, "one unit with five cases"),
    "suppression by true count": (suppressing, "at threshold"),
}


def spent_at_least(release: Release, pair: Pair, times: int) -> float:
    """Return the ε that a release surely spends, by the event that says most."""
    having, without = release(pair.having, times), release(pair.without, times)
    events = events_of(pair)
    level = ALPHA / (4 * len(events))  # two bounds, two directions
    found = []
    for event in events:
        one, other = sum(map(event, having)), sum(map(event, without))
        found += [ratio(one, other, times, level), ratio(other, one, times, level)]
    return max(found)


def events_of(pair: Pair) -> list[Callable[[Seen], bool]]:
    """Return what tells neighbours apart: the best by the law of the noise, and the mistakes."""
    total, cell = units(pair.having), units(pair.having, "threat")
    return [
        lambda seen: (seen[0] or 0) >= total and (seen[1] or 0) >= cell,
        lambda seen: seen[0] == total,
        lambda seen: seen[1] == cell - 1,
        lambda seen: seen[1] is None,
    ]


def ratio(one: int, other: int, times: int, level: float) -> float:
    """Return the logarithm of how much likelier an event is in one year, at least."""
    least, most = bound(one, times, level, -1), bound(other, times, level, 1)
    return math.log(least / most) if least > 0 else -math.inf


def bound(seen: int, times: int, level: float, side: int) -> float:
    """Return how rare or how frequent an event can be that was seen so often (Chernoff)."""
    share = seen / times
    near, far = share, 0.0 if side < 0 else 1.0
    for _ in range(60):
        middle = (near + far) / 2
        if times * divergence(share, middle) < -math.log(level):
            near = middle
        else:
            far = middle
    return far


def divergence(share: float, other: float) -> float:
    """Return how surprising a share is where another one is true."""
    parts = ((share, other), (1 - share, 1 - other))
    return sum(a * math.log(a / b) if b else math.inf for a, b in parts if a)


@pytest.mark.parametrize("pair", PAIRS.values(), ids=PAIRS)
def test_the_right_code_spends_what_it_says_and_the_auditor_sees_most_of_it(pair: Pair) -> None:
    assert 0.8 < spent_at_least(right, pair, HONEST) <= EPS


@pytest.mark.parametrize(("mutant", "pair"), MUTANTS.values(), ids=MUTANTS)
def test_every_typical_mistake_is_caught(mutant: Release, pair: str) -> None:
    assert spent_at_least(mutant, PAIRS[pair], MUTANT) > EPS


def test_the_auditor_is_wrong_about_nothing_that_is_certain() -> None:
    assert bound(0, 1000, ALPHA, -1) < 1e-9
    assert bound(1000, 1000, ALPHA, 1) > 1 - 1e-9
    assert ratio(0, 500, 1000, ALPHA) == -math.inf
    assert bound(500, 1000, ALPHA, -1) < 0.5 < bound(500, 1000, ALPHA, 1)
