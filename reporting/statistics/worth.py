"""What each table of a plan will be worth, known from its noise alone before anything is drawn."""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal, localcontext
from types import MappingProxyType
from typing import NamedTuple

from reporting.statistics.codelists import Dim, Dims, cells
from reporting.statistics.plan import Plan
from reporting.statistics.thresholds import DIGITS, margin, threshold, variance


class Worth(NamedTuple):
    """How far a figure of a table may be off, and the least figure that is shown."""

    dims: Dims
    margin: int
    threshold: int


def expected(plan: Plan) -> tuple[Worth, ...]:
    """Return what every table that is published will be worth, derived ones as well."""
    return tuple(
        Worth(dims, margin(found), threshold(found, len(cells(dims))))
        for dims, found in variances(plan).items()
    )


def variances(plan: Plan) -> Mapping[Dims, Decimal]:
    """Return the variance of a cell of every published table: total, one-way, two-way.

    It is that of the estimate before negative figures are lifted, and so what is promised at most.
    """
    noise = {table.dims: variance(table.eps) for table in plan.tables}
    named = {dim for dims in noise for dim in dims}
    ones: Iterator[Dims] = ((dim,) for dim in Dim if dim in named)
    twos = [dims for dims in noise if len(dims) > 1]
    with localcontext(DIGITS):
        joined = {dims: combined(_of(noise, dims)) for dims in [(), *ones]}
    return MappingProxyType({**joined, **{dims: noise[dims] for dims in twos}})


def combined(variances: Iterable[Decimal]) -> Decimal:
    """Return the variance of the mean in which what is surer weighs more."""
    return 1 / sum((1 / one for one in variances), Decimal(0))


def summed(noise: Decimal, measured: Dims, dims: Dims) -> Decimal:
    """Return the variance of one cell of `dims` when it is added up from a measured table."""
    return noise * (len(cells(measured)) // len(cells(dims)))


def _of(noise: Mapping[Dims, Decimal], dims: Dims) -> Iterator[Decimal]:
    return (summed(one, held, dims) for held, one in noise.items() if set(dims) <= set(held))
