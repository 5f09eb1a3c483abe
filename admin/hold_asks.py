"""Hold asks: somebody asks for a report to be held back from erasure, until a second agrees."""

from dataclasses import dataclass, field
from datetime import date

from reporting import records
from reporting.records import Record


@dataclass(frozen=True, slots=True)
class HoldAsked:
    """Who asks, why, until which day, and whether the reporter is told at once."""

    by: bytes
    reason: str = field(repr=False)
    until: date
    tells: bool = True


def written(asked: HoldAsked) -> Record:
    """Return it as a record."""
    return {
        "by": asked.by.hex(),
        "reason": asked.reason,
        "until": asked.until.isoformat(),
        "tells": asked.tells,
    }


def read(record: Record) -> HoldAsked:
    """Return what a record holds. Raises OpenError for any other record."""
    return HoldAsked(
        by=records.row(record, "by"),
        reason=records.text(record, "reason"),
        until=records.day(record, "until"),
        tells=records.truth(record, "tells"),
    )
