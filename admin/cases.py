"""Cases: find a report and its keys, and hold what stands in clear against what was sealed with it.

Somebody who owns the database cannot open a report, but can put it at the end of the queue, or
take a part of it away. Neither goes unseen.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, and_, exists, func, select
from sqlalchemy.orm import Session

from admin.errors import AlarmError, HiddenError
from admin.keyring import Ring
from admin.permissions import Action
from crypto.envelope import Label, OpenError, Secret, expand
from crypto.stream import unlock
from forms.answers import Answers
from forms.codebook import KINDS
from reporting import attachments, places, records
from reporting.attachments import File
from reporting.clock import read_minute, week_of
from reporting.ids import CaseId
from reporting.models import Case, CasePart, CaseWrap, Mailbox, Part, State, Wrapped
from reporting.triage import level_of

GONE: Final = frozenset({State.WITHDRAWN, State.ERASED})
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


def is_whole() -> ColumnElement[bool]:
    """Say, inside a query of cases, whether every row that belongs to a report is there."""
    wraps = select(func.count()).where(CaseWrap.case_id == Case.id, CaseWrap.wrapped.in_(Wrapped))
    parts = select(func.count()).where(CasePart.case_id == Case.id, CasePart.part.in_(Part))
    return and_(
        wraps.correlate(Case).scalar_subquery() == len(Wrapped),
        parts.correlate(Case).scalar_subquery() == len(Part),
        exists().where(Mailbox.case_id == Case.id).correlate(Case),
    )


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
    found = session.get(Case, case, with_for_update=True)
    if found is None or found.state in GONE:
        raise HiddenError(action, case, f"{action}: no such case")
    return found


def case_key(session: Session, ring: Ring, case: CaseId) -> Secret:
    """Return the key of a report. Raises OpenError."""
    wrap = session.get(CaseWrap, (case, Wrapped.CASE))
    if wrap is None:
        raise OpenError
    return ring.case_key(wrap)


def thread_key(session: Session, case: bytes, key: Secret) -> Secret:
    """Return the key of a report's conversation, by the key of the report. Raises OpenError."""
    box = session.get(Mailbox, case)
    if box is None:
        raise OpenError
    for_team = expand(key, Label.THREAD)
    return Secret(unlock(for_team, box.case_lock_sealed, places.case_lock(case)))


def files_of(session: Session, case: bytes, key: Secret, thread: Secret) -> tuple[File, ...]:
    """Return the files that came with a report, then those of its conversation.

    Raises OpenError.
    """
    sent_along = attachments.read(session, attachments.of_case(case, key))
    return sent_along + attachments.read(session, attachments.of_thread(case, thread))


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
    sealed = level_of(facets.answers), week_of(facets.received)
    return sealed == (case.level, case.received_week)


def _codes(record: records.Record, name: str) -> Answers:
    answers = records.child(record, name)
    found = {question: records.texts(answers, question) for question in answers}
    return {question: codes for question, codes in found.items() if codes}
