"""Planned records: how tasks and keeping a report stand in the record of the work on it."""

from typing import Final

from admin import fact_records as facts
from admin.planned import Ended, Kept, Task
from admin.work_codes import FLAGS, TASKS
from reporting import records
from reporting.records import Record

_FLAGS: Final = frozenset(FLAGS)


def task_written(task: Task) -> Record:
    """Return a task as a record."""
    return {
        "kind": task.kind,
        "who": task.who.hex(),
        "due": task.due.isoformat(),
        "by": task.by.hex(),
        "at": facts.seconds(task.at),
        "text": task.text,
        "ended": facts.maybe(_ended, task.ended),
    }


def read_task(record: Record) -> Task:
    """Return a task that a record holds. Raises OpenError and ValueError."""
    return Task(
        kind=_listed(records.text(record, "kind"), frozenset(TASKS)),
        who=records.row(record, "who"),
        due=records.day(record, "due"),
        by=records.row(record, "by"),
        at=facts.moment(records.number(record, "at")),
        text=records.text(record, "text"),
        ended=facts.one(map(_read_ended, records.children(record, "ended"))),
    )


def kept_written(kept: Kept) -> Record:
    """Return that somebody keeps a report as a record."""
    return {"by": kept.by.hex(), "until": facts.seconds(kept.until), "why": kept.why}


def read_kept(record: Record) -> Kept:
    """Return that somebody keeps a report, as a record holds it. Raises OpenError."""
    return Kept(
        records.row(record, "by"),
        facts.moment(records.number(record, "until")),
        records.text(record, "why"),
    )


def read_flags(record: Record) -> frozenset[str]:
    """Return the flags that a record holds. Raises OpenError, and ValueError for no flag."""
    return frozenset(_listed(code, _FLAGS) for code in records.texts(record, "flags"))


def _ended(ended: Ended) -> Record:
    return {"by": ended.by.hex(), "at": facts.seconds(ended.at), "done": ended.is_done}


def _read_ended(record: Record) -> Ended:
    return Ended(
        records.row(record, "by"),
        facts.moment(records.number(record, "at")),
        records.truth(record, "done"),
    )


def _listed(code: str, known: frozenset[str]) -> str:
    if code not in known:
        raise ValueError("a code that no list has")
    return code
