"""Cases: find a report and its keys, and hold what stands in clear against what was sealed with it.

Somebody who owns the database cannot open a report, but can put it at the end of the queue, or
take a part of it away. Neither goes unseen.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, and_, exists, func, select
from sqlalchemy.orm import Session

from admin import readers, work_records
from admin.errors import AlarmError, HiddenError, RecusedError
from admin.keyring import CASE_GROUPS, Ring
from admin.permissions import Action
from admin.visibility import Matter
from admin.work import Work, brought_back, heard, of_facets
from crypto.envelope import Ctx, Label, OpenError, Secret, expand, make_key
from crypto.stream import lock, unlock
from forms.answers import Answers
from forms.codebook import KINDS
from reporting import intake, listing, places, records, threads
from reporting.case_rows import WorkRow
from reporting.clock import read_minute, week_of
from reporting.ids import CaseId
from reporting.models import Case, CasePart, CaseWrap, Mailbox, Part, State, Wrapped
from reporting.triage import level_of

LAST_REV: Final = 2**31 - 1  # the last that every database takes: nothing is kept behind it
GONE: Final = frozenset({State.WITHDRAWN, State.ERASED})
_DUMMY_PLACE: Final = Ctx("dummy", "case_part", "content_sealed", bytes(16))
_DUMMY_KEY: Final = make_key()
_DUMMY_BOX: Final = lock(_DUMMY_KEY, bytes(4096), _DUMMY_PLACE)
_KINDS: Final = frozenset(kind.code for kind in KINDS)


@dataclass(frozen=True, slots=True)
class Facets:
    """What was asked of the reporter, but for their own words; never shows in a `repr`.

    `keep_to` is what they said about who may read it and how to answer, for the team to keep to.
    """

    answers: Answers = field(repr=False)
    keep_to: Answers = field(repr=False)
    language: str
    received: datetime
    consent: str
    consent_key: bytes

    @property
    def rules(self) -> Answers:
        """What everybody who reads it keeps to; whom by name it is kept from is not for all."""
        return {name: said for name, said in self.keep_to.items() if name != intake.NAMES}

    @property
    def answer_in(self) -> str:
        """The language to answer in: the one they asked for, else that of the page they read."""
        return next(iter(self.keep_to.get("language", ())), self.language)


def is_whole() -> ColumnElement[bool]:
    """Say, inside a query of cases, whether every row is there that a report never loses."""
    parts = select(func.count()).where(CasePart.case_id == Case.id, CasePart.part.in_(Part))
    return and_(
        _has_wrap(Wrapped.CASE),
        parts.correlate(Case).scalar_subquery() == len(Part),
        exists().where(Mailbox.case_id == Case.id).correlate(Case),
    )


def has_contact_key() -> ColumnElement[bool]:
    """Say, inside a query of cases, whether the key of a report's ways of contact is there."""
    return _has_wrap(Wrapped.CONTACT)


def require_contact_key(work: Work, *, is_there: bool) -> None:
    """Raise OpenError where the key of the ways of contact is gone, and nobody shredded it."""
    if not (is_there or work.contact_shredded):
        raise OpenError


def _has_wrap(wrapped: Wrapped) -> ColumnElement[bool]:
    there = exists().where(CaseWrap.case_id == Case.id, CaseWrap.wrapped == wrapped)
    return there.correlate(Case)


@dataclass(frozen=True, slots=True)
class Opened:
    """A report that somebody opened and holds: its row, its keys, its facets and its work."""

    case: Case
    key: Secret
    facets: Facets
    work: Work
    thread: Secret

    @property
    def id(self) -> CaseId:
        """Its random number."""
        return CaseId(self.case.id)

    @property
    def matter(self) -> Matter:
        """What of it decides who sees it."""
        return readers.matter_of(self.facets.answers, self.facets.keep_to, self.work)


def opened(session: Session, ring: Ring, case: CaseId, action: Action) -> Opened:
    """Take hold of a report and open it.

    Raises HiddenError where there is none for this person, NotHandedOnError, and AlarmError for
    what was altered, even what stands in clear.
    """
    return open_found(session, ring, find(session, case, action), action)


def open_found(session: Session, ring: Ring, found: Case, action: Action) -> Opened:
    """Open a report that is held already; raises as `opened` does."""
    there = open_unseen(session, ring, found, action)
    if not readers.exists_for(ring.person, there.matter, there.work):
        raise RecusedError(action, there.id, f"{action}: not for this person")
    return there


def open_unseen(session: Session, ring: Ring, found: Case, action: Action) -> Opened:
    """Open a report for what shows nothing of it to whoever is at the desk.

    Raises as `opened` does, but not for whom it does not exist.
    """
    case = CaseId(found.id)
    with sounding_alarm():
        key = _key_for(session, ring, case, action)
        part = session.get(CasePart, (case, Part.FACETS), populate_existing=True)
        if part is None:
            raise OpenError
        row = session.get(WorkRow, case, populate_existing=True)
        facets, work = open_both(found, part, row, key)
        thread = thread_key(session, case, key)
        if work.open_questions:
            work = heard(work, threads.read(session, case, thread))
    return Opened(found, key, facets, work, thread)


def peek(session: Session, ring: Ring, case: CaseId, action: Action) -> Work | None:
    """Return the work on a report that is not held, if anybody touched it: it may change at once.

    Raises as `opened` does, but not for whom it does not exist.
    """
    standing(session, case, action)
    with sounding_alarm():
        key = _key_for(session, ring, case, action)
        row = session.get(WorkRow, case, populate_existing=True)
        return None if row is None else work_records.reopen(row, key)


