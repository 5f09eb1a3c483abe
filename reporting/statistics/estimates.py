"""Estimates: the rows of a published table, each of them shown, too few to be shown, or missing."""

from dataclasses import dataclass
from decimal import Decimal

from reporting.statistics.charts import Status
from reporting.statistics.codelists import Dims, cells
from reporting.statistics.thresholds import margin, threshold
from reporting.statistics.topdown import Table


@dataclass(frozen=True, slots=True)
class Estimate:
    """One row: its codes, and its number where there is one to show."""

    codes: tuple[str, ...]
    status: Status
    value: int | None = None


@dataclass(frozen=True, slots=True)
class Estimates:
    """A table as it is published; all its rows share one margin and one threshold."""

    dims: Dims
    rows: tuple[Estimate, ...]
    margin: int
    threshold: int
    variance: Decimal

    @property
    def name(self) -> str:
        """The table in the names of its files."""
        return named(self.dims)

    @property
    def is_missing(self) -> bool:
        """Whether it was planned and never drawn."""
        return all(row.status is Status.MISSING for row in self.rows)


def named(dims: Dims) -> str:
    """Return the name of a table, as its files have it."""
    return "-by-".join(dim.lower() for dim in dims) or "total"


def published(table: Table) -> Estimates:
    """Return a table with what is below its threshold left out."""
    least = threshold(table.variance, len(table.values))
    rows = tuple(
        Estimate(codes, Status.ESTIMATE, value) if value >= least else Estimate(codes, Status.FEW)
        for codes, value in zip(cells(table.dims), table.values, strict=True)
    )
    return Estimates(table.dims, rows, margin(table.variance), least, table.variance)


def missing(dims: Dims) -> Estimates:
    """Return a table of which nothing was drawn."""
    rows = tuple(Estimate(codes, Status.MISSING) for codes in cells(dims))
    return Estimates(dims, rows, 0, 0, Decimal(0))
