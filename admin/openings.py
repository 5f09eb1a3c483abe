"""Openings: which reports somebody has opened today, where it matters.

On probation it is how many, and in a flood whether it was one of those to be set aside. It is
sealed to themself, so that the database tells nobody who opened what.
"""

from collections.abc import Iterable
from datetime import date
from typing import Final

from sqlalchemy.orm import Session

from admin import letters
from admin.errors import AlarmError, EnoughForTodayError
from admin.keyring import Ring
from admin.letters import Kind
from crypto.envelope import OpenError
from reporting import records
from reporting.ids import CaseId

MOST_REMEMBERED: Final = 100
NOTHING: Final[tuple[str, ...]] = ()


def count_in(session: Session, ring: Ring, case: CaseId, today: date) -> None:
    """Note that a report is opened today, where the stage limits how many may be.

    Raises EnoughForTodayError for one more than that. The caller holds the end of the audit log,
    so that nobody opens two at once.
    """
    if ring.person.limits.cases_a_day is None:
        return
    opened = _opened(session, ring, today)
    if case.hex() in opened:
        return
    if not ring.person.limits.allows_another(len(opened)):
        raise EnoughForTodayError(case)
    record: records.Record = {"day": today.isoformat(), "cases": [*opened, case.hex()]}
    letters.keep_own(session, ring, Kind.OPENED, record)


def remember(session: Session, ring: Ring, case: CaseId, today: date) -> None:
    """Note that somebody opened a report of a flood today: one of those that may be set aside.

    Where every opening is counted anyway it is noted already, and nothing is done.
    """
    opened = _opened(session, ring, today)
    if case.hex() not in opened:
        newest = (*opened, case.hex())[-MOST_REMEMBERED:]
        record: records.Record = {"day": today.isoformat(), "cases": [*newest]}
        letters.keep_own(session, ring, Kind.OPENED, record)


def has_opened(session: Session, ring: Ring, any_of: Iterable[bytes], today: date) -> bool:
    """Say whether somebody opened one of these reports today."""
    opened = _opened(session, ring, today)
    return any(case.hex() in opened for case in any_of)


def _opened(session: Session, ring: Ring, today: date) -> tuple[str, ...]:
    record = letters.read_own(session, ring, Kind.OPENED)
    try:
        is_today = bool(record) and records.day(record, "day") == today
        return records.texts(record, "cases") if is_today else NOTHING
    except OpenError:  # pragma: no cover - only its owner's key writes it, and never nonsense
        raise AlarmError("the count of opened reports was altered") from None
