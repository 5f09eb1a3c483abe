"""Links: what a report has to do with other reports, as values.

Pure. They stand in the record of the work on each of the two reports, under its own key: a copy of
the database says of no two reports that they belong together.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
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
    SAME_ACTOR = "same_actor"
    SAME_HOUSEHOLD = "same_household"
    SAME_CAMPAIGN = "same_campaign"


# What says more than that two reports tell of one thing needs the yes of both reporters.
NEEDS_CONSENT: Final = frozenset(
    {Verdict.SAME_ACTOR, Verdict.SAME_HOUSEHOLD, Verdict.SAME_CAMPAIGN}
)


@unique
class Kind(StrEnum):
    """What kind of identifier stands in a report; the words stand in tokens and never change."""

    PHONE = "phone"
    EMAIL = "email"
    HANDLE = "handle"
    WEB = "web"
    PLATE = "plate"
    FILE = "file"


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
class Marked:
    """An identifier that stands in this report, as it was typed; `row` is where its token is."""

    row: bytes
    kind: Kind
    value: str = field(repr=False)
    by: bytes
    at: datetime


@dataclass(frozen=True, slots=True)
class Links:
    """Everything that a report has to do with others. `told` are those who are to be told of it.

    `documents` is how many choices its reporter had signed when it was last asked whether what is
    `marked` may be compared; `asked` is when the reporter was last asked for that.
    """

    judged: tuple[Judged, ...] = ()
    joined: Joined | None = None
    followers: tuple[Follower, ...] = ()
    told: tuple[bytes, ...] = ()
    together: Together | None = None
    marked: tuple[Marked, ...] = ()
    documents: int = 0
    asked: datetime | None = None

    @property
    def rows(self) -> tuple[bytes, ...]:
        """Where the tokens of what is marked are."""
        return tuple(one.row for one in self.marked)

    @property
    def bound(self) -> frozenset[bytes]:
        """The reports that what is done with this one may change."""
        survivor = () if self.joined is None else (self.joined.survivor,)
        return frozenset((*survivor, *(each.case for each in self.followers)))

    def grew_since(self, moment: datetime) -> bool:
        """Say whether something has begun to follow this report since a moment."""
        return any(one.at > moment for one in self.followers)

    def verdict_on(self, other: bytes) -> str:
        """Return what was said last of this report and another one; nothing where nobody did."""
        return next((str(one.verdict) for one in reversed(self.judged) if one.other == other), "")

    def judging(self, new: Judged) -> "Links":
        """Return them with a judgement, in place of what the same person said before."""
        kept = (one for one in self.judged if (one.other, one.by) != (new.other, new.by))
        return replace(self, judged=(*kept, new))

    def without(self, other: bytes, by: bytes) -> "Links":
        """Return them without what one person said of another report."""
        kept = (one for one in self.judged if (one.other, one.by) != (other, by))
        return replace(self, judged=tuple(kept))

    def marking(self, new: Marked, documents: int) -> "Links":
        """Return them with one more identifier, which the choices so far allow."""
        return replace(self, marked=(*self.marked, new), documents=documents)

    def without_mark(self, row: bytes) -> "Links":
        """Return them without one identifier."""
        return replace(self, marked=tuple(one for one in self.marked if one.row != row))

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
