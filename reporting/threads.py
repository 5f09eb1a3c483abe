"""Threads: the messages of one conversation, under the key that both sides hold."""

import secrets
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from crypto.envelope import Label, Secret, expand
from reporting import places, records
from reporting.clock import minute_text, read_minute
from reporting.errors import MailboxFullError, UnansweredError
from reporting.models import MessageRow

FLOOR_BYTES: Final = 1024
MOST_MESSAGES: Final = 500
MOST_UNANSWERED: Final = 50
PAGE_MESSAGES: Final = 20
NEWEST: Final = sys.maxsize  # a place behind all messages, however many there are


@dataclass(frozen=True, slots=True)
class Message:
    """One message; `from_reporter` says from which side.

    `asks` says whether it waits for an answer, `closes` whether work ends with it. With one that
    `appeals` a reporter asks for another look; it may be without words.
    """

    from_reporter: bool
    text: str = field(repr=False)
    sent: datetime
    language: str
    asks: bool = False
    closes: bool = False
    appeals: bool = False


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A page of a conversation, oldest message first, and what it stands between.

    `older` is where the page before it ends, or 0; `is_newest` says whether it is the last.
    """

    messages: tuple[Message, ...] = field(repr=False)
    older: int
    is_newest: bool


def excerpt(conversation: tuple[Message, ...], before: int = NEWEST) -> Excerpt:
    """Return the newest twenty of the messages up to number `before`, counted from 1."""
    end = min(before, len(conversation))
    begin = max(0, end - PAGE_MESSAGES)
    return Excerpt(conversation[begin:end], older=begin, is_newest=end == len(conversation))


def sent_by(conversation: tuple[Message, ...], moment: datetime) -> tuple[Message, ...]:
    """Return what is sent by a moment; what the team can still take back is dated after it."""
    return tuple(message for message in conversation if message.sent <= moment)


def read(session: Session, case: bytes, thread: Secret) -> tuple[Message, ...]:
    """Return the conversation, oldest first."""
    found = select(MessageRow.id, MessageRow.content_sealed).where(MessageRow.case_id == case)
    return read_rows(session.execute(found), thread)


def read_rows(rows: Iterable[tuple[bytes, bytes]], thread: Secret) -> tuple[Message, ...]:
    """Return the conversation that some rows hold, by number and box, oldest first."""
    key = expand(thread, Label.MESSAGE)
    opened = (_from_record(records.reopen(key, box, places.message(row))) for row, box in rows)
    numbered = sorted(opened, key=lambda pair: pair[0])
    return tuple(message for _place, message in numbered)


def add(session: Session, case: bytes, thread: Secret, message: Message) -> bytes:
    """Add a message at the end; return the number of its row.

    Raises MailboxFullError when there are too many, and UnansweredError when the reporter has
    written too many since the office last did: one code cannot fill the store. To ask for another
    look is possible beyond, and only once. The message's place is sealed with its words; rows have
    random names and no order.
    """
    counting = select(func.count()).select_from(MessageRow).where(MessageRow.case_id == case)
    count = session.scalars(counting).one()
    if count >= MOST_MESSAGES and not message.appeals:
        raise MailboxFullError
    if message.from_reporter and not message.appeals and count >= MOST_UNANSWERED:
        _refuse_unanswered(read(session, case, thread))
    row = secrets.token_bytes(16)
    record: records.Record = {
        "place": count,
        "from": "reporter" if message.from_reporter else "office",
        "text": message.text,
        "sent": minute_text(message.sent),
        "language": message.language,
        "asks": message.asks,
        "closes": message.closes,
        "appeals": message.appeals,
    }
    box = records.close(expand(thread, Label.MESSAGE), record, places.message(row), FLOOR_BYTES)
    session.execute(insert(MessageRow).values(id=row, case_id=case, content_sealed=box))
    return row


def _refuse_unanswered(conversation: tuple[Message, ...]) -> None:
    newest = conversation[-MOST_UNANSWERED:]
    if all(message.from_reporter for message in newest):
        raise UnansweredError


def _from_record(record: records.Record) -> tuple[tuple[str, int], Message]:
    message = Message(
        from_reporter=records.text(record, "from") == "reporter",
        text=records.text(record, "text"),
        sent=read_minute(records.text(record, "sent")),
        language=records.text(record, "language"),
        asks=record.get("asks") is True,  # none of these in messages of the first version
        closes=record.get("closes") is True,
        appeals=record.get("appeals") is True,
    )
    return (records.text(record, "sent"), records.number(record, "place")), message
