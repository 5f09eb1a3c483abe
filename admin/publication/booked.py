"""Booked: the rows of the ledger as everybody reads them, and what they add up to."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum, unique
from fractions import Fraction
from typing import Final

from admin.errors import FiguresError
from crypto.envelope import lp
from reporting import records
from reporting.statistics.plan import Plan, cap

NOTHING: Final = bytes(32)
OTHER_CAP: Final = "The cap of the year {} is {} since its first release, and no plan changes it."


@unique
class State(StrEnum):
    """How far a release came; the words stand in published rows and never change."""

    RESERVED = "reserved"
    DRAWN = "drawn"
    PUBLISHED = "published"
    BURNT = "burnt"


@unique
class Reason(StrEnum):
    """Why a release was given up: how its numbers look is none of them."""

    CRASH = "crash"
    CHECK = "check"
    CODE = "code"
    CODELIST = "codelist"


@dataclass(frozen=True, slots=True)
class Event:
    """One row of the ledger, as it is published."""

    seq: int
    scope: str
    release: str
    state: State
    eps: Fraction
    plan_sha256: str
    result_sha256: str
    reason: str
    week: int

    def stated(self) -> dict[str, str | int]:
        """Return what the row says, in the words of the published list."""
        return {
            "seq": self.seq,
            "scope": self.scope,
            "release": self.release,
            "state": self.state,
            "eps": written(self.eps),
            "plan_sha256": self.plan_sha256,
            "result_sha256": self.result_sha256,
            "reason": self.reason,
            "week": self.week,
        }

    def hash(self, prev: bytes) -> bytes:
        """Return what the next row is chained to."""
        return hashlib.sha256(lp(prev, records.encode(self.stated()))).digest()


@dataclass(frozen=True, slots=True)
class Ledger:
    """All rows, verified, and the caps of the years they are booked against."""

    events: tuple[Event, ...]
    hashes: tuple[bytes, ...]
    caps: Mapping[str, Fraction]

    @property
    def head(self) -> bytes:
        """What names everything that was booked so far."""
        return self.hashes[-1] if self.hashes else NOTHING

    def of(self, release: str) -> tuple[Event, ...]:
        """Return the steps of a release."""
        return tuple(event for event in self.events if event.release == release)

    def state(self, release: str) -> str:
        """Return how far a release came; nothing before it is booked."""
        return next((event.state.value for event in reversed(self.of(release))), "")

    def is_broken_off(self, release: str) -> bool:
        """Say whether the numbers of a release are kept, and its draw did not come to its end."""
        steps = self.of(release)
        return len(steps) == 1 and bool(steps[0].result_sha256)

    def spent(self, scope: str) -> Fraction:
        """Return what is spent of a year."""
        booked = (
            event.eps
            for event in self.events
            if (event.scope, event.state) == (scope, State.RESERVED)
        )
        return sum(booked, Fraction(0))

    def left(self, plan: Plan) -> Fraction:
        """Return what the year of a plan has left."""
        return self.cap_of(plan) - self.spent(scope_of(plan))

    def cap_of(self, plan: Plan) -> Fraction:
        """Return the cap of the year of a plan. Raises FiguresError for a plan of another one."""
        scope, planned = scope_of(plan), cap(plan.eps_year)
        fixed = self.caps.get(scope, planned)
        if fixed != planned:
            raise FiguresError(OTHER_CAP.format(scope, written(fixed)))
        return fixed


def scope_of(plan: Plan) -> str:
    """Return what a plan is booked against: the year that it counts."""
    return str(plan.period)


def written(fraction: Fraction) -> str:
    """Write a fraction as plans do."""
    return f"{fraction.numerator}/{fraction.denominator}"
