"""Due work: finish what time has decided, in the first session that can.

What the public site noted for the team is read in the session of somebody who may, shows them
nothing, and is written into the log as the system's.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Row, delete, func, select
from sqlalchemy.orm import Session

from admin.authority import event
from admin.keyring import Ring
from crypto.envelope import OpenError
from crypto.roles import Group
from reporting import places, records, withdrawal
from reporting.audit import Event, Journal, append
from reporting.models import Case, Drop, Parked, State
from reporting.office_rows import Epoch
from reporting.runtime import Runtime
from reporting.withdrawal import Due

# A look at the queue stays quick however many have taken back; over time each gets its turn.
AT_A_TIME: Final = 256
SYSTEM: Final = "system"


@dataclass(frozen=True, slots=True)
class _Found:
    """What is to be erased, the notes that say so, those without work left, and altered ones."""

    due: tuple[Due, ...]
    notes: Mapping[bytes, Due]
    spent: tuple[bytes, ...]
    altered: tuple[bytes, ...]


def run(service: Runtime, ring: Ring, now: datetime, most: int = AT_A_TIME) -> None:
    """Erase the reports whose seven days are over, each in a unit of work of its own.

    Nothing is held while notes are opened, at most so many of them.
    """
    with service.read() as session:
        found = _find(session, ring, now, most)
    for due in found.due:
        with service.begin() as session:
            _finish(session, service.journal, found, due, now)
    if not (found.spent or found.altered):
        return
    with service.begin() as session:
        for row in found.altered:
            append(session, service.journal, event(ring.person, "alarm.raised", row), now)
        session.execute(delete(Drop).where(Drop.id.in_(found.spent + found.altered)))


def _finish(session: Session, journal: Journal, found: _Found, due: Due, now: datetime) -> None:
    """Erase one report, and the notes about it. The report before the log: so do all writers."""
    if _is_final(session, due):
        if withdrawal.is_held(session, due.case):
            return  # it waits, and so do its notes
        append(session, journal, Event(SYSTEM, SYSTEM, "erased", due.case), now)
        withdrawal.erase(session, due.case, now)
    notes = {row for row, said in found.notes.items() if said == due}
    session.execute(delete(Drop).where(Drop.id.in_(notes)))


def _find(session: Session, ring: Ring, now: datetime, most: int) -> _Found:
    opened: dict[bytes, Due] = {}
    altered = []
    for row, group in _notes(session, ring, most):
        try:
            opened[row.id] = _open(ring, row, Group(group))
        except (OpenError, ValueError):
            altered.append(row.id)
    waiting = _waiting(session, opened.values())
    # One that was undone, or that another note has done already, has nothing left to do.
    spent = [row for row, due in opened.items() if due.withdrawal not in waiting]
    notes = {row: due for row, due in opened.items() if row not in spent and due.until <= now}
    ordered = sorted(set(notes.values()), key=lambda each: each.case)
    return _Found(tuple(ordered), notes, tuple(spent), tuple(altered))


def _notes(session: Session, ring: Ring, most: int) -> Iterable[Row[Drop, str]]:
    readable = select(Drop, Epoch.group).join(Epoch, Epoch.id == Drop.epoch_id)
    # What is locked for a key that was not handed on yet waits for somebody who has it.
    mine = readable.where(Drop.epoch_id.in_(ring.seeds()))
    return session.execute(mine.order_by(func.random()).limit(most)).all()


def _open(ring: Ring, row: Drop, group: Group) -> Due:
    key = ring.drop_key(row, group)
    return withdrawal.read_drop(records.reopen(key, row.content_sealed, places.drop(row.id)))


def _waiting(session: Session, opened: Iterable[Due]) -> frozenset[bytes]:
    wanted = {due.withdrawal for due in opened}
    if not wanted:
        return frozenset()
    parked = select(Parked.withdrawal_id).where(Parked.withdrawal_id.in_(wanted))
    return frozenset(session.scalars(parked))


def _is_final(session: Session, due: Due) -> bool:
    """Take hold of a report, and say whether it is still taken back by this note's taking back."""
    case = session.get(Case, due.case, with_for_update=True)
    if case is None or case.state != State.WITHDRAWN:
        return False
    mine = (Parked.case_id == due.case) & (Parked.withdrawal_id == due.withdrawal)
    return bool(session.scalars(select(Parked).where(mine)).all())
