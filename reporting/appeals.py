"""Appeals: a reporter whose report was declined asks for another look, once and in time.

The public process holds no key of the report. It puts the report where new ones wait; the first
session that opens it goes on from there, and somebody looks who did not decide before.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sqlalchemy import delete
from sqlalchemy.orm import Session

from reporting import audit, listing, mailbox, terms_shown, threads
from reporting.case_rows import LeaseRow
from reporting.errors import AppealClosedError
from reporting.models import State
from reporting.status import appeal_until
from reporting.threads import Message
from reporting.visits import OpenMailbox

APPEALED: Final = "appealed"


@dataclass(frozen=True, slots=True)
class Words:
    """What a reporter says about it, which may be nothing, and the language of their page."""

    text: str = field(repr=False)
    language: str


def look(session: Session, opened: OpenMailbox, now: datetime) -> datetime:
    """Return until when another look can be asked for.

    Raises AppealClosedError where it cannot, MailboxClosedError, CodeUnknownError, TakenBackError.
    """
    mailbox.require_kept(mailbox.look(session, opened, now))
    until = mailbox.read_thread(session, opened, now).appeal_until
    if until is None:
        raise AppealClosedError
    return until


def ask(
    session: Session, opened: OpenMailbox, journal: audit.Journal, words: Words, now: datetime
) -> None:
    """Put a declined report back among the new ones, and note it in the log.

    Raises AppealClosedError where that is not possible, MailboxClosedError, CodeUnknownError,
    TakenBackError, and MailboxFullError.
    """
    entered = mailbox.reenter(session, opened, now)
    mailbox.require_kept(entered.case)
    case, thread = entered.case, entered.thread
    conversation = threads.read(session, case.id, thread)
    if appeal_until(State(case.state), conversation, now) is None:
        raise AppealClosedError
    message = Message(
        from_reporter=True, text=words.text, sent=now, language=words.language, appeals=True
    )
    threads.add(session, case.id, thread, message)
    terms_shown.write(session, case.id, thread, None)
    mailbox.mark(session, case.id)
    # Whoever decides on what a page of the team showed before is told that something happened.
    case.state, case.rev = State.RECEIVED, case.rev + 1
    session.execute(delete(LeaseRow).where(LeaseRow.case_id == case.id))
    listing.forget(session, case.id)
    event = audit.Event(mailbox.REPORTER, mailbox.REPORTER, APPEALED, case.id)
    audit.append(session, journal, event, now)
