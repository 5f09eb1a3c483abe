"""Headers: what lists, counts and Next need to know of a report, as one small value.

Pure. It follows from the report's facets and work alone, so it can be made again at any time. What
a list asks for stands in three tables of plain functions over the work: marks (yes or no), people
and dates. A report with a mark, a person or a date can be found by it without opening any other.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from types import MappingProxyType
from typing import Final

from admin import fact_records as facts
from admin import owed, waits
from admin.deadlines import due
from admin.facts import NOBODY
from admin.links import Joined
from admin.phases import COUNTERSIGN_DUE, Phase, WaitingOn, phase_of, waiting_on
from admin.planned import Task, soonest
from admin.skips import SkipReason
from admin.visibility import Matter
from admin.waits import Request
from admin.work import Work
from admin.work_codes import FRAME_DUE, RECHECK
from forms.answers import Answers
from reporting.models import State
from reporting.triage import Level

WORKED_ON: Final = (State.ACTIVE, State.MONITORING, State.REVIEW)
IN_WORK: Final = (State.RECEIVED, State.TRIAGED, *WORKED_ON)
REOPENS: Final = "reopen"
_UNREAD_AGAIN: Final = frozenset({State.DECLINED, State.QUARANTINED})
_NOBODY_IN: Final = frozenset({NOBODY})


def _wants_agreement(work: Work) -> bool:
    return work.state is State.REVIEW or COUNTERSIGN_DUE in work.items


def _is_led_to_end(work: Work) -> bool:
    joined = work.links.joined
    return work.state is State.MERGED and joined is not None and joined.until is not None


def _last_asked(work: Work) -> tuple[bytes, ...]:
    answered = [asked for asked in work.questions if asked.answered is not None]
    last = max(answered, key=lambda asked: asked.answered or asked.at, default=None)
    return () if last is None else (last.by,)


def _answered_at(work: Work) -> datetime | None:
    return max((asked.answered for asked in work.questions if asked.answered), default=None)


def _first_look(work: Work) -> datetime | None:
    """Return when somebody first decided about it or asked; opening alone is no look."""
    decided = [deed.at for deed in work.deeds if deed.by != NOBODY]
    return min([*decided, *(asked.at for asked in work.questions)], default=None)


def _turned_at(work: Work) -> datetime | None:
    """Return when a second person last said that what was decided was not right."""
    look = work.second_look
    return None if look is None or look.agrees else look.at


def _last_asked_at(work: Work) -> datetime | None:
    """Return when what is still open was asked, or was asked once more."""
    return min((asked.again or asked.at for asked in work.open_questions), default=None)


def _check_at(work: Work) -> datetime | None:
    return _begin(work.next_check) if work.state is State.MONITORING else None


def _begin(day: date | None) -> datetime | None:
    return None if day is None else datetime.combine(day, time.min, UTC)


# Beside these, `choices` says that its reporter chose anew since its term was reckoned, and
# `unlinked` that they did since what is marked in it was last held against their choices.
MARKS: Final[Mapping[str, Callable[[Work], bool]]] = {
    "waiting": lambda work: bool(work.open_questions),
    "agreement": _wants_agreement,
    "requests": lambda work: bool(waits.waiting(work)),
    "together": lambda work: work.proposed_together is not None,
    "unread_again": lambda work: work.state in _UNREAD_AGAIN and work.second_look is None,
    "escalated": lambda work: work.state is State.ACTIVE and work.escalated_at is not None,
    "grown": lambda work: work.state is State.MONITORING and work.links.grew_since(work.since),
    "led_to_end": _is_led_to_end,
    "recheck": lambda work: RECHECK in work.items,
    "uncounted": lambda work: FRAME_DUE in work.items and work.grades.has_counted,
}
# `with` and `lent_rows` are no people: the number of the proposal that it is part of, and those of
# what is lent of it and not told yet.
PEOPLE: Final[Mapping[str, Callable[[Work], Iterable[bytes]]]] = {
    "owner": lambda work: (work.owner,),
    "known": lambda work: work.earlier_owners,
    "last": lambda work: (deed.by for deed in work.deeds[-1:]),
    "skipped": lambda work: work.skipped_by,
    "decided": lambda work: work.deciders_before,
    "conflict": lambda work: (s.by for s in work.skips if s.why is SkipReason.CONFLICT),
    "asks": lambda work: (asked.by for asked in work.open_questions),
    "asked_last": _last_asked,
    "keeps": lambda work: () if work.kept is None else (work.kept.by,),
    "does": lambda work: (task.who for task in work.open_tasks),
    "told": lambda work: work.links.told,
    "let_in": lambda work: work.let_in,
    "proposed": lambda work: () if work.links.together is None else (work.links.together.by,),
    "lent": lambda work: (one.by for one in work.lent if one.is_open),
    "lent_rows": lambda work: (one.row for one in work.lent if one.is_open),
    "with": lambda work: () if work.links.together is None else (work.links.together.id,),
}
DATES: Final[Mapping[str, Callable[[Work], datetime | None]]] = {
    "due": lambda work: due(work) if work.state in IN_WORK else None,
    "answered": _answered_at,
    "escalated": lambda work: work.escalated_at,
    "check": _check_at,
    "kept": lambda work: None if work.kept is None else work.kept.until,
    "task": lambda work: _begin(min((task.due for task in work.open_tasks), default=None)),
    "second": waits.due_from,
    "missing": waits.missing_from,
    "ends": lambda work: None if work.term is None else _begin(work.term.until),
    "owed": owed.due_from,
    "asked": _last_asked_at,
    # For the figures of the team alone. A header from before them does without.
    "received": lambda work: work.received,
    "first_look": _first_look,
    "turned": _turned_at,
    "reopened": lambda work: max((d.at for d in work.deeds if d.name == REOPENS), default=None),
}
# What these name is a list of its own for each of the people.
LISTED_PEOPLE: Final = frozenset(
    {"owner", "asks", "asked_last", "keeps", "does", "told", "lent", "with"}
)
# Whoever looks for what a date has come for finds it by its day, month or year.
LISTED_DATES: Final = frozenset({"due", "check", "task", "second", "asked", "ends", "owed"})
_DAY, _MONTH, _YEAR = len("2026-11-30"), len("2026-11"), len("2026")


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """A report as lists know it; of the tasks of each person it has the one that is due first.

    `verification` and `state_link` are of the grade that holds, and empty without one. `tactics`
    are codes of what exactly was done; a header from before there were any does not know them.
    """

    state: State
    level: Level
    week: int
    due: datetime
    language: str = field(repr=False)
    kinds: tuple[str, ...] = field(repr=False)
    channels: tuple[str, ...] = field(default=(), repr=False)
    tactics: tuple[str, ...] | None = field(default=None, repr=False)
    matter: Matter = field(repr=False)
    phase: Phase
    waiting_on: WaitingOn
    flags: frozenset[str]
    verification: str
    state_link: str
    joined: Joined | None
    requests: tuple[Request, ...] = field(repr=False)
    tasks: tuple[Task, ...] = field(repr=False)
    marks: frozenset[str]
    people: Mapping[str, tuple[bytes, ...]] = field(repr=False)
    dates: Mapping[str, datetime] = field(repr=False)

    @property
    def owner(self) -> bytes:
        """Whose report it is; nobody's before somebody took it."""
        return next(iter(self.of("owner")), NOBODY)

    def of(self, name: str) -> tuple[bytes, ...]:
        """Return the people whom it names so."""
        return self.people.get(name, ())

    def has_come(self, name: str, now: datetime) -> bool:
        """Say whether it has a date of this name, and that date is over."""
        return name in self.dates and self.dates[name] <= now

    def keeper(self, now: datetime) -> bytes:
        """Return who keeps the report for themselves, nobody where nobody does any more."""
        return NOBODY if self.has_come("kept", now) else next(iter(self.of("keeps")), NOBODY)


