"""Tally: failed sign-ins, counted so that strangers cannot fill the audit log with them.

A name gets one row an hour in the log; what fails later in that hour is counted here and stands in
its next row. Whether the name exists makes no difference. A restart forgets what is not written.
"""

from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock
from typing import Final

from reporting.clock import hour_after

NAMES_AN_HOUR: Final = 64
OTHERS: Final = b""  # names beyond so many share one row


@dataclass(frozen=True, slots=True)
class Failure:
    """A sign-in that failed: at which name, and at which of the two steps."""

    tag: bytes
    step: str


@dataclass(frozen=True, slots=True)
class Due:
    """What has to be written now: `count` failures of a name; nothing when it is 0."""

    tag: bytes
    count: int


@dataclass(slots=True)
class _Count:
    """The hour of the last row, and how many failures came after it."""

    hour: int = -1
    unwritten: int = 0


@dataclass(frozen=True, slots=True)
class Tally:
    """Failures of this process since their last row in the log."""

    _counts: dict[Failure, _Count] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def add(self, failure: Failure, now: datetime) -> Due:
        """Count a failure and say what has to be written about it now."""
        hour = hour_after(now)
        with self._lock:
            known = self._known(failure, hour)
            count = self._counts.setdefault(known, _Count())
            count.unwritten += 1
            if count.hour == hour:
                return Due(known.tag, 0)
            due = Due(known.tag, count.unwritten)
            count.hour, count.unwritten = hour, 0
            return due

    def _known(self, failure: Failure, hour: int) -> Failure:
        if failure in self._counts:
            return failure
        if self._names_at(failure.step) >= NAMES_AN_HOUR:
            self._forget_before(hour)
        if self._names_at(failure.step) < NAMES_AN_HOUR:
            return failure
        return Failure(OTHERS, failure.step)

    def _names_at(self, step: str) -> int:
        # Each step by itself: strangers cannot crowd out who had a right passphrase.
        return sum(known.step == step for known in self._counts)

    def _forget_before(self, hour: int) -> None:
        """Move what other hours left unwritten to the row that names share."""
        for failure, count in list(self._counts.items()):
            if count.hour < hour and failure.tag != OTHERS:
                others = self._counts.setdefault(Failure(OTHERS, failure.step), _Count())
                others.unwritten += count.unwritten
                del self._counts[failure]
