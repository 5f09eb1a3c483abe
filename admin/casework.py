"""Casework: open a report, write a note about it, answer the person who sent it."""

import secrets
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from admin import case_words, cases, drafts, indexing, leases, reading, ready_texts
from admin.authority import authorize, event
from admin.case_words import Note
from admin.cases import Opened
from admin.facts import Deed as Act
from admin.keyring import Ring
from admin.permissions import Action
from admin.transitions import NotNowError
from admin.work import Asked
from crypto.envelope import Label, OpenError, expand
from forms.answers import Answers
from forms.wording import msgid
from reporting import consent, places, records, threads, traces
from reporting.attachments import File
from reporting.audit import Journal, append
from reporting.clock import minute_text
from reporting.consent import Choices
from reporting.ids import CaseId
from reporting.models import (
    Case,
    Mail,
    NoteRow,
)
from reporting.traces import Deed
from reporting.triage import Judgement, Level, judge

NOTE_FLOOR: Final = 1024
MESSAGE: Final = "message_ready"
READ_FIRST: Final = msgid("A second person reads this before it goes to the reporter.")
ONLY_QUIET: Final = msgid(
    "The device of the reporter may be watched. Only a short ready text can be sent, one that does"
    " not say what this is about."
)
NEVER_OPENED: Final = 0  # the revision a report comes in with


@dataclass(frozen=True, slots=True)
class CaseView:
    """A report as the one who opened it reads it. Its words never show in a `repr`."""

    opened: Opened = field(repr=False)
    id: CaseId
    level: Level
    week: int
    received: datetime
    answers: Answers = field(repr=False)
    keep_to: Answers = field(repr=False)
    judgement: Judgement = field(repr=False)
    story: str = field(repr=False)
    language: str
    consent: str
    choices: Choices
    messages: tuple[threads.Message, ...] = field(repr=False)
    files: tuple[File, ...] = field(repr=False)
    notes: tuple[Note, ...] = field(repr=False)

    @property
    def translations(self) -> tuple[Note, ...]:
        """The reporter's words as colleagues translated them, the newest first."""
        return tuple(note for note in reversed(self.notes) if note.language)

    @property
    def remarks(self) -> tuple[Note, ...]:
        """The notes that are no translations."""
        return tuple(note for note in self.notes if not note.language)


@dataclass(frozen=True, slots=True)
class Words:
    """Words to be added to a report, and the language of the page they were written on.

    `asks` says whether the reporter is to answer. `code` is that of a ready text, if it is one.
    """

    case: CaseId
    text: str = field(repr=False)
    language: str
    asks: bool = False
    code: str = ""


def open_case(
    session: Session, ring: Ring, journal: Journal, case: CaseId, now: datetime
) -> CaseView:
    """Open a report and note that it was opened; its writer's messages count as read.

    Its writer is told that it was read. Raises HiddenError when there is no such report for this
    person, EnoughForTodayError on probation, OverLimitError for whoever read many today, and
    AlarmError when a part of it is missing or was altered, even what stands in clear: then nothing
    of it is shown. Choices that are not genuine allow nothing, and are an alarm too.
    """
    begun = _begin_reading(session, ring, journal, case, now)
    read = session.scalars(delete(Mail).where(Mail.case_id == case).returning(Mail.case_id)).all()
    if read:
        append(session, journal, event(ring.person, "message.read", case, begun.rule), now)
        begun = replace(begun, deeds=(*begun.deeds, Deed.MESSAGE_READ))
    if begun.is_first or read:
        # A question that was answered is open in no list any more.
        indexing.keep(session, ring, begun.there, begun.there.work)
    return _view_noted(session, ring, journal, begun, now)


def open_beside(
    session: Session, ring: Ring, journal: Journal, case: CaseId, now: datetime
) -> CaseView:
    """Open a report for a page that shows no message, so that none counts as read.

    Everything else is as in `open_case`: it is noted, counted and told to its writer, and refused.
    """
    begun = _begin_reading(session, ring, journal, case, now)
    if begun.is_first:
        indexing.keep(session, ring, begun.there, begun.there.work)
    return _view_noted(session, ring, journal, begun, now)


@dataclass(frozen=True, slots=True)
class _Reading:
    """A report that is about to be shown, and what its writer will be told of that."""

    there: Opened
    rule: str
    is_first: bool
    deeds: tuple[Deed, ...] = (Deed.REPORT_READ,)


def _begin_reading(
    session: Session, ring: Ring, journal: Journal, case: CaseId, now: datetime
) -> _Reading:
    rule = authorize(ring.person, Action.OPEN_CASE, case)
    # Refused like a report that never was, and before anything else that could tell them apart.
    there = cases.opened(session, ring, case, Action.OPEN_CASE)
    is_first = there.case.rev == NEVER_OPENED
    if is_first:
        there.case.rev += 1
        append(session, journal, event(ring.person, "case.received", case, rule), now)
    # Nothing is shown before this is kept with it: if it cannot be written, nothing is read.
    append(session, journal, event(ring.person, "case.opened", case, rule), now)
    reading.open_story(session, ring, there, now)
    return _Reading(there, rule, is_first)


