"""Mailbox: what a receipt code opens: the conversation, what was done, what is allowed."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from crypto import receipt, signing
from crypto.envelope import Ctx, OpenError, Pepper, Secret, make_key
from crypto.stream import lock, unlock
from forms.answers import GivenConsent
from forms.choices import KEEP, KEEP_YEARS, STORE
from reporting import (
    attachments,
    audit,
    consent,
    counting,
    drafts,
    listing,
    places,
    terms_shown,
    threads,
    traces,
)
from reporting.errors import CodeUnknownError, MailboxClosedError, TakenBackError
from reporting.models import Case, Mail, Mailbox, State
from reporting.status import Status, appeal_until, status_of
from reporting.visit_keys import VisitKeys
from reporting.visits import OpenMailbox

REPORTER: Final = "reporter"
A_YEAR: Final = timedelta(days=365)
SHORTEST_TERM: Final = min(KEEP_YEARS, key=int)
# What is kept, and how long, follows the answer without anybody of the team.
_BY_ITSELF: Final = frozenset({STORE, KEEP})
_WORKED_ON: Final = frozenset(
    {State.RECEIVED, State.TRIAGED, State.ACTIVE, State.MONITORING, State.REVIEW}
)
_DUMMY_ROW: Final = bytes(16)
_DUMMY_PLACE: Final = Ctx("dummy", "mailbox", "receipt_lock_sealed", _DUMMY_ROW)
_DUMMY_KEY: Final = make_key()
_DUMMY_BOX: Final = lock(_DUMMY_KEY, make_key().reveal(), _DUMMY_PLACE)


@dataclass(frozen=True, slots=True)
class Thread:
    """What the reporter reads: the conversation, what was done with the report, what is allowed.

    The oldest message and the newest line come first. `term` is the last day that it is kept, once
    work on it has ended; before, nothing is kept longer than `kept_until`. Until `appeal_until`
    another look can be asked for, where that is possible at all.
    """

    status: Status
    messages: tuple[threads.Message, ...] = field(repr=False)
    lines: tuple[traces.Line, ...]
    choices: consent.Choices
    files: tuple[attachments.File, ...] = field(repr=False)
    kept_until: datetime
    term: date | None
    appeal_until: datetime | None


@dataclass(frozen=True, slots=True)
class Entered:
    """A report whose code is at hand, held against others until the unit of work ends."""

    case: Case = field(repr=False)
    thread: Secret


@dataclass(frozen=True, slots=True)
class Chosen:
    """An answer to one question about what is allowed."""

    name: str
    given: GivenConsent


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
    found = session.execute(_by_lookup(keys.lookup)).one_or_none()
    _open_thread(found, keys.lock)
    return OpenMailbox(keys.lookup, keys.lock, keys.sign, until)


def read_thread(session: Session, opened: OpenMailbox, now: datetime) -> Thread:
    """Return what the reporter reads; raise MailboxClosedError when its time is over.

    Raises CodeUnknownError when the report was erased meanwhile.
    """
    case, thread = _look(session, opened, now)
    state, conversation = State(case.state), threads.read(session, case.id, thread)
    messages = threads.sent_by(conversation, now)
    choices = _choices(session, case, thread, opened)
    return Thread(
        status_of(state, conversation, now),
        messages,
        traces.read(session, case.id, thread),
        choices,
        attachments.read(session, attachments.of_thread(case.id, thread)),
        _kept_until(messages, choices, now),
        # With a message that can still be taken back comes a day that can be, too.
        terms_shown.read(session, case.id, thread) if messages == conversation else None,
        appeal_until(state, conversation, now),
    )


def read_choices(session: Session, opened: OpenMailbox, now: datetime) -> consent.Choices:
    """Return what the reporter allows.

    Raises MailboxClosedError, CodeUnknownError, and TakenBackError when all is over anyway.
    """
    case, thread = _look(session, opened, now)
    require_kept(case)
    return _choices(session, case, thread, opened)


def look(session: Session, opened: OpenMailbox, now: datetime) -> Case:
    """Return the report of an open mailbox, as it stands in clear.

    Raises MailboxClosedError, CodeUnknownError.
    """
    case, _thread = _look(session, opened, now)
    return case


def require_kept(case: Case) -> None:
    """Raise TakenBackError when the report was taken back: nothing is added to it."""
    if case.state == State.WITHDRAWN:
        raise TakenBackError


def write(session: Session, opened: OpenMailbox, text: str, language: str, now: datetime) -> None:
    """Add the reporter's words to the conversation and mark the case as having mail.

    Raises MailboxClosedError, CodeUnknownError, TakenBackError, MailboxFullError, UnansweredError.
    """
    entered = reenter(session, opened, now)
    require_kept(entered.case)
    message = threads.Message(from_reporter=True, text=text, sent=now, language=language)
    threads.add(session, entered.case.id, entered.thread, message)
    mark(session, entered.case.id)


def mark(session: Session, case: bytes) -> None:
    """Mark a report as having something new from its reporter; the caller holds the case."""
    if session.get(Mail, case) is None:
        session.add(Mail(case_id=case))


def to_conversation(
    visit: VisitKeys, opened: OpenMailbox
) -> Callable[[Session, datetime], attachments.Owner]:
    """Let files that come in this visit belong to the conversation, and mark it as having mail.

    What is returned raises VisitGoneError, MailboxClosedError, CodeUnknownError, TakenBackError.
    """

    def owner(session: Session, now: datetime) -> attachments.Owner:
        drafts.find_for_change(session, visit, now)
        entered = reenter(session, opened, now)
        require_kept(entered.case)
        mark(session, entered.case.id)
        return attachments.of_thread(entered.case.id, entered.thread)

    return owner


def owner_of_files(session: Session, opened: OpenMailbox, now: datetime) -> attachments.Owner:
    """Return the conversation as the owner of files.

    Raises MailboxClosedError, CodeUnknownError, and TakenBackError.
    """
    case, thread = _look(session, opened, now)
    require_kept(case)
    return attachments.of_thread(case.id, thread)


def choose(
    session: Session, opened: OpenMailbox, journal: audit.Journal, chosen: Chosen, now: datetime
) -> None:
    """Change one answer about what is allowed, and note it in the log.

    Raises MailboxClosedError, CodeUnknownError, TakenBackError, ChoicesAlteredError, and
    MailboxFullError after very many changes.
    """
    entered = reenter(session, opened, now)
    require_kept(entered.case)
    pen = consent.Pen(entered.case.id, entered.thread, opened.sign)
    made = consent.change(session, pen, chosen.name, chosen.given, now)
    if made.is_one:
        if made.name not in _BY_ITSELF and entered.case.state in _WORKED_ON:
            # As a message does: nobody else tells who waits for it that it is allowed now.
            mark(session, entered.case.id)
        listing.forget(session, entered.case.id)
        counting.changed(session, entered.case)
        fields = (made.name,)
        event = audit.Event(REPORTER, REPORTER, made.verb, entered.case.id, fields=fields)
        audit.append(session, journal, event, now)


def reenter(session: Session, opened: OpenMailbox, now: datetime) -> Entered:
    """Return the report of an open mailbox, to be changed.

    Raises MailboxClosedError, CodeUnknownError.
    """
    case, thread = _look(session, opened, now)
    # The case's row is the one lock of a case, for both sides: writers follow each other, and
    # none writes to a case being erased. Everybody locks in one order, so that none waits in a
    # ring: first the visit's row (the caller, if it changes one), then the case's, then the chain.
    held = session.get(Case, case.id, with_for_update=True, populate_existing=True)
    if held is None or held.state == State.ERASED:
        raise CodeUnknownError  # pragma: no cover - only on PostgreSQL, where two write at once
    return Entered(held, thread)


def _look(session: Session, opened: OpenMailbox, now: datetime) -> tuple[Case, Secret]:
    if opened.until <= now:
        raise MailboxClosedError
    found = session.execute(_by_lookup(opened.lookup)).one_or_none()
    return _open_thread(found, opened.lock)


def _choices(session: Session, case: Case, thread: Secret, opened: OpenMailbox) -> consent.Choices:
    return consent.read(session, case.id, thread, signing.public_key(opened.sign))


def _kept_until(
    messages: tuple[threads.Message, ...], choices: consent.Choices, now: datetime
) -> datetime:
    """Return the end of the term the reporter chose, counted from the last word of either side."""
    words = [message.sent for message in messages]
    words += [document.at for document in choices.documents]
    years = KEEP_YEARS[choices.answer(KEEP) or SHORTEST_TERM]
    return max(words, default=now) + years * A_YEAR


def _by_lookup(lookup: bytes) -> Select[Mailbox, Case]:
    whole = select(Mailbox, Case).join(Case, Case.id == Mailbox.case_id)
    return whole.where(Mailbox.lookup == lookup, Case.state != State.ERASED)


def _open_thread(found: Row[Mailbox, Case] | None, key: Secret) -> tuple[Case, Secret]:
    """Unlock the conversation key, or do the same work on a dummy and raise CodeUnknownError."""
    if found is None:
        unlock(_DUMMY_KEY, _DUMMY_BOX, _DUMMY_PLACE)
        raise CodeUnknownError
    mailbox, case = found
    place = places.receipt_lock(case.id)
    try:
        return case, Secret(unlock(key, mailbox.receipt_lock_sealed, place))
    except OpenError:
        # Somebody with the database altered or swapped the row; its person is told nothing else.
        raise CodeUnknownError from None
