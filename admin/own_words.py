"""Own words: answer a reporter, through a second reader where the words ask for one."""

import secrets
from dataclasses import dataclass, field, replace
from typing import Final

from admin import acts, casework, drafts, names, readers, reading
from admin.cases import Opened
from admin.casework import MESSAGE, READ_FIRST, Words
from admin.desk import Desk
from admin.drafts import DRAFT_BYTES, MOST, Draft
from admin.errors import HiddenError
from admin.permissions import Action
from admin.transitions import MOVED_ON, NotNowError
from admin.work import Work
from forms.answers import Answers
from forms.wording import msgid
from reporting.ids import CaseId

FIELD: Final = "text"
TOO_MANY: Final = msgid("Ten messages wait to be sent. Send one of them, or throw it away.")
OTHER_LANGUAGE: Final = msgid("You have not said that you read this language. Ask somebody else.")
OWN: Final = msgid("You wrote this yourself. Somebody else has to read it.")


@dataclass(frozen=True, slots=True)
class Reading:
    """What a second reader says of exactly what they read; with a comment it goes back."""

    number: bytes
    digest: bytes
    comment: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class DraftSeen:
    """A message that is not sent yet, as somebody sees it; `keep_to` is what the reporter asked."""

    draft: Draft = field(repr=False)
    by: str = field(repr=False)
    reader: str = field(repr=False)
    keep_to: Answers = field(repr=False)
    is_mine: bool
    may_read: bool
    may_send: bool
    is_watched: bool


def answer(desk: Desk, words: Words) -> bool:
    """Answer the reporter; say whether it went, or waits for a second reader.

    Raises HiddenError, NotNowError for what says too much, MailboxFullError, and AlarmError.
    """
    there = acts.begin(desk, words.case, Action.SEND_MESSAGE)
    casework.require_quiet(there, words)
    if casework.needs_reader(desk.ring, words):
        _keep(desk, there, words)
        return False
    casework.reply(desk.session, desk.ring, desk.journal, words, desk.now)
    return True


def prepare(desk: Desk, words: Words) -> None:
    """Keep own words for a second reader. Raises HiddenError, NotNowError, and AlarmError."""
    there = acts.begin(desk, words.case, Action.SEND_MESSAGE)
    casework.require_quiet(there, words)
    _keep(desk, there, words)


def of(desk: Desk, there: Opened) -> tuple[DraftSeen, ...]:
    """Return every message about a report that is not sent yet."""
    return tuple(_seen(desk, there, draft) for draft in there.work.drafts)


def look(desk: Desk, case: CaseId, number: bytes) -> DraftSeen:
    """Return one of them. Raises as `reading.look` does, and HiddenError."""
    there = acts.begin(desk, case, Action.READ_WORDS)
    reading.look(desk, there)
    return _seen(desk, there, _find(there, number, Action.READ_WORDS))


def edit(desk: Desk, number: bytes, words: Words) -> None:
    """Write a message of one's own anew: nobody has read it then.

    Raises HiddenError, and AlarmError for what was altered.
    """
    there, draft = _mine(desk, words.case, number)
    if (words.text, words.language) == (draft.text, draft.language):
        return
    desk.note("message.edited", words.case, fields=(FIELD,))
    work = _with(there.work, draft.edited(words.text, words.language, desk.now))
    acts.keep(desk, there, work, "message.edited")


def discard(desk: Desk, case: CaseId, number: bytes) -> None:
    """Throw away a message of one's own. Raises HiddenError, and AlarmError."""
    there, draft = _mine(desk, case, number)
    desk.note("message.discarded", case, fields=(FIELD,))
    acts.keep(desk, there, there.work.without_draft(draft.id), "message.discarded")


def send(desk: Desk, case: CaseId, number: bytes) -> None:
    """Send a message of one's own that a second person has read.

    Raises HiddenError, NotNowError, MailboxFullError, and AlarmError for what was altered.
    """
    there, draft = _mine(desk, case, number)
    words = Words(case, draft.text, draft.language, asks=draft.asks)
    casework.require_quiet(there, words)
    if not _may_go(desk, draft):
        raise NotNowError(MESSAGE, READ_FIRST)
    desk.note("message.sent", case)
    posted = casework.posted(desk.session, desk.ring, there, words, desk.now)
    acts.keep(desk, posted, posted.work.without_draft(draft.id), "message.sent")


def read(desk: Desk, case: CaseId, reading: Reading) -> None:
    """Say as the second reader that a message may go, or send it back with a comment.

    Raises HiddenError, NotNowError for its writer, for what was written anew meanwhile and for a
    language that is not theirs, and AlarmError for what was altered.
    """
    there, me = acts.begin(desk, case, Action.READ_WORDS), desk.ring.person
    draft = _find(there, reading.number, Action.READ_WORDS)
    if me.limits.needs_countersign:
        raise HiddenError(Action.READ_WORDS, case, f"{Action.READ_WORDS}: on probation")
    if draft.by == me.id:
        raise NotNowError(MESSAGE, OWN)
    if draft.digest != reading.digest:
        raise NotNowError(MESSAGE, MOVED_ON)
    if not readers.reads(me, draft.language):
        raise NotNowError(MESSAGE, OTHER_LANGUAGE)
    verb = "message.returned" if reading.comment else "message.agreed"
    reader = b"" if reading.comment else me.id
    desk.note(verb, case, fields=(FIELD,))
    said = replace(draft, read_by=reader, comment=reading.comment)
    acts.keep(desk, there, _with(there.work, said), verb)


def _keep(desk: Desk, there: Opened, words: Words) -> None:
    if len(there.work.drafts) >= MOST:
        raise NotNowError(MESSAGE, TOO_MANY)
    draft = Draft(
        secrets.token_bytes(DRAFT_BYTES),
        desk.ring.person.id,
        desk.now,
        words.language,
        words.text,
        asks=words.asks,
    )
    desk.note("message.drafted", words.case, fields=(FIELD,))
    work = replace(there.work, drafts=(*there.work.drafts, draft))
    acts.keep(desk, there, work, "message.drafted")


def _mine(desk: Desk, case: CaseId, number: bytes) -> tuple[Opened, Draft]:
    there = acts.begin(desk, case, Action.SEND_MESSAGE)
    draft = _find(there, number, Action.SEND_MESSAGE)
    if draft.by != desk.ring.person.id:
        raise HiddenError(Action.SEND_MESSAGE, case, f"{Action.SEND_MESSAGE}: of another person")
    return there, draft


def _find(there: Opened, number: bytes, action: Action) -> Draft:
    draft = drafts.find(there.work.drafts, number)
    if draft is None:
        raise HiddenError(action, there.id, f"{action}: no such message")
    return draft


def _with(work: Work, new: Draft) -> Work:
    return replace(work, drafts=tuple(new if one.id == new.id else one for one in work.drafts))


def _may_go(desk: Desk, draft: Draft) -> bool:
    on_probation = desk.ring.person.limits.needs_countersign
    return draft.is_read or drafts.may_go_unread(draft.language, on_probation=on_probation)


def _seen(desk: Desk, there: Opened, draft: Draft) -> DraftSeen:
    me = desk.ring.person
    is_mine = draft.by == me.id
    return DraftSeen(
        draft=draft,
        by=names.called(desk, draft.by),
        reader=names.called(desk, draft.read_by) if draft.is_read else "",
        keep_to=there.facets.rules,
        is_mine=is_mine,
        may_read=not (is_mine or draft.is_read or me.limits.needs_countersign),
        may_send=is_mine and _may_go(desk, draft),
        is_watched=drafts.is_watched(there.facets.answers),
    )
