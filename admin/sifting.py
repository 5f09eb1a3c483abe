"""Sifting: find rows of the audit log by what their details say, which only auditors can open.

No index tells who did what: rows are opened one after another and looked at in memory, at most so
many at once, and the next request goes on from there.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session

from admin import audit
from admin.audit import ALL_WEEKS, Detail, Entry, OpenSegment, Weeks

MOST_EXAMINED: Final = 2_000


@dataclass(frozen=True, slots=True)
class Filter:
    """Which rows are looked for; what is empty lets every row through.

    `actor` and `subject` are beginnings of the ids that the log shows.
    """

    verb: str = ""
    actor: str = ""
    subject: str = ""
    weeks: Weeks = ALL_WEEKS

    @property
    def names(self) -> tuple[str, ...]:
        """The names of what was asked for, never the values: the log keeps these."""
        asked = {
            "verb": self.verb,
            "actor": self.actor,
            "subject": self.subject,
            "week": self.weeks.first or self.weeks.last,
        }
        return tuple(name for name, value in asked.items() if value)

    def lets_through(self, entry: Entry) -> bool:
        """Say whether a row is shown: one that cannot be read always is, or it would hide."""
        if entry.detail is not Detail.READABLE:
            return True
        return (
            self.verb in {"", entry.verb}
            and entry.actor.startswith(self.actor)
            and entry.subject.startswith(self.subject)
        )


@dataclass(frozen=True, slots=True)
class Found:
    """Rows that were looked for, newest first, and how many were looked at for them.

    `following` is the row below which the search goes on, 0 when it came to the end.
    """

    entries: tuple[Entry, ...]
    examined: int
    following: int


def sift(session: Session, open_segment: OpenSegment, wanted: Filter, before: int | None) -> Found:
    """Return a page of what is looked for, from below row `before` or from the end.

    Not guaranteed to find anything: after 2,000 rows it stops and says where to go on.
    """
    found: list[Entry] = []
    examined = 0
    for entry in _rows(session, open_segment, wanted.weeks, before):
        if examined == MOST_EXAMINED or len(found) == audit.PAGE_ROWS:
            return Found(tuple(found), examined, entry.n + 1)
        examined += 1
        if wanted.lets_through(entry):
            found.append(entry)
    return Found(tuple(found), examined, 0)


def _rows(
    session: Session, open_segment: OpenSegment, weeks: Weeks, before: int | None
) -> Iterator[Entry]:
    while page := audit.read(session, open_segment, before, weeks):
        yield from page
        before = page[-1].n
