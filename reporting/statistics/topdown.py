"""Top-down: from noisy numbers to whole tables that agree with each other, the total first.

Everything after the draw is this function of the numbers that were kept: no clock, no chance, no
float. One joint table fitted by least squares was tried and gave totals far too high.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, localcontext
from typing import Final

from reporting.errors import ReportingError
from reporting.statistics.codelists import Dims, cells
from reporting.statistics.nearest import Margins, Numbers, to_margins, to_total
from reporting.statistics.plan import Plan
from reporting.statistics.thresholds import DIGITS, variance
from reporting.statistics.worth import combined, summed, variances

_TOTAL: Final[Dims] = ()


class MeasurementError(ReportingError):
    """The numbers are not those of the plan: a table too many or too few, or of another size."""


@dataclass(frozen=True, slots=True)
class Measurement:
    """One table as it was drawn: raw noisy numbers in the order of its cells, some below zero."""

    dims: Dims
    values: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """One table as it is published, before thresholds; `variance` is that of a cell's estimate."""

    dims: Dims
    values: tuple[int, ...]
    variance: Decimal


@dataclass(frozen=True, slots=True)
class _Part:
    """What one measured table says of the cells that are asked for."""

    sums: Numbers
    variance: Decimal


def fit(plan: Plan, measured: tuple[Measurement, ...]) -> tuple[Table, ...]:
    """Return every table of a plan: no figure below 0, and all with the same sums.

    Raises MeasurementError for what is not a draw of this plan.
    """
    _require_drawn(plan, measured)
    found = variances(plan)
    with localcontext(DIGITS):
        total = _total(plan, measured)
        values: dict[Dims, Numbers] = {_TOTAL: (total,)}
        for dims in found:
            if len(dims) == 1:
                values[dims] = to_total(_means(plan, measured, dims), total)
    for one in measured:
        if len(one.dims) > 1:
            values[one.dims] = _two_way(one, values)
    return tuple(Table(dims, values[dims], one) for dims, one in found.items())


def _require_drawn(plan: Plan, measured: tuple[Measurement, ...]) -> None:
    if [one.dims for one in measured] != [table.dims for table in plan.tables]:
        raise MeasurementError
    for one in measured:
        if [type(value) for value in one.values] != [int] * len(cells(one.dims)):
            raise MeasurementError


def _total(plan: Plan, measured: tuple[Measurement, ...]) -> int:
    (value,) = _means(plan, measured, _TOTAL)
    return max(0, int(value.to_integral_value()))


def _means(plan: Plan, measured: tuple[Measurement, ...], dims: Dims) -> tuple[Decimal, ...]:
    """Return the mean of all that was measured of these cells; what is surer weighs more."""
    parts = list(_parts(plan, measured, dims))
    joined = combined(part.variance for part in parts)
    weights = [joined / part.variance for part in parts]
    columns = zip(*(part.sums for part in parts), strict=True)
    return tuple(
        sum((value * weight for value, weight in zip(column, weights, strict=True)), Decimal(0))
        for column in columns
    )


def _parts(plan: Plan, measured: tuple[Measurement, ...], dims: Dims) -> Iterator[_Part]:
    for table, one in zip(plan.tables, measured, strict=True):
        if set(dims) <= set(table.dims):
            yield _Part(_added_up(one, dims), summed(variance(table.eps), table.dims, dims))


def _added_up(measured: Measurement, dims: Dims) -> Numbers:
    """Return the sums of a measured table over what is not asked for."""
    sums = dict.fromkeys(cells(dims), 0)
    kept = [measured.dims.index(dim) for dim in dims]
    for cell, value in zip(cells(measured.dims), measured.values, strict=True):
        sums[tuple(cell[place] for place in kept)] += value
    return tuple(sums.values())


def _two_way(measured: Measurement, values: Mapping[Dims, Numbers]) -> Numbers:
    down, across = measured.dims
    return to_margins(measured.values, Margins(values[down,], values[across,]))
