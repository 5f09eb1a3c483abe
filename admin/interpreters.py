"""Interpreters: that one text of a report is lent to somebody who translates it, and what came.

Pure but for the record that it is kept in. The key of what is lent stands in it until that ended.
"""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum, unique
from typing import Final

from admin import fact_records as facts
from crypto.envelope import Secret
from reporting import records
from reporting.clock import hour_after
from reporting.records import Record

LENT_FOR: Final = timedelta(hours=48)
ANSWER_KEPT_FOR: Final = timedelta(days=30)
MOST_OF_A_REPORT: Final = 3
MOST_OF_A_PERSON: Final = 5


@unique
class Reason(StrEnum):
    """Why somebody asks who reads the language; the words stand in sealed records."""

    UNREAD = "unread"
    PARTLY = "partly"
    CHECK = "check"


@unique
class End(StrEnum):
    """What came of it; the words stand in sealed records and never change."""

    ANSWERED = "answered"
    LANGUAGE = "language"
    DISTRESSING = "distressing"
    CONFLICT = "conflict"
    TAKEN_BACK = "taken_back"
    EXPIRED = "expired"
    STOPPED = "stopped"  # the keys changed, or whoever was asked left


# Why somebody cannot translate a text, in the words of the form.
CANNOT: Final = (End.LANGUAGE, End.DISTRESSING, End.CONFLICT)


@dataclass(frozen=True, slots=True)
class Lent:
    """That `by` lent a text to `to`; `sent` is when that message was sent, None for the story.

    `row` is where it lies, and `key` opens it there and what is answered.
    """

    row: bytes
    key: bytes = field(repr=False)
    by: bytes
    to: bytes
    at: datetime
    until: datetime
    reason: Reason
    sent: datetime | None = None
    end: End | None = None
    ended: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether nothing came of it yet."""
        return self.end is None

    @property
    def secret(self) -> Secret:
        """The key of what is lent, as long as it is."""
        return Secret(self.key)

    def ends(self, end: End, now: datetime) -> "Lent":
        """Return it as it ended, without its key."""
        return replace(self, key=b"", end=end, ended=now)


def until(now: datetime) -> datetime:
    """Return when what is lent now ends: with a full hour, so that a row may say it in clear."""
    return datetime.fromtimestamp((hour_after(now + LENT_FOR) - 1) * 3600, UTC)


def written(lent: Lent) -> Record:
    """Return it as a record."""
    return {
        "row": lent.row.hex(),
        "key": lent.key.hex(),
        "by": lent.by.hex(),
        "to": lent.to.hex(),
        "at": facts.seconds(lent.at),
        "until": facts.seconds(lent.until),
        "reason": lent.reason,
        "sent": facts.maybe(facts.seconds, lent.sent),
        "end": "" if lent.end is None else lent.end,
        "ended": facts.maybe(facts.seconds, lent.ended),
    }


def read(record: Record) -> Lent:
    """Return what a record holds. Raises OpenError and ValueError."""
    end = records.text(record, "end")
    return Lent(
        row=records.row(record, "row"),
        key=bytes.fromhex(records.text(record, "key")),
        by=records.row(record, "by"),
        to=records.row(record, "to"),
        at=facts.moment(records.number(record, "at")),
        until=facts.moment(records.number(record, "until")),
        reason=Reason(records.text(record, "reason")),
        sent=facts.one(facts.moments(record, "sent")),
        end=End(end) if end else None,
        ended=facts.one(facts.moments(record, "ended")),
    )
