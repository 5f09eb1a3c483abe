"""Epochs: each group's next key, made and signed by the first member who signs in when it is due.

Intake changes its key every week, every group at least once a year, and any group at once when
somebody outside knows its seed. What waits under an old key of intake is sealed to the new one, and
once nothing does, nobody is left who could open what was ever sealed to the old one.
"""

from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from admin import grants, indexing, link_keys, rekeying, saved_searches
from admin.keeping import kept_back
from admin.keyring import Ring, make_epoch
from admin.models import Grant, ProposalRow
from admin.rekeying import Renewed
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
# The groups that keys of reports are sealed to.
KEEPERS: Final = (Group.INTAKE, Group.CASEWORK)


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
    ring = ring.with_seeds((made,))
    if group is Group.CASEWORK:
        link_keys.carry(session, ring, made.stated.id)
    return ring, grown


def carry_over(session: Session, ring: Ring, verified: Roster) -> int:
    """Seal keys of reports that wait under an old epoch to the new one; return how many.

    A few hundred at a time: the next sign-in goes on. What casework shares goes along. Raises
    OpenError for an altered one.
    """
    if verified.members(Group.CASEWORK):
        saved_searches.carry_over(session, ring, verified.epoch(Group.CASEWORK))
    return sum(_seal_anew(session, ring, verified, group) for group in KEEPERS)


def renew(session: Session, ring: Ring, verified: Roster) -> Renewed:
    """Give new keys to reports whose keys somebody who left may know.

    A few at a time: the next sign-in goes on.
    """
    done = Renewed()
    for group in KEEPERS:
        newest, old = verified.epoch(group), _old(ring, verified, group) & verified.exposed
        left = rekeying.AT_A_TIME - done.count
        if old and left:
            done += rekeying.renew(session, ring, newest, old, left)
    return done


def backlog(session: Session, verified: Roster) -> int:
    """Return how many reports still have a key that somebody who left may know."""
    return rekeying.waiting(session, verified.exposed)


def retire(session: Session, verified: Roster, now: datetime) -> int:
    """Forget the seeds of old keys of intake under which nothing waits; return how many.

    Not on the day of the change: a report sealed just before it may be stored just after it.
    """
    epochs = pairwise(verified.epochs[Group.INTAKE])
    spent = [old.id for old, newer in epochs if newer.day < day_of(now)]
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


def _seal_anew(session: Session, ring: Ring, verified: Roster, group: Group) -> int:
    newest, old = verified.epoch(group), _old(ring, verified, group) - verified.exposed
    rows = rekeying.take_hold(session, old, AT_A_TIME) if old else ()
    for wrap in rows:
        place = places.wrap(wrap.case_id, Wrapped(wrap.wrapped), group)
        key = ring.wrapped_key(wrap)
        wrap.epoch_id, wrap.key_sealed = newest.id, seal(newest.public_key, key, place)
    for case in [wrap.case_id for wrap in rows if wrap.wrapped == Wrapped.CASE]:
        indexing.carry_over(session, ring, case)
    session.flush()
    return len(rows)


def _old(ring: Ring, verified: Roster, group: Group) -> frozenset[bytes]:
    """Return the replaced epochs of a group that are held here; none before there is a fit one."""
    *old, newest = (epoch.id for epoch in verified.epochs[group])
    if newest in verified.exposed or not ring.holds(newest):
        return frozenset()
    return frozenset(epoch for epoch in old if ring.holds(epoch))


def _is_old(epoch: Epoch, now: datetime, *, is_patient: bool) -> bool:
    latest = LATEST[epoch.group]
    return _age(epoch, now) >= (latest if is_patient else latest - EARLY)


def _age(epoch: Epoch, now: datetime) -> timedelta:
    return day_of(now) - epoch.day
