"""Clocks: when a case has to be looked at, answered and looked at again, from its level.

How long each level has stands in `forms/data/triage.toml`. A due time is made from the moment a
report came in and from nothing else that moves: so a new level, or a new owner, begins no clock
anew. Urgent work never waits; otherwise clocks stand still while a question to the reporter is
open, at most two weeks for each time it was asked. What silence brings about stands in `Step`, and
nothing in it ends a case.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, StrEnum, auto, unique
from types import MappingProxyType
from typing import Final

from admin.calendar_days import add_working_time, carried_over, working_time
from admin.declarations import months_later
from forms.codebook import load
from reporting.triage import Level

LONGEST_PAUSE: Final = timedelta(days=14)
_SPAN: Final = re.compile(r"(\d+) (hours|days|working days)(?:, day and night)?")


@unique
class Unit(StrEnum):
    """What a time is counted in, as triage.toml writes it."""

    HOURS = "hours"
    DAYS = "days"
    WORKING_DAYS = "working days"
    MONTHS = "months"


@dataclass(frozen=True, slots=True)
class Span:
    """So many hours, days or months."""

    count: int
    unit: Unit

    def from_moment(self, start: datetime) -> timedelta:
        """Return how long it is, counted from a moment: months are not alike."""
        if self.unit is Unit.MONTHS:
            return months_later(start.date(), self.count) - start.date()
        return self.count * (timedelta(hours=1) if self.unit is Unit.HOURS else timedelta(days=1))


@unique
class Run(Enum):
    """How a level's clocks run."""

    ALWAYS = auto()
    PAUSING = auto()
    WORKING = auto()  # pauses as well, and what falls on a day off waits for the next working day


@dataclass(frozen=True, slots=True)
class Rhythm:
    """The times of one level: to the first look, the first answer, and each further look."""

    run: Run
    look: Span
    reply: Span
    review: Span


@dataclass(frozen=True, slots=True)
class Pause:
    """A time in which clocks stand still; one that has not ended lasts as long as it may."""

    began: datetime
    ended: datetime | None = None

    @property
    def until(self) -> datetime:
        """When the clocks run on."""
        latest = self.began + LONGEST_PAUSE
        return latest if self.ended is None else min(self.ended, latest)


@dataclass(frozen=True, slots=True)
class Question:
    """A question to the reporter: when it was asked, asked once more, and answered."""

    asked: datetime
    again: datetime | None = None
    answered: datetime | None = None

    @property
    def pauses(self) -> tuple[Pause, ...]:
        """The times for which it stops the clocks: one, or two if it was asked once more."""
        asked = (self.asked,) if self.again is None else (self.asked, self.again)
        return tuple(Pause(moment, self.answered) for moment in asked)


@unique
class Step(Enum):
    """What a question asks of the team now. None of it closes, declines or erases anything."""

    NOTHING = auto()
    WAIT = auto()
    ASK_AGAIN = auto()
    GO_ON = auto()  # with what is known


@dataclass(frozen=True, slots=True)
class Due:
    """When the first look and the first answer are due; a reporter may want no answer."""

    look: datetime
    reply: datetime | None


@dataclass(frozen=True, slots=True)
class Timing:
    """What a case's due times depend on. Its owner, and when its level was given, are not here."""

    level: Level
    received_at: datetime
    questions: tuple[Question, ...] = ()
    wants_answer: bool = True


def due_of(case: Timing) -> Due:
    """Return when a case is due. After a change of level, ask again."""
    rhythm = RHYTHMS[case.level]
    reply = _ends(rhythm, rhythm.reply, case, case.received_at) if case.wants_answer else None
    return Due(_ends(rhythm, rhythm.look, case, case.received_at), reply)


def review_due(case: Timing, last_review: datetime) -> datetime:
    """Return when a case is to be looked at again that was last looked at then."""
    rhythm = RHYTHMS[case.level]
    return _ends(rhythm, rhythm.review, case, last_review)


def pauses(level: Level) -> bool:
    """Say whether the clocks of a level stand still while its reporter is asked something."""
    return RHYTHMS[level].run is not Run.ALWAYS


def step(question: Question, now: datetime) -> Step:
    """Return what a question to the reporter asks of the team now."""
    if question.answered is not None:
        return Step.NOTHING
    last = question.again or question.asked
    if now < last + LONGEST_PAUSE:
        return Step.WAIT
    return Step.ASK_AGAIN if question.again is None else Step.GO_ON


def _ends(rhythm: Rhythm, span: Span, case: Timing, start: datetime) -> datetime:
    pauses = () if rhythm.run is Run.ALWAYS else _pauses(case.questions, start)
    length = span.from_moment(start)
    if span.unit is Unit.WORKING_DAYS:
        return _run_working(start, length, pauses)
    end = _run_always(start, length, pauses)
    if rhythm.run is not Run.WORKING:
        return end
    # Carrying over keeps the hour, so a pause that ends on Monday could come before no pause.
    return max(carried_over(end), carried_over(start + length))


def _run_always(start: datetime, left: timedelta, pauses: Iterable[Pause]) -> datetime:
    moment = start
    for pause in pauses:
        if moment + left <= pause.began:
            break
        left -= pause.began - moment
        moment = pause.until
    return moment + left


def _run_working(start: datetime, left: timedelta, pauses: Iterable[Pause]) -> datetime:
    moment = start
    for pause in pauses:
        before = working_time(moment, pause.began)
        if left <= before:
            break
        left -= before
        moment = pause.until
    return add_working_time(moment, left)


def _pauses(questions: Iterable[Question], start: datetime) -> tuple[Pause, ...]:
    """Return the times after `start` in which any question is open, in order and apart."""
    apart: list[Pause] = []
    every = (pause for question in questions for pause in question.pauses)
    for pause in sorted(every, key=lambda each: each.began):
        began = max(pause.began, apart[-1].ended if apart and apart[-1].ended else start)
        if pause.until > began:
            apart.append(Pause(began, pause.until))
    return tuple(apart)


def _span(text: str) -> Span:
    found = _SPAN.fullmatch(text)
    if found is None:
        return _EVERY[text]
    return Span(int(found[1]), Unit(found[2]))


_EVERY: Final = MappingProxyType(
    {
        "daily": Span(1, Unit.DAYS),
        "weekly": Span(7, Unit.DAYS),
        "monthly": Span(1, Unit.MONTHS),
        "each quarter": Span(3, Unit.MONTHS),
    }
)
_RUNS: Final = MappingProxyType(
    {
        Level.URGENT: Run.ALWAYS,
        Level.HIGH: Run.PAUSING,
        Level.MEDIUM: Run.WORKING,
        Level.LOW: Run.WORKING,
    }
)
RHYTHMS: Final[Mapping[Level, Rhythm]] = MappingProxyType(
    {
        Level[name.upper()]: Rhythm(
            run=_RUNS[Level[name.upper()]],
            look=_span(entry["first_human_look"]),
            reply=_span(entry["first_safe_reply"]),
            review=_span(entry["review_again"]),
        )
        for name, entry in load("triage.toml")["levels"].items()
    }
)
