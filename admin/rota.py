"""Rota: at which hours of the week somebody is on call, and at which hours nobody is.

A week is counted in minutes from Monday midnight, in the time zone of the office.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Self

DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY: Final = 24 * 60
WEEK: Final = len(DAYS) * DAY
HOW: Final = 'Write hours such as "mon-fri 20:00-08:00" or "sat-sun 00:00-24:00".'
_HOURS: Final = re.compile(
    r"(?P<first>[a-z]{3})(-(?P<last>[a-z]{3}))? "
    r"(?P<from_hour>\d{2}):(?P<from_minute>\d{2})-(?P<to_hour>\d{2}):(?P<to_minute>\d{2})"
)
_MINUTES: Final = 60


@dataclass(frozen=True, slots=True)
class Hours:
    """The same hours on some days of the week; what ends before it begins ends the next day."""

    text: str
    spans: tuple[tuple[int, int], ...]

    @classmethod
    def read(cls, text: str) -> Self:
        """Read hours as an administrator writes them; raise ValueError that says how."""
        found = _HOURS.fullmatch(text)
        if found is None or {found["first"], found["last"] or found["first"]} - set(DAYS):
            raise ValueError(HOW)
        begins = _minute(found["from_hour"], found["from_minute"])
        ends = _minute(found["to_hour"], found["to_minute"])
        length = ends - begins if ends > begins else ends - begins + DAY
        first, last = DAYS.index(found["first"]), DAYS.index(found["last"] or found["first"])
        days = range(first, last + 1 if last >= first else last + 1 + len(DAYS))
        starts = [day % len(DAYS) * DAY + begins for day in days]
        return cls(text, tuple((start, start + length) for start in starts))


def covers(hours: Iterable[Hours], moment: datetime) -> bool:
    """Say whether hours hold a moment, given in the office's time; no hours at all are always."""
    given = tuple(hours)
    minute = moment.weekday() * DAY + moment.hour * _MINUTES + moment.minute
    return not given or any(
        start <= minute < end or start <= minute + WEEK < end
        for one in given
        for start, end in one.spans
    )


def gaps(people: Iterable[tuple[Hours, ...]]) -> tuple[str, ...]:
    """Return when in the week nobody of these people is on call."""
    spans: list[tuple[int, int]] = []
    for hours in people:
        if not hours:
            return ()
        for one in hours:
            spans += [*one.spans, *((start - WEEK, end - WEEK) for start, end in one.spans)]
    open_spans: list[tuple[int, int]] = []
    reached = 0
    for start, end in sorted(spans):
        if start > reached:
            open_spans.append((reached, start))
        reached = max(reached, end)
    if reached < WEEK:
        open_spans.append((reached, WEEK))
    return tuple(f"{_said(start)} to {_said(end)}" for start, end in _around(open_spans))


def _around(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Make one of what lasts over the end of the week."""
    if len(spans) > 1 and spans[0][0] == 0 and spans[-1][1] == WEEK:
        return [*spans[1:-1], (spans[-1][0], spans[0][1] + WEEK)]
    return spans


def _minute(hour: str, minute: str) -> int:
    total = int(hour) * _MINUTES + int(minute)
    if int(minute) >= _MINUTES or total > DAY:
        raise ValueError(HOW)
    return total


def _said(minute: int) -> str:
    day, rest = divmod(minute % WEEK, DAY)
    return f"{DAYS[day].capitalize()} {rest // _MINUTES:02d}:{rest % _MINUTES:02d}"
