"""Changes: what an act does to the units of one year, thought out first and written at once.

Where nobody fit made the keys, nothing is added; what has to go goes all the same, and the rest of
its unit waits for new keys.
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

    def find(self, case: bytes, counted: Counted | None) -> Unit | None:
        """Return the unit of a report in this year, as it will be, if it has one."""
        here = next((one for one in self.after.values() if case in one.cases), None)
        if here is not None or counted is None or counted.period != self.keys.period:
            return here
        if not counted.cluster:
            return None
        return self._loaded(units.of_case(self.session, self.keys, case, counted.cluster))

    def gather(self, cases: frozenset[bytes]) -> None:
        """Find the units of reports that do not say themselves where they are counted."""
        for unit in units.every(self.session, self.keys) if cases else ():
            if unit.cases & cases:
                self._loaded(unit)

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
        own = [one for one in self.after.values() if wanted & one.cases]
        for other in (parts := sorted(own, key=lambda one: one.order))[1:]:
            first = self.after[parts[0].cluster]
            self.after[first.cluster] = first.joined(other)
            self.after[other.cluster] = replace(other, members=())

    def part(
        self, here: frozenset[bytes], there: frozenset[bytes], unsure: frozenset[bytes]
    ) -> None:
        """Make two units of one where staff say that these reports and those are not linked.

        Those without the one that is counted leave. A unit with a report of which nobody can say
        here what it is linked to stays one.
        """
        for unit in list(self.after.values()):
            if not (unit.cases & here and unit.cases & there) or unit.cases & unsure:
                continue
            leaving = here if unit.members[0].case in there else there
            gone = tuple(one for one in unit.members if one.case in leaving)
            self.after[unit.cluster] = unit.without(leaving)
            own = Unit(secrets.token_bytes(ROW_BYTES), gone)
            self.after[own.cluster] = own

    def write(self) -> bool:
        """Write what is another than before; say whether all of it could be written."""
        changed = [unit for cluster, unit in self.after.items() if unit != self.before.get(cluster)]
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
