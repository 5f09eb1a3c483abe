"""Visits: what one browser is in the middle of, as a value and as the record that is locked."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from crypto.envelope import Secret
from reporting import records
from reporting.clock import minute_text, read_minute

Fields = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class OpenMailbox:
    """A mailbox that this browser has opened with its code, until a time."""

    lookup: bytes = field(repr=False)
    lock: Secret
    sign: Secret
    until: datetime


@dataclass(frozen=True, slots=True)
class Visit:
    """What the row holds: fields as typed by page, the receipt once sent, a mailbox once opened.

    Where it `has_files`, some may still be on their way.
    """

    expires: datetime
    fields: Mapping[str, Fields] = field(default_factory=dict, repr=False)
    receipt: str = field(default="", repr=False)
    open_mailbox: OpenMailbox | None = None
    rev: int = 0
    has_files: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether nothing would be lost with it."""
        return not (self.receipt or self.open_mailbox or any(self.fields.values()))


def to_record(visit: Visit) -> records.Record:
    """Return a visit as it stands in its row."""
    mailbox = visit.open_mailbox
    return {
        "expires": minute_text(visit.expires),
        "fields": {
            page: {name: list(values) for name, values in fields.items()}
            for page, fields in visit.fields.items()
        },
        "receipt": visit.receipt,
        "mailbox": None
        if mailbox is None
        else {
            "lookup": mailbox.lookup.hex(),
            "lock": mailbox.lock.reveal().hex(),
            "sign": mailbox.sign.reveal().hex(),
            "until": minute_text(mailbox.until),
        },
    }


def from_record(record: records.Record, rev: int) -> Visit:
    """Return the visit of a record that was opened, and so is one that was written here."""
    pages, mailbox = records.child(record, "fields"), record["mailbox"]
    return Visit(
        expires=read_minute(records.text(record, "expires")),
        fields={page: _fields_from(records.child(pages, page)) for page in pages},
        receipt=records.text(record, "receipt"),
        # One opened by the first version cannot sign; its code opens it again.
        open_mailbox=_mailbox_from(mailbox)
        if isinstance(mailbox, Mapping) and "sign" in mailbox
        else None,
        rev=rev,
    )


def _fields_from(record: records.Record) -> Fields:
    return {name: records.texts(record, name) for name in record}


def _mailbox_from(record: records.Record) -> OpenMailbox:
    return OpenMailbox(
        lookup=bytes.fromhex(records.text(record, "lookup")),
        lock=Secret(bytes.fromhex(records.text(record, "lock"))),
        sign=Secret(bytes.fromhex(records.text(record, "sign"))),
        until=read_minute(records.text(record, "until")),
    )
