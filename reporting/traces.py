"""Traces: what was done with a report, for its reporter to read; roles, never names."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from crypto.envelope import Label, Secret, expand, opening
from reporting import places, records
from reporting.clock import minute_text, read_minute
from reporting.models import TraceRow

FLOOR_BYTES: Final = 256
# So at most one line of a kind and day, wherever the day is read.
APART: Final = timedelta(hours=24)


class Deed(StrEnum):
    """What can be done with a report; the values are stored and never change."""

    REPORT_READ = "report.read"
    MESSAGE_READ = "message.read"
    CONTACT_DANGER = "contact.danger"
    CONTACT_REQUESTED = "contact.requested"
    CONTACT_ARRANGE = "contact.arrange"
    CONTACT_NO_ANSWER = "contact.no_answer"
    TOLD_EMERGENCY_SERVICE = "emergency.emergency_service"
    TOLD_HELPER = "emergency.helper"
    TOLD_RELATIVE = "emergency.relative"
    TOLD_POLICE = "emergency.police"
    HANDED_LANGUAGE = "handed.language"
    HANDED_NOBODY_FREE = "handed.nobody_free"
    INTERPRETED = "interpreter.answered"


# With these somebody outside was told something.
TOLD: Final = frozenset(
    {Deed.TOLD_EMERGENCY_SERVICE, Deed.TOLD_HELPER, Deed.TOLD_RELATIVE, Deed.TOLD_POLICE}
)


@dataclass(frozen=True, slots=True)
class Line:
    """One deed, and when."""

    deed: Deed
    at: datetime


def note(session: Session, case: bytes, thread: Secret, deed: Deed, now: datetime) -> None:
    """Add a line, unless there is one like it from the last 24 hours. The caller holds the case."""
    if any(line.deed is deed and now - line.at < APART for line in read(session, case, thread)):
        return
    row = secrets.token_bytes(16)
    record: records.Record = {"deed": deed, "at": minute_text(now)}
    box = records.close(expand(thread, Label.MESSAGE), record, places.trace(row), FLOOR_BYTES)
    session.execute(insert(TraceRow).values(id=row, case_id=case, content_sealed=box))


def read(session: Session, case: bytes, thread: Secret) -> tuple[Line, ...]:
    """Return all lines, the newest first. Raises OpenError for one that was altered."""
    key = expand(thread, Label.MESSAGE)
    rows = session.scalars(select(TraceRow).where(TraceRow.case_id == case))
    lines = [_line(records.reopen(key, row.content_sealed, places.trace(row.id))) for row in rows]
    return tuple(sorted(lines, key=lambda line: line.at, reverse=True))


def _line(record: records.Record) -> Line:
    with opening():
        deed, at = Deed(records.text(record, "deed")), read_minute(records.text(record, "at"))
    return Line(deed, at)
