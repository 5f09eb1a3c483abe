"""Mailbox: what a receipt code opens: the conversation, and the right to take the report back."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session

from crypto import receipt
from crypto.envelope import Ctx, OpenError, Pepper, Secret, make_key
from crypto.stream import lock, unlock
from reporting import audit, places, threads
from reporting.database import Base, shred
from reporting.drafts import OpenMailbox
from reporting.errors import CodeUnknownError, MailboxClosedError
from reporting.models import Case, CasePart, CaseWrap, Mail, Mailbox, MessageRow, NoteRow

# Keys first: whatever stops in between, what is left cannot be opened.
ERASED_IN_ORDER: Final[tuple[type[Base], ...]] = (
    CaseWrap,
    Mailbox,
    Mail,
    MessageRow,
    NoteRow,
    CasePart,
)
_DUMMY_ROW: Final = bytes(16)
_DUMMY_PLACE: Final = Ctx("dummy", "mailbox", "receipt_lock_sealed", _DUMMY_ROW)
_DUMMY_KEY: Final = make_key()
_DUMMY_BOX: Final = lock(_DUMMY_KEY, make_key().reveal(), _DUMMY_PLACE)


class Status(StrEnum):
    """How things stand, as the reporter sees it: never a level, a queue or a name."""

    RECEIVED = "received"
    ANSWERED = "answered"


@dataclass(frozen=True, slots=True)
class Thread:
    """The conversation as its reporter reads it, oldest message first."""

    status: Status
    messages: tuple[threads.Message, ...]


def enter(session: Session, typed: str, pepper: Pepper, until: datetime) -> OpenMailbox:
    """Open the mailbox of a typed code, to stay open until a time.

    Raises CodeUnknownError, for a code that could be one after the same work as a success:
    whether it was erased or never existed is not said and cannot be timed.
    """
    try:
        code = receipt.read(typed)
    except receipt.ReceiptError:
        # The page refuses these itself, with better words; this is for what it may overlook.
        raise CodeUnknownError from None
    keys = receipt.derive(code, pepper)
    found = session.scalars(_by_lookup(keys.lookup)).one_or_none()
    _open_thread(found, keys.lock)
    return OpenMailbox(keys.lookup, keys.lock, until)


def is_code_of(opened: OpenMailbox, digits: str, pepper: Pepper) -> bool:
    """Say whether a receipt's digits are those that this mailbox was opened with."""
    return receipt.derive(receipt.Receipt(digits), pepper).lookup == opened.lookup


def read_thread(session: Session, opened: OpenMailbox, now: datetime) -> Thread:
    """Return the conversation; raise MailboxClosedError when the time it was opened for is over.

    Raises CodeUnknownError when the report was taken back meanwhile.
    """
    _require_open(opened, now)
    row = session.scalars(_by_lookup(opened.lookup)).one_or_none()
    found, thread = _open_thread(row, opened.lock)
    messages = threads.read(session, found.case_id, thread)
    answered = bool(messages) and not messages[-1].from_reporter
    return Thread(Status.ANSWERED if answered else Status.RECEIVED, messages)


def write(session: Session, opened: OpenMailbox, text: str, language: str, now: datetime) -> None:
    """Add the reporter's words to the conversation and mark the case as having mail.

    Raises MailboxClosedError, CodeUnknownError, MailboxFullError, UnansweredError.
    """
    found, thread = _reenter(session, opened, now)
    message = threads.Message(from_reporter=True, text=text, sent=now, language=language)
    threads.add(session, found.case_id, thread, message)
    if session.get(Mail, found.case_id) is None:
        session.add(Mail(case_id=found.case_id))


def withdraw(session: Session, opened: OpenMailbox, journal: audit.Journal, now: datetime) -> None:
    """Take the report back: its keys and every row of it are deleted at once, for good.

    Raises MailboxClosedError, CodeUnknownError.
    """
    found, _thread = _reenter(session, opened, now)
    case = found.case_id
    event = audit.Event(actor="reporter", role="reporter", verb="withdrawn", subject=case)
    audit.append(session, journal, event, now)
    for model in ERASED_IN_ORDER:
        session.execute(delete(model).where(model.__table__.c.case_id == case))
    session.execute(delete(Case).where(Case.id == case))
    shred(session)


def _reenter(session: Session, opened: OpenMailbox, now: datetime) -> tuple[Mailbox, Secret]:
    _require_open(opened, now)
    row = session.scalars(_by_lookup(opened.lookup)).one_or_none()
    found, thread = _open_thread(row, opened.lock)
    # The case's row is the one lock of a case, for both sides: writers follow each other, and
    # none writes to a case being erased. Everybody locks in one order, so that none waits in a
    # ring: first the visit's row (the caller, if it changes one), then the case's, then the chain.
    if session.get(Case, found.case_id, with_for_update=True) is None:
        raise CodeUnknownError
    return found, thread


def _by_lookup(lookup: bytes) -> Select[Mailbox]:
    return select(Mailbox).where(Mailbox.lookup == lookup)


def _require_open(opened: OpenMailbox, now: datetime) -> None:
    if opened.until <= now:
        raise MailboxClosedError


def _open_thread(found: Mailbox | None, key: Secret) -> tuple[Mailbox, Secret]:
    """Unlock the conversation key, or do the same work on a dummy and raise CodeUnknownError."""
    if found is None:
        unlock(_DUMMY_KEY, _DUMMY_BOX, _DUMMY_PLACE)
        raise CodeUnknownError
    place = places.receipt_lock(found.case_id)
    try:
        return found, Secret(unlock(key, found.receipt_lock_sealed, place))
    except OpenError:
        # Somebody with the database altered or swapped the row; its person is told nothing else.
        raise CodeUnknownError from None
