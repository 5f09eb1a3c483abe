"""Calendar days: which days the team works in Japan, and how working time is counted.

Working time runs through the whole of every working day, from midnight to midnight in Japan, and
stands still on all others. So half a day is half a day, whenever a report came in.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta, timezone
from functools import cache
from itertools import islice
from typing import Final

from holidays.countries.japan import Japan

JAPAN: Final = timezone(timedelta(hours=9), "JST")  # no summer time since 1952
_A_DAY: Final = timedelta(days=1)
_SATURDAY: Final = 5


def known_until() -> date:
    """Return the last day of which it is known whether it is a day off."""
    return date(Japan.end_year, 12, 31)


def is_working_day(day: date) -> bool:
    """Say whether the team works on a day. Raises ValueError for one that is not known yet."""
    if day > known_until():
        raise ValueError(f"days off are known until {known_until()}: update the holiday library")
    return day.weekday() < _SATURDAY and day not in _days_off(day.year)


def next_working_day(day: date) -> date:
    """Return the day itself if the team works on it, otherwise the first working day after it."""
    return next(_working_days(day))


def add_working_days(day: date, count: int) -> date:
    """Return the working day that comes so many working days after a day; one at least."""
    if count < 1:
        raise ValueError("count at least one day")
    return next(islice(_working_days(day + _A_DAY), count - 1, None))


def add_working_time(start: datetime, span: timedelta) -> datetime:
    """Return the first moment at which so much working time has run since `start`.

    Nothing at all ends at `start`, even on a day off; what runs to the end of a working day ends at
    that midnight.
    """
    days = _working_days(_day(start))
    left, moment = span, start
    while left > timedelta(0):
        day = next(days)
        begins = max(start, _midnight(day))
        moment = min(begins + left, _midnight(day + _A_DAY))
        left -= moment - begins
    return moment.astimezone(start.tzinfo)


def working_time(start: datetime, end: datetime) -> timedelta:
    """Return how much working time runs between two moments; none if they stand the wrong way."""
    total, day = timedelta(0), _day(start)
    while _midnight(day) < end:
        if is_working_day(day):
            begins, ends = max(start, _midnight(day)), min(end, _midnight(day + _A_DAY))
            total += max(ends - begins, timedelta(0))
        day += _A_DAY
    return total


def carried_over(moment: datetime) -> datetime:
    """Return a moment itself on a working day, otherwise the same hour of the next one."""
    day = _day(moment)
    return moment + (next_working_day(day) - day)


def _working_days(day: date) -> Iterator[date]:
    """Yield the working days from this day on; ends with ValueError where knowledge ends."""
    while True:
        if is_working_day(day):
            yield day
        day += _A_DAY


@cache
def _days_off(year: int) -> frozenset[date]:
    # A set of our own: the library's fills itself while it is read, and threads share it.
    return frozenset(Japan(years=year))


def _day(moment: datetime) -> date:
    return moment.astimezone(JAPAN).date()


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(0), JAPAN)
