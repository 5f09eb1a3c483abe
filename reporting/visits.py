"""Visits: what one browser is in the middle of, as a value and as the record that is locked."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from crypto.envelope import Secret
from reporting import records
from reporting.clock import minute_text, read_minute

Fields = Mapping[str, tuple[str, ...]]
NO_DRAFT: Final = -1


@dataclass(frozen=True, slots=True)
class OpenMailbox:
    """A mailbox that this browser has opened with its code, until a time."""

    lookup: bytes = field(repr=False)
    lock: Secret
    sign: Secret
    until: datetime


@dataclass(frozen=True, slots=True)
class Visit:
    """What one browser is in the middle of: fields as typed by page, and the receipt once sent.

    A mailbox that is open has a row and an end of its own. Where it `has_files`, some may still be
    on their way. Without a draft there is no `rev` yet.
    """

    expires: datetime
    fields: Mapping[str, Fields] = field(default_factory=dict, repr=False)
    receipt: str = field(default="", repr=False)
    open_mailbox: OpenMailbox | None = None
    rev: int = NO_DRAFT
    has_files: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether nothing would be lost with its draft."""
        return not (self.receipt or self.has_files or any(self.fields.values()))


def to_record(visit: Visit) -> records.Record:
    """Return a draft as it stands in its row."""
    return {
        "expires": minute_text(visit.expires),
        "fields": {
            page: {name: list(values) for name, values in fields.items()}
            for page, fields in visit.fields.items()
        },
        "receipt": visit.receipt,
        "mailbox": None,  # where the release before this one looks for it
    }


def from_record(record: records.Record, rev: int) -> Visit:
    """Return the draft of a record that was opened, and so is one that was written here.

    A mailbox that stood in it once stays closed: its code opens it again.
    """
    pages = records.child(record, "fields")
    return Visit(
        expires=read_minute(records.text(record, "expires")),
        fields={page: _fields_from(records.child(pages, page)) for page in pages},
        receipt=records.text(record, "receipt"),
        rev=rev,
    )


def mailbox_to_record(mailbox: OpenMailbox) -> records.Record:
    """Return an open mailbox as it stands in its row."""
    return {
        "lookup": mailbox.lookup.hex(),
        "lock": mailbox.lock.reveal().hex(),
        "sign": mailbox.sign.reveal().hex(),
        "until": minute_text(mailbox.until),
    }


def mailbox_from_record(record: records.Record) -> OpenMailbox:
    """Return the mailbox of a record that was opened, and so is one that was written here."""
    return OpenMailbox(
        lookup=bytes.fromhex(records.text(record, "lookup")),
        lock=Secret(bytes.fromhex(records.text(record, "lock"))),
        sign=Secret(bytes.fromhex(records.text(record, "sign"))),
        until=read_minute(records.text(record, "until")),
    )


def _fields_from(record: records.Record) -> Fields:
    return {name: records.texts(record, name) for name in record}
