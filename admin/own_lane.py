"""Own lane: the key of what somebody notes for themselves alone, and its end.

It is sealed to that person's own key. When it is deleted, nobody reads their notes ever again, and
nobody needs to know which they are.
"""

from sqlalchemy import delete
from sqlalchemy.orm import Session

from admin.keyring import Ring
from admin.models import OwnNoteKey
from crypto.envelope import OpenError, Secret, make_key
from crypto.sealing import seal
from reporting import places
from reporting.database import shred


def key_of(session: Session, ring: Ring) -> Secret:
    """Return the key of this person's own notes. Raises OpenError where there is none for them.

    One that does not open counts as none: it is from before they lost their keys, or whoever
    altered it could have deleted it too.
    """
    row = session.get(OwnNoteKey, ring.person.id, populate_existing=True)
    if row is None:
        raise OpenError
    return ring.own_key(row.key_sealed, places.own_note_key(ring.person.id))


def key_for_writing(session: Session, ring: Ring) -> Secret:
    """Return the key of this person's own notes, a new one where there was none."""
    try:
        return key_of(session, ring)
    except OpenError:
        made = make_key()
    member = ring.person.id
    box = seal(ring.sealing_key, made, places.own_note_key(member))
    session.merge(OwnNoteKey(member_id=member, key_sealed=box))
    session.flush()
    return made


def destroy(session: Session, member: bytes) -> None:
    """Delete the key of somebody's own notes: with them gone, nobody reads these any more."""
    session.execute(delete(OwnNoteKey).where(OwnNoteKey.member_id == member))
    shred(session)
