"""Telling: post the ready texts that time owes to a reporter, in their language and with a day."""

from contextlib import suppress
from datetime import date
from typing import Final

from admin import ready_texts
from admin.cases import Opened
from admin.desk import Desk
from reporting import threads
from reporting.errors import MailboxFullError
from reporting.threads import Message

# What we have every ready text in; a reporter whose language is not among them reads this one.
ELSE: Final = "en"
ASK: Final = frozenset({"ask_again"})  # what waits for an answer
MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)


def post(desk: Desk, there: Opened, code: str, day: date) -> None:
    """Post a ready text that names a day. The caller holds the report.

    A mailbox that is full takes no more; the last day stands above it all the same.
    """
    language = language_for(there, code)
    text = filled(ready_texts.text_of(code, language), day)
    asks = code in ASK
    message = Message(from_reporter=False, text=text, sent=desk.now, language=language, asks=asks)
    with suppress(MailboxFullError):
        threads.add(desk.session, there.id, there.thread, message)


def filled(text: str, day: date) -> str:
    """Return a ready text with its day written in."""
    return text.format(
        year=day.year, month=day.month, day=day.day, name_of_month=MONTHS[day.month - 1]
    )


def language_for(there: Opened, code: str) -> str:
    """Return in which language a reporter reads a ready text."""
    facets, texts = there.facets, ready_texts.READY[code].texts
    return next((one for one in (facets.answer_in, facets.language) if one in texts), ELSE)
