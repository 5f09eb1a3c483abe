"""Openings: how many reports somebody on probation has opened today.

The count is sealed to themself, so that the database tells nobody who opened what.
"""

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


def _opened(session: Session, ring: Ring, today: date) -> tuple[str, ...]:
    record = letters.read_own(session, ring, Kind.OPENED)
    try:
        is_today = bool(record) and records.day(record, "day") == today
        return records.texts(record, "cases") if is_today else NOTHING
    except OpenError:  # pragma: no cover - only its owner's key writes it, and never nonsense
        raise AlarmError("the count of opened reports was altered") from None
