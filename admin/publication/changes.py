"""Changes: what an act does to the units of one year, thought out first and written at once.

Where nobody fit made the keys, nothing is added; what has to go goes all the same, and the rest of
its unit waits for new keys. Where nobody here can say who belongs together, nobody of them is
counted until somebody can.
"""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from sqlalchemy.orm import Session

from admin.counted import Counted
from admin.publication import units
from admin.publication.periods import UnitKeys
from admin.publication.units import Member, Unit
from crypto.envelope import ROW_BYTES
from reporting import counting


@dataclass(slots=True)
class Changes:
    """The units of a year that an act touches, as they stand and as they will be."""

    session: Session
    keys: UnitKeys = field(repr=False)
    before: dict[bytes, Unit] = field(default_factory=dict, repr=False)
    after: dict[bytes, Unit] = field(default_factory=dict, repr=False)
    dropped: frozenset[bytes] = field(default=frozenset(), repr=False)

    def find(self, case: bytes, counted: Counted | None) -> Unit | None:
        """Return the unit of a report in this year, as it will be, if it has one."""
        here = next((one for one in self.after.values() if case in one.cases), None)
        if here is not None or counted is None or counted.period != self.keys.period:
            return here
        if not counted.cluster:
            return None
        return self._loaded(units.of_case(self.session, self.keys, case, counted.cluster))

    def gather(self, cases: frozenset[bytes]) -> None:
        """Find the units of reports that do not say themselves which they belong to."""
        for unit in units.every(self.session, self.keys) if cases else ():
            if unit.reach & cases:
                self._loaded(unit)

    def is_sure(self, unopened: frozenset[bytes]) -> bool:
        """Say whether all reports that do not open here are known to units that stand already.

        Whoever linked them to such a unit opened them: where they lead is known there.
        """
        return unopened <= frozenset[bytes]().union(*(one.reach for one in self.before.values()))

    def sweep(self, case: bytes) -> None:
        """Take a report out of every unit, wherever that is."""
        self.gather(frozenset({case}))
        self.take_out(frozenset({case}))

    def set(self, new: Member) -> None:
        """Count a report as it is coded now: in its unit, or in one of its own."""
        unit = self.find(new.case, None) or Unit(secrets.token_bytes(ROW_BYTES), ())
        self.after[unit.cluster] = unit.including(new)

    def take_out(self, cases: frozenset[bytes]) -> None:
        """Count some reports no more."""
        for unit in list(self.after.values()):
            self.after[unit.cluster] = unit.without(cases)

    def join(self, cases: Iterable[bytes]) -> None:
        """Make one unit of those that these reports belong to."""
        wanted = frozenset(cases)
        own = [one for one in self.after.values() if wanted & one.reach]
        for one in (parts := sorted(own, key=lambda one: one.order)):
            first = self.after[parts[0].cluster]
            self.after[first.cluster] = first.joined(one).reaching(wanted)
            if one is not parts[0]:
                self.after[one.cluster] = replace(one, members=())

    def drop(self, *sides: frozenset[bytes]) -> None:
        """Count nobody of the units that have reports on every one of these sides."""
        for unit in list(self.after.values()):
            if all(unit.reach & side for side in sides):
                self.dropped |= unit.cases
                self.after[unit.cluster] = unit.without(unit.cases)

    def part(self, here: frozenset[bytes], there: frozenset[bytes]) -> None:
        """Make two units of one where staff say that these reports and those are not linked.

        Those without the one that is counted leave.
        """
        for unit in list(self.after.values()):
            if not (unit.reach & here and unit.reach & there):
                continue
            leaving = here if unit.members[0].case in there else there
            kept, own = unit.split(leaving, secrets.token_bytes(ROW_BYTES))
            self.after |= {kept.cluster: kept, own.cluster: own}

    def narrow(self, here: frozenset[bytes], *, is_sure: bool) -> None:
        """Part from these reports all that units have beside them; in doubt count none of both."""
        for unit in list(self.after.values()):
            (self.part if is_sure else self.drop)(here, unit.reach - here)

    def write(self) -> bool:
        """Write what is another than before; say whether all of it could be written."""
        changed = [
            unit
            for cluster, unit in self.after.items()
            if unit != self.before.get(cluster) and (unit.members or cluster in self.before)
        ]
        # First what goes: nothing is counted twice, not even within a unit of work.
        for unit in sorted(changed, key=lambda one: bool(one.members)):
            self._write(unit)
        return self.keys.is_fit or not any(unit.members for unit in changed)

    def _write(self, unit: Unit) -> None:
        before = self.before.get(unit.cluster)
        if unit.members and not self.keys.is_fit:
            known = frozenset() if before is None else before.cases
            if known <= unit.cases:
                self._wait(unit.cases - known)
                if before is not None:
                    units.widen(self.session, self.keys, before.reaching(unit.reach))
                return
            self._wait(unit.cases)
            unit = replace(unit, members=())
        units.put(self.session, self.keys, before, unit)

    def _wait(self, cases: frozenset[bytes]) -> None:
        """Let casework look at reports again, once there are keys."""
        for case in cases:
            counting.look_again(self.session, case)

    def _loaded(self, unit: Unit | None) -> Unit | None:
        if unit is not None:
            self.before.setdefault(unit.cluster, unit)
            self.after.setdefault(unit.cluster, unit)
        return unit
