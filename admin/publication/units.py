"""Units: which reports each row of the frame comes of, as only casework can open it.

What was coded of every report of a unit lies beside its record, so that one of them can take the
place of another without being opened. So do the numbers of all that these are linked to without
being counted: who is linked to one of those belongs to this unit, even where it does not open.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy import delete, insert, update
from sqlalchemy.orm import Session

from admin.errors import AlarmError
from admin.publication import frame_records, paging
from admin.publication.frame_records import Record
from admin.publication.periods import UnitKeys
from crypto.envelope import Label, OpenError, Secret, expand
from crypto.sealing import seal
from reporting import places, records
from reporting.database import shred
from reporting.stat_rows import StatFrameRow

FLOOR_BYTES: Final = 1024


@dataclass(frozen=True, slots=True)
class Member:
    """A report of a unit, and what is coded of it."""

    case: bytes
    record: Record


@dataclass(frozen=True, slots=True)
class Unit:
    """A person, with those whom the team linked to them; the first report is the one counted.

    `around` are the reports that they are linked to, over however many, and that are not counted.
    """

    cluster: bytes
    members: tuple[Member, ...]
    around: frozenset[bytes] = frozenset()

    @property
    def cases(self) -> frozenset[bytes]:
        """The reports that it comes of."""
        return frozenset(one.case for one in self.members)

    @property
    def reach(self) -> frozenset[bytes]:
        """All reports of it, counted or not; of a unit of which none is counted there are none."""
        return self.cases | self.around if self.members else frozenset()

    @property
    def order(self) -> tuple[int, bytes]:
        """Which of two units goes on when they turn out to be one."""
        return min(one.record.quarter for one in self.members), self.cluster

    def including(self, new: Member) -> "Unit":
        """Return it with a report as it is coded now."""
        if new.case not in self.cases:
            return replace(self, members=(*self.members, new), around=self.around - {new.case})
        kept = tuple(new if one.case == new.case else one for one in self.members)
        return replace(self, members=kept)

    def without(self, cases: frozenset[bytes]) -> "Unit":
        """Return it with some reports counted no more: they may still hold others together."""
        left = tuple(one for one in self.members if one.case not in cases)
        return replace(self, members=left, around=self.around | (self.cases & cases))

    def reaching(self, cases: frozenset[bytes]) -> "Unit":
        """Return it with more reports that it is linked to."""
        return replace(self, around=(self.around | cases) - self.cases)

    def split(self, cases: frozenset[bytes], cluster: bytes) -> tuple["Unit", "Unit"]:
        """Return it without reports that are linked to it no more, and the unit of these."""
        staying = tuple(one for one in self.members if one.case not in cases)
        leaving = tuple(one for one in self.members if one.case in cases)
        kept = replace(self, members=staying, around=self.around - cases)
        return kept, Unit(cluster, leaving).reaching(cases)

    def joined(self, other: "Unit") -> "Unit":
        """Return the one unit that two turn out to be."""
        more = tuple(one for one in other.members if one.case not in self.cases)
        return replace(self, members=(*self.members, *more)).reaching(other.reach)


def of_case(session: Session, keys: UnitKeys, case: bytes, cluster: bytes) -> Unit | None:
    """Return the unit that a report belongs to, first looked for where it was last.

    Raises AlarmError for what was altered.
    """
    row = session.get(StatFrameRow, (keys.period, keys.unit_key(cluster)), populate_existing=True)
    there = None if row is None else _opened(keys, row.unit_key, row.cluster_sealed)
    if there is not None and case in there.cases:
        return there
    return next((one for one in every(session, keys) if case in one.cases), None)


def every(session: Session, keys: UnitKeys) -> Iterator[Unit]:
    """Yield the units of a year. Raises AlarmError for what was altered."""
    for unit_key, box in paging.pairs(session, keys.period, StatFrameRow.cluster_sealed):
        yield _opened(keys, unit_key, box)


def put(session: Session, keys: UnitKeys, before: Unit | None, after: Unit) -> None:
    """Keep a unit in place of what it was; of one without reports nothing stays.

    The caller holds the end of the log, and nobody else writes to the frame.
    """
    unit_key = keys.unit_key(after.cluster)
    mine = (StatFrameRow.period == keys.period) & (StatFrameRow.unit_key == unit_key)
    if not after.members:
        session.execute(delete(StatFrameRow).where(mine))
        shred(session)
        return
    row = boxes(keys, after)
    if before is None:
        named = {"period": keys.period, "unit_key": unit_key}
        session.execute(insert(StatFrameRow).values({**named, **row}))
        return
    session.execute(update(StatFrameRow).where(mine).values(row))
    shred(session)


def widen(session: Session, keys: UnitKeys, unit: Unit) -> None:
    """Keep what a unit reaches and leave its record as it is; nothing is sealed for that."""
    unit_key = keys.unit_key(unit.cluster)
    mine = (StatFrameRow.period == keys.period) & (StatFrameRow.unit_key == unit_key)
    box = _closed(keys, unit_key, unit)
    session.execute(update(StatFrameRow).where(mine).values(cluster_sealed=box))


def boxes(keys: UnitKeys, unit: Unit) -> dict[str, bytes]:
    """Return what stands in the row of a unit."""
    unit_key = keys.unit_key(unit.cluster)
    return {
        "record_sealed": _sealed(keys, unit_key, unit.members[0].record),
        "cluster_sealed": _closed(keys, unit_key, unit),
    }


def _sealed(keys: UnitKeys, unit_key: bytes, record: Record) -> bytes:
    packed = frame_records.pack(record, unit_key, keys.mac)
    return seal(keys.public_key, packed, places.frame_record(unit_key))


def _closed(keys: UnitKeys, unit_key: bytes, unit: Unit) -> bytes:
    record: records.Record = {
        "cluster": unit.cluster.hex(),
        "members": [
            {"case": one.case.hex(), "places": list(one.record.places)} for one in unit.members
        ],
        "around": sorted(case.hex() for case in unit.around),
    }
    return records.close(_key(keys), record, places.frame_cluster(unit_key), FLOOR_BYTES)


def _opened(keys: UnitKeys, unit_key: bytes, box: bytes) -> Unit:
    try:
        record = records.reopen(_key(keys), box, places.frame_cluster(unit_key))
    except OpenError:
        raise AlarmError("a row of the frame was altered in the database") from None
    members = tuple(map(_read, records.children(record, "members")))
    around = frozenset(map(bytes.fromhex, records.texts(record, "around")))
    return Unit(records.row(record, "cluster"), members, around)


def _read(record: records.Record) -> Member:
    places_of = record["places"]
    codes = places_of if isinstance(places_of, list) else []
    return Member(records.row(record, "case"), Record(*codes))


def _key(keys: UnitKeys) -> Secret:
    return expand(keys.unit_secret, Label.CLUSTER)
