"""Cases: what stands in clear about a report, held against what was sealed with it.

Somebody who owns the database cannot open a report, but can put it at the end of the queue, or
take a part of it away. Neither goes unseen.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, and_, exists, func, select

from crypto.envelope import Label, OpenError, Secret, expand
from forms.codebook import KINDS
from reporting import places, records
from reporting.clock import read_minute, week_of
from reporting.models import Case, CasePart, CaseWrap, Mailbox, Part, Wrapped
from reporting.triage import level_of

_KINDS: Final = frozenset(kind.code for kind in KINDS)


@dataclass(frozen=True, slots=True)
class Facets:
    """What was asked of the reporter, but for their own words; never shows in a `repr`."""

    kinds: tuple[str, ...] = field(repr=False)
    language: str
    received: datetime
    consent: str


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
        kinds=records.texts(record, "kinds"),
        language=records.text(record, "language"),
        received=read_minute(records.text(record, "received")),
        consent=records.text(records.child(records.child(record, "consents"), "c_store"), "answer"),
    )


def _agrees(case: Case, facets: Facets) -> bool:
    if not _KINDS.issuperset(facets.kinds):
        return False
    sealed = level_of({"kinds": facets.kinds}), week_of(facets.received)
    return sealed == (case.level, case.received_week)
