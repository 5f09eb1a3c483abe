"""Which hours of the week somebody is on call, and which hours nobody is."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from admin.rota import DAYS, WEEK, Hours, covers, gaps

MONDAY = datetime(2026, 11, 23, tzinfo=ZoneInfo("Asia/Tokyo"))
A_MINUTE = timedelta(minutes=1)

times = st.builds("{:02d}:{:02d}".format, st.integers(0, 23), st.integers(0, 59))
hours = st.builds(
    lambda first, last, begins, ends: Hours.read(f"{first}-{last} {begins}-{ends}"),
    st.sampled_from(DAYS),
    st.sampled_from(DAYS),
    times,
    times,
)
rotas = st.lists(st.lists(hours, min_size=1, max_size=3).map(tuple), max_size=3)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return MONDAY + timedelta(days=day, hours=hour, minutes=minute)


def test_a_night_belongs_to_the_day_on_which_it_begins() -> None:
    nights = (Hours.read("fri-sat 20:00-08:00"),)
    assert covers(nights, at(4, 20))
    assert covers(nights, at(6, 7, 59))  # Sunday morning
    assert not covers(nights, at(6, 8))
    assert not covers(nights, at(4, 7))  # Friday morning belongs to Thursday


def test_a_night_of_sunday_lasts_into_monday() -> None:
    nights = (Hours.read("sun 22:00-06:00"),)
    assert covers(nights, at(0, 5, 59))
    assert not covers(nights, at(0, 6))


def test_days_may_go_around_the_end_of_the_week() -> None:
    assert covers((Hours.read("sat-mon 09:00-10:00"),), at(0, 9, 30))
    assert not covers((Hours.read("sat-mon 09:00-10:00"),), at(1, 9, 30))


def test_a_whole_day_can_be_written_in_two_ways() -> None:
    assert Hours.read("mon 00:00-24:00").spans == Hours.read("mon 00:00-00:00").spans


def test_who_has_no_hours_is_always_on_call() -> None:
    assert covers((), MONDAY)
    assert gaps([(Hours.read("mon 10:00-11:00"),), ()]) == ()


@pytest.mark.parametrize(
    "text",
    ["", "mon", "mon 8:00-9:00", "mon 08:00-24:30", "mon 08:60-09:00", "day 08:00-09:00"],
)
def test_what_is_no_hours_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match="mon-fri 20:00-08:00"):
        Hours.read(text)


def test_nights_without_anybody_are_named() -> None:
    days = (Hours.read("mon-sun 08:00-20:00"),)
    weekdays = (Hours.read("mon-thu 20:00-08:00"),)
    assert gaps([days, weekdays]) == (
        "Fri 20:00 to Sat 08:00",
        "Sat 20:00 to Sun 08:00",
        "Sun 20:00 to Mon 08:00",
    )


def test_where_nobody_is_named_the_whole_week_is_open() -> None:
    assert gaps([]) == ("Mon 00:00 to Mon 00:00",)


def test_a_full_week_has_no_gap() -> None:
    assert gaps([(Hours.read("mon-sun 08:00-20:00"),), (Hours.read("mon-sun 20:00-08:00"),)]) == ()


@given(rotas)
def test_there_is_a_gap_wherever_nobody_is_covered(rota: list[tuple[Hours, ...]]) -> None:
    moments = [MONDAY + A_MINUTE * minute for minute in range(0, WEEK, 61)]
    uncovered = [one for one in moments if not any(covers(given, one) for given in rota)]
    found = gaps(rota)
    assert bool(uncovered) <= bool(found)
    for gap in found:
        begins = gap.partition(" to ")[0]
        day, _, time = begins.partition(" ")
        hour, _, minute = time.partition(":")
        moment = at(DAYS.index(day.lower()), int(hour), int(minute))
        assert not any(covers(given, moment) for given in rota)
