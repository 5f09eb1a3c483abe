"""Bulk records: what somebody did last with many reports, sealed to themself."""

from dataclasses import dataclass
from datetime import datetime

from admin import fact_records as facts
from admin import letters
from admin.desk import Desk
from admin.errors import AlarmError
from admin.letters import Kind
from crypto.envelope import OpenError
from reporting import records
from reporting.ids import CaseId
from reporting.records import Record


@dataclass(frozen=True, slots=True)
class Changed:
    """A report that was changed, and the revision that it has since."""

    case: CaseId
    rev: int


@dataclass(frozen=True, slots=True)
class Left:
    """A report with which nothing was done, and why, as a message id."""

    case: CaseId
    why: str


@dataclass(frozen=True, slots=True)
class Batch:
    """What was done, when, and with which reports; `left` are those of the last step."""

    at: datetime
    what: str
    flag: str
    other: bytes
    done: tuple[Changed, ...]
    left: tuple[Left, ...]
    is_undone: bool = False


def keep_last(desk: Desk, batch: Batch) -> None:
    """Keep it in place of what was done before."""
    letters.keep_own(desk.session, desk.ring, Kind.BULK, _written(batch))


def read_last(desk: Desk) -> Batch | None:
    """Return it; nothing where there is none. Raises AlarmError for an altered one."""
    record = letters.read_own(desk.session, desk.ring, Kind.BULK)
    try:
        return _read(record) if record else None
    except OpenError:  # pragma: no cover - only its owner's key writes it, and never nonsense
        raise AlarmError("what somebody did last was altered") from None


def _written(batch: Batch) -> Record:
    return {
        "at": facts.seconds(batch.at),
        "what": batch.what,
        "flag": batch.flag,
        "other": batch.other.hex(),
        "done": [{"case": one.case.hex(), "rev": one.rev} for one in batch.done],
        "left": [{"case": one.case.hex(), "why": one.why} for one in batch.left],
        "undone": batch.is_undone,
    }


def _read(record: Record) -> Batch:
    return Batch(
        at=facts.moment(records.number(record, "at")),
        what=records.text(record, "what"),
        flag=records.text(record, "flag"),
        other=records.row(record, "other"),
        done=tuple(
            Changed(CaseId(records.row(one, "case")), records.number(one, "rev"))
            for one in records.children(record, "done")
        ),
        left=tuple(
            Left(CaseId(records.row(one, "case")), records.text(one, "why"))
            for one in records.children(record, "left")
        ),
        is_undone=records.truth(record, "undone"),
    )
