from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from admin.calendar_days import (
    JAPAN,
    add_working_days,
    add_working_time,
    carried_over,
    is_working_day,
    known_until,
    next_working_day,
    working_time,
)
from tests.calendar_by_hand import DAYS_OFF, HOUR, MOMENTS, works

NO_TIME = timedelta(0)
SPANS = st.integers(0, 300).map(lambda hours: hours * HOUR)
DAYS = st.dates(date(2026, 1, 1), date(2027, 10, 1))
FRIDAY_NOON = datetime(2026, 11, 20, 12, tzinfo=JAPAN)


def by_hour(start: datetime, span: timedelta) -> datetime:
    """Count working hours one by one until the span is used up."""
    moment = start
    while span > NO_TIME:
        span -= HOUR if works(moment) else NO_TIME
        moment += HOUR
    return moment


def test_weekends_and_days_off_are_those_of_the_cabinet_office() -> None:
    for number in range(730):
        day = date(2026, 1, 1) + timedelta(days=number)
        assert is_working_day(day) == (day.weekday() < 5 and day not in DAYS_OFF), day


def test_days_off_that_the_law_moved_are_known() -> None:
    assert not is_working_day(date(2020, 7, 24))  # for the Olympic Games
    assert is_working_day(date(2020, 10, 12))
    assert not is_working_day(date(2019, 4, 30))  # ten days when the emperor changed


def test_the_calendar_says_how_far_it_knows() -> None:
    assert known_until() >= date(2050, 12, 31)
    is_working_day(known_until())
    with pytest.raises(ValueError, match="update the holiday library"):
        is_working_day(known_until() + timedelta(days=1))


def test_on_friday_three_working_days_end_in_the_next_week() -> None:
    # The Monday is a day off.
    assert add_working_time(FRIDAY_NOON, timedelta(days=3)) == datetime(
        *(2026, 11, 26, 12), tzinfo=JAPAN
    )
    assert add_working_days(date(2026, 11, 20), 3) == date(2026, 11, 26)


def test_on_a_day_off_time_begins_to_run_at_the_next_midnight_of_work() -> None:
    saturday = FRIDAY_NOON + timedelta(days=1)

    assert add_working_time(saturday, HOUR) == datetime(2026, 11, 24, 1, tzinfo=JAPAN)
    assert add_working_time(saturday, NO_TIME) == saturday


def test_what_runs_to_the_end_of_a_friday_ends_at_midnight() -> None:
    assert add_working_time(FRIDAY_NOON, 12 * HOUR) == datetime(2026, 11, 21, tzinfo=JAPAN)


def test_it_is_the_day_in_japan_that_counts() -> None:
    monday_in_japan = datetime(2026, 11, 29, 16, tzinfo=UTC)

    assert add_working_time(monday_in_japan, HOUR) == datetime(2026, 11, 29, 17, tzinfo=UTC)


@given(MOMENTS, SPANS)
def test_working_time_is_what_counting_by_the_hour_finds(start: datetime, span: timedelta) -> None:
    end = add_working_time(start, span)

    assert end == by_hour(start, span)
    assert end.tzinfo is start.tzinfo
    assert working_time(start, end) == span


@given(MOMENTS, SPANS)
def test_between_two_moments_runs_as_much_as_counted(start: datetime, span: timedelta) -> None:
    hours = range(int(span / HOUR))

    assert working_time(start, start + span) == HOUR * sum(works(start + n * HOUR) for n in hours)
    assert working_time(start + span, start) == NO_TIME


@given(DAYS, st.integers(1, 20))
def test_working_days_are_counted_from_the_day_after(day: date, count: int) -> None:
    end = add_working_days(day, count)
    between = [day + timedelta(days=n) for n in range(1, (end - day).days + 1)]

    assert is_working_day(end)
    assert sum(is_working_day(each) for each in between) == count


def test_less_than_one_working_day_is_not_counted() -> None:
    with pytest.raises(ValueError, match="at least one"):
        add_working_days(date(2026, 11, 20), 0)


@given(DAYS)
def test_the_next_working_day_is_the_first_from_the_day_itself(day: date) -> None:
    found = next_working_day(day)
    before = [day + timedelta(days=n) for n in range((found - day).days)]

    assert is_working_day(found)
    assert not any(is_working_day(each) for each in before)


def test_what_falls_on_a_day_off_is_carried_to_the_same_hour_of_a_working_day() -> None:
    assert carried_over(FRIDAY_NOON) == FRIDAY_NOON
    assert carried_over(FRIDAY_NOON + timedelta(days=1)) == FRIDAY_NOON + timedelta(days=4)
