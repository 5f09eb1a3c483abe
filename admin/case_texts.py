"""Case texts: everything that was written of many reports, for a search that looks through it.

In memory only. That each of them exists for whoever looks has been seen by its header. What was
altered has no text here: whoever opens it by itself is told.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import BindParameter, Select, bindparam, select

from admin import case_words, cases
from admin.desk import Desk
from admin.errors import NotHandedOnError
from crypto.envelope import OpenError, Secret
from reporting import threads
from reporting.models import CasePart, CaseWrap, Mailbox, MessageRow, NoteRow, Part, Wrapped

_BETWEEN: Final = "\n"  # no word that is looked for has it
# One question for all of them: what takes long about a row is the statement that asks for it.
_THESE: Final[BindParameter[bytes]] = bindparam("cases", expanding=True)
_WRAPS: Final = select(CaseWrap).where(
    CaseWrap.case_id.in_(_THESE), CaseWrap.wrapped == Wrapped.CASE
)
_STORIES: Final = select(CasePart.case_id, CasePart.rev, CasePart.content_sealed).where(
    CasePart.case_id.in_(_THESE), CasePart.part == Part.STORY
)
_MAILBOXES: Final = select(Mailbox.case_id, Mailbox.case_lock_sealed).where(
    Mailbox.case_id.in_(_THESE)
)
_MESSAGES: Final = select(MessageRow.case_id, MessageRow.id, MessageRow.content_sealed).where(
    MessageRow.case_id.in_(_THESE)
)
_NOTES: Final = select(NoteRow.case_id, NoteRow.id, NoteRow.content_sealed).where(
    NoteRow.case_id.in_(_THESE)
)
_Boxes = defaultdict[bytes, list[tuple[bytes, bytes]]]


def of_all(desk: Desk, wanted: Collection[bytes]) -> Mapping[bytes, str]:
    """Return what reporters wrote, what was answered, noted and translated, by report."""
    these = {"cases": tuple(wanted)}
    locked = _Locked.read(desk, these)
    found: dict[bytes, str] = {}
    for wrap in desk.session.scalars(_WRAPS, these):
        with suppress(OpenError, NotHandedOnError):
            found[wrap.case_id] = locked.text(wrap.case_id, desk.ring.case_key(wrap))
    return found


@dataclass(frozen=True, slots=True)
class _Locked:
    """What stands of some reports in the tables, all of it locked."""

    stories: Mapping[bytes, tuple[int, bytes]] = field(repr=False)
    mailboxes: Mapping[bytes, bytes] = field(repr=False)
    messages: _Boxes = field(repr=False)
    notes: _Boxes = field(repr=False)

    @classmethod
    def read(cls, desk: Desk, these: Mapping[str, object]) -> "_Locked":
        stories = desk.session.execute(_STORIES, these)
        mailboxes = desk.session.execute(_MAILBOXES, these)
        return cls(
            {case: (rev, box) for case, rev, box in stories},
            dict(mailboxes.all()),
            _by_report(desk, _MESSAGES, these),
            _by_report(desk, _NOTES, these),
        )

    def text(self, case: bytes, key: Secret) -> str:
        """Return all that was written of a report. Raises OpenError."""
        if case not in self.stories or case not in self.mailboxes:
            raise OpenError
        thread = cases.read_thread_key(case, self.mailboxes[case], key)
        texts = [case_words.read_story(case, *self.stories[case], key)]
        texts += [one.text for one in threads.read_rows(self.messages[case], thread)]
        texts += [one.text for one in case_words.read_notes(self.notes[case], key)]
        return _BETWEEN.join(texts)


def _by_report(
    desk: Desk, asked: Select[bytes, bytes, bytes], these: Mapping[str, object]
) -> _Boxes:
    found: _Boxes = defaultdict(list)
    for case, row, box in desk.session.execute(asked, these):
        found[case].append((row, box))
    return found
