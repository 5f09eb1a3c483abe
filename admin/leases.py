"""Leases: who has a report in hand, so that no two people do the same work.

A lease ends by itself after twenty minutes; every act on the report makes it last anew. It is
locked under the index key of the group that can open the report: nothing readable says who reads
what. A lease that does not open counts as none, since whoever could alter it could delete it too.
"""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from admin import cases, fact_records
from admin.authority import authorize
from admin.desk import Desk
from admin.errors import HiddenError, InHandError, NotHandedOnError
from admin.facts import Lease
from admin.keyring import Ring
from admin.permissions import Action
from crypto.envelope import OpenError
from reporting import places, records
from reporting.case_rows import LeaseRow
from reporting.ids import CaseId
from reporting.models import CaseWrap, State, Wrapped

LASTS: Final = timedelta(minutes=20)
FLOOR_BYTES: Final = 128
CLAIMABLE: Final = (State.RECEIVED, State.TRIAGED)


def claim(desk: Desk, case: CaseId, states: Collection[State] = CLAIMABLE) -> Lease:
    """Take a report in hand that is in one of these states; who has it keeps it for longer.

    Raises HiddenError, and InHandError when somebody else has it.
    """
    rule = authorize(desk.ring.person, Action.PULL_CASE, case)
    there = cases.opened(desk.session, desk.ring, case, Action.PULL_CASE)
    if there.work.state not in states:
        raise HiddenError(Action.PULL_CASE, case, f"{Action.PULL_CASE}: {there.work.state}")
    lease = holder(desk.session, desk.ring, case, desk.now)
    if lease is not None and lease.holder != desk.ring.person.id:
        raise InHandError(lease.holder, lease.until)
    desk.note("case.claimed" if lease is None else "case.renewed", case, rule)
    return take(desk, case)


def take(desk: Desk, case: CaseId) -> Lease:
    """Write down that this person has a report in hand. The caller holds the report."""
    wrap = desk.session.get_one(CaseWrap, (case, Wrapped.CASE))
    lease = Lease(desk.ring.person.id, desk.now + LASTS)
    _write(desk.session, desk.ring, wrap.epoch_id, case, lease)
    return lease


def renew(session: Session, ring: Ring, case: CaseId, now: datetime) -> None:
    """Let somebody who has a report in hand keep it for longer; for others nothing happens."""
    row, lease = session.get(LeaseRow, case), holder(session, ring, case, now)
    if row is not None and lease is not None and lease.holder == ring.person.id:
        _write(session, ring, row.epoch_id, case, Lease(lease.holder, now + LASTS))


def drop(session: Session, case: CaseId) -> None:
    """Let nobody have a report in hand any more. The caller holds the report."""
    session.execute(delete(LeaseRow).where(LeaseRow.case_id == case))


def holder(session: Session, ring: Ring, case: CaseId, now: datetime) -> Lease | None:
    """Return who has a report in hand now, and until when."""
    row = session.get(LeaseRow, case, populate_existing=True)
    return None if row is None else _living(ring, row, now)


def living(session: Session, ring: Ring, now: datetime) -> Mapping[bytes, Lease]:
    """Return all leases that this person can read, by the report."""
    rows = session.scalars(select(LeaseRow)).all()
    found = {row.case_id: _living(ring, row, now) for row in rows}
    return {case: lease for case, lease in found.items() if lease is not None}


def _living(ring: Ring, row: LeaseRow, now: datetime) -> Lease | None:
    try:
        key, place = ring.index_key(row.epoch_id), places.lease(row.case_id, row.rev)
        lease = _read(records.reopen(key, row.box_sealed, place))
    except (OpenError, NotHandedOnError):
        return None
    return lease if now < lease.until else None


def _write(session: Session, ring: Ring, epoch: bytes, case: CaseId, lease: Lease) -> None:
    row = session.get(LeaseRow, case)
    rev = 0 if row is None else row.rev + 1
    record: records.Record = {
        "holder": lease.holder.hex(),
        "until": fact_records.seconds(lease.until),
    }
    box = records.close(ring.index_key(epoch), record, places.lease(case, rev), FLOOR_BYTES)
    session.merge(LeaseRow(case_id=case, rev=rev, epoch_id=epoch, box_sealed=box))
    session.flush()


def _read(record: records.Record) -> Lease:
    until = fact_records.moment(records.number(record, "until"))
    return Lease(records.row(record, "holder"), until)
