"""Lines of a timeline: what can happen to a report, and one such happening."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum, unique

from admin.cast import Figure, Happened
from admin.facts import NOBODY


@unique
class What(StrEnum):
    """What a line is about; they stand in no record."""

    RECEIVED = "received"
    MOVED = "moved"
    LOOKED_AGAIN = "looked_again"
    ASKED = "asked"
    ANSWERED = "answered"
    WROTE = "wrote"
    APPEALED = "appealed"
    SENT = "sent"
    NOTE = "note"
    TRANSLATED = "translated"
    TASK_MADE = "task_made"
    TASK_DONE = "task_done"
    TASK_DROPPED = "task_dropped"
    HANDOVER = "handover"
    FILE_CAME = "file_came"
    FILE_SENT = "file_sent"
    FILE_NOT_CLEANED = "file_not_cleaned"
    EMERGENCY_PROPOSED = "emergency_proposed"
    EMERGENCY_SIGNED = "emergency_signed"
    CONTACT_ASKED = "contact_asked"
    CONTACT_AGREED = "contact_agreed"
    CONTACT_REFUSED = "contact_refused"
    CONTACT_OPENED = "contact_opened"
    HAND_PROPOSED = "hand_proposed"
    HAND_AGREED = "hand_agreed"
    GRADED = "graded"
    GRADE_AGREED = "grade_agreed"
    GRADE_REFUSED = "grade_refused"
    JUDGED = "judged"
    UNJUDGED = "unjudged"
    JOINED = "joined"
    LED = "led"
    FIGURE_ADDED = "figure_added"
    FIGURE_CHANGED = "figure_changed"
    FIGURE_REMOVED = "figure_removed"
    ACT_ADDED = "act_added"
    ACT_CHANGED = "act_changed"
    ACT_REMOVED = "act_removed"
    UNKNOWN_ASKED = "unknown_asked"
    UNKNOWN_ANSWERED = "unknown_answered"
    UNKNOWN_DROPPED = "unknown_dropped"
    RECODED = "recoded"
    HAPPENED = "happened"


@dataclass(frozen=True, slots=True)
class Line:
    """One line: what, when and by whom of the team.

    `by_name` is the name of a writer whose number is not kept. `code` is that of a move, a task, a
    kind of file, a grade, what was said of two reports, or a reason. `figure` and `happened` are
    what was said of somebody or of an act, and `number` which one. `changed` are the names of what
    was recorded anew.
    """

    what: What
    at: datetime
    by: bytes = NOBODY
    by_name: str = field(default="", repr=False)
    to: bytes = NOBODY
    code: str = ""
    text: str = field(default="", repr=False)
    size_bytes: int = 0
    number: int = 0
    changed: tuple[str, ...] = ()
    figure: Figure | None = field(default=None, repr=False)
    happened: Happened | None = field(default=None, repr=False)

    @property
    def when(self) -> str:
        """When it happened, as well as somebody knows; only of an act."""
        return "" if self.happened is None else self.happened.when
