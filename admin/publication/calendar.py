"""Calendar: the fixed days of a year of the figures. Nothing moves because of data."""

from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

HOME: Final = ZoneInfo("Asia/Tokyo")
_DECEMBER: Final = 12


def period_of(now: datetime) -> int:
    """Return the year that a report is counted in whose turn it is now."""
    return now.astimezone(HOME).year


def quarter_of(now: datetime) -> int:
    """Return the quarter of that year, from 1."""
    return (now.astimezone(HOME).month + 2) // 3


def announced(now: datetime) -> tuple[int, ...]:
    """Return the years that need keys now: from December on the next one too."""
    here = now.astimezone(HOME)
    return (here.year, here.year + 1) if here.month == _DECEMBER else (here.year,)


def is_frozen(period: int, now: datetime) -> bool:
    """Say whether nothing of a year is coded anew any more: 31 March is over."""
    return now >= datetime(period + 1, 4, 1, tzinfo=HOME)


def is_drawn(period: int, now: datetime) -> bool:
    """Say whether the day of the draw has come: 16 April."""
    return now >= datetime(period + 1, 4, 16, tzinfo=HOME)


def is_public(period: int, now: datetime) -> bool:
    """Say whether the figures of a year may be given to everybody: 1 July has come."""
    return now >= datetime(period + 1, 7, 1, tzinfo=HOME)


def is_over(period: int, now: datetime) -> bool:
    """Say whether all that could measure a year again is to be destroyed: 2 July has come."""
    return now >= datetime(period + 1, 7, 2, tzinfo=HOME)
