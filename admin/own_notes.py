"""Own notes: what one person notes about a report, and nobody else ever reads.

Each note is locked twice: inside under its writer's own key, outside under the report's. So it
opens for nobody else, and once the report is closed to the team it opens for its writer no more
than the rest of it. Nothing that stands in clear says whose note it is.
"""

import secrets
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sqlalchemy import insert, select

from admin import acts, cases, leases, own_lane
from admin.cases import Opened
from admin.desk import Desk
from admin.permissions import Action
from crypto.envelope import Label, OpenError, Secret, expand
from crypto.stream import lock, unlock
from reporting import places, records
from reporting.case_rows import OwnNoteRow
from reporting.clock import minute_text, read_minute
from reporting.ids import CaseId

FLOOR_BYTES: Final = 1024
LANE: Final = "own"


@dataclass(frozen=True, slots=True)
class OwnNote:
    """A note that only its writer reads."""

    text: str = field(repr=False)
    written: datetime


def add(desk: Desk, case: CaseId, text: str) -> None:
    """Keep a note for this person alone. Raises HiddenError, and AlarmError."""
    there = acts.begin(desk, case, Action.ADD_NOTE)
    desk.note("note.added", case, fields=(LANE,))
    row, own = secrets.token_bytes(16), own_lane.key_for_writing(desk.session, desk.ring)
    record: records.Record = {"text": text, "written": minute_text(desk.now)}
    inside = records.close(
        expand(own, Label.OWN_NOTE), record, places.within_own_note(row), FLOOR_BYTES
    )
    box = lock(expand(there.key, Label.OWN_NOTE), inside, places.own_note(row))
    desk.session.execute(insert(OwnNoteRow).values(id=row, case_id=case, content_sealed=box))
    # The work stays as it is: a note of one's own is no news to anybody.
    leases.renew(desk.session, desk.ring, case, desk.now)


def read(desk: Desk, there: Opened) -> tuple[OwnNote, ...]:
    """Return this person's own notes about an opened report, the oldest first.

    Raises AlarmError for a note whose outside was altered, whoever it is from.
    """
    rows = desk.session.scalars(select(OwnNoteRow).where(OwnNoteRow.case_id == there.id)).all()
    outside = expand(there.key, Label.OWN_NOTE)
    with cases.sounding_alarm():
        boxes = {
            row.id: unlock(outside, row.content_sealed, places.own_note(row.id)) for row in rows
        }
    try:
        inside = expand(own_lane.key_of(desk.session, desk.ring), Label.OWN_NOTE)
    except OpenError:
        return ()
    notes = [note for row, box in boxes.items() for note in _mine(inside, row, box)]
    return tuple(sorted(notes, key=lambda note: note.written))


def _mine(key: Secret, row: bytes, box: bytes) -> tuple[OwnNote, ...]:
    """Return the note inside, if it is this person's."""
    try:
        record = records.reopen(key, box, places.within_own_note(row))
    except OpenError:
        return ()
    written = read_minute(records.text(record, "written"))
    return (OwnNote(records.text(record, "text"), written),)
