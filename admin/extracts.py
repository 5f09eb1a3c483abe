"""Extracts: the audit log as lines of JSON, to be read and checked away from this system.

Each row stands there with what its detail says and with its link of the chain, so that whoever has
a countersigned head can check that nothing is missing. The last line says that it is the last.
"""

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlalchemy.orm import Session

from admin import audit
from admin.audit import Entry, OpenSegment
from admin.checkpoints import Checked, Countersigned
from admin.errors import ExtractError
from crypto.chain import Head, Link
from reporting import records
from reporting.clock import minute_text
from reporting.records import Record

LAST_WORD: Final = "end"


@dataclass(frozen=True, slots=True)
class Extract:
    """What is taken out: the log of this name up to its end, and what was signed about it."""

    origin: str
    end: Head
    broken_at: int
    checked: Checked
    made: datetime
    read: Callable[[], AbstractContextManager[Session]] = field(repr=False)
    open_segment: OpenSegment = field(repr=False)

    @property
    def length(self) -> int:
        """How many lines there are when nothing is missing."""
        return len(self.checked.all) + self.end.n + 2

    def lines(self) -> Iterator[bytes]:
        """Yield line after line, a hundred rows in memory at a time.

        The store is not held while somebody takes their time: the log only grows.
        """
        yield _line("log", self._opening())
        for one in self.checked.all:
            yield _line("checkpoint", _statement(one))
        yield from self._rows()
        yield _line(LAST_WORD, {"rows": self.end.n})

    def _opening(self) -> Record:
        return {
            "origin": self.origin,
            "made": minute_text(self.made),
            "rows": self.end.n,
            "hash": self.end.hash.hex(),
            "broken_at": self.broken_at,
        }

    def _rows(self) -> Iterator[bytes]:
        after = 0
        while after < self.end.n:
            with self.read() as session:
                page = audit.read_on(session, self.open_segment, after)
            if not page:
                return
            for entry, link in page:
                if entry.n <= self.end.n:
                    yield _line("row", {**_chained(link), **_said(entry)})
            after = page[-1][0].n


def write(path: Path, lines: Iterable[bytes]) -> None:
    """Write an extract that only its owner can read; it has its name only when it is whole.

    Raises ExtractError where there is something of that name already.
    """
    require_free(path)
    unfinished = path.with_name(f"{path.name}.unfinished")
    require_free(unfinished)
    handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.writelines(lines)
            file.flush()
            os.fsync(file.fileno())
        require_free(path)
        unfinished.rename(path)
    finally:
        with suppress(FileNotFoundError):
            unfinished.unlink()


def require_free(path: Path) -> None:
    """Raise ExtractError where a file of this name would be overwritten or has no folder."""
    if path.exists() or path.is_symlink():
        raise ExtractError(f"{path} exists and is never overwritten. Choose another name.")
    if not path.parent.is_dir():
        raise ExtractError(f"There is no folder {path.parent}. Make it, or choose another one.")


def _line(kind: str, record: Record) -> bytes:
    return records.encode({"kind": kind, **record}) + b"\n"


def _statement(one: Countersigned) -> Record:
    return {
        "n": one.n,
        "person": one.person.hex(),
        "signed": one.signed.hex(),
        "standing": one.standing,
        "day": "" if one.day is None else one.day.isoformat(),
    }


def _chained(link: Link) -> Record:
    return {
        "n": link.n,
        "week": link.week,
        "segment": link.segment.hex(),
        "commitment": link.commitment.hex(),
        "prev": link.prev.hex(),
        "hash": link.hash.hex(),
    }


def _said(entry: Entry) -> Record:
    if entry.at is None:
        return {"detail": entry.detail}
    return {
        "detail": entry.detail,
        "at": minute_text(entry.at),
        "actor": entry.actor,
        "role": entry.role,
        "verb": entry.verb,
        "subject": entry.subject,
        "rule": entry.rule,
        "fields": list(entry.fields),
        "count": entry.count,
    }
