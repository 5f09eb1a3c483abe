from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting.statistics.charts import Status
from reporting.statistics.codelists import LISTS, Dim
from reporting.statistics.comparison import sums
from reporting.statistics.correspondence import FREEDOM_HOUSE, G7, Series
from reporting.statistics.thresholds import margin
from reporting.statistics.topdown import Table

TACTICS = [code.code for code in LISTS[Dim.TACTIC]]
numbers = st.lists(st.integers(0, 5_000), min_size=len(TACTICS), max_size=len(TACTICS))


def a_table(values: list[int], variance: str = "22") -> Table:
    return Table((Dim.TACTIC,), tuple(values), Decimal(variance))


@pytest.mark.parametrize("series", [G7, FREEDOM_HOUSE])
@given(values=numbers)
def test_each_kind_is_added_to_one_item_at_most(values: list[int], series: Series) -> None:
    of_kind = dict(zip(TACTICS, values, strict=True))
    found = list(sums(a_table(values), series))
    assert [one.item for one in found] == list(series.items)
    for one in found:
        assert one.value == sum(of_kind[kind] for kind in series.kinds(one.item.code))
    assert sum(one.value for one in found) <= sum(values)


def test_the_variances_of_what_is_added_up_are_added_up() -> None:
    violence, *_, family = sums(a_table([100] * len(TACTICS)), G7)
    assert len(G7.kinds(violence.item.code)) == 3
    assert violence.margin == margin(Decimal(66))
    assert family.margin == margin(Decimal(22))
    assert violence.threshold > family.threshold


def test_a_sum_below_its_own_threshold_is_not_shown() -> None:
    found = list(sums(a_table([1] * len(TACTICS)), G7))
    assert {one.status for one in found} == {Status.FEW}
    assert all(one.value < one.threshold for one in found)
