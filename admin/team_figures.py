"""Team figures: how much waits and how quick the team is, by level and never by person.

Pure: whoever asks hands in what they see of each report.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final, NamedTuple

from reporting.triage import Level

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
    tallies: defaultdict[int, _Tally] = defaultdict(_Tally)
    for one in ones:
        tallies[one.level].add(one, now)
    return tuple(tallies[level].figures(level) for level in sorted(Level, reverse=True))


def within(times: Iterable[int], percent: int) -> timedelta | None:
    """Return the shortest of some times, in seconds, within which so many of a hundred lie."""
    in_order = sorted(times)
    # The smallest whole number of them that is at least the share.
    place = -(-len(in_order) * percent // 100)
    return timedelta(seconds=in_order[place - 1]) if in_order else None


@dataclass(slots=True)
class _Tally:
    """What is counted of a level while its reports go by; none of them is kept."""

    waiting: int = 0
    overdue: int = 0
    turned: int = 0
    reopened: int = 0
    untriaged: list[int] = field(default_factory=list)
    looks: list[int] = field(default_factory=list)
    asked: list[int] = field(default_factory=list)

    def add(self, one: One, now: int) -> None:
        self.waiting += one.is_waiting
        self.overdue += one.is_overdue
        self.turned += one.was_turned
        self.reopened += one.was_reopened
        if one.is_untriaged:
            self.untriaged.append(now - one.received)
        if one.first_look is not None:
            self.looks.append(one.first_look)
        if one.asked is not None:
            self.asked.append(now - one.asked)

    def figures(self, level: Level) -> OfLevel:
        return OfLevel(
            level=level,
            waiting=self.waiting,
            overdue=self.overdue,
            oldest_untriaged=within(self.untriaged, ALL),
            half=within(self.looks, HALF),
            most=within(self.looks, MOST),
            asked=len(self.asked),
            longest_asked=within(self.asked, ALL),
            half_asked=within(self.asked, HALF),
            turned=self.turned,
            reopened=self.reopened,
        )
