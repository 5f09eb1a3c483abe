"""Campaigns: which kinds of deeds of a state, by which ways, are told of more often than before.

And which tactics are, whoever is behind them: what several states do at once, or a state that few
name, rises in no other count.

Computed of the headers of reports that exist for whoever looks, and shown inside the team alone. It
points at reports; what belongs together, people say.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice, product
from typing import Final

from admin.authority import authorize
from admin.desk import Desk
from admin.headers import IN_WORK
from admin.permissions import Action
from admin.scans import Scan, Seen
from reporting.clock import week_of
from reporting.ids import CaseId
from reporting.models import State

WEEKS: Final = 4
WEEKS_BEFORE: Final = 8
LEAST: Final = 3
MOST_READ: Final = 10_000
# What was joined tells of the same incident once more.
STATES: Final = (*IN_WORK, State.CLOSED)
NOT_TOLD: Final = ""
_NO_STATE: Final = frozenset({"unknown", "none", "other"})
_WEEK: Final = timedelta(weeks=1)


@dataclass(frozen=True, slots=True)
class Pattern:
    """What a state does to people by one way; a channel that nobody named is empty.

    Of all states together it has the code of a tactic alone.
    """

    state: str
    kind: str
    channel: str


@dataclass(frozen=True, slots=True)
class Campaign:
    """A pattern, the reports of the last weeks with it, and those of the weeks before."""

    pattern: Pattern
    recent: tuple[CaseId, ...]
    earlier: tuple[CaseId, ...]

    @property
    def rise(self) -> int:
        """By how much there are more now than before, of the same number of weeks, twice over."""
        return len(self.recent) * (WEEKS_BEFORE // WEEKS) - len(self.earlier)

    @property
    def is_rising(self) -> bool:
        """Whether there are more now than before."""
        return self.rise > 0


@dataclass(frozen=True, slots=True)
class View:
    """The patterns, the rising ones first; `is_cut` says that not all reports were looked at.

    `tactics` are those that rise in all states together. `lacks_some` says that there are reports
    whose tactics are not known to the lists yet.
    """

    campaigns: tuple[Campaign, ...]
    tactics: tuple[Campaign, ...]
    is_cut: bool
    lacks_some: bool


def look(desk: Desk) -> View:
    """Return what is told of more often now. Raises HiddenError."""
    authorize(desk.ring.person, Action.SEE_CAMPAIGNS)
    desk.note("campaigns.viewed")
    since = desk.now - (WEEKS + WEEKS_BEFORE - 1) * _WEEK
    seen = tuple(islice(Scan(desk).received_since(STATES, week_of(since)), MOST_READ + 1))
    asked = seen[:MOST_READ]
    return View(
        found(asked, desk.now, patterns_of),
        tuple(one for one in found(asked, desk.now, tactics_of) if one.is_rising),
        is_cut=len(seen) > MOST_READ,
        lacks_some=any(one.header.tactics is None for one in asked),
    )


def found(
    seen: Iterable[Seen], now: datetime, told_by: Callable[[Seen], Iterable[Pattern]]
) -> tuple[Campaign, ...]:
    """Return the patterns with enough reports behind them, those that rise most first."""
    first = week_of(now - (WEEKS - 1) * _WEEK)
    groups = _grouped(seen, told_by)
    every = (_campaign(pattern, those, first) for pattern, those in groups.items())
    enough = (one for one in every if len(one.recent) + len(one.earlier) >= LEAST)
    return tuple(sorted(enough, key=_order))


def patterns_of(one: Seen) -> Iterator[Pattern]:
    """Return every pattern that a report is an example of."""
    header = one.header
    states = header.matter.states - _NO_STATE
    for told in product(sorted(states), header.kinds, header.channels or (NOT_TOLD,)):
        yield Pattern(*told)


def tactics_of(one: Seen) -> Iterator[Pattern]:
    """Return every tactic that a report tells of, whichever state is behind it."""
    for tactic in dict.fromkeys(one.header.tactics or ()):
        yield Pattern(NOT_TOLD, tactic, NOT_TOLD)


def _grouped(
    seen: Iterable[Seen], told_by: Callable[[Seen], Iterable[Pattern]]
) -> Mapping[Pattern, Sequence[Seen]]:
    groups = defaultdict[Pattern, list[Seen]](list)
    for one in seen:
        for pattern in told_by(one):
            groups[pattern].append(one)
    return groups


def _campaign(pattern: Pattern, seen: Sequence[Seen], first: int) -> Campaign:
    # In the order of their random numbers: which came first, nobody needs to know here.
    recent = sorted(one.id for one in seen if one.week >= first)
    earlier = sorted(one.id for one in seen if one.week < first)
    return Campaign(pattern, tuple(recent), tuple(earlier))


def _order(one: Campaign) -> tuple[int, int, str, str, str]:
    pattern = one.pattern
    return -one.rise, -len(one.recent), pattern.state, pattern.kind, pattern.channel
