"""Cases: what stands in clear about a report, held against what was sealed with it.

Somebody who owns the database cannot open a report, but can put it at the end of the queue, or
take a part of it away. Neither goes unseen.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, and_, exists, func, select

from crypto.envelope import Label, OpenError, Secret, expand
from forms.answers import Answers
from forms.codebook import KINDS
from reporting import places, records
from reporting.clock import read_minute, week_of
from reporting.models import Case, CasePart, CaseWrap, Mailbox, Part, Wrapped
from reporting.triage import level_of

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
