"""Links: what a report has to do with other reports, as values.

Pure. They stand in the record of the work on each of the two reports, under its own key: a copy of
the database says of no two reports that they belong together.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum, unique
from typing import Final

PROPOSED: Final = "flood.proposed"
MOST_AT_ONCE: Final = 100  # so many reports may be set aside in one step, and no more


@unique
class Verdict(StrEnum):
    """What a person says of two reports; the words stand in sealed records and never change."""

    SAME_INCIDENT = "same_incident"
    DIFFERENT = "different"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class Judged:
    """What somebody said of this report and another one."""

    other: bytes
    verdict: Verdict
    by: bytes
    at: datetime


@dataclass(frozen=True, slots=True)
class Joined:
    """That this report follows another one; `until` is the last day that one is kept, once closed.

    `is_left_alone` says that something of the other one could not be done here as well.
    """

    survivor: bytes
    at: datetime
    until: date | None = None
    is_left_alone: bool = False


@dataclass(frozen=True, slots=True)
class Follower:
    """A report that follows this one, and since when."""

    case: bytes
    at: datetime


@dataclass(frozen=True, slots=True)
class Together:
    """That somebody wants to set this report aside with others like it, all at once."""

    id: bytes
    by: bytes
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Links:
    """Everything that a report has to do with others. `told` are those who are to be told of it."""

    judged: tuple[Judged, ...] = ()
    joined: Joined | None = None
    followers: tuple[Follower, ...] = ()
    told: tuple[bytes, ...] = ()
    together: Together | None = None

    @property
    def bound(self) -> frozenset[bytes]:
        """The reports that what is done with this one may change."""
        survivor = () if self.joined is None else (self.joined.survivor,)
        return frozenset((*survivor, *(each.case for each in self.followers)))

    def verdict_on(self, other: bytes) -> str:
        """Return what was said last of this report and another one; nothing where nobody did."""
        return next((str(one.verdict) for one in reversed(self.judged) if one.other == other), "")

    def judging(self, new: Judged) -> "Links":
        """Return them with a judgement, in place of what the same person said before."""
        kept = (one for one in self.judged if (one.other, one.by) != (new.other, new.by))
        return replace(self, judged=(*kept, new))

    def led(self, more: Iterable[Follower]) -> "Links":
        """Return them with more reports that follow this one."""
        return replace(self, followers=(*self.followers, *more))

    def not_leading(self, cases: Iterable[bytes]) -> "Links":
        """Return them without some of the reports that follow this one."""
        gone = frozenset(cases)
        left = tuple(one for one in self.followers if one.case not in gone)
        return replace(self, followers=left)

    def telling(self, *members: bytes) -> "Links":
        """Return them with people who are to be told."""
        return replace(self, told=tuple(dict.fromkeys((*self.told, *members))))

    def having_told(self, member: bytes) -> "Links":
        """Return them once somebody has been told."""
        return replace(self, told=tuple(one for one in self.told if one != member))


NO_LINKS: Final = Links()
