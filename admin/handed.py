"""Handed: that a report waits for somebody of the community its reporter did not want, and why.

Pure but for the record that it is kept in. It gives way to one wish alone, and only for one named
person: ties that recuse, names in the report and every other wish hide it as before.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum, unique
from typing import Final

from admin import fact_records as facts
from admin.calendar_days import add_working_time
from admin.facts import NOBODY
from reporting import records
from reporting.records import Record
from reporting.triage import Level

URGENT_WAITS: Final = timedelta(minutes=30)
HIGH_WAITS: Final = timedelta(hours=12)
OTHERS_WAIT: Final = timedelta(days=3)  # of working time


@unique
class Reason(StrEnum):
    """Why; the reporter reads it, and the words stand in sealed records and never change."""

    LANGUAGE = "language"
    NOBODY_FREE = "nobody_free"


@dataclass(frozen=True, slots=True)
class Handed:
    """That `by` wants to hand a report to `to`; `outside` agreed to it, and reads along."""

    by: bytes
    at: datetime
    to: bytes
    reason: Reason
    outside: bytes = NOBODY

    @property
    def id(self) -> bytes:
        """What tells it from any other, and changes with everything that is agreed to."""
        signed: Record = {
            "by": self.by.hex(),
            "at": facts.seconds(self.at),
            "to": self.to.hex(),
            "reason": self.reason,
        }
        return hashlib.sha256(records.encode(signed)).digest()[:16]

    @property
    def is_waiting(self) -> bool:
        """Whether nobody has agreed to it yet."""
        return self.outside == NOBODY


def agreed(handed: Handed | None) -> Handed | None:
    """Return what two people agreed to; what only one proposed ends with the next move."""
    return None if handed is None or handed.is_waiting else handed


def possible_from(level: Level, since: datetime) -> datetime:
    """Return from when a report that has waited since then may be handed on."""
    if level is Level.URGENT:
        return since + URGENT_WAITS
    return since + HIGH_WAITS if level is Level.HIGH else add_working_time(since, OTHERS_WAIT)


def written(handed: Handed) -> Record:
    """Return it as a record."""
    return {
        "by": handed.by.hex(),
        "at": facts.seconds(handed.at),
        "to": handed.to.hex(),
        "reason": handed.reason,
        "outside": handed.outside.hex(),
    }


def read(record: Record) -> Handed:
    """Return what a record holds. Raises OpenError and ValueError."""
    return Handed(
        by=records.row(record, "by"),
        at=facts.moment(records.number(record, "at")),
        to=records.row(record, "to"),
        reason=Reason(records.text(record, "reason")),
        outside=records.row(record, "outside"),
    )
