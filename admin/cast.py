"""Cast: who plays which part in a report, and who did what to whom, as the team codes it.

Pure but for the record that it is kept in. Entries never leave their order, so that a number goes
on meaning the same one, and what was said before stays: a change is a version on top. None of it
is compared with another report, searched or counted: of people who are said to have done something
there is no list (decision 0040).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum, unique
from types import MappingProxyType
from typing import Final, Generic, TypeVar

from forms.codebook import LISTS

MOST_FIGURES: Final = 40
MOST_HAPPENED: Final = 60
# All that was ever said, of both together: so the record stays some hundred kilobytes at most.
MOST_VERSIONS: Final = 240
T = TypeVar("T")


@unique
class Part(StrEnum):
    """Which part somebody plays; the words stand in sealed records and never change."""

    VICTIM = "victim"
    PERPETRATOR = "perpetrator"
    SOURCE = "source"
    INTERVENING = "intervening"


# Whose codes say what somebody is to the report, by their part; for the last part there are none.
RELATIONS: Final[Mapping[Part, frozenset[str]]] = MappingProxyType(
    {
        Part.VICTIM: frozenset(option.code for option in LISTS["reporter"]),
        Part.PERPETRATOR: frozenset(option.code for option in LISTS["perpetrator"]),
        Part.SOURCE: frozenset(option.code for option in LISTS["reporter"]),
        Part.INTERVENING: frozenset(),
    }
)


@dataclass(frozen=True, slots=True)
class Figure:
    """A person or a body in a report: a name or a description, the part, and a code or none."""

    line: str = field(repr=False)
    part: Part
    relation: str = ""


@dataclass(frozen=True, slots=True)
class Happened:
    """One act: the code of a tactic, and who did it to whom, by the numbers of the figures.

    `when` is a day, a month, a year, or empty where it is not known; 0 is nobody known.
    """

    tactic: str
    when: str = field(default="", repr=False)
    place: str = ""
    by: int = 0
    to: int = 0
    sentence: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Version(Generic[T]):
    """What somebody said, or that they took it off."""

    by: bytes
    at: datetime
    said: T | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class Entry(Generic[T]):
    """One entry with all that was ever said in it, the oldest first; there is at least one."""

    versions: tuple[Version[T], ...]

    @property
    def now(self) -> T | None:
        """What stands there, nothing where it was taken off."""
        return self.versions[-1].said

    @property
    def last(self) -> T:
        """What stands there, or stood there last."""
        return next(one.said for one in reversed(self.versions) if one.said is not None)

    def then(self, version: Version[T]) -> "Entry[T]":
        """Return it with one more version."""
        return Entry((*self.versions, version))


@dataclass(frozen=True, slots=True)
class Cast:
    """Everybody in a report and everything that was done, by numbers from 1."""

    figures: tuple[Entry[Figure], ...] = ()
    happened: tuple[Entry[Happened], ...] = ()

    @property
    def has_room(self) -> bool:
        """Whether something more can be said; what is taken off always can be."""
        figures = sum(len(entry.versions) for entry in self.figures)
        return figures + sum(len(entry.versions) for entry in self.happened) < MOST_VERSIONS

    @property
    def standing(self) -> frozenset[int]:
        """The numbers of the figures that were not taken off."""
        return frozenset(n for n, entry in enumerate(self.figures, 1) if entry.now is not None)

    @property
    def lines(self) -> tuple[tuple[int, str], ...]:
        """Every line that was ever written of a figure, with its number."""
        return tuple(
            (number, version.said.line)
            for number, entry in enumerate(self.figures, 1)
            for version in entry.versions
            if version.said is not None
        )


NO_CAST: Final = Cast()


def standing(entries: Iterable[Entry[T]]) -> int:
    """Return how many entries were not taken off."""
    return sum(entry.now is not None for entry in entries)


def put(entries: tuple[Entry[T], ...], number: int, version: Version[T]) -> tuple[Entry[T], ...]:
    """Return the entries with one more version of one of them; the next number is a new one."""
    at = number - 1
    entry = entries[at].then(version) if at < len(entries) else Entry((version,))
    return (*entries[:at], entry, *entries[number:])


def with_figures(cast: Cast, number: int, version: Version[Figure]) -> Cast:
    """Return it with something said of a figure."""
    return replace(cast, figures=put(cast.figures, number, version))


def with_happened(cast: Cast, number: int, version: Version[Happened]) -> Cast:
    """Return it with something said of an act."""
    return replace(cast, happened=put(cast.happened, number, version))
