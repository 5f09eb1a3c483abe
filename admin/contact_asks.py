"""Contact asks: that somebody wants to read how a reporter can be reached, and who agreed.

Pure but for the record that it is kept in. Nobody ever agrees to what they asked for themself.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum, unique
from typing import Final

from admin import fact_records as facts
from admin.facts import NOBODY
from reporting import records
from reporting.records import Record

# So long an ask waits for a second person, and so long what that person agreed to is good for.
VALID_FOR: Final = timedelta(hours=24)
# So long the second person of an urgent report may come behind.
SECOND_WITHIN: Final = timedelta(hours=4)


@unique
class Reason(StrEnum):
    """Why; the reporter reads it, and the words stand in sealed records and never change."""

    DANGER = "danger"
    REQUESTED = "requested"
    ARRANGE = "arrange"
    NO_ANSWER = "no_answer"


@dataclass(frozen=True, slots=True)
class Ask:
    """That somebody asked to open the ways of contact; `why` is what they typed.

    One `on_credit` was opened before anybody agreed: the report was urgent. `by_second` is whoever
    answered, and `agrees` what they said. `told` says that supervisors were told that nobody did.
    """

    by: bytes
    at: datetime
    reason: Reason
    why: str = field(repr=False)
    on_credit: bool = False
    by_second: bytes = NOBODY
    answered_at: datetime | None = None
    agrees: bool = False
    told: bool = False

    @property
    def id(self) -> bytes:
        """What tells it from any other, and changes with everything that was asked."""
        asked: Record = {
            "by": self.by.hex(),
            "at": facts.seconds(self.at),
            "reason": self.reason,
            "why": self.why,
        }
        return hashlib.sha256(records.encode(asked)).digest()[:16]

    @property
    def is_answered(self) -> bool:
        """Whether a second person said yes or no."""
        return self.answered_at is not None

    def is_agreed(self, now: datetime) -> bool:
        """Say whether a second person agreed, not too long ago."""
        return self.agrees and self.answered_at is not None and now < self.answered_at + VALID_FOR

    def is_open(self, now: datetime) -> bool:
        """Say whether a second person still has to answer; what was opened stays open for ever."""
        return not self.is_answered and (self.on_credit or now < self.at + VALID_FOR)

    def is_missing(self, now: datetime) -> bool:
        """Say whether it was opened, and nobody answered in time."""
        return self.on_credit and not self.is_answered and now >= self.at + SECOND_WITHIN

    def opens(self, member: bytes, now: datetime) -> bool:
        """Say whether it lets somebody read the ways of contact now."""
        on_credit = self.on_credit and not self.is_answered and now < self.at + SECOND_WITHIN
        return self.by == member and (on_credit or self.is_agreed(now))

    def may_answer(self, member: bytes, now: datetime) -> bool:
        """Say whether somebody can be the second person."""
        return self.by != member and self.is_open(now)


def find(asks: Iterable[Ask], number: bytes) -> Ask | None:
    """Return the ask of a number, if there is one."""
    return next((ask for ask in asks if ask.id == number), None)


def written(ask: Ask) -> Record:
    """Return an ask as a record."""
    return {
        "by": ask.by.hex(),
        "at": facts.seconds(ask.at),
        "reason": ask.reason,
        "why": ask.why,
        "on_credit": ask.on_credit,
        "by_second": ask.by_second.hex(),
        "answered_at": facts.maybe(facts.seconds, ask.answered_at),
        "agrees": ask.agrees,
        "told": ask.told,
    }


def read(record: Record) -> Ask:
    """Return the ask that a record holds. Raises OpenError and ValueError."""
    return Ask(
        by=records.row(record, "by"),
        at=facts.moment(records.number(record, "at")),
        reason=Reason(records.text(record, "reason")),
        why=records.text(record, "why"),
        on_credit=records.truth(record, "on_credit"),
        by_second=records.row(record, "by_second"),
        answered_at=facts.one(facts.moments(record, "answered_at")),
        agrees=records.truth(record, "agrees"),
        told=records.truth(record, "told"),
    )
