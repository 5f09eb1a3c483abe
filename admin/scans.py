"""Scans: go through the reports of a list, as far as they exist for this person.

A list is walked in the order of urgency, from the index of states or from the tokens of a blind
list, and no further than somebody looks. What a report is in it says its header. One whose header
does not open, is of another version, or may be older than its reporter's answer, is opened itself.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from copy import copy
from dataclasses import dataclass, field
from heapq import merge
from operator import itemgetter
from typing import Final

from sqlalchemy import Select

from admin import header_records, headers, indexing, list_queries, readers
from admin.desk import Desk
from admin.errors import NotHandedOnError
from admin.headers import WORKED_ON, Header
from admin.indexing import MOST_OPENED, Keys, Reader
from admin.keyring import CASE_GROUPS
from admin.list_queries import Row
from admin.queue import Place
from admin.visibility import Matter
from crypto.envelope import OpenError
from crypto.roles import Group
from reporting import listing, records
from reporting.ids import CaseId
from reporting.models import State
from reporting.records import Record
from reporting.triage import Level

BATCH: Final = 64
LATER_BATCHES: Final = 256
_DECIDING: Final = itemgetter("states", "organisations", "people", "rules", "regions", "not")
_CONFLICT: Final = "conflict"
_LET_IN: Final = "let_in"
Strange = tuple[bytes, ...] | None


@dataclass(frozen=True, slots=True)
class Seen:
    """A report as a list knows it."""

    id: CaseId
    week: int
    header: Header
    has_mail: bool

    @property
    def place(self) -> Place:
        """Where in the order of every list it stands."""
        return Place(self.header.level, self.week, self.id)


@dataclass
class Scan:
    """One unit of work's look through the lists; what was opened once is not opened again.

    Reports that were altered are left out: `altered` are those that were met, to be told of.
    `strange` are those that no list knows, if somebody has just looked for them. What does not
    exist for this person is left out, unless it `is_of_all`.
    """

    desk: Desk
    groups: frozenset[Group] = CASE_GROUPS
    strange: Strange = None
    is_of_all: bool = False
    altered: set[bytes] = field(default_factory=set, init=False, repr=False)
    keys: Mapping[bytes, Keys] = field(init=False, repr=False)
    _readers: Mapping[bytes, Reader] = field(init=False, repr=False)
    _living: dict[str, tuple[bytes, ...]] = field(default_factory=dict, init=False, repr=False)
    _known: dict[bytes, Seen | None] = field(default_factory=dict, init=False, repr=False)
    _hidden: set[bytes] = field(default_factory=set, init=False, repr=False)
    _asked: dict[object, tuple[Row, ...]] = field(default_factory=dict, init=False, repr=False)
    _sees: dict[tuple[Matter, bool], bool] = field(default_factory=dict, init=False, repr=False)
    _sees_in: dict[tuple[bool, str], bool] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        ring = self.desk.ring
        self.keys = {} if ring.person.is_kept_back else indexing.keys_of(ring, self.groups)
        self._readers = {epoch: indexing.reader(keys) for epoch, keys in self.keys.items()}

    def of_all(self) -> "Scan":
        """Return this look with what does not exist for this person: for what shows nothing of it.

        What either of them has opened is known to both.
        """
        whole = copy(self)
        whole.is_of_all = True
        return whole

    def expect(self, names: Iterable[str]) -> None:
        """Find out which blind lists have reports, for who will ask for many.

        What is put into an empty one after that is found by whoever looks next.
        """
        months = {name: headers.month_of(name) for name in names}
        self._find({months[name] or name for name in months})
        # Most of them are days, and in a month that has no report none of its days has one.
        self._find({name for name, month in months.items() if month and self._living[month]})
        for name in months:
            self._living.setdefault(name, ())

    def _find(self, names: Collection[str]) -> None:
        wanted = {name: indexing.tokens(self.keys.values(), (name,)) for name in names}
        tokens = [token for found in wanted.values() for token in found]
        living = indexing.living(self.desk.session, tokens)
        for name, found in wanted.items():
            self._living[name] = tuple(token for token in found if token in living)

    def of(self, states: Iterable[State], after: Place | None = None) -> Iterator[Seen]:
        """Return the reports in these states, the most urgent and then the oldest first."""
        every = (_Way(list_queries.IN_STATE, {"state": state}) for state in states)
        return merge(*(self._walk(way, after) for way in every), key=_turn)

    def received_since(self, states: Iterable[State], week: int) -> Iterator[Seen]:
        """Return the reports in these states that came in since a week, in the same order."""
        every = (
            _Way(list_queries.IN_STATE_SINCE, {"state": state, "week": week}) for state in states
        )
        return merge(*(self._walk(way, None) for way in every), key=_turn)

    def listed(
        self,
        names: Iterable[str],
        states: Collection[State],
        after: Place | None = None,
        also: Collection[bytes] = (),
    ) -> Iterator[Seen]:
        """Return the reports in blind lists and some more, each once, in the same order.

        Those that no list knows yet are always among them. The caller asks each header whether it
        is what was looked for.
        """
        tokens = tuple(token for name in names for token in self._tokens(name))
        known = _Way(list_queries.LISTED, {"tokens": tokens, "states": tuple(states)})
        strange = self._these({*self.unknown(), *also}, states, after)
        before: Seen | None = None
        for one in merge(self._walk(known, after) if tokens else (), strange, key=_turn):
            if before is None or one.id != before.id:
                yield one
            before = one

    def written_to(self, states: Collection[State], after: Place | None = None) -> Iterator[Seen]:
        """Return the reports in these states with a word of their reporters that nobody read."""
        return self._walk(_Way(list_queries.WRITTEN_TO, {"states": tuple(states)}), after)

    def these(self, ids: Collection[bytes]) -> Iterator[Seen]:
        """Return these reports."""
        return self._walk(_Way(list_queries.THESE, {"ids": tuple(ids)}), None) if ids else iter(())

    def _these(
        self, ids: Collection[bytes], states: Collection[State], after: Place | None
    ) -> Iterator[Seen]:
        # A database looks through many rows also for none.
        way = _Way(list_queries.THESE_IN, {"ids": tuple(ids), "states": tuple(states)})
        return self._walk(way, after) if ids else iter(())

    def unknown(self) -> tuple[bytes, ...]:
        """Return the reports that no list knows as they are, so many of them as lists open."""
        if self.strange is None:
            self.strange = indexing.unknown(self.desk, self.keys, MOST_OPENED)
        return self.strange

    def _tokens(self, name: str) -> tuple[bytes, ...]:
        living = self._living.get(name)
        return indexing.tokens(self.keys.values(), (name,)) if living is None else living

    def _walk(self, way: "_Way", after: Place | None) -> Iterator[Seen]:
        size = BATCH if self.keys else 0
        while size:
            rows = self._some(way, after, size)
            yield from (one for row in rows for one in self._once(row))
            if len(rows) < size:
                return
            after, size = Place(Level(rows[-1].level), rows[-1].week, rows[-1].id), LATER_BATCHES

    def _some(self, way: "_Way", after: Place | None, size: int) -> tuple[Row, ...]:
        # The first page counts a list and then shows its beginning.
        if (asked := (way.ids, *way.values.items(), after, size)) not in self._asked:
            place = {} if after is None else _values_of(after)
            ids = way.ids if after is None else list_queries.beyond(way.ids)
            wanted = {**way.values, **place, "size": size}
            session = self.desk.session
            session.flush()
            # Past the session, which would look at each row for objects.
            found = session.connection().execute(list_queries.rows(ids), wanted)
            self._asked[asked] = tuple(Row._make(row) for row in found)
        return self._asked[asked]

    def _once(self, row: Row) -> tuple[Seen, ...]:
        if row.id in self._hidden and not self.is_of_all:
            return ()
        if row.id not in self._known or row.id in self._hidden:
            self._hidden.discard(row.id)
            self._known[row.id] = self._seen(row)
        one = self._known[row.id]
        return () if one is None or not (self.is_of_all or self.exists(one.header)) else (one,)

    def _seen(self, row: Row) -> Seen | None:
        if row.epoch is None or row.epoch not in self.keys:
            return None
        # Under a key of others it is no mark of ours: nobody who could would look at it again.
        if (row.of_epoch, row.of_rev) == (row.epoch, listing.ALTERED):
            return None
        try:
            header = self._header(row, row.epoch)
        except (OpenError, NotHandedOnError):
            # Whether it was altered is found out by who tells of it.
            self.altered.add(row.id)
            return None
        if header is None:
            self._hidden.add(row.id)
            return None
        return Seen(CaseId(row.id), row.week, header, row.has_mail)

    def _header(self, row: Row, epoch: bytes) -> Header | None:
        """Return what lists show of a report; of what does not exist for them, no more is read."""
        try:
            record = self._record(row, epoch)
            is_there = self.is_of_all or self.exists_in(record)
            return header_records.read(record) if is_there else None
        except OpenError:
            return indexing.made(self.desk.session, self.desk.ring, row.id)

    def _record(self, row: Row, epoch: bytes) -> Record:
        """Return the header of a report as it is written. Raises OpenError for one of before."""
        if row.box is None or (row.of_epoch, row.of_rev) != (epoch, row.rev):
            raise OpenError
        record = self._readers[epoch](row.box, row.id, row.rev)
        clear = (record.get("state"), record.get("level"), record.get("week"))
        # A new word may be the answer that was waited for.
        is_old = row.has_mail and "waiting" in records.texts(record, "marks")
        if is_old or clear != (row.state, row.level, row.week):
            raise OpenError
        return record

    def exists(self, header: Header) -> bool:
        """Say whether a report exists for this person."""
        person = self.desk.ring.person
        if person.id in header.of(_CONFLICT):
            return False
        let_in = header.of(_LET_IN)
        asked = (header.matter, person.id in let_in)
        if asked not in self._sees:
            self._sees[asked] = readers.sees(person, header.matter, let_in)
        return self._sees[asked]

    def exists_in(self, record: Record) -> bool:
        """Say so by a header as it is written, of which no more is read. Raises OpenError."""
        person, who, is_let_in = self.desk.ring.person, records.child(record, "who"), False
        if who:
            me = person.id.hex()
            if _CONFLICT in who and me in records.texts(who, _CONFLICT):
                return False
            is_let_in = _LET_IN in who and me in records.texts(who, _LET_IN)
        try:
            # Most reports are alike in what decides who sees them; this is one text for each kind.
            asked = is_let_in, repr(_DECIDING(record))
        except KeyError:
            raise OpenError from None
        if asked not in self._sees_in:
            matter = header_records.read_matter(record)
            self._sees_in[asked] = readers.sees(person, matter, (person.id,) if is_let_in else ())
        return self._sees_in[asked]


def owned(scan: Scan, member: bytes) -> tuple[Seen, ...]:
    """Return the reports that somebody works on as their owner."""
    found = scan.listed((headers.of_person("owner", member),), WORKED_ON)
    return tuple(one for one in found if one.header.owner == member)


@dataclass(frozen=True, slots=True)
class _Way:
    """Through which reports a walk goes: a statement, and what stands in its places."""

    ids: Select[bytes]
    values: Mapping[str, object]


def _turn(one: Seen) -> tuple[int, int, bytes]:
    return -one.header.level, one.week, one.id


def _values_of(after: Place) -> Mapping[str, object]:
    return {
        "after_level": int(after.level),
        "after_week": after.week,
        "after_case": after.case,
    }
