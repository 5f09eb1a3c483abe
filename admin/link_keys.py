"""Link keys: the one key that all tokens of identifiers are made with.

It is random and made once. Whoever works in casework opens it with the index key of the epoch in
force, and it goes along into each next epoch, so that what was marked once is found for ever.
Whoever left may know it: with a copy of the database they could try numbers, a quarter of a second
each, and would learn that one is marked, not where.
"""

from collections.abc import Sequence

from sqlalchemy import delete, exists, insert, select
from sqlalchemy.orm import Session

from admin.errors import AlarmError, NotHandedOnError
from admin.keyring import Ring
from crypto.envelope import Label, OpenError, Secret, expand, make_key
from crypto.roles import Group
from crypto.stream import lock, unlock
from reporting import places
from reporting.case_rows import LinkKeyRow, LinkTokenRow
from reporting.database import shred


class NoLinkKeyError(LookupError):
    """Nothing was ever marked here."""


def open_key(session: Session, ring: Ring) -> Secret:
    """Return the key. Raises NoLinkKeyError while there is none.

    Raises NotHandedOnError for whoever does not hold its epoch, and AlarmError where it was altered
    or taken away.
    """
    rows = _rows(session)
    if not rows and session.scalar(select(exists().where(LinkTokenRow.id.is_not(None)))):
        raise AlarmError("the key of the link tokens was taken away")
    if not rows:
        raise NoLinkKeyError
    for row in rows:
        if ring.group_of(row.epoch_id) is Group.CASEWORK and ring.holds(row.epoch_id):
            return _opened(ring, row)
    raise NotHandedOnError(Group.CASEWORK)


def make(session: Session, ring: Ring, epoch: bytes) -> Secret:
    """Make the key; the caller holds the end of the log, and has seen that there is none."""
    made = make_key()
    _keep(session, ring, epoch, made)
    return made


def carry(session: Session, ring: Ring, epoch: bytes) -> None:
    """Lock the key for the epoch in force, if that is not done and this person can do it.

    The caller holds the end of the log. One that does not open is told to whoever needs it.
    """
    rows = _rows(session)
    if not rows or any(row.epoch_id == epoch for row in rows) or not ring.holds(epoch):
        return
    try:
        key = open_key(session, ring)
    except (AlarmError, NotHandedOnError):
        return
    _keep(session, ring, epoch, key)
    # Somebody who left may know the seeds of what was before.
    session.execute(delete(LinkKeyRow).where(LinkKeyRow.epoch_id != epoch))
    shred(session)


def _rows(session: Session) -> Sequence[LinkKeyRow]:
    return session.scalars(select(LinkKeyRow)).all()


def _opened(ring: Ring, row: LinkKeyRow) -> Secret:
    index = ring.index_key(row.epoch_id)
    try:
        key = unlock(expand(index, Label.LINK_KEY), row.key_sealed, places.link_key(row.epoch_id))
    except OpenError:
        raise AlarmError("the key of the link tokens was altered") from None
    return Secret(key)


def _keep(session: Session, ring: Ring, epoch: bytes, key: Secret) -> None:
    index = expand(ring.index_key(epoch), Label.LINK_KEY)
    box = lock(index, key.reveal(), places.link_key(epoch))
    session.execute(insert(LinkKeyRow).values(epoch_id=epoch, key_sealed=box))
