"""Unknowns: what the team does not know yet about a report, until somebody knows it.

Pure but for the record that it is kept in. They are for colleagues, and no questions to whoever
reported. They never leave their order, so that a number goes on meaning the same one.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

MOST_OPEN: Final = 20
MOST: Final = 100


@dataclass(frozen=True, slots=True)
class Settled:
    """Who answered in one sentence, and when; without a sentence it was dropped."""

    by: bytes
    at: datetime
    sentence: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Unknown:
    """A question of the team's own, who asked it and when."""

    text: str = field(repr=False)
    by: bytes
    at: datetime
    settled: Settled | None = None

    @property
    def is_open(self) -> bool:
        """Whether nobody answered or dropped it."""
        return self.settled is None


def still_open(unknowns: tuple[Unknown, ...]) -> int:
    """Return how many of them are open."""
    return sum(one.is_open for one in unknowns)


def settle(unknowns: tuple[Unknown, ...], number: int, how: Settled) -> tuple[Unknown, ...]:
    """Return them with one of them answered or dropped."""
    at = number - 1
    return (*unknowns[:at], replace(unknowns[at], settled=how), *unknowns[number:])
