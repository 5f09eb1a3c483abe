"""Terms shown: until which day a report is kept, for its reporter to read with their code.

The team writes it when work on a report ends and when that day changes. It is locked under the key
of the conversation, which both sides hold.
"""

from datetime import date
from typing import Final

from sqlalchemy.orm import Session

from crypto.envelope import Label, OpenError, Secret, expand
from reporting import places, records
from reporting.term_rows import TermRow

FLOOR_BYTES: Final = 256


def write(session: Session, case: bytes, thread_key: Secret, day: date | None) -> None:
    """Keep the last day, or that there is none (any more). The caller holds the case."""
    row = session.get(TermRow, case, populate_existing=True)
    rev = 0 if row is None else row.rev + 1
    record: records.Record = {"until": [] if day is None else [day.isoformat()]}
    place = places.term_shown(case, rev)
    box = records.close(expand(thread_key, Label.MESSAGE), record, place, FLOOR_BYTES)
    session.merge(TermRow(case_id=case, rev=rev, content_sealed=box))
    session.flush()


def read(session: Session, case: bytes, thread_key: Secret) -> date | None:
    """Return the last day a report is kept, if there is one. Raises OpenError if altered."""
    row = session.get(TermRow, case, populate_existing=True)
    if row is None:
        return None
    place = places.term_shown(case, row.rev)
    record = records.reopen(expand(thread_key, Label.MESSAGE), row.content_sealed, place)
    days = records.texts(record, "until")
    if len(days) > 1:
        raise OpenError
    return records.day({"until": days[0]}, "until") if days else None
