"""Drafts: own words to a reporter that are not sent yet, and who has read them.

Pure but for the record that they are kept in. A reading is of these very words: any edit voids it.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from admin import fact_records as facts
from admin import ready_texts
from admin.facts import NOBODY
from forms.answers import Answers
from reporting import records
from reporting.records import Record

MOST: Final = 10
DRAFT_BYTES: Final = 16


@dataclass(frozen=True, slots=True)
class Draft:
    """A message in somebody's own words; `comment` is what a second reader sent it back with."""

    id: bytes
    by: bytes
    at: datetime
    language: str
    text: str = field(repr=False)
    asks: bool = False
    read_by: bytes = NOBODY
    comment: str = field(default="", repr=False)

    @property
    def digest(self) -> bytes:
        """The hash of what a second reader reads."""
        read: Record = {
            "id": self.id.hex(),
            "language": self.language,
            "text": self.text,
            "asks": self.asks,
        }
        return hashlib.sha256(records.encode(read)).digest()

    @property
    def is_read(self) -> bool:
        """Whether somebody else than its writer has read it and agrees."""
        return self.read_by not in {NOBODY, self.by}

    @property
    def is_waiting(self) -> bool:
        """Whether a second reader is to look at it."""
        return not self.is_read and not self.comment

    def edited(self, text: str, language: str, now: datetime) -> "Draft":
        """Return it with other words, which nobody has read."""
        return replace(self, text=text, language=language, at=now, read_by=NOBODY, comment="")


def find(drafts: Iterable[Draft], number: bytes) -> Draft | None:
    """Return the draft of a number, if there is one."""
    return next((draft for draft in drafts if draft.id == number), None)


def reader_of(drafts: Iterable[Draft], member: bytes, language: str, text: str) -> bytes:
    """Return who else has read these very words of somebody."""
    found = (draft.read_by for draft in drafts if is_theirs(draft, member, language, text))
    return next((reader for reader in found if reader != NOBODY), NOBODY)


def is_theirs(draft: Draft, member: bytes, language: str, text: str) -> bool:
    """Say whether a draft is this person's, and these very words."""
    return (draft.by, draft.language, draft.text) == (member, language, text)


def may_go_unread(language: str, *, on_probation: bool) -> bool:
    """Say whether somebody's own words may go to a reporter without a second reader."""
    return ready_texts.is_reviewed(language) and not on_probation


def is_watched(answers: Answers) -> bool:
    """Say whether the reporter's device may be watched."""
    return "device_unsafe" in answers.get("danger_event", ())


def written(draft: Draft) -> Record:
    """Return a draft as a record."""
    return {
        "id": draft.id.hex(),
        "by": draft.by.hex(),
        "at": facts.seconds(draft.at),
        "language": draft.language,
        "text": draft.text,
        "asks": draft.asks,
        "read_by": draft.read_by.hex(),
        "comment": draft.comment,
    }


def read(record: Record) -> Draft:
    """Return the draft that a record holds. Raises OpenError and ValueError."""
    return Draft(
        id=records.row(record, "id"),
        by=records.row(record, "by"),
        at=facts.moment(records.number(record, "at")),
        language=records.text(record, "language"),
        text=records.text(record, "text"),
        asks=records.truth(record, "asks"),
        read_by=records.row(record, "read_by"),
        comment=records.text(record, "comment"),
    )
