"""Time is written down coarsely, and read back as it was written."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting.clock import hour_after, minute_text, next_minute, read_minute, week_of

MOMENTS = st.datetimes(
    min_value=datetime(2000, 1, 1),  # noqa: DTZ001 - Hypothesis adds the zone
    max_value=datetime(2200, 1, 1),  # noqa: DTZ001 - Hypothesis adds the zone
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=9))]),
)


def test_the_first_days_of_a_year_may_belong_to_the_last_week_of_the_one_before() -> None:
    assert week_of(datetime(2027, 1, 1, tzinfo=UTC)) == 202653
    assert week_of(datetime(2026, 11, 24, tzinfo=UTC)) == 202648


def test_a_week_is_that_of_universal_time() -> None:
    tokyo_monday = datetime(2026, 11, 23, 3, tzinfo=timezone(timedelta(hours=9)))
    assert week_of(tokyo_monday) == 202647


@given(MOMENTS)
def test_the_hour_after_is_never_before_and_never_an_hour_late(moment: datetime) -> None:
    late = hour_after(moment) * 3600 - moment.timestamp()
    assert 0 <= late < 3600


@given(MOMENTS)
def test_a_written_minute_reads_back_without_its_seconds(moment: datetime) -> None:
    assert read_minute(minute_text(moment)) == moment.replace(second=0, microsecond=0)


@pytest.mark.parametrize(
    "text",
    ["", "2026-11-28", "2026-11-28T10:00", "2026-11-28T10:00:00Z", "2026-11-28T10:00+00:00"],
)
def test_a_time_written_in_another_way_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - it says nothing more
        read_minute(text)


def test_the_next_minute_is_this_one_where_it_begins_now() -> None:
    full = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
    assert next_minute(full) == full
    assert next_minute(full + timedelta(seconds=1)) == full + timedelta(minutes=1)
