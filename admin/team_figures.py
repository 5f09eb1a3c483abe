"""Team figures: how much waits and how quick the team is, by level and never by person.

Pure: whoever asks hands in what they see of each report.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from typing import Final, NamedTuple

from reporting.triage import Level

KEPT_FOR: Final = timedelta(minutes=1)
HALF: Final = 50
MOST: Final = 90
ALL: Final = 100


class One(NamedTuple):
    """What figures need to know of a report, in whole seconds since 1970.

    `level` is the number of its level, `first_look` how many seconds it waited for one. `asked` is
    when its reporter was asked what they have not answered yet.
    """

    level: int
    received: int
    is_untriaged: bool
    is_waiting: bool
    is_overdue: bool
    first_look: int | None
    asked: int | None
    was_turned: bool
    was_reopened: bool


@dataclass(frozen=True, slots=True)
class OfLevel:
    """The figures of a level; where there is nothing to tell, a time is None.

    `half` and `most` are the times within which half and nine of ten had their first look.
    """

    level: Level
    waiting: int
    overdue: int
    oldest_untriaged: timedelta | None
    half: timedelta | None
    most: timedelta | None
    asked: int
    longest_asked: timedelta | None
    half_asked: timedelta | None
    turned: int
    reopened: int


def of(ones: Iterable[One], now: int) -> tuple[OfLevel, ...]:
    """Return the figures of every level, the most urgent first; `now` is in seconds as well."""
    by_level: defaultdict[int, list[One]] = defaultdict(list)
    for one in ones:
        by_level[one.level].append(one)
    return tuple(_of_level(level, by_level[level], now) for level in sorted(Level, reverse=True))


def within(times: Iterable[int], percent: int) -> timedelta | None:
    """Return the shortest of some times, in seconds, within which so many of a hundred lie."""
    in_order = sorted(times)
    # The smallest whole number of them that is at least the share.
    place = -(-len(in_order) * percent // 100)
    return timedelta(seconds=in_order[place - 1]) if in_order else None


def _of_level(level: Level, ones: Sequence[One], now: int) -> OfLevel:
    looks = [one.first_look for one in ones if one.first_look is not None]
    asked = [now - one.asked for one in ones if one.asked is not None]
    untriaged = [now - one.received for one in ones if one.is_untriaged]
    return OfLevel(
        level=level,
        waiting=sum(one.is_waiting for one in ones),
        overdue=sum(one.is_overdue for one in ones),
        oldest_untriaged=within(untriaged, ALL),
        half=within(looks, HALF),
        most=within(looks, MOST),
        asked=len(asked),
        longest_asked=within(asked, ALL),
        half_asked=within(asked, HALF),
        turned=sum(one.was_turned for one in ones),
        reopened=sum(one.was_reopened for one in ones),
    )


@dataclass(frozen=True, slots=True)
class Remembered:
    """Figures of the last minute in this process, by who saw what; nobody is shown another's."""

    _found: dict[Hashable, tuple[datetime, tuple[OfLevel, ...]]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def find(self, seer: Hashable, now: datetime) -> tuple[OfLevel, ...]:
        """Return the figures that somebody was shown within the last minute, or nothing."""
        with self._lock:
            at, figures = self._found.get(seer, (now, ()))
        return figures if now - at < KEPT_FOR else ()

    def keep(self, seer: Hashable, now: datetime, figures: tuple[OfLevel, ...]) -> None:
        """Remember figures for a minute, and forget those of before."""
        with self._lock:
            old = [one for one, (at, _) in self._found.items() if now - at >= KEPT_FOR]
            for one in old:
                del self._found[one]
            self._found[seer] = now, figures
