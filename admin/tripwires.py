"""Tripwires: how much somebody may read in a day before others are told, and before it stops.

Pure. The limits are for the whole team and stand here; who is below them is in no list. Whoever
usually reads little comes to one of their own sooner, and to the stop as everybody else.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum, unique
from statistics import median_high
from types import MappingProxyType
from typing import Final, Self


@unique
class Kind(StrEnum):
    """What is counted; the words stand in sealed records and in the log, and never change.

    Stories are reports that were neither handed out by Next nor this person's to read, and those
    that they passed on after they had read them. Searches are those that found nothing, or one
    report alone. State is how many of the stories named one government, the one that most of them
    named. Given are reports that were theirs to read. Words are looks for words or identifiers,
    whatever they found: where a few false reports say everything that may be guessed, no search
    finds one report alone. To mark an identifier is such a look, for it says where else it stands.
    """

    STORIES = "stories"
    UNMASKED = "unmasked"
    FILES = "files"
    SEARCHES = "searches"
    STATE = "state"
    GIVEN = "given"
    WORDS = "words"


@unique
class Verdict(StrEnum):
    """What becomes of one more."""

    GO_ON = "go_on"
    CONFIRM = "confirm"
    STOP = "stop"


LIMITS: Final[Mapping[Kind, int]] = MappingProxyType(
    {
        Kind.STORIES: 40,
        Kind.UNMASKED: 10,
        Kind.FILES: 30,
        Kind.SEARCHES: 20,
        Kind.STATE: 25,
        # Twice as many as a team clears on a full day, so that it is nobody's daily page.
        Kind.GIVEN: 200,
        Kind.WORDS: 60,
    }
)
# How much is given to somebody says what came in that day, and not what is usual for them.
_FOR_ALL_ALIKE: Final = frozenset({Kind.GIVEN})
STOPS_AT: Final = 2  # times the limit
# On so many days somebody has read before anything is usual for them, and so many count at most.
FEWEST_DAYS: Final = 10
MOST_DAYS: Final = 30
TIMES_USUAL: Final = 3
NEVER_BELOW: Final = 3  # the third part of the team's limit


@dataclass(frozen=True, slots=True)
class Usual:
    """How much of each kind somebody read on days on which they read, in the order of size."""

    days: Mapping[Kind, tuple[int, ...]] = field(default_factory=dict, repr=False)

    @property
    def limits(self) -> Mapping[Kind, int]:
        """The limits of their own, where they come to one sooner than the team."""
        found = {kind: self._limit(kind) for kind in Kind}
        return {kind: limit for kind, limit in found.items() if limit < LIMITS[kind]}

    def with_day(self, read: Mapping[Kind, int], leaves: int) -> Self:
        """Return it with one more day; where there are too many, one leaves by its place.

        Which day that was is not known: the caller draws `leaves` below `MOST_DAYS`.
        """
        return replace(self, days={kind: self._with(kind, read, leaves) for kind in Kind})

    def _with(self, kind: Kind, read: Mapping[Kind, int], leaves: int) -> tuple[int, ...]:
        before = list(self.days.get(kind, ()))
        if len(before) >= MOST_DAYS:
            del before[leaves]
        return tuple(sorted((*before, read.get(kind, 0))))

    def _limit(self, kind: Kind) -> int:
        found = self.days.get(kind, ())
        if len(found) < FEWEST_DAYS or kind in _FOR_ALL_ALIKE:
            return LIMITS[kind]
        return max(TIMES_USUAL * median_high(found), LIMITS[kind] // NEVER_BELOW)


@dataclass(frozen=True, slots=True)
class Counts:
    """What somebody read on one day, how often they were let go on, and what others were told.

    `states` is how many stories named each government, `own` the limits that are theirs today, and
    `passed_on` how many stories had been given to them first.
    """

    read: Mapping[Kind, int] = field(default_factory=dict)
    allowed: Mapping[Kind, int] = field(default_factory=dict)
    told: frozenset[str] = frozenset()
    states: Mapping[str, int] = field(default_factory=dict, repr=False)
    own: Mapping[Kind, int] = field(default_factory=dict)
    passed_on: int = 0

    def verdict(self, kind: Kind) -> Verdict:
        """Say whether one more of a kind may be read, with a second factor or not at all."""
        return self._verdict(kind, self.read.get(kind, 0))

    def verdict_on(self, states: Iterable[str]) -> Verdict:
        """Say the same of a story that names these governments."""
        return self._verdict(
            Kind.STATE, max((self.states.get(one, 0) for one in states), default=0)
        )

    def limit(self, kind: Kind) -> int:
        """Return from how many on a second factor is asked for."""
        return self.own.get(kind, LIMITS[kind])

    def is_own(self, kind: Kind) -> bool:
        """Say whether somebody came to a limit of their own, and not yet to that of the team."""
        return self.limit(kind) <= self.read.get(kind, 0) < LIMITS[kind]

    def with_one(self, kind: Kind) -> Self:
        """Return them with one more."""
        return replace(self, read={**self.read, kind: self.read.get(kind, 0) + 1})

    def with_states(self, states: Iterable[str]) -> Self:
        """Return them with one more story that names these governments."""
        found = {**self.states, **{one: self.states.get(one, 0) + 1 for one in states}}
        most = max((self.read.get(Kind.STATE, 0), *found.values()))
        return replace(self, states=found, read={**self.read, Kind.STATE: most})

    def with_story(self, states: Iterable[str]) -> Self:
        """Return them with one more story that names these governments."""
        return self.with_one(Kind.STORIES).with_states(states)

    def with_passed_on(self, states: Iterable[str]) -> Self:
        """Return them with one more that was given, read and passed on, which makes it a story."""
        return replace(self.with_story(states), passed_on=self.passed_on + 1)

    def is_told(self, kind: Kind) -> bool:
        """Say whether supervisors were told how things stand with a kind."""
        return self._mark(kind) in self.told

    def with_told(self, kind: Kind) -> Self:
        """Return them with that supervisors were told."""
        return replace(self, told=self.told | {self._mark(kind)})

    @property
    def stopped(self) -> tuple[Kind, ...]:
        """Of which kinds nothing more is read until somebody answers."""
        return tuple(kind for kind in Kind if self.verdict(kind) is Verdict.STOP)

    def allowing(self) -> Self:
        """Return them with as much again of what is stopped as the limit is."""
        more = {kind: self.allowed.get(kind, 0) + 1 for kind in self.stopped}
        return replace(self, allowed={**self.allowed, **more})

    def _mark(self, kind: Kind) -> str:
        if self.is_own(kind):
            return f"{kind} own"
        is_stop = self.verdict(kind) is Verdict.STOP
        return f"{kind} {self.allowed.get(kind, 0)}" if is_stop else kind

    def _verdict(self, kind: Kind, read: int) -> Verdict:
        if read < self.limit(kind):
            return Verdict.GO_ON
        most = LIMITS[kind] * (STOPS_AT + self.allowed.get(kind, 0))
        return Verdict.CONFIRM if read < most else Verdict.STOP


NOTHING: Final = Counts()
# Of somebody who read today and whose count is gone: it was taken away.
ALL_REACHED: Final = Counts(LIMITS)
