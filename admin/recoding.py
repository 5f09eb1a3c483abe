"""Recoding: say anew what is known of a report, once somebody works on it.

Its owner does, and supervisors who see it. Nothing that was answered becomes unanswered, and no
rubric sets the level: it says what it would be, and whoever records it decides, or says why not.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from admin import acts, cases, coding, names, reading, recodings
from admin.authority import Person
from admin.cases import Opened
from admin.coding import Because, Coded
from admin.desk import Desk
from admin.errors import HiddenError
from admin.facts import NOBODY, Danger, Deed, Triage
from admin.guards import GUARDS
from admin.permissions import SUPERVISOR, Action
from admin.planned import WITH_TASKS
from admin.recodings import Change, Known, Looks, Recoding
from admin.transitions import NotNowError
from admin.work import Work
from forms.answers import Answers
from forms.wording import msgid
from reporting import threads
from reporting.ids import CaseId
from reporting.triage import Level

RECORDED: Final = "recorded"
SAME: Final = "same"
RISES: Final = "rises"
NOT_WORKED_ON: Final = msgid(
    "Nobody works on this report now, so what is recorded of it stays as it is."
)
NOTHING_NEW: Final = msgid("Nothing is different from what is recorded. Change something first.")
WOULD_RISE: Final = msgid(
    "With these answers the form would say a higher level. Choose it, or write anew why not."
)
# What was said at the first look is never left open again.
_STAYS: Final[Mapping[str, Callable[[Triage], bool]]] = {
    "level_confirmed": lambda triage: triage.is_confirmed,
    "danger_answered": lambda triage: triage.dangers.keys() == set(Danger),
    "origin_coded": lambda triage: bool(triage.states) and bool(triage.organisations),
}


@dataclass(frozen=True, slots=True)
class Anew:
    """What is known now, and why it is different.

    `message` is the number of the reporter's message that it rests on, counted from 1, or 0.
    """

    coded: Coded = field(repr=False)
    why: str = field(repr=False)
    message: int = 0


@dataclass(frozen=True, slots=True)
class Recoded:
    """A recoding as the page shows it, with the name of whoever it is by."""

    one: Recoding = field(repr=False)
    changes: tuple[Change, ...] = field(repr=False)
    by: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class View:
    """What the page shows; `why_not` says why nobody records anything now.

    `called` are the names of those whom `known` has. `messages` are when each message of the
    reporter was sent. `history` begins with the newest.
    """

    rev: int
    triage: Triage = field(repr=False)
    answers: Answers = field(repr=False)
    known: tuple[Known, ...] = field(repr=False)
    called: Mapping[bytes, str] = field(repr=False)
    history: tuple[Recoded, ...] = field(repr=False)
    messages: tuple[datetime, ...]
    rubric: Level
    may_recode: bool
    why_not: str
    is_outdated: bool


def may_recode(person: Person, work: Work) -> bool:
    """Say whether somebody of casework records something anew in a report that they can open."""
    return work.owner == person.id or SUPERVISOR in person.roles


def look(desk: Desk, case: CaseId) -> View:
    """Return what is recorded of a report; that counts as reading it.

    Raises HiddenError, EnoughForTodayError, OverLimitError, and AlarmError for what was altered.
    """
    there = acts.begin(desk, case, Action.RECODE_CASE)
    desk.note("known.viewed", case)
    reading.look(desk, there)
    work, answers = there.work, there.facets.answers
    past = recodings.history(work.recodings, work.triage)
    form = recodings.told(work.triage, answers)
    known = recodings.known(work.triage, work.recodings, form, _looks(work))
    called = names.all_called(
        desk, ({one.by for one in known} | {one.by for one in work.recodings}) - {NOBODY}
    )
    is_worked_on = work.state in WITH_TASKS
    return View(
        rev=there.case.rev,
        triage=work.triage,
        answers=answers,
        known=known,
        called=called,
        history=tuple(Recoded(one, found, called[one.by]) for one, found in reversed(past)),
        messages=_messages(desk, there),
        rubric=recodings.rubric(work.triage, answers),
        may_recode=is_worked_on and may_recode(desk.ring.person, work),
        why_not="" if is_worked_on else NOT_WORKED_ON,
        is_outdated=work.grades.is_outdated,
    )


def recode(desk: Desk, case: CaseId, rev: int, anew: Anew) -> bool:
    """Record what is known now in place of what stood there.

    Says whether it is another matter now, which may be hidden from others than before. Raises
    HiddenError, MovedOnError, NotNowError with a sentence, and AlarmError for what was altered.
    """
    there = acts.begin(desk, case, Action.RECODE_CASE)
    # First, so that whoever was quicker takes nothing that was typed: not even with the report.
    acts.require_unmoved(there, rev)
    if not may_recode(desk.ring.person, there.work):
        raise HiddenError(Action.RECODE_CASE, case, f"{Action.RECODE_CASE}: neither owns nor leads")
    if there.work.state not in WITH_TASKS:
        raise NotNowError(RECORDED, NOT_WORKED_ON)
    after = anew.coded.over(there.work.triage)
    _require_fit(there, after)
    return coding.write(desk, there, after, Because(anew.why, _sent(desk, there, anew.message)))


def _require_fit(there: Opened, after: Triage) -> None:
    before, answers = there.work.triage, there.facets.answers
    if after == before:
        raise NotNowError(SAME, NOTHING_NEW)
    for guard, stays in _STAYS.items():
        if not stays(after):
            raise NotNowError(guard, GUARDS[guard].sentence)
    would_be = recodings.rubric(after, answers)
    rises = would_be > recodings.rubric(before, answers)
    # A reason that stood there already was given before this was known.
    if rises and after.weight < would_be and after.level_reason in {"", before.level_reason}:
        raise NotNowError(RISES, WOULD_RISE)


def _looks(work: Work) -> Looks:
    decided = (deed for deed in work.deeds if deed.by != NOBODY)
    return Looks(work.received, next(decided, Deed("", NOBODY, work.received)))


def _messages(desk: Desk, there: Opened) -> tuple[datetime, ...]:
    with cases.sounding_alarm():
        found = threads.read(desk.session, there.id, there.thread)
    return tuple(message.sent for message in found if message.from_reporter)


def _sent(desk: Desk, there: Opened, message: int) -> datetime | None:
    if message == 0:
        return None
    sent = _messages(desk, there)
    if message > len(sent):
        raise HiddenError(Action.RECODE_CASE, there.id, f"{Action.RECODE_CASE}: no such message")
    return sent[message - 1]