def _view_noted(
    session: Session, ring: Ring, journal: Journal, begun: _Reading, now: datetime
) -> CaseView:
    there = begun.there
    with cases.sounding_alarm():
        for deed in begun.deeds:
            traces.note(session, there.id, there.thread, deed, now)
        view = _view(session, there)
    if not view.choices.is_genuine:
        append(session, journal, event(ring.person, "alarm.raised", there.id, begun.rule), now)
    return view


def shown_again(session: Session, there: Opened) -> CaseView:
    """Return a report that was opened a moment ago as it is now. Raises AlarmError."""
    with cases.sounding_alarm():
        return _view(session, there)


def add_note(session: Session, ring: Ring, journal: Journal, words: Words, now: datetime) -> None:
    """Add an internal note. Raises HiddenError, and AlarmError when a key was altered."""
    _add(session, ring, journal, replace(words, language=""), now)


def translate(session: Session, ring: Ring, journal: Journal, words: Words, now: datetime) -> None:
    """Add a translation of the reporter's own words into a language, beside the original.

    Raises as `add_note` does.
    """
    _add(session, ring, journal, words, now)


def _add(session: Session, ring: Ring, journal: Journal, words: Words, now: datetime) -> None:
    rule = authorize(ring.person, Action.ADD_NOTE, words.case)
    there = cases.opened(session, ring, words.case, Action.ADD_NOTE)
    verb = "translation.added" if words.language else "note.added"
    append(session, journal, event(ring.person, verb, words.case, rule), now)
    row = secrets.token_bytes(16)
    record: records.Record = {
        "text": words.text,
        "by": ring.person.name,
        "member": ring.person.id.hex(),
        "written": minute_text(now),
        "language": words.language,
    }
    box = records.close(expand(there.key, Label.NOTE), record, places.note(row), NOTE_FLOOR)
    session.execute(insert(NoteRow).values(id=row, case_id=words.case, content_sealed=box))
    _touch(session, ring, there, verb, now)


def reply(session: Session, ring: Ring, journal: Journal, words: Words, now: datetime) -> None:
    """Answer the reporter, who reads it with their code and is never told who wrote it.

    Raises HiddenError, NotNowError for words that somebody else has to read first or that say too
    much, MailboxFullError, and AlarmError when a key of the report was altered.
    """
    rule = authorize(ring.person, Action.SEND_MESSAGE, words.case)
    there = cases.opened(session, ring, words.case, Action.SEND_MESSAGE)
    append(session, journal, event(ring.person, "message.sent", words.case, rule), now)
    require_quiet(there, words)
    if needs_reader(ring, words):
        raise NotNowError(MESSAGE, READ_FIRST)
    there = posted(session, ring, there, words, now)
    _touch(session, ring, there, "message.sent", now)


def needs_reader(ring: Ring, words: Words) -> bool:
    """Say whether a second person has to read words before they go; ready texts were read."""
    if ready_texts.is_text(words.code, words.language, words.text):
        return False
    on_probation = ring.person.limits.needs_countersign
    return not drafts.may_go_unread(words.language, on_probation=on_probation)


def require_quiet(there: Opened, words: Words) -> None:
    """Raise NotNowError for words that say too much where the reporter's device may be watched."""
    if not drafts.is_watched(there.facets.answers):
        return
    is_text = ready_texts.is_text(words.code, words.language, words.text)
    if not (is_text and ready_texts.is_quiet_text(words.code)):
        raise NotNowError(MESSAGE, ONLY_QUIET)


def posted(session: Session, ring: Ring, there: Opened, words: Words, now: datetime) -> Opened:
    """Put words into the conversation; return the report as answered, and with what they ask.

    The caller keeps it. Raises MailboxFullError.
    """
    message = threads.Message(
        from_reporter=False,
        text=words.text,
        sent=now,
        language=words.language,
        asks=words.asks,
    )
    threads.add(session, words.case, there.thread, message)
    asked = (Asked(ring.person.id, now),) if words.asks else ()
    work = there.work
    first = work.answered or now
    after = replace(work, questions=(*work.questions, *asked), answered=first)
    return replace(there, work=after)


def _touch(session: Session, ring: Ring, there: Opened, name: str, now: datetime) -> None:
    """Keep what was done with a report beside its work, for others who are at it."""
    touched = replace(there.work, touched=Act(name, ring.person.id, now))
    cases.save(session, there, touched)
    indexing.keep(session, ring, there, touched)
    leases.renew(session, ring, there.id, now)


def _view(session: Session, there: Opened) -> CaseView:
    case, facets, key, thread = there.case, there.facets, there.key, there.thread
    there_are = select(cases.is_whole(), cases.has_contact_key()).where(Case.id == case.id)
    is_whole, has_contact_key = session.execute(there_are).one()
    if not is_whole:
        raise OpenError
    cases.require_contact_key(there.work, is_there=has_contact_key)
    return CaseView(
        opened=there,
        id=CaseId(case.id),
        level=Level(case.level),
        week=case.received_week,
        received=facets.received,
        answers=facets.answers,
        keep_to=facets.rules,
        judgement=judge(facets.answers),
        story=case_words.story_of(session, case.id, key),
        language=facets.language,
        consent=facets.consent,
        choices=consent.read(session, case.id, thread, facets.consent_key),
        messages=threads.read(session, case.id, thread),
        files=case_words.files_of(session, case.id, key, thread),
        notes=case_words.notes_of(session, case.id, key),
    )
