"""Lent: end what was lent of a report, when its time is over or its reporter takes it back.

Neither needs a key of the team. The row of a lent text does not say whose it is; but it carries a
mark that the key of the report's conversation opens, and the reporter's code opens that.
"""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from crypto.envelope import Label, OpenError, Secret, expand
from crypto.stream import lock, unlock
from reporting import places
from reporting.clock import hour_after
from reporting.database import shred, shred_soon
from reporting.lent_rows import LentRow


def mark(thread: Secret, row: bytes) -> bytes:
    """Return what tells the key of a conversation that this row is about its report."""
    return lock(expand(thread, Label.MESSAGE), b"", places.lent_mark(row))


def end_all(session: Session, thread: Secret) -> int:
    """Delete everything that is lent, or answered, of a report; return how much it was.

    All rows are tried: there are a few for each person of the team.
    """
    marks = session.execute(select(LentRow.id, LentRow.mark_sealed))
    return _delete(session, {row for row, box in marks if _is_its(thread, row, box)})


def end_open(session: Session, thread: Secret) -> int:
    """Delete what is lent of a report and not answered yet; return how much it was.

    What is answered in this very moment stays: whoever calls may hold the end of the log, which its
    translator waits for.
    """
    waiting = select(LentRow.id, LentRow.mark_sealed).where(LentRow.reader_id.is_not(None))
    marks = session.execute(waiting.with_for_update(skip_locked=True))
    return _delete(session, {row for row, box in marks if _is_its(thread, row, box)})


def sweep(session: Session, now: datetime) -> int:
    """Delete what is lent for longer than its time; return how much it was."""
    old = delete(LentRow).where(LentRow.expires_hour <= hour_after(now) - 1)
    gone = len(session.scalars(old.returning(LentRow.id)).all())
    if gone:
        shred_soon(session)
    return gone


def _delete(session: Session, rows: set[bytes]) -> int:
    session.execute(delete(LentRow).where(LentRow.id.in_(rows)))
    if rows:
        shred(session)
    return len(rows)


def _is_its(thread: Secret, row: bytes, box: bytes) -> bool:
    try:
        unlock(expand(thread, Label.MESSAGE), box, places.lent_mark(row))
    except OpenError:
        return False
    return True
