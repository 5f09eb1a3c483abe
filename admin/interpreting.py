"""Interpreting: lend one text of a report to somebody who translates it, and put what comes back.

They get that text with numbers, addresses and everything that is known by name covered, and nothing
else: no number of the report, no level, no state. It is sealed to their own key, for two days.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from sqlalchemy import insert

from admin import acts, case_words, cases, leases, lending, names, readers, reading, translators
from admin.cases import Opened
from admin.desk import Desk
from admin.errors import HiddenError
from admin.interpreters import MOST_OF_A_PERSON, MOST_OF_A_REPORT, End, Lent, Reason, until
from admin.known_names import Door, Rest, left
from admin.lending import Answer, Text
from admin.permissions import SUPERVISOR, Action
from admin.skips import Skip, SkipReason
from admin.transitions import NotNowError
from admin.translators import Fit
from admin.work import Work
from crypto.envelope import Label, Pepper, expand, make_key
from forms.wording import msgid
from reporting import places, records, threads, traces
from reporting.clock import minute_text
from reporting.ids import CaseId
from reporting.models import NoteRow, State
from reporting.traces import Deed

INTERPRETING: Final = "interpreter"
TO: Final = "interpreter_to"
TEXT: Final = "interpreter_text"
WHY: Final = "interpreter_reason"
STORY: Final = "story"
NOTE_FLOOR: Final = 1024
ENDED_STATES: Final = frozenset({State.CLOSED, State.DECLINED, State.MERGED})
NOT_THEM: Final = msgid("Choose one of these people.")
WHICH: Final = msgid("Choose one text.")
YOU_READ_IT: Final = msgid("You read this language yourself. Please choose another reason.")
NOT_UNREAD: Final = msgid("Please choose why.")
ENOUGH: Final = msgid("Three texts of this report are with somebody already. Wait for one of them.")
THEY_HAVE_ENOUGH: Final = msgid("They have five texts to translate already. Choose somebody else.")
LENT_ALREADY: Final = msgid("Somebody translates this text already.")
NOBODY_FIT: Final = msgid(
    "There is nobody who may be asked: who reads this language, has no tie to the state, and is not"
    " kept out by the reporter."
)


@dataclass(frozen=True, slots=True)
class Wish:
    """Who is asked to translate which text, and why; `text` is a name that the page shows.

    `rest` is what becomes of words that only describe somebody.
    """

    to: bytes
    text: str
    reason: Reason
    rest: Rest = Rest.COVER


@dataclass(frozen=True, slots=True)
class LentSeen:
    """What was lent to whom, with their name."""

    one: Lent = field(repr=False)
    to: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class View:
    """What the page shows; `why_not` says why nobody can be asked, or is empty.

    `texts` are when each text was sent, by its name: None for the story. `standing` are the words
    in them that only describe somebody.
    """

    language: str
    reads_it: bool
    why_not: str
    fit: Fit = field(repr=False)
    texts: Mapping[str, datetime | None]
    standing: tuple[str, ...] = field(repr=False)
    lent: tuple[LentSeen, ...] = field(repr=False)


def may_see(desk: Desk, there: Opened) -> bool:
    """Say whether somebody may ask: the owner, who has it in hand, or a supervisor."""
    me, work = desk.ring.person, there.work
    if work.state in ENDED_STATES:
        return False
    lease = leases.holder(desk.session, desk.ring, there.id, desk.now)
    holders = {work.owner, work.keeper(desk.now), lease.holder if lease is not None else me.id[:0]}
    return SUPERVISOR in me.roles or me.id in holders


def seen(desk: Desk, work: Work) -> tuple[LentSeen, ...]:
    """Return what was lent of a report, the newest first."""
    called = names.all_called(desk, {one.to for one in work.lent})
    return tuple(LentSeen(one, called[one.to]) for one in reversed(work.lent))


def look(desk: Desk, case: CaseId) -> View:
    """Return what is lent, and what could be. Raises as `reading.look` does, and HiddenError."""
    there = _begin(desk, case)
    reading.look(desk, there)
    found, texts, door = translators.fit(desk, there), _texts(desk, there), Door(desk, there)
    standing = (word for _sent, words in texts.values() for word in door.standing(words))
    return View(
        language=there.facets.answer_in,
        reads_it=_reads_it(desk, there),
        why_not=_why_not(there, found),
        fit=found,
        texts={name: sent for name, (sent, _words) in texts.items()},
        standing=tuple(dict.fromkeys(standing)),
        lent=seen(desk, there.work),
    )


def ask(desk: Desk, pepper: Pepper, case: CaseId, wish: Wish) -> None:
    """Lend one text to somebody.

    Raises HiddenError, NotNowError with a sentence, and AlarmError for what was altered.
    """
    there = _begin(desk, case)
    found, texts = translators.fit(desk, there), _texts(desk, there)
    if why_not := _why_not(there, found):
        raise NotNowError(INTERPRETING, why_not)
    _require_fit(desk, there, wish, found)
    if wish.text not in texts:
        raise NotNowError(TEXT, WHICH)
    sent, words = texts[wish.text]
    if any(one.is_open and one.sent == sent for one in there.work.lent):
        raise NotNowError(TEXT, LENT_ALREADY)
    desk.note("interpreter.asked", case, fields=("to", "text", "reason", *left(wish.rest)))
    row, key, ends = secrets.token_bytes(16), make_key(), until(desk.now)
    said = Lent(
        row=row,
        key=key.reveal(),
        by=desk.ring.person.id,
        to=wish.to,
        at=desk.now,
        until=ends,
        reason=wish.reason,
        sent=sent,
    )
    covered = Door(desk, there).covered(words, wish.rest)
    text = Text(row, covered, there.facets.answer_in, ends, translators.rule_of(there))
    reader = desk.verified.people[wish.to]
    lending.lend(desk.session, there.thread, pepper, reader, (said, text))
    work = replace(there.work, lent=(*there.work.lent, said))
    acts.keep(desk, there, work, "interpreter.asked")


def take_back(desk: Desk, case: CaseId, row: bytes) -> None:
    """Take a text back; for whoever has it, it is gone at once.

    Raises HiddenError for one that is not lent any more, and AlarmError for what was altered.
    """
    there = _begin(desk, case)
    one = next((one for one in there.work.lent if one.row == row and one.is_open), None)
    if one is None:
        action = Action.ASK_INTERPRETER
        raise HiddenError(action, case, f"{action}: nothing is lent")
    desk.note("interpreter.ended", case)
    lending.take_away(desk.session, row)
    work = _with(there.work, one.ends(End.TAKEN_BACK, desk.now))
    acts.keep(desk, there, work, "interpreter.ended")


def gather(desk: Desk, there: Opened) -> Opened:
    """Put what came back to a report that is open; return it as it is then.

    A translation stands beside the original from now on, and the reporter reads that somebody
    helped. Of what did not come in time, the report says that nobody answered. Raises AlarmError.
    """
    work = there.work
    for one in there.work.lent:
        if one.is_open:
            work = _gathered(desk, there, work, one)
    if work == there.work:
        return there
    return replace(there, work=acts.keep(desk, there, work, "interpreter.ended"))


def _gathered(desk: Desk, there: Opened, work: Work, one: Lent) -> Work:
    row = lending.found(desk.session, one.row)
    if row is not None and row.reader_id is not None and desk.now < one.until:
        return work
    desk.note("interpreter.ended", there.id)
    lending.take_away(desk.session, one.row)
    if row is None or row.reader_id is not None:
        end = End.STOPPED if desk.now < one.until else End.EXPIRED
        return _with(work, one.ends(end, desk.now))
    with cases.sounding_alarm():
        said = lending.answered(row, one.secret)
        if said.end is End.ANSWERED:
            _note(desk, there, one, said)
            traces.note(desk.session, there.id, there.thread, Deed.INTERPRETED, desk.now)
    skipped = Skip(one.to, SkipReason.CONFLICT)
    if said.end is End.CONFLICT and skipped not in work.skips:
        work = replace(work, skips=(*work.skips, skipped))
    return _with(work, one.ends(said.end, desk.now))


def _note(desk: Desk, there: Opened, one: Lent, said: Answer) -> None:
    row = secrets.token_bytes(16)
    record: records.Record = {
        "text": said.words,
        "by": said.by,
        "member": one.to.hex(),
        "written": minute_text(desk.now),
        "language": said.language,
        "sent": None if one.sent is None else minute_text(one.sent),
        "lent": True,
    }
    box = records.close(expand(there.key, Label.NOTE), record, places.note(row), NOTE_FLOOR)
    desk.session.execute(insert(NoteRow).values(id=row, case_id=there.id, content_sealed=box))


def _with(work: Work, ended: Lent) -> Work:
    lent = tuple(ended if one.row == ended.row else one for one in work.lent)
    return replace(work, lent=lent)


def _begin(desk: Desk, case: CaseId) -> Opened:
    there = acts.begin(desk, case, Action.ASK_INTERPRETER)
    if not may_see(desk, there):
        action = Action.ASK_INTERPRETER
        raise HiddenError(action, case, f"{action}: not in their hands, or ended")
    return there


def _reads_it(desk: Desk, there: Opened) -> bool:
    return readers.reads(desk.ring.person, there.facets.answer_in)


def _texts(desk: Desk, there: Opened) -> Mapping[str, tuple[datetime | None, str]]:
    """Return the reporter's own words by name: when they were sent, and what they are."""
    found: dict[str, tuple[datetime | None, str]] = {}
    with cases.sounding_alarm():
        story = case_words.story_of(desk.session, there.id, there.key)
        messages = threads.read(desk.session, there.id, there.thread)
    if story:
        found[STORY] = (None, story)
    for message in messages:
        if message.from_reporter and message.text:
            # Two of one minute are one text here: whoever lends it lends both.
            name = minute_text(message.sent)
            earlier = found.get(name, (message.sent, ""))[1]
            found[name] = (message.sent, f"{earlier}\n\n{message.text}".strip())
    return found


def _require_fit(desk: Desk, there: Opened, wish: Wish, found: Fit) -> None:
    if wish.to not in found:
        raise NotNowError(TO, NOT_THEM)
    if lending.held_by(desk.session, wish.to, desk.now) >= MOST_OF_A_PERSON:
        raise NotNowError(TO, THEY_HAVE_ENOUGH)
    if wish.reason is Reason.UNREAD and _reads_it(desk, there):
        raise NotNowError(WHY, YOU_READ_IT)


def _why_not(there: Opened, found: Fit) -> str:
    if sum(one.is_open for one in there.work.lent) >= MOST_OF_A_REPORT:
        return ENOUGH
    return "" if found.known or found.unknown else NOBODY_FIT
