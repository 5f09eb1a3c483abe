"""Leavers: people who know keys of groups they left, and copies of all that was ever stored.

What they could open while they belonged, nobody can take from them. What is sealed or locked
after they left must stay closed to them, whatever they kept.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from flask import Flask
from sqlalchemy import select

from admin.circle_rows import CircleKey, CircleRow
from admin.circles import Circle
from admin.models import About, Grant
from crypto.custody import Keyring, PrivateKey
from crypto.envelope import Ctx, OpenError, Secret
from crypto.roles import Group
from crypto.sealing import kid
from reporting import places, records
from reporting.models import CaseWrap, Wrapped
from tests.builders_staff import the_staff
from tests.intruder import about_place, grant_place, key_place

GROUP_OF = {Wrapped.CASE: Group.INTAKE, Wrapped.CONTACT: Group.CASEWORK}
_KID = slice(2, 18)


@dataclass(frozen=True)
class Sealed:
    """A sealed key as it stood in the database: for which group or circle, where, and its box."""

    of: Group | Circle
    place: Ctx
    box: bytes


@dataclass(frozen=True)
class Written:
    """What a circle knows about somebody, as it stood in the database under one of its keys."""

    circle: Circle
    place: Ctx
    box: bytes


@dataclass
class Archive:
    """Everything sealed that ever stood in the database."""

    grants: set[tuple[Ctx, bytes]] = field(default_factory=set)
    keys: set[Sealed] = field(default_factory=set)
    wraps: set[Sealed] = field(default_factory=set)
    known: set[Written] = field(default_factory=set)

    def copy(self, app: Flask) -> None:
        """Copy what stands there now."""
        with the_staff(app).service.read() as session:
            for grant in session.scalars(select(Grant)):
                self.grants.add((grant_place(grant.epoch_id, grant.member_id), grant.box_sealed))
            for wrap in session.scalars(select(CaseWrap)):
                wrapped = Wrapped(wrap.wrapped)
                place = places.wrap(wrap.case_id, wrapped, GROUP_OF[wrapped])
                self.wraps.add(Sealed(GROUP_OF[wrapped], place, wrap.key_sealed))
            names = {row.circle: row.key_id for row in session.scalars(select(CircleRow))}
            for key in session.scalars(select(CircleKey)):
                circle = Circle(key.circle)
                place = key_place(circle, names[circle], key.member_id)
                self.keys.add(Sealed(circle, place, key.box_sealed))
            for row in session.scalars(select(About)):
                place = about_place(names[row.circle], row)
                self.known.add(Written(Circle(row.circle), place, row.content_sealed))

    @property
    def boxes(self) -> set[bytes]:
        """All that reports and circles have had so far."""
        return {each.box for each in self.wraps} | {each.box for each in self.known}


@dataclass
class Leaver:
    """Somebody who left groups and circles, with the keys they had then.

    `excused` is what stood in the database then, and what was sealed before any of those who stayed
    could make a new key.
    """

    id: bytes
    keyring: Keyring = field(repr=False)
    left: set[Group | Circle]
    excused: set[bytes] = field(repr=False)
    _opened: dict[bytes, PrivateKey] = field(default_factory=dict, repr=False)

    def opened(self, archive: Archive) -> Iterator[str]:
        """Yield what opens of all that came after them, of what they left."""
        own = PrivateKey(self.keyring.seed)
        for place, box in self._theirs(own, archive.grants):
            self._opened[box] = self._opened.get(box) or PrivateKey(own.open(box, place))
        seeds = {kid(seed.public): seed for seed in self._opened.values()}
        for wrap in archive.wraps:
            if wrap.of in self.left and wrap.box not in self.excused:
                yield from self._tried(seeds, wrap)
        shared = ((key.place, key.box) for key in archive.keys)
        keys = [own.open(box, place) for place, box in self._theirs(own, shared)]
        for written in archive.known:
            if written.circle in self.left and written.box not in self.excused:
                yield from (f"names of {written.circle}" for key in keys if _reads(key, written))

    def _theirs(
        self, own: PrivateKey, boxes: Iterable[tuple[Ctx, bytes]]
    ) -> Iterator[tuple[Ctx, bytes]]:
        """Return what was sealed to them."""
        return (each for each in boxes if each[1][_KID] == kid(own.public))

    def _tried(self, seeds: dict[bytes, PrivateKey], wrap: Sealed) -> Iterator[str]:
        seed = seeds.get(wrap.box[_KID])
        if seed is not None:
            seed.open(wrap.box, wrap.place)
            yield f"a report for {wrap.of}"


def _reads(key: Secret, written: Written) -> bool:
    try:
        records.reopen(key, written.box, written.place)
    except OpenError:
        return False
    return True
