"""Epochs: each group's next key, made and signed by the first member who signs in when it is due.

Intake changes its key every week, every group at least once a year, and any group at once when
somebody outside knows its seed. What waits under an old key of intake is sealed to the new one, and
once nothing does, nobody is left who could open what was ever sealed to the old one.
"""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from admin import grants
from admin.keeping import kept_back
from admin.keyring import Ring, make_epoch
from admin.models import Grant, ProposalRow
from crypto.acts import Epoch
from crypto.roles import Group
from crypto.roster import Roster
from crypto.sealing import seal
from reporting import office, places
from reporting.clock import day_of
from reporting.database import shred
from reporting.models import CaseWrap, Drop, Parked, Wrapped
from reporting.office_rows import Epoch as EpochRow

WEEK: Final = timedelta(days=7)
YEAR: Final = timedelta(days=365)
LATEST: Final = {group: WEEK if group is Group.INTAKE else YEAR for group in Group}
EARLY: Final = timedelta(days=2)  # so much before its latest day a key is changed if it can be
AT_A_TIME: Final = 500


def due(session: Session, ring: Ring, verified: Roster, now: datetime) -> tuple[Group, ...]:
    """Return the groups for which this person has to make the next key now."""
    # An entry of the roster makes every waiting proposal void, so that a weekly change of keys
    # lets a second signature come first where it can.
    patient = session.scalar(select(exists().where(ProposalRow.id.is_not(None)))) is True
    return tuple(
        group
        for group in sorted(ring.person.groups)
        if group in verified.stale or _is_old(verified.epoch(group), now, is_patient=patient)
    )


def overdue(verified: Roster, now: datetime) -> tuple[Group, ...]:
    """Return the groups with members whose next key nobody made in time."""
    return tuple(
        group
        for group in sorted(Group)
        if verified.members(group)
        and (group in verified.stale or _age(verified.epoch(group), now) > LATEST[group])
    )


def rotate(
    session: Session, ring: Ring, verified: Roster, group: Group, now: datetime
) -> tuple[Ring, Roster]:
    """Make, sign and hand out the next key of a group.

    The caller holds the end of the audit log. Returns the ring and the roster with the new epoch.
    """
    made = make_epoch(group, now)
    grown = office.append(session, verified, ring.propose(verified, made.stated))
    session.add(EpochRow(id=made.stated.id, group=group))
    session.flush()
    kept = kept_back(session, grown)
    session.add_all(
        grants.give(made.stated, made.seed, one)
        for one in grown.members(group)
        if one.id not in kept
    )
    return ring.with_seeds((made,)), grown


def carry_over(session: Session, ring: Ring, verified: Roster) -> int:
    """Seal keys of reports that wait under an old key of intake to the new one; return how many.

    A few hundred at a time: the next sign-in goes on. Raises OpenError for an altered one.
    """
    newest = verified.epoch(Group.INTAKE)
    if not ring.holds(newest.id):
        return 0
    held = [epoch.id for epoch in verified.epochs[Group.INTAKE][:-1] if ring.holds(epoch.id)]
    waiting = (
        select(CaseWrap)
        .where(CaseWrap.epoch_id.in_(held), CaseWrap.wrapped == Wrapped.CASE)
        .limit(AT_A_TIME)
    )
    rows = session.scalars(waiting).all()
    for wrap in rows:
        key = ring.case_key(wrap)
        place = places.wrap(wrap.case_id, Wrapped.CASE, Group.INTAKE)
        wrap.epoch_id, wrap.key_sealed = newest.id, seal(newest.public_key, key, place)
    session.flush()
    return len(rows)


def retire(session: Session, verified: Roster) -> int:
    """Forget the seeds of old keys of intake under which nothing waits; return how many."""
    spent = [epoch.id for epoch in verified.epochs[Group.INTAKE][:-1]]
    used = {
        epoch
        for table in (CaseWrap, Parked, Drop)
        for epoch in session.scalars(
            select(table.epoch_id).where(table.epoch_id.in_(spent)).distinct()
        )
    }
    gone = delete(Grant).where(Grant.epoch_id.in_(set(spent) - used)).returning(Grant.epoch_id)
    retired = len(set(session.scalars(gone)))
    if retired:
        shred(session)
    return retired


def _is_old(epoch: Epoch, now: datetime, *, is_patient: bool) -> bool:
    latest = LATEST[epoch.group]
    return _age(epoch, now) >= (latest if is_patient else latest - EARLY)


def _age(epoch: Epoch, now: datetime) -> timedelta:
    return day_of(now) - epoch.day
