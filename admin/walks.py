"""Walks: go through the headers of very many reports, the newest first, and open no more of them.

A header takes long to be read as what lists show. Here it stays the record that it is: what is
asked of it, and whether the report exists for whoever looks, is asked of that. Reports that no list
knows yet are among them, as many as any list opens.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from heapq import merge
from typing import Final, Generic, NamedTuple, TypeVar

from sqlalchemy import ColumnElement, Row, select, tuple_

from admin import header_records, indexing
from admin.scans import Scan
from crypto.envelope import OpenError
from reporting.case_rows import HeaderRow
from reporting.database import Base
from reporting.models import Case
from reporting.records import Record

T = TypeVar("T")
BATCH: Final = 64
LATER_BATCHES: Final = 2_048

_CASE: Final = Base.metadata.tables[Case.__tablename__].c
_HEADER: Final = Base.metadata.tables[HeaderRow.__tablename__].c
_Columns = tuple[int, bytes, int, bytes, int, bytes]
# Columns of the tables and not of the models: ten thousand rows are read three times as quickly.
_HEADERS: Final = select(
    _CASE.received_week, _CASE.id, _CASE.rev, _HEADER.epoch_id, _HEADER.rev, _HEADER.box_sealed
).outerjoin_from(_CASE.id.table, _HEADER.case_id.table)

Place = tuple[int, bytes]  # week and random number


class Met(NamedTuple, Generic[T]):
    """A report that exists for whoever looks, and what they asked of it."""

    place: Place
    said: T


@dataclass
class Walk(Generic[T]):
    """One unit of work's way back through the reports of which `where` is true."""

    scan: Scan
    where: ColumnElement[bool]
    asks: Callable[[Record], T]

    def back_from(self, before: Place | None) -> Iterator[Met[T]]:
        """Return every report that exists for this person, the newest first, from before a place.

        What was altered is left out: whoever opens it by itself is told.
        """
        known, unknown = self._known(before), [*self._unknown(before)]
        # Nearly always there are none, and comparing places takes as long as asking a header.
        both = merge(known, unknown, key=lambda met: met.place, reverse=True)
        return both if unknown else known

    def _known(self, before: Place | None) -> Iterator[Met[T]]:
        readers_of = {epoch: indexing.reader(keys) for epoch, keys in self.scan.keys.items()}
        for week, case, rev, epoch, of_rev, box in self._rows(before):
            if of_rev != rev or epoch not in readers_of:
                continue
            try:
                record = readers_of[epoch](box, case, rev)
                if not self.scan.exists_in(record):
                    continue
                said = self.asks(record)
            except OpenError:
                continue
            yield Met((week, case), said)

    def _rows(self, before: Place | None) -> Iterator[Row[*_Columns]]:
        session = self.scan.desk.session
        session.flush()
        # Past the session, which would look at each row for objects; and an outer join, so that the
        # reports are walked in their order, and none is sorted.
        connection = session.connection()
        rows = _HEADERS.where(self.where).order_by(Case.received_week.desc(), Case.id.desc())
        size = BATCH
        while True:
            some = rows.where(_older(before)) if before else rows
            batch = connection.execute(some.limit(size)).all()
            yield from batch
            if len(batch) < size:
                return
            before, size = (batch[-1][0], batch[-1][1]), LATER_BATCHES

    def _unknown(self, before: Place | None) -> Iterator[Met[T]]:
        asked = select(Case.id).where(Case.id.in_(self.scan.unknown()), self.where)
        ids = self.scan.desk.session.scalars(asked.where(_older(before)) if before else asked).all()
        found = ((one.week, one.id, one.header) for one in self.scan.these(ids))
        for week, case, header in sorted(found, key=lambda one: one[:2], reverse=True):
            yield Met((week, case), self.asks(header_records.written(header)))


def _older(before: Place) -> ColumnElement[bool]:
    return tuple_(Case.received_week, Case.id) < before
