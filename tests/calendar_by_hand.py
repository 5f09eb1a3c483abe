"""A plain, slow calendar: days off in Japan by the Cabinet Office's list, counted by the hour."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import strategies as st

DAYS_OFF = {
    date(2026, *day)
    for day in (
        *((1, 1), (1, 12), (2, 11), (2, 23), (3, 20), (4, 29), (5, 3), (5, 4), (5, 5), (5, 6)),
        *((7, 20), (8, 11), (9, 21), (9, 22), (9, 23), (10, 12), (11, 3), (11, 23)),
    )
} | {
    date(2027, *day)
    for day in (
        *((1, 1), (1, 11), (2, 11), (2, 23), (3, 21), (3, 22), (4, 29), (5, 3), (5, 4), (5, 5)),
        *((7, 19), (8, 11), (9, 20), (9, 23), (10, 11), (11, 3), (11, 23)),
    )
}
HOUR = timedelta(hours=1)
FIRST = datetime(2026, 1, 1, tzinfo=UTC)
# Far enough from the end of the list for what is counted from here.
MOMENTS = st.integers(0, 500 * 24).map(lambda hours: FIRST + hours * HOUR)


def works(moment: datetime) -> bool:
    """Say whether the hour that begins now is one of a working day in Japan."""
    day = (moment + 9 * HOUR).date()
    return day.weekday() not in {5, 6} and day not in DAYS_OFF