@dataclass(frozen=True, slots=True)
class Source:
    """What a header is made of, beside the work; `documents` are the choices of its reporter."""

    week: int
    language: str
    answers: Answers = field(repr=False)
    matter: Matter = field(repr=False)
    documents: int = 0


def header_of(source: Source, work: Work) -> Header:
    """Return the header of a report."""
    named = {name: tuple(sorted({*found(work)} - _NOBODY_IN)) for name, found in PEOPLE.items()}
    dated = {name: found(work) for name, found in DATES.items()}
    grade = work.grades.counted
    return Header(
        state=work.state,
        level=work.triage.weight,
        week=source.week,
        due=facts.moment(facts.seconds(due(work))),
        language=source.language,
        kinds=source.answers["kinds"],
        channels=source.answers.get("channel", ()),
        tactics=source.answers.get("tactics", ()),
        matter=source.matter,
        phase=phase_of(work),
        waiting_on=waiting_on(work),
        flags=work.flags,
        verification="" if grade is None else grade.verification,
        state_link="" if grade is None else grade.state_link,
        joined=work.links.joined,
        requests=waits.waiting(work),
        tasks=_tasks(work),
        marks=frozenset(_marks(source, work)),
        people=MappingProxyType({name: people for name, people in named.items() if people}),
        dates=MappingProxyType(
            {name: facts.moment(facts.seconds(day)) for name, day in dated.items() if day}
        ),
    )


def _marks(source: Source, work: Work) -> Iterator[str]:
    yield from (name for name, is_so in MARKS.items() if is_so(work))
    if source.matter.exclusions.people:
        yield "named"
    if work.term is not None and work.term.documents != source.documents:
        yield "choices"
    if work.links.marked and work.links.documents != source.documents:
        yield "unlinked"


def _tasks(work: Work) -> tuple[Task, ...]:
    people = sorted({task.who for task in work.open_tasks})
    found = (soonest(work.open_tasks, who) for who in people)
    return tuple(task for task in found if task is not None)


def names_of(header: Header) -> Iterator[str]:
    """Return the names of the lists in which a report is to be found."""
    yield from header.marks
    for name in LISTED_PEOPLE & header.people.keys():
        yield from (of_person(name, member) for member in header.people[name])
    for name in LISTED_DATES & header.dates.keys():
        day = f"{header.dates[name]:%Y-%m-%d}"
        yield from (f"{name}:{day[:length]}" for length in (_DAY, _MONTH, _YEAR))


def of_person(name: str, member: bytes) -> str:
    """Return the name of a list of one person's reports."""
    return f"{name}:{member.hex()}"


def month_of(name: str) -> str:
    """Return the list of the month in which is all of a day's list, or nothing for other lists."""
    of, _, day = name.partition(":")
    return name[: -(_DAY - _MONTH)] if of in LISTED_DATES and len(day) == _DAY else ""


def until(name: str, now: datetime, first_year: int = 2025) -> tuple[str, ...]:
    """Return the names of the lists in which everything is whose date has come, and of today."""
    years = (f"{year}" for year in range(first_year, now.year))
    months = (f"{now.year}-{month:02}" for month in range(1, now.month))
    days = (f"{now.year}-{now.month:02}-{day:02}" for day in range(1, now.day + 1))
    return tuple(f"{name}:{day}" for day in (*years, *months, *days))
