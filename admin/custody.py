"""Custody: what was done with each file of a report, by whom and when, for as long as it is kept.

All steps of a report stand in one record under its key, so that nobody can take one away and leave
the others. The log has each of them as well, for those who check the team.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum, unique
from typing import Final

from sqlalchemy.orm import Session

from admin import cases
from admin import fact_records as facts
from admin.cases import Opened
from admin.desk import Desk
from crypto.envelope import Label, expand, opening
from reporting import places, records
from reporting.case_rows import CustodyRow
from reporting.ids import FileId
from reporting.records import Record

FLOOR_BYTES: Final = 2048


@unique
class Deed(StrEnum):
    """What was done with a file; the words stand in sealed records and never change."""

    DOWNLOADED = "downloaded"
    COPY_DOWNLOADED = "copy_downloaded"
    CLEANED = "cleaned"
    SHOWN = "shown"
    SHOWN_IN_COLOUR = "shown_in_colour"
    VERIFIED = "verified_against_hash"
    DIFFERS = "differs_from_hash"
    CLEANING = "cleaning_begun"
    NOT_KEPT = "clean_copy_not_kept"
    UNCLEAN_KIND = "not_cleaned_kind"
    UNCLEAN_SIZE = "not_cleaned_size"
    UNCLEAN_LOCKED = "not_cleaned_locked"
    UNCLEAN_BROKEN = "not_cleaned_broken"
    UNCLEAN_LATE = "not_cleaned_late"
    UNCLEAN_KILLED = "not_cleaned_killed"
    UNCLEAN_NONSENSE = "not_cleaned_nonsense"
    TRY_AGAIN = "cleaning_allowed"


# How each of them stands in the log.
VERBS: Final = {
    Deed.DOWNLOADED: "file.downloaded",
    Deed.COPY_DOWNLOADED: "file.copy_downloaded",
    Deed.CLEANED: "file.cleaned",
    Deed.SHOWN: "file.shown",
    Deed.SHOWN_IN_COLOUR: "file.shown",
    Deed.VERIFIED: "file.verified",
    Deed.DIFFERS: "file.verified",
    Deed.CLEANING: "file.cleaning",
    Deed.NOT_KEPT: "file.not_cleaned",
    Deed.UNCLEAN_KIND: "file.not_cleaned",
    Deed.UNCLEAN_SIZE: "file.not_cleaned",
    Deed.UNCLEAN_LOCKED: "file.not_cleaned",
    Deed.UNCLEAN_BROKEN: "file.not_cleaned",
    Deed.UNCLEAN_LATE: "file.not_cleaned",
    Deed.UNCLEAN_KILLED: "file.not_cleaned",
    Deed.UNCLEAN_NONSENSE: "file.not_cleaned",
    Deed.TRY_AGAIN: "file.cleaning.allowed",
}


@dataclass(frozen=True, slots=True)
class Step:
    """What somebody did with a file."""

    file: FileId
    deed: Deed
    by: bytes
    at: datetime


def note(desk: Desk, there: Opened, file: FileId, deed: Deed) -> None:
    """Write into the log and into the record what is done with a file, before it is done.

    The caller holds the report. Raises AlarmError when the record was altered.
    """
    desk.note(VERBS[deed], there.id, fields=(deed,))
    with cases.sounding_alarm():
        steps = read(desk.session, there)
    _keep(desk.session, there, (*steps, Step(file, deed, desk.ring.person.id, desk.now)))


def read(session: Session, there: Opened) -> tuple[Step, ...]:
    """Return what was done with the files of an opened report, the oldest first.

    Raises OpenError.
    """
    row = session.get(CustodyRow, there.id, populate_existing=True)
    if row is None:
        return ()
    key, place = expand(there.key, Label.CUSTODY), places.custody(there.id, row.rev)
    record = records.reopen(key, row.content_sealed, place)
    with opening():
        steps = tuple(map(_read, records.children(record, "steps")))
    records.require_same(record, _written(steps))
    return steps


def _keep(session: Session, there: Opened, steps: tuple[Step, ...]) -> None:
    row = session.get(CustodyRow, there.id)
    rev = 0 if row is None else row.rev + 1
    key, place = expand(there.key, Label.CUSTODY), places.custody(there.id, rev)
    box = records.close(key, _written(steps), place, FLOOR_BYTES)
    session.merge(CustodyRow(case_id=there.id, rev=rev, content_sealed=box))


def _written(steps: tuple[Step, ...]) -> Record:
    return {
        "steps": [
            {
                "file": step.file.hex(),
                "deed": step.deed,
                "by": step.by.hex(),
                "at": facts.seconds(step.at),
            }
            for step in steps
        ]
    }


def _read(record: Record) -> Step:
    return Step(
        file=FileId(records.row(record, "file")),
        deed=Deed(records.text(record, "deed")),
        by=records.row(record, "by"),
        at=facts.moment(records.number(record, "at")),
    )
