from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from admin import team_figures
from admin.team_figures import One
from reporting.triage import Level

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
SECONDS = int(NOW.timestamp())
NOTHING = One(
    level=Level.LOW,
    received=SECONDS,
    is_untriaged=False,
    is_waiting=False,
    is_overdue=False,
    first_look=None,
    asked=None,
    was_turned=False,
    was_reopened=False,
)


def test_without_reports_there_is_nothing_to_tell() -> None:
    found = team_figures.of([], SECONDS)
    assert [one.level for one in found] == [Level.URGENT, Level.HIGH, Level.MEDIUM, Level.LOW]
    assert {(one.waiting, one.half, one.oldest_untriaged, one.longest_asked) for one in found} == {
        (0, None, None, None)
    }


@given(st.lists(st.integers(0, 90 * 86_400), min_size=1), st.integers(1, 100))
def test_so_many_of_a_hundred_lie_within_a_time_and_within_no_shorter_one(
    times: list[int], percent: int
) -> None:
    told = team_figures.within(times, percent)
    assert told is not None
    found = told // timedelta(seconds=1)
    assert found in times
    assert sum(time <= found for time in times) * 100 >= percent * len(times)
    assert sum(time < found for time in times) * 100 < percent * len(times)
