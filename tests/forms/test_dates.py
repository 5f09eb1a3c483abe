import unicodedata
from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.dates import DateError, Months, Typed, first_day, has_month, is_value, last_day, read

TODAY = date(2026, 11, 24)
ZEROS = [chr(point) for point in range(0x110000) if unicodedata.decimal(chr(point), None) == 0]
YEARS = st.integers(1900, TODAY.year - 1)
MONTHS = st.integers(1, 12)


def in_script(number: int, zero: str) -> str:
    """Return a number in the digits of another script."""
    return "".join(chr(ord(zero) + int(digit)) for digit in str(number))


def first(year: str, month: str = "") -> str:
    """Return how a first year and month are kept."""
    return read(Typed(year, month), TODAY).first


def complaint(typed: Typed) -> tuple[str, str, int, int]:
    """Return where to look again, and what the message says."""
    with pytest.raises(DateError) as caught:
        read(typed, TODAY)
    message = caught.value.message
    return caught.value.field, message.text, message.limit, message.typed


@pytest.mark.parametrize(
    ("year", "month", "value"),
    [
        ("2026", "", "2026"),
        ("2026", "3", "2026-03"),
        (" 2026 ", "03", "2026-03"),
        ("2026年", "3月", "2026-03"),
        ("西暦2026年", "三月", "2026-03"),
        ("二〇二五", "十二", "2025-12"),
        ("二零二五年", "十月", "2025-10"),
        ("2025년", "12월", "2025-12"),
        ("令和8年", "", "2026"),
        ("令和八年", "十一月", "2026-11"),
        ("R8", "1", "2026-01"),
        ("r.8", "", "2026"),
        ("\u32ff元年", "5", "2019-05"),
        ("平成30", "", "2018"),
        ("H30", "", "2018"),
        ("平成三十一年", "4", "2019-04"),
        ("平成十年", "", "1998"),
        ("昭和六十四年", "1", "1989-01"),
        ("S元", "", "1926"),
        ("大正15", "", "1926"),
        ("T1", "", "1912"),
        ("明治45年", "", "1912"),
        ("M33", "", "1900"),
        ("2026", "March", "2026-03"),
        ("2026", "mar.", "2026-03"),
        ("2025", "Sept", "2025-09"),
        ("2025", "JUN", "2025-06"),
        ("2025", "july", "2025-07"),
        ("\u200f" + in_script(2026, "\u06f0"), in_script(3, "\u06f0"), "2026-03"),
    ],
)
def test_a_year_and_a_month_may_be_typed_in_many_ways(year: str, month: str, value: str) -> None:
    assert first(year, month) == value


@given(YEARS, MONTHS, st.sampled_from(ZEROS))
def test_digits_of_every_script_mean_the_same(year: int, month: int, zero: str) -> None:
    assert first(in_script(year, zero), in_script(month, zero)) == f"{year}-{month:02}"


@given(YEARS, MONTHS, YEARS, MONTHS, st.booleans())
def test_two_times_are_kept_in_order_or_not_at_all(
    year: int, month: int, last_year: int, last_month: int, is_guess: bool
) -> None:
    typed = Typed(str(year), str(month), str(last_year), str(last_month), is_guess=is_guess)
    if (year, month) > (last_year, last_month):
        assert complaint(typed)[0] == "last_year"
        return
    months = read(typed, TODAY)
    assert months.earliest <= months.latest
    assert [value.endswith("~") for value in months.values] == [is_guess, is_guess]


@given(st.text(max_size=20), st.text(max_size=20))
def test_whatever_is_typed_is_read_or_explained(year: str, month: str) -> None:
    with suppress(DateError):  # and no other error
        months = read(Typed(year, month), TODAY)
        assert not months.values or date(1900, 1, 1) <= first_day(months.first) <= TODAY


@given(YEARS, st.integers(0, 12), st.booleans())
def test_a_value_means_the_days_of_its_year_or_month(year: int, month: int, is_guess: bool) -> None:
    typed = Typed(str(year), str(month or ""), str(year), str(month or ""), is_guess=is_guess)
    months = read(typed, TODAY)
    assert months.earliest == date(year, month or 1, 1).isoformat()
    assert (last_day(months.last) - first_day(months.first)).days in (
        range(27, 31) if month else range(364, 366)
    )
    assert last_day(months.last).month == (month or 12)
    assert is_value(months.first)
    assert has_month(months.first) is (month > 0)


def test_nothing_typed_is_no_answer() -> None:
    months = read(Typed(is_guess=True), TODAY)
    assert (months, months.values, months.earliest, months.latest) == (Months(), (), "", "")


def test_either_end_may_stand_alone() -> None:
    begun = read(Typed("2025", "2", is_guess=True), TODAY)
    assert (begun.values, begun.earliest, begun.latest) == (("2025-02~", ""), "2025-02-01", "")
    ended = read(Typed(last_year="2024", last_month="2"), TODAY)
    assert (ended.values, ended.earliest, ended.latest) == (("", "2024-02"), "", "2024-02-29")


@pytest.mark.parametrize(
    ("typed", "field", "words"),
    [
        (Typed(first_month="3"), "first_year", "add the year"),
        (Typed(last_month="3"), "last_year", "add the year"),
        (Typed("26"), "first_year", "four digits, for example 2026"),
        (Typed("1405 or so"), "first_year", "four digits"),
        (Typed("令和"), "first_year", "four digits"),
        (Typed("R100"), "first_year", "four digits"),
        (Typed("1899"), "first_year", "from 1900 on, for example 2026"),
        (Typed("M32"), "first_year", "from 1900 on"),
        (Typed("2027"), "first_year", "still to come"),
        (Typed("令和9年"), "first_year", "still to come"),
        (Typed("平成32"), "first_year", "era ended"),
        (Typed("大正16年"), "first_year", "era ended"),
        (Typed("2026", "12"), "first_month", "still to come"),
        (Typed("2026", "13"), "first_month", "from 1 to 12, for example 11"),
        (Typed("2026", "0"), "first_month", "from 1 to 12"),
        (Typed("2026", "ma"), "first_month", "from 1 to 12"),
        (Typed("2026", "十三"), "first_month", "from 1 to 12"),
        (Typed("2026", "spring"), "first_month", "from 1 to 12"),
        (Typed("2026", last_year="2026", last_month="x"), "last_month", "from 1 to 12"),
        (Typed("2026", "3", "2026", "2"), "last_year", "first 2025, last 2026"),
        (Typed("2026", last_year="2025", last_month="12"), "last_year", "before the first"),
    ],
)
def test_what_cannot_be_kept_is_explained_with_an_example(
    typed: Typed, field: str, words: str
) -> None:
    where, text, limit, number = complaint(typed)
    assert where == field
    assert words in text % {"limit": limit, "typed": number}


@pytest.mark.parametrize("value", ["", "26", "0000", "2026-3", "2026-03-01", "2026-03?", "2026-13"])
def test_a_value_that_is_none_of_ours_means_no_day(value: str) -> None:
    assert not is_value(value)
    with pytest.raises(ValueError, match="a year and a month"):
        first_day(value)
