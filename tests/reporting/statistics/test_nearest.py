"""Whole numbers fit their total or their margins, and none that fit are nearer."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reporting.statistics.nearest import Margins, to_margins, to_total
from tests.reporting.statistics.plans import numbers

Table = tuple[int, ...]
decimals = st.decimals(-1000, 1000, places=3)


def squares(one: Sequence[int], other: Sequence[Decimal | int]) -> Decimal:
    """Return how far two tables are apart, squared."""
    pairs = zip(one, other, strict=True)
    return sum(((value - Decimal(near)) ** 2 for value, near in pairs), Decimal(0))


def sums(values: Sequence[int], width: int) -> Margins:
    rows = [tuple(values[at : at + width]) for at in range(0, len(values), width)]
    return Margins(tuple(map(sum, rows)), tuple(map(sum, zip(*rows, strict=True))))


def tables(margins: Margins) -> Iterator[Table]:
    """Yield every table of whole numbers that has these margins."""
    height, width = len(margins.rows), len(margins.columns)
    most = min(max(margins.rows), max(margins.columns))
    for free in product(range(most + 1), repeat=(height - 1) * (width - 1)):
        upper = [list(free[at : at + width - 1]) for at in range(0, len(free), width - 1)]
        for row, want in zip(upper, margins.rows, strict=False):
            row.append(want - sum(row))
        last = [
            want - sum(column)
            for want, column in zip(margins.columns, zip(*upper, strict=True), strict=True)
        ]
        table = tuple(value for row in [*upper, last] for value in row)
        if min(table) >= 0:
            yield table


@given(values=st.lists(decimals, min_size=1, max_size=18), total=st.integers(0, 20_000))
def test_numbers_have_the_total_and_are_never_below_zero(values: list[Decimal], total: int) -> None:
    found = to_total(values, total)
    assert (sum(found), len(found)) == (total, len(values))
    assert min(found) >= 0


@given(values=st.lists(decimals, min_size=2, max_size=9), total=st.integers(0, 500))
def test_what_was_larger_stays_no_smaller_and_the_first_goes_first(
    values: list[Decimal], total: int
) -> None:
    found = to_total(values, total)
    for place, value in enumerate(values):
        for later in range(place + 1, len(values)):
            assert value < values[later] or found[place] >= found[later]


@given(values=st.lists(decimals, min_size=1, max_size=4), total=st.integers(0, 6))
def test_no_numbers_with_this_total_are_nearer(values: list[Decimal], total: int) -> None:
    others = product(range(total + 1), repeat=len(values))
    nearest = min(squares(one, values) for one in others if sum(one) == total)
    assert squares(to_total(values, total), values) == nearest


def test_numbers_that_fit_stay_as_they_are() -> None:
    assert to_total([Decimal(3), Decimal(0), Decimal(4)], 7) == (3, 0, 4)


@pytest.mark.parametrize("values", [[5, 7, 9], [-5, -7, -9], [0, 0, 0], [5, -7, 0]])
def test_a_total_of_nothing_gives_nothing(values: list[int]) -> None:
    assert to_total([Decimal(value) for value in values], 0) == (0, 0, 0)


def test_of_equal_parts_the_first_in_order_are_rounded_up() -> None:
    assert to_total([Decimal(5)] * 3, 8) == (3, 3, 2)


@settings(deadline=None)
@given(values=st.lists(st.integers(-5, 20), min_size=4, max_size=4), data=st.data())
def test_no_small_table_with_these_margins_is_nearer(
    values: list[int], data: st.DataObject
) -> None:
    fitting = data.draw(st.lists(st.integers(0, 9), min_size=4, max_size=4))
    margins = sums(fitting, 2)
    found = to_margins(values, margins)
    nearest = min(squares(one, values) for one in tables(margins))
    assert sums(found, 2) == margins
    assert squares(found, values) == nearest


@settings(max_examples=40, deadline=None)
@given(
    fitting=st.lists(st.integers(3, 6), min_size=6, max_size=6),
    noise=st.lists(st.integers(-2, 2), min_size=6, max_size=6),
)
def test_far_from_zero_no_table_of_two_by_three_is_nearer(
    fitting: list[int], noise: list[int]
) -> None:
    values = [one + other for one, other in zip(fitting, noise, strict=True)]
    margins = sums(fitting, 3)
    nearest = min(squares(one, values) for one in tables(margins))
    assert squares(to_margins(values, margins), values) == nearest


@settings(deadline=None)
@given(fitting=st.lists(st.integers(0, 300), min_size=12, max_size=12))
def test_a_table_that_fits_stays_as_it_is(fitting: list[int]) -> None:
    assert to_margins(fitting, sums(fitting, 4)) == tuple(fitting)


def test_a_table_of_nothing_is_nothing() -> None:
    assert to_margins([5, -3, 8, 0], Margins((0, 0), (0, 0))) == (0, 0, 0, 0)


def test_what_is_far_from_its_margins_is_brought_there() -> None:
    margins = Margins((0, 10_000), (9_999, 1))
    assert to_margins([500, 500, -20_000, 20_000], margins) == (0, 0, 9_999, 1)


def test_2500_tables_of_every_size_keep_their_margins_and_are_never_below_zero() -> None:
    for place in range(2_500):
        chance = numbers(f"table {place}", 10**9)
        # Most are small, so that many are tried; every 25th has the size of a published one.
        scale = 1 if place % 25 == 0 else 3
        height, width = 1 + next(chance) % (14 // scale), 1 + next(chance) % (18 // scale)
        most = (0, 1, 6, 90, 700)[next(chance) % 5]
        counts = [next(chance) % (most + 1) * (next(chance) % 2) for _ in range(height * width)]
        noise = [next(chance) % 61 - 30 for _ in counts]
        margins = sums(counts, width)
        values = [count + one for count, one in zip(counts, noise, strict=True)]
        found = to_margins(values, margins)
        assert sums(found, width) == margins
        assert min(found) >= 0
        assert {type(value) for value in found} == {int}
