"""Times: the few coarse forms in which this system writes time down; there is no clock here."""

from datetime import UTC, date, datetime, timedelta


def week_of(now: datetime) -> int:
    """Return the ISO week as one number, year times 100 plus week: the finest kept in clear."""
    year, week, _day = now.astimezone(UTC).isocalendar()
    return year * 100 + week


def hour_after(moment: datetime) -> int:
    """Return the number of the first full hour at or after `moment`, counted from 1970."""
    return -int(-moment.timestamp() // 3600)


def minute_text(now: datetime) -> str:
    """Write a time to the minute, for inside a sealed record."""
    return now.astimezone(UTC).strftime("%Y-%m-%dT%H:%MZ")


def read_minute(text: str) -> datetime:
    """Read back what minute_text wrote. Raises ValueError for any other way to write a time."""
    moment = datetime.fromisoformat(text)
    if minute_text(moment) != text:
        raise ValueError
    return moment


def day_of(now: datetime) -> date:
    """Return the day in UTC, as signed entries of the roster state it."""
    return now.astimezone(UTC).date()


def next_minute(moment: datetime) -> datetime:
    """Return the first full minute at or after a moment."""
    minute = moment.replace(second=0, microsecond=0)
    return minute if minute == moment else minute + timedelta(minutes=1)
