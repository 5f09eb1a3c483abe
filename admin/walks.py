"""Walks: go through the headers of very many reports, the newest first, and open no more of them.

A header takes long to be read as what lists show. Here it stays the record that it is: what is
asked of it, and whether the report exists for whoever looks, is asked of that. Reports that no list
knows yet are among them, as many as any list opens.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from heapq import merge
from typing import Final, Generic, NamedTuple, TypeVar

from sqlalchemy import ColumnElement, select, tuple_

from admin import header_records, indexing, readers
from admin.indexing import Keys
from admin.scans import Scan
from crypto.envelope import OpenError
from reporting import records
from reporting.case_rows import HeaderRow
from reporting.database import Base
from reporting.models import Case
from reporting.records import Record

T = TypeVar("T")
BATCH: Final = 64
LATER_BATCHES: Final = 2_048
_DECIDES: Final = ("states", "organisations", "people", "rules", "regions", "not")
_CONFLICT: Final = "conflict"
_LET_IN: Final = "let_in"

_CASE: Final = Base.metadata.tables[Case.__tablename__].c
_HEADER: Final = Base.metadata.tables[HeaderRow.__tablename__].c
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
    _sees: dict[tuple[bool, str], bool] = field(default_factory=dict, init=False, repr=False)

    def back_from(self, before: Place | None) -> Iterator[Met[T]]:
        """Return every report that exists for this person, the newest first, from before a place.

        What was altered is left out: whoever opens it by itself is told.
        """
        found = (self._known(before), self._unknown(before))
        return merge(*found, key=lambda met: met.place, reverse=True)

    def _known(self, before: Place | None) -> Iterator[Met[T]]:
        keys, session = self.scan.keys, self.scan.desk.session
        # An outer join: so the reports are walked in their order, and none is sorted.
        rows = _HEADERS.where(self.where).order_by(Case.received_week.desc(), Case.id.desc())
        size = BATCH
        while True:
            some = rows.where(_older(before)) if before else rows
            batch = session.execute(some.limit(size)).all()
            for week, case, rev, epoch, of_rev, box in batch:
                before = week, case
                if of_rev == rev and epoch in keys:
                    yield from self._met(before, keys[epoch], rev, box)
            if len(batch) < size:
                return
            size = LATER_BATCHES

    def _met(self, place: Place, keys: Keys, rev: int, box: bytes) -> Iterator[Met[T]]:
        with suppress(OpenError):
            record = indexing.read_record(keys, place[1], rev, box)
            if self._exists(record):
                yield Met(place, self.asks(record))

    def _unknown(self, before: Place | None) -> Iterator[Met[T]]:
        asked = select(Case.id).where(Case.id.in_(self.scan.unknown()), self.where)
        ids = self.scan.desk.session.scalars(asked.where(_older(before)) if before else asked).all()
        found = ((one.week, one.id, one.header) for one in self.scan.these(ids))
        for week, case, header in sorted(found, key=lambda one: one[:2], reverse=True):
            yield Met((week, case), self.asks(header_records.written(header)))

    def _exists(self, record: Record) -> bool:
        person, who = self.scan.desk.ring.person, records.child(record, "who")
        me = person.id.hex()
        if _CONFLICT in who and me in records.texts(who, _CONFLICT):
            return False
        let_in = _LET_IN in who and me in records.texts(who, _LET_IN)
        # Most reports are alike in what decides who sees them; this is one text for each kind.
        asked = (let_in, repr([record.get(name) for name in _DECIDES]))
        if asked not in self._sees:
            matter = header_records.read_matter(record)
            self._sees[asked] = readers.sees(person, matter, (person.id,) if let_in else ())
        return self._sees[asked]


def _older(before: Place) -> ColumnElement[bool]:
    return tuple_(Case.received_week, Case.id) < before
