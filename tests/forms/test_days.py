"""A day, a month or a year is kept as well as it is known, and nothing is where nobody knows."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms import days
from forms.dates import DateError
from forms.days import TypedDay

TODAY = date(2026, 11, 24)


@given(st.dates(date(1900, 1, 1), TODAY))
def test_what_is_typed_comes_back_as_it_was(day: date) -> None:
    whole = day.isoformat()
    for value in (whole, whole[:7], whole[:4]):
        assert days.is_value(value)
        assert days.read(days.typed(value), TODAY) == value
        assert days.first(value).isoformat().startswith(value)
    assert days.is_day(whole)
    assert not days.is_day(whole[:7])


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        (TypedDay(), ""),
        (TypedDay(" ", "", " "), ""),
        (TypedDay("2025"), "2025"),
        (TypedDay("令和7", "三月", "１４日"), "2025-03-14"),
        (TypedDay("2026", "11", "24"), "2026-11-24"),
        (TypedDay("2024", "2", "29"), "2024-02-29"),
    ],
)
def test_it_is_typed_in_any_script(typed: TypedDay, value: str) -> None:
    assert days.read(typed, TODAY) == value


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        (TypedDay("25"), "year"),
        (TypedDay("2025", "13"), "month"),
        (TypedDay("", "3"), "year"),
        (TypedDay("", "", "3"), "year"),
        (TypedDay("2025", "", "3"), "month"),
        (TypedDay("2025", "2", "29"), "day"),
        (TypedDay("2025", "2", "one"), "day"),
        (TypedDay("2025", "2", "0"), "day"),
        (TypedDay("2026", "11", "25"), "day"),
        (TypedDay("2027"), "year"),
    ],
)
def test_what_is_no_time_that_was_is_asked_for_again_where_it_stands(
    typed: TypedDay, field: str
) -> None:
    with pytest.raises(DateError) as refused:
        days.read(typed, TODAY)
    assert refused.value.field == field


@pytest.mark.parametrize("text", ["", "2025~", "2025-2", "2025-02-30", "20250203", "soon"])
def test_nothing_else_is_a_value(text: str) -> None:
    assert not days.is_value(text)
