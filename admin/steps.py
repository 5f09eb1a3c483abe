"""Steps: how far each person has come, from the signed rows that say so.

What a row says is believed for its signatures alone. Who the founding of the office names is a
member from the beginning; anybody else begins as a newcomer.
"""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Final

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from admin.errors import AlarmError
from admin.models import StandingRow
from crypto import standing
from crypto.roles import Group
from crypto.roster import Roster
from crypto.standing import Progress, StandingError, founder, newcomer

ALTERED: Final = "the standing of a person was altered"


def progress_of(session: Session, verified: Roster, member: bytes) -> Progress:
    """Return how far somebody has come. Raises AlarmError for a row that does not hold."""
    mine = select(StandingRow.signed).where(StandingRow.member_id == member)
    return _verified(verified, member, session.scalars(mine.order_by(StandingRow.n)).all())


def progress_of_all(session: Session, verified: Roster) -> Mapping[bytes, Progress]:
    """Return how far everybody has come who is or was on the roster, or of whom a step was signed.

    Raises AlarmError.
    """
    stored: dict[bytes, list[bytes]] = {
        member: [] for member in (*verified.people, *verified.removed)
    }
    for row in session.scalars(select(StandingRow).order_by(StandingRow.member_id, StandingRow.n)):
        stored.setdefault(row.member_id, []).append(row.signed)
    return {member: _verified(verified, member, steps) for member, steps in stored.items()}


def append(session: Session, verified: Roster, progress: Progress, step: bytes) -> Progress:
    """Store a step that has all its signatures; return the progress with it.

    Raises StandingError for any other.
    """
    further = standing.extend(progress, step, verified.succession.once_managers)
    row = {"member_id": progress.member, "n": len(progress.hashes), "signed": step}
    session.execute(insert(StandingRow).values(**row))
    return further


def _verified(verified: Roster, member: bytes, stored: Iterable[bytes]) -> Progress:
    past = verified.succession
    # The founding states the first epoch of every group, each with its own day.
    founded = verified.epochs[Group.INTAKE][0].day
    beginning = founder(member, founded) if member in past.founders else newcomer(member)
    try:
        return _followed(beginning, tuple(stored), frozenset(past.once_managers.items()))
    except StandingError:
        raise AlarmError(ALTERED) from None


# Every page of every person asks for this; what it gives depends on nothing but what it is given.
@lru_cache(maxsize=256)
def _followed(
    beginning: Progress, stored: tuple[bytes, ...], managers: frozenset[tuple[bytes, bytes]]
) -> Progress:
    return standing.verify(beginning, stored, dict(managers))
