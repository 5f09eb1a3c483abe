"""The auditor of noise looks at the draw itself: from rows of the frame to the files of a release.

A year is counted by the frame, made noisy by the draw many times over, and written by the bundle.
Mistakes are planted where they would be made: in how rows are read and in how noise is called.
"""

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import pytest
from flask import Flask

from admin.publication import draw, frame, noise, paging, periods, scales
from admin.publication.draw import Counts
from reporting.statistics import bundle
from reporting.statistics.plan import Measure
from tests.admin.publication.test_audit_of_noise import ALPHA, ratio
from tests.builders import Seeds
from tests.builders_draws import a_record, add_units
from tests.builders_figures import YEAR, a_plan
from tests.builders_frame import Counting, an_office_that_counts
from tests.conftest import Clock
from tests.reporting.statistics import editions

# In what both databases hold of a frame there is no difference, and the auditor needs many draws.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

PLAN = a_plan()
TIMES = 8_000
RENDERED = 16
NEW = a_record(tactic=5, origin=7, region=3)
PLACES = (0, 4, 6, 2)  # where a new unit stands in each of the tables
DRAWN, PAIRS = noise.draw, paging.pairs

Noise = Callable[[Measure, Sequence[int]], tuple[int, ...]]
Seen = tuple[int, ...]


@pytest.fixture
def counting(app: Flask, seeds: Seeds, clock: Clock) -> Counting:
    """An office with sixty units, none of them where a new one would stand."""
    made = an_office_that_counts(app, seeds, clock)
    add_units(made, [a_record()] * 60)
    return made


def counted(counting: Counting) -> Counts:
    with counting.desk("olga") as desk:
        keys = periods.open_for_draw(desk.session, desk.ring, desk.verified, YEAR)
        return frame.counted(desk.session, keys, PLAN, lambda _done: None)


def neighbours(counting: Counting) -> tuple[Counts, Counts]:
    """Return the counts of a year, and of the same year with one more unit."""
    without = counted(counting)
    add_units(counting, [NEW])
    return without, counted(counting)


def released(counts: Counts) -> list[Seen]:
    """Draw a year many times, at once: each cell stands in its table so often."""
    tables = tuple(replace(table, cells=table.cells * TIMES) for table in PLAN.tables)
    measured = draw.noisy(replace(PLAN, tables=tables), tuple(exact * TIMES for exact in counts))
    columns = (
        one.values[at :: table.cells]
        for one, at, table in zip(measured, PLACES, PLAN.tables, strict=True)
    )
    return list(zip(*columns, strict=True))


def spent_at_least(without: Counts, having: Counts) -> float:
    """Return the ε that the draw surely spends, by the event that says most."""
    events = list(events_of(without)) + list(events_of(having))
    level = ALPHA / (4 * len(events))
    one, other = released(having), released(without)
    found = []
    for event in events:
        here, there = sum(map(event, one)), sum(map(event, other))
        found += [ratio(here, there, TIMES, level), ratio(there, here, TIMES, level)]
    return max(found)


def events_of(counts: Counts) -> Iterator[Callable[[Seen], bool]]:
    """Yield what tells neighbours apart: all that the law of the noise allows, and each mistake."""
    exact = tuple(table[at] for table, at in zip(counts, PLACES, strict=True))
    yield lambda seen: all(one >= true for one, true in zip(seen, exact, strict=True))
    yield from (lambda seen, n=n: seen[n] == exact[n] for n in range(len(exact)))


@pytest.mark.parametrize("there", [0, 40])
def test_the_draw_spends_what_it_says_and_the_auditor_sees_it(
    counting: Counting, there: int
) -> None:
    add_units(counting, [NEW] * there)
    assert 0.3 < spent_at_least(*neighbours(counting)) <= PLAN.eps


def unsplit(table: Measure, exact: Sequence[int]) -> tuple[int, ...]:
    """Spend the whole year on each table."""
    return DRAWN(replace(table, eps=PLAN.eps, scale=scales.foreseen(PLAN.eps)), exact)


def exact_zeros(table: Measure, exact: Sequence[int]) -> tuple[int, ...]:
    """Leave cells out that nobody is in."""
    pairs = zip(DRAWN(table, exact), exact, strict=True)
    return tuple(noisy if true else 0 for noisy, true in pairs)


def exact_total(table: Measure, exact: Sequence[int]) -> tuple[int, ...]:
    """Publish the true total."""
    return DRAWN(table, exact) if table.dims else tuple(exact)


def no_noise(_table: Measure, exact: Sequence[int]) -> tuple[int, ...]:
    """Publish what is true."""
    return tuple(exact)


@pytest.mark.parametrize("mutant", [unsplit, exact_zeros, exact_total, no_noise])
def test_a_mistake_in_the_draw_is_caught(
    counting: Counting, monkeypatch: pytest.MonkeyPatch, mutant: Noise
) -> None:
    monkeypatch.setattr(noise, "draw", mutant)
    assert spent_at_least(*neighbours(counting)) > PLAN.eps


def test_a_unit_that_is_counted_five_times_is_caught(
    counting: Counting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paging, "pairs", lambda *asked: list(PAIRS(*asked)) * 5)
    assert spent_at_least(*neighbours(counting)) > PLAN.eps


def rendered(counts: Counts) -> tuple[Seen, ...]:
    """Return what a release publishes of each table beside what it shows."""
    measured = draw.noisy(PLAN, counts)
    files = bundle.render(editions.a_source(PLAN, measured=measured))
    names = ("-".join(dim.lower() for dim in one.dims) or "total" for one in measured)
    tables = (files[f"measurements/{name}.csv"].decode() for name in names)
    return tuple(
        tuple(int(row["NOISY_VALUE"]) for row in csv.DictReader(io.StringIO(table)))
        for table in tables
    )


def still(counts: Counts) -> int:
    """Return how many cells of all tables said the truth in every one of many releases."""
    releases = [rendered(counts) for _ in range(RENDERED)]
    return sum(
        all(one[n][cell] == true for one in releases)
        for n, exact in enumerate(counts)
        for cell, true in enumerate(exact)
    )


def test_no_cell_of_a_release_is_without_noise(
    counting: Counting, monkeypatch: pytest.MonkeyPatch
) -> None:
    counts = counted(counting)
    assert still(counts) == 0
    monkeypatch.setattr(noise, "draw", exact_zeros)
    empty = sum(exact.count(0) for exact in counts)
    assert still(counts) == empty == 10 + 14 + 8
