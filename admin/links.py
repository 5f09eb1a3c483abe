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


@unique
class Why(StrEnum):
    """Why a report is proposed for comparing; the words stand in sealed records."""

    SAME_IDENTIFIER = "same_identifier"
    SAME_WORDS = "same_words"
    SAME_NUMBER = "same_number"
    YOURS = "yours"


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
    """What somebody said of this report and another one, or that they took that back.

    `whys` are what spoke for comparing them then, and `shared` how many identifiers were marked in
    both: of a judgement from before that was kept, nobody knows.
    """

    other: bytes
    verdict: Verdict
    by: bytes
    at: datetime
    whys: tuple[Why, ...] = ()
    shared: int | None = None
    is_back: bool = False


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

    def on(self, other: bytes) -> tuple[Judged, ...]:
        """Return all that was ever said of this report and another one, the oldest first."""
        return tuple(one for one in self.judged if one.other == other)

    def standing_on(self, other: bytes) -> tuple[Judged, ...]:
        """Return what each person said last of both, as far as they did not take it back."""
        last: dict[bytes, Judged] = {}
        for one in self.on(other):
            last.pop(one.by, None)
            last[one.by] = one
        return tuple(one for one in last.values() if not one.is_back)

    def verdict_on(self, other: bytes) -> str:
        """Return what holds of this report and another one: the newest; nothing where none does."""
        standing = self.standing_on(other)
        return str(standing[-1].verdict) if standing else ""

    def may_propose(self, other: bytes, shared: int) -> bool:
        """Say whether two reports may be proposed for comparing, in which so much is marked alike.

        They may while nobody who judged them is sure, and again once more is marked alike than
        when they were judged.
        """
        sure = (one for one in self.standing_on(other) if one.verdict is not Verdict.UNSURE)
        return all(one.shared is not None and one.shared < shared for one in sure)

    def judging(self, new: Judged) -> "Links":
        """Return them with a judgement behind all that were made; none is ever left out."""
        return replace(self, judged=(*self.judged, new))

    def taking_back(self, other: bytes, by: bytes, now: datetime) -> "Links":
        """Return them with the word that somebody took back what they said of another report."""
        mine = (one for one in self.standing_on(other) if one.by == by)
        backs = tuple(replace(one, at=now, is_back=True) for one in mine)
        return replace(self, judged=(*self.judged, *backs))

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
