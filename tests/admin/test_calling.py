"""When somebody is called: chance decides when within minutes, and never twice in half an hour."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import cycle, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from admin import calling
from admin.call_memory import Known
from admin.calling import AT_MOST_EVERY, GAPS, LATER_BY_CHANCE, Chance, Moment, Need

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
FAR = NOW + timedelta(days=30)
QUIET = Known(practice=FAR)


def chance(*numbers: float) -> Chance:
    following = cycle(numbers)
    return lambda: next(following)


def at(minutes: float = 0, need: Need = Need.NOW, *, is_on_call: bool = True) -> Moment:
    return Moment(NOW + timedelta(minutes=minutes), is_on_call, need)


def test_a_call_goes_out_some_minutes_later_by_chance() -> None:
    known = calling.plan(QUIET, at(), chance(0.5))
    assert known.planned == NOW + LATER_BY_CHANCE / 2
    assert not calling.is_due(known, at(4))
    assert calling.is_due(known, at(5))
    assert calling.plan(known, at(5), chance(0.9)).planned == known.planned


def test_who_is_not_on_call_is_left_alone() -> None:
    away = at(is_on_call=False)
    known = calling.plan(replace(QUIET, planned=NOW, practice=NOW), away, chance(0.5))
    assert known.planned is None
    assert not calling.is_due(replace(known, practice=NOW), away)
    assert known.practice is not None
    assert known.practice > NOW


@pytest.mark.parametrize("need", GAPS)
def test_as_long_as_it_waits_the_call_comes_again(need: Need) -> None:
    known = replace(QUIET, called=NOW)
    soon = at(GAPS[need] / timedelta(minutes=1) - 1, need)
    assert calling.plan(known, soon, chance(0)).planned is None
    again = at(GAPS[need] / timedelta(minutes=1), need)
    assert calling.is_due(calling.plan(known, again, chance(0)), again)


def test_a_call_that_is_not_needed_any_more_is_dropped() -> None:
    planned = replace(QUIET, planned=NOW + timedelta(minutes=5))
    assert calling.plan(planned, at(2, Need.NONE), chance(0)).planned is None


def test_practice_calls_come_where_nothing_waits() -> None:
    known = calling.plan(Known(), at(need=Need.NONE), chance(0.5))
    assert known.practice is not None
    hours = (known.practice - NOW) / timedelta(hours=1)
    assert 33 < hours < 34  # half of all waits are shorter than 48 hours times ln 2
    later = Moment(known.practice, is_on_call=True, need=Need.NONE)
    assert calling.is_due(known, later)


@pytest.mark.parametrize(("second", "is_soon"), [(0.4, True), (0.6, False)])
def test_half_of_the_practice_calls_are_followed_by_another_one(
    second: float, is_soon: bool
) -> None:
    after = calling.called(Known(practice=NOW), at(need=Need.NONE), chance(0.3, second, 0.9))
    assert after.called == NOW
    assert after.practice is not None
    soon = AT_MOST_EVERY + LATER_BY_CHANCE
    assert (after.practice - NOW <= soon) is is_soon


def test_a_call_in_need_leaves_practice_as_it_was() -> None:
    assert calling.called(QUIET, at(), chance(0.5)) == Known(called=NOW, practice=FAR)


needs = st.lists(
    st.tuples(st.sampled_from(Need), st.booleans(), st.integers(1, 40)), min_size=1, max_size=80
)


@given(needs, st.lists(st.floats(0, 0.999), min_size=1))
def test_nobody_is_called_twice_within_half_an_hour(
    looks: list[tuple[Need, bool, int]], numbers: list[float]
) -> None:
    times = list(_calls(looks, chance(*numbers)))
    assert all(later - earlier >= AT_MOST_EVERY for earlier, later in pairwise(times))


@given(st.lists(st.floats(0, 0.999), min_size=1))
def test_an_urgent_report_calls_within_ten_minutes_and_then_again_and_again(
    numbers: list[float],
) -> None:
    times = list(_calls([(Need.NOW, True, 1)] * 120, chance(*numbers)))
    assert times[0] - NOW <= LATER_BY_CHANCE + timedelta(minutes=1)
    assert all(
        later - earlier <= AT_MOST_EVERY + LATER_BY_CHANCE + timedelta(minutes=1)
        for earlier, later in pairwise(times)
    )


def _calls(looks: list[tuple[Need, bool, int]], by: Chance) -> Iterator[datetime]:
    """Let the timer run at these distances; yield when somebody was called."""
    known, now = Known(), NOW
    for need, is_on_call, minutes in looks:
        now += timedelta(minutes=minutes)
        look = Moment(now, is_on_call, need)
        known = calling.plan(known, look, by)
        if calling.is_due(known, look):
            yield now
            known = calling.called(known, look, by)
