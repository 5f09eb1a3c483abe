"""Comparison: sums of our kinds of pressure under the items of a list that others made."""

from collections.abc import Iterator
from dataclasses import dataclass

from reporting.statistics.charts import Status
from reporting.statistics.codelists import LISTS, Dim
from reporting.statistics.correspondence import Item, Series
from reporting.statistics.thresholds import margin, threshold
from reporting.statistics.topdown import Table


@dataclass(frozen=True, slots=True)
class Sum:
    """The estimate under one item, with the margin and threshold of a sum."""

    item: Item
    status: Status
    value: int
    margin: int
    threshold: int


def sums(tactics: Table, series: Series) -> Iterator[Sum]:
    """Yield the sum under each item; it costs nothing, for it is made of published numbers.

    The variance of a sum is the sum of the variances.
    """
    codes = (code.code for code in LISTS[Dim.TACTIC])
    values = dict(zip(codes, tactics.values, strict=True))
    for item in series.items:
        kinds = series.kinds(item.code)
        value = sum(values[kind] for kind in kinds)
        variance = tactics.variance * len(kinds)
        least = threshold(variance, len(series.items))
        status = Status.ESTIMATE if value >= least else Status.FEW
        yield Sum(item, status, value, margin(variance), least)
