"""Looks: when somebody last looked at a report as a whole, for themself alone.

Sealed to them, in a letter that always has the same length: the database tells nobody who looked
at what, at how much, or when. Looks of one sitting count as one, or whoever writes something and
comes back to the page would never again see what was new on it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from admin import fact_records as facts
from admin import letters
from admin.errors import AlarmError
from admin.keyring import Ring
from admin.letters import Kind
from crypto.envelope import OpenError
from reporting import records
from reporting.ids import CaseId
from reporting.records import Record

MOST_REMEMBERED: Final = 500  # beyond so many, the ones looked at longest ago are forgotten
DIGITS: Final = 16  # of a random number, enough to know it again
A_SITTING: Final = timedelta(minutes=30)
NEVER: Final = 0


@dataclass(frozen=True, slots=True)
class _Look:
    """When somebody last looked at a report, and when they did before that sitting."""

    case: str
    at: int
    before: int


def take(session: Session, ring: Ring, case: CaseId, now: datetime) -> datetime | None:
    """Return when this person last looked at a report, if ever, and note that they do now.

    The caller holds the end of the audit log, so that nobody looks at two at once. Raises
    AlarmError for what was altered.
    """
    looks, short = _read(session, ring), case.hex()[:DIGITS]
    last = next((one for one in looks if one.case == short), _Look(short, NEVER, NEVER))
    is_same_sitting = facts.seconds(now - A_SITTING) < last.at
    before = last.before if is_same_sitting else last.at
    others = [one for one in looks if one.case != short]
    newest = (*others, _Look(short, facts.seconds(now), before))[-MOST_REMEMBERED:]
    letters.keep_own(session, ring, Kind.LOOKED, _written(newest))
    return facts.moment(before) if before else None


def _written(looks: tuple[_Look, ...]) -> Record:
    return {
        "cases": [one.case for one in looks],
        "at": [one.at for one in looks],
        "before": [one.before for one in looks],
    }


def _read(session: Session, ring: Ring) -> tuple[_Look, ...]:
    record = letters.read_own(session, ring, Kind.LOOKED)
    if not record:
        return ()
    try:
        cases = records.texts(record, "cases")
        times = _times(record, "at"), _times(record, "before")
        return tuple(map(_Look, cases, *times))
    except OpenError:
        # Whoever owns the database can seal something to anybody.
        raise AlarmError("what somebody looked at last was altered") from None


def _times(record: Record, name: str) -> tuple[int, ...]:
    return tuple(map(facts.seconds, facts.moments(record, name)))
