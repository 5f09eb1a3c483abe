"""Withdrawal: take a report back, change one's mind within seven days, and erase it after them.

Taking back needs nobody of the team: the code locks the report's keys away, and from that commit
only the code brings them back. A note that only the team can read says when to erase the rest.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, exists, insert, select, update
from sqlalchemy.orm import Session

from crypto.envelope import OpenError, make_key
from crypto.roles import Group
from crypto.sealing import seal
from reporting import (
    attachments,
    audit,
    counting,
    lent,
    listing,
    mailbox,
    places,
    records,
    terms_shown,
)
from reporting.case_rows import CustodyRow, HeaderRow, LeaseRow, ListedRow, OwnNoteRow, WorkRow
from reporting.clock import minute_text, read_minute, week_of
from reporting.database import Base, shred
from reporting.errors import HeldBackError, NotTakenBackError
from reporting.file_rows import FileRow
from reporting.ids import CaseId
from reporting.models import (
    Case,
    CasePart,
    CaseWrap,
    ConsentRow,
    Drop,
    Mail,
    Mailbox,
    MessageRow,
    NoteRow,
    Parked,
    State,
    TraceRow,
    Wrapped,
)
from reporting.office import Office
from reporting.term_rows import HoldRow, TermRow
from reporting.visits import OpenMailbox

GRACE: Final = timedelta(days=7)
KEYS_ARCHIVE: Final = timedelta(days=14)  # so long a backup of keys could bring a report back
AWAITED: Final = "awaited"  # the team had still to look whether and how the report is counted
PARKED_FLOOR: Final = 2560  # a sealed key in hexadecimal, and a time
DROP_FLOOR: Final = 256
# Whoever of them signs in first does what is due.
READERS: Final = (Group.INTAKE, Group.CASEWORK)
# Keys first: whatever stops in between, what is left cannot be opened.
ERASED_IN_ORDER: Final[tuple[type[Base], ...]] = (
    CaseWrap,
    Parked,
    Mailbox,
    FileRow,
    Mail,
    ConsentRow,
    TraceRow,
    MessageRow,
    NoteRow,
    OwnNoteRow,
    LeaseRow,
    TermRow,
    HoldRow,
    HeaderRow,
    ListedRow,
    WorkRow,
    CustodyRow,
    CasePart,
)


@dataclass(frozen=True, slots=True)
class Due:
    """What a note for the team says: this taking back of this report is final after a time."""

    case: CaseId
    withdrawal: bytes
    until: datetime


@dataclass(frozen=True, slots=True)
class Registry:
    """What both ways need beside the code: the office's public keys and the log."""

    office: Office
    journal: audit.Journal


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether a report is taken back: until when it can return, and whether it still can."""

    until: datetime | None = None
    can_return: bool = False

    @property
    def is_taken_back(self) -> bool:
        """Whether only the code brings it back."""
        return self.until is not None


def take_back(session: Session, opened: OpenMailbox, registry: Registry, now: datetime) -> None:
    """Lock the report's keys under its code; doing it twice changes nothing.

    Raises MailboxClosedError, CodeUnknownError.
    """
    entered = mailbox.reenter(session, opened, now)
    case = entered.case
    if case.state == State.WITHDRAWN:
        return
    due = Due(CaseId(case.id), secrets.token_bytes(16), now + GRACE)
    _park(session, opened, due, is_awaited=counting.is_awaited(session, case.id))
    counting.changed(session, case)
    case.state = State.WITHDRAWN
    # Nobody has it in hand and no list shows it; what the team noted about its work lies under
    # the code.
    session.execute(delete(LeaseRow).where(LeaseRow.case_id == case.id))
    listing.remove(session, case.id)
    lent.end_all(session, entered.thread)
    for group in READERS:
        session.execute(insert(Drop).values(_drop(registry.office, group, due)))
    _log(session, registry, "withdrawn", case, now)
    shred(session)


def undo(session: Session, opened: OpenMailbox, registry: Registry, now: datetime) -> None:
    """Put the report's keys back where the team finds them; doing it twice changes nothing.

    Raises MailboxClosedError, CodeUnknownError, and NotTakenBackError once the time is over.
    """
    entered = mailbox.reenter(session, opened, now)
    case = entered.case
    if case.state != State.WITHDRAWN:
        return
    if _until(session, opened, case) <= now:
        raise NotTakenBackError
    for row in session.scalars(select(Parked).where(Parked.case_id == case.id)).all():
        session.execute(insert(CaseWrap).values(_wrap(opened, row)))
        if AWAITED in _reopen(opened, row):
            counting.look_again(session, case.id)
        session.delete(row)
    case.state = State.RECEIVED
    listing.forget(session, case.id)
    # Whatever had ended begins anew: there is no last day any more.
    terms_shown.write(session, case.id, entered.thread, None)
    _log(session, registry, "withdraw.undone", case, now)


def look(session: Session, opened: OpenMailbox, now: datetime) -> Standing:
    """Say whether the report is taken back. Raises MailboxClosedError, CodeUnknownError."""
    case = mailbox.look(session, opened, now)
    if case.state != State.WITHDRAWN:
        return Standing()
    until = _until(session, opened, case)
    return Standing(until, can_return=now < until)


def read_drop(record: records.Record) -> Due:
    """Read what a note for the team says. Raises OpenError and ValueError for any other record."""
    return Due(
        CaseId(bytes.fromhex(records.text(record, "case"))),
        bytes.fromhex(records.text(record, "withdrawal")),
        read_minute(records.text(record, "until")),
    )


def erase(session: Session, case: CaseId, now: datetime) -> None:
    """Delete every row of a report, for good, but that there was one.

    What is left says nothing about it: its random number, and the week of its erasure. A backup
    that is put back finds by it what has to be erased again. The caller holds the case and notes
    it in the log. Raises HeldBackError while the law asks for the report.
    """
    if is_held(session, case):
        raise HeldBackError
    firsts = attachments.firsts_of_case(session, case)
    for model in ERASED_IN_ORDER:
        session.execute(delete(model).where(model.__table__.c.case_id == case))
    nothing = {"state": State.ERASED, "level": 0, "received_week": week_of(now), "rev": 0}
    session.execute(update(Case).where(Case.id == case).values(nothing))
    attachments.clear_within(session, firsts)
    shred(session)


def is_held(session: Session, case: bytes) -> bool:
    """Say whether a report may not be erased for now, whoever took it back."""
    return session.scalar(select(exists().where(HoldRow.case_id == case))) is True


def sweep(session: Session, now: datetime) -> int:
    """Delete what is left of reports that no backup can bring back any more; return how many."""
    last = week_of(now - KEYS_ARCHIVE)
    gone = delete(Case).where(Case.state == State.ERASED, Case.received_week < last)
    return len(session.scalars(gone.returning(Case.id)).all())


def _park(session: Session, opened: OpenMailbox, due: Due, *, is_awaited: bool) -> None:
    # What the team had still to look at for the figures, it cannot look at now.
    more = {AWAITED: "yes"} if is_awaited else {}
    for wrap in session.scalars(select(CaseWrap).where(CaseWrap.case_id == due.case)).all():
        record = {"key": wrap.key_sealed.hex(), "until": minute_text(due.until), **more}
        place = places.parked(due.case, Wrapped(wrap.wrapped))
        parked = Parked(
            case_id=due.case,
            wrapped=wrap.wrapped,
            epoch_id=wrap.epoch_id,
            withdrawal_id=due.withdrawal,
            key_sealed=records.close(opened.lock, record, place, PARKED_FLOOR),
        )
        session.add(parked)
        session.delete(wrap)


def _reopen(opened: OpenMailbox, row: Parked) -> records.Record:
    place = places.parked(row.case_id, Wrapped(row.wrapped))
    return records.reopen(opened.lock, row.key_sealed, place)


def _until(session: Session, opened: OpenMailbox, case: Case) -> datetime:
    row = session.get(Parked, (case.id, Wrapped.CASE))
    if row is None:
        raise OpenError
    return read_minute(records.text(_reopen(opened, row), "until"))


def _wrap(opened: OpenMailbox, row: Parked) -> Mapping[str, bytes | str]:
    return {
        "case_id": row.case_id,
        "wrapped": row.wrapped,
        "epoch_id": row.epoch_id,
        "key_sealed": bytes.fromhex(records.text(_reopen(opened, row), "key")),
    }


def _drop(office: Office, group: Group, due: Due) -> Mapping[str, bytes]:
    row, key, epoch = secrets.token_bytes(16), make_key(), office.epoch(group)
    record = {
        "case": due.case.hex(),
        "withdrawal": due.withdrawal.hex(),
        "until": minute_text(due.until),
    }
    return {
        "id": row,
        "epoch_id": epoch.id,
        "key_sealed": seal(epoch.public_key, key, places.drop_key(row, group)),
        "content_sealed": records.close(key, record, places.drop(row), DROP_FLOOR),
    }


def _log(session: Session, registry: Registry, verb: str, case: Case, now: datetime) -> None:
    event = audit.Event(mailbox.REPORTER, mailbox.REPORTER, verb, case.id)
    audit.append(session, registry.journal, event, now)