def save(session: Session, there: Opened, work: Work) -> None:
    """Keep the work on a report; what stands in clear follows it. The caller holds the report."""
    case = there.case
    row = session.get(WorkRow, case.id)
    rev = 0 if row is None else row.rev + 1
    box = work_records.close(case.id, rev, there.key, work)
    session.merge(WorkRow(case_id=case.id, rev=rev, content_sealed=box))
    case.state, case.level = work.state, int(work.triage.weight)
    case.rev += 1
    # Whoever holds the key of its lists makes it known to them again.
    listing.forget(session, case.id)


def open_both(case: Case, part: CasePart, row: WorkRow | None, key: Secret) -> tuple[Facets, Work]:
    """Open the facets of a report and the work on it with its key.

    Raises OpenError when one was altered, or does not agree with what stands in clear.
    """
    facets = open_facets(case, part, key)
    if row is None:
        work = of_facets(facets.answers, facets.received)
    else:
        work = work_records.reopen(row, key)
    if case.state == State.RECEIVED != work.state:
        # Its reporter took it back and brought it here with the code, which opens no record.
        work = brought_back(work)
    clear, may_go_on = (State(case.state), case.level), 0 <= case.rev < LAST_REV
    is_as_told = work.triage.proposed == level_of(facets.answers)
    if not (may_go_on and is_as_told and clear == (work.state, work.triage.weight)):
        raise OpenError
    return facets, work


def open_facets(case: Case, part: CasePart, key: Secret) -> Facets:
    """Open the facets of a report with its key.

    Raises OpenError when they were altered, or do not agree with what stands in clear.
    """
    place = places.part(case.id, Part.FACETS, part.rev)
    try:
        facets = _read(records.reopen(expand(key, Label.FACETS), part.content_sealed, place))
    except ValueError:
        # Whoever can write to the database can seal a report of their own, with anything in it.
        raise OpenError from None
    if not _agrees(case, facets):
        raise OpenError
    return facets


@contextmanager
def sounding_alarm() -> Iterator[None]:
    """Turn what does not open, or opens and makes no sense, into AlarmError."""
    try:
        yield
    except (OpenError, ValueError):
        # What opens but makes no sense was sealed by somebody who is none of ours.
        raise AlarmError("a part of a report was altered in the database") from None


def find(session: Session, case: CaseId, action: Action) -> Case:
    """Return a report that the team may work on, held against others. Raises HiddenError."""
    # The one lock of a case, for both sides: two writers of one conversation take turns.
    found = session.get(Case, case, with_for_update=True, populate_existing=True)
    if found is None or found.state in GONE:
        session.get(CaseWrap, (case, Wrapped.CASE), populate_existing=True)
        _look_in_vain(session, case)
        raise HiddenError(action, case, f"{action}: no such case")
    return found


def standing(session: Session, case: CaseId, action: Action) -> Case:
    """Return a report that the team may work on, not held against others. Raises HiddenError."""
    found = session.get(Case, case, populate_existing=True)
    if found is None or found.state in GONE:
        raise HiddenError(action, case, f"{action}: no such case")
    return found


def hold(session: Session, wanted: Iterable[bytes]) -> None:
    """Hold several reports against others, in the one order in which everybody takes them."""
    ids = select(Case.id).where(Case.id.in_(frozenset(wanted))).order_by(Case.id)
    session.scalars(ids.with_for_update()).all()


def thread_key(session: Session, case: bytes, key: Secret) -> Secret:
    """Return the key of a report's conversation, by the key of the report. Raises OpenError."""
    box = session.get(Mailbox, case)
    if box is None:
        raise OpenError
    return read_thread_key(case, box.case_lock_sealed, key)


def read_thread_key(case: bytes, box: bytes, key: Secret) -> Secret:
    """Return the key of a report's conversation, by its box. Raises OpenError."""
    return Secret(unlock(expand(key, Label.THREAD), box, places.case_lock(case)))


def _key_for(session: Session, ring: Ring, case: CaseId, action: Action) -> Secret:
    """Return the key of a report. Raises HiddenError if it is sealed to a group of others."""
    wrap = session.get(CaseWrap, (case, Wrapped.CASE), populate_existing=True)
    if wrap is None:
        raise OpenError
    group = ring.group_of(wrap.epoch_id)
    if group in CASE_GROUPS and group not in ring.person.groups:
        _look_in_vain(session, case)
        raise HiddenError(action, case, f"{action}: for another group")
    return ring.case_key(wrap)


def _look_in_vain(session: Session, case: CaseId) -> None:
    """Do what opening a report takes: whether there is one behind a refusal cannot be timed."""
    session.get(CasePart, (case, Part.FACETS), populate_existing=True)
    session.get(WorkRow, case, populate_existing=True)
    session.get(Mailbox, case)
    for _ in range(3):
        unlock(_DUMMY_KEY, _DUMMY_BOX, _DUMMY_PLACE)


def _read(record: records.Record) -> Facets:
    return Facets(
        answers={"kinds": records.texts(record, "kinds"), **_codes(record, "answers")},
        keep_to=_codes(record, "exclusions"),
        language=records.text(record, "language"),
        received=read_minute(records.text(record, "received")),
        consent=records.text(records.child(records.child(record, "consents"), "c_store"), "answer"),
        consent_key=bytes.fromhex(records.text(record, "consent_key")),
    )


def _agrees(case: Case, facets: Facets) -> bool:
    if not _KINDS.issuperset(facets.answers["kinds"]):
        return False
    return week_of(facets.received) == case.received_week


def _codes(record: records.Record, name: str) -> Answers:
    answers = records.child(record, name)
    found = {question: records.texts(answers, question) for question in answers}
    return {question: codes for question, codes in found.items() if codes}
