"""Next case: which report somebody is handed, and why this one.

Pure: the caller hands in the headers that this person may see, opened in their own session. Next
is a pull: it hands out one report at a time, and never says what else there is.

The level comes first, then what is due first. When urgent reports flood in, the first of each group
of near-identical texts comes before any second one, and rare texts before crowds: so one honest
report is read before the copies it was meant to drown in.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum, unique
from typing import Final

from admin.errors import StaffError
from forms.wording import msgid
from reporting.triage import Level

MOST_HELD: Final = 10
FLOOD: Final = 10  # more urgent reports than this are a flood
A_FEW: Final = 3  # so many of one text are no crowd: people send twice, or tell of one thing
ANSWER_KEPT: Final = timedelta(hours=48)
SKIPS_TO_SUPERVISOR: Final = 3


@unique
class Why(StrEnum):
    """Why this one."""

    ANSWER_TO_YOU = "answer_to_you"
    FIRST_OF_ITS_TEXT = "first_of_its_text"
    DUE_FIRST = "due_first"


@unique
class Nothing(StrEnum):
    """Why there is none."""

    HANDS_FULL = "hands_full"
    OVERDUE_FIRST = "overdue_first"
    NOTHING_WAITS = "nothing_waits"


SENTENCES: Final = {
    Nothing.HANDS_FULL: msgid("You have ten reports in hand. Finish or give back one of them."),
    Nothing.OVERDUE_FIRST: msgid("One of your reports is overdue. Please look at that one first."),
    Nothing.NOTHING_WAITS: msgid("Nothing waits for you at the moment."),
}


class NothingNextError(StaffError):
    """There is nothing to hand out to this person now; `why` says why."""

    def __init__(self, why: Nothing) -> None:
        super().__init__(f"nothing next: {why}")
        self.why = why


@dataclass(frozen=True, slots=True)
class Header:
    """What the list of waiting reports holds of one.

    `held_by` has it on lease or keeps it for later. `is_waiting` says that the team waits for
    somebody. `group` is that of its text, itself where nobody compared. `asked_by` asked what the
    reporter answered at `answered_at`.
    """

    case: bytes
    level: Level
    due: datetime
    week: int
    language: str = field(repr=False)
    group: bytes
    held_by: bytes | None = None
    is_waiting: bool = False
    has_files: bool = False
    skips: int = 0
    asked_by: bytes | None = None
    answered_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """Whoever asks for the next one; `held` counts leases and open questions of theirs."""

    id: bytes
    languages: frozenset[str] = field(repr=False)
    is_supervisor: bool = False
    held: int = 0
    owns_overdue: bool = False
    skipped: frozenset[bytes] = frozenset()
    wants_lighter: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """The report to hand out, and why it is this one."""

    header: Header
    why: Why


def next_case(headers: Iterable[Header], person: Person, now: datetime) -> Choice:
    """Return the report that somebody is handed next.

    The caller takes a lease on it and asks again if somebody else was quicker. Raises
    NothingNextError.
    """
    if person.held >= MOST_HELD:
        raise NothingNextError(Nothing.HANDS_FULL)
    waiting = tuple(headers)
    fit = [header for header in waiting if _is_for(header, person, now)]
    heavy = [header for header in fit if header.level >= Level.HIGH]
    if person.owns_overdue and fit and not heavy:
        raise NothingNextError(Nothing.OVERDUE_FIRST)
    ranks = _ranks(waiting)
    choices = heavy if person.owns_overdue else fit
    if not choices:
        raise NothingNextError(Nothing.NOTHING_WAITS)
    chosen = min(choices, key=lambda header: _place(header, person, ranks, now))
    return Choice(chosen, _why(chosen, person, ranks, now))


@dataclass(frozen=True, slots=True)
class _Rank:
    """In a flood: the how manieth of its text a report is, and how many say the same."""

    turn: int = 0
    crowd: int = 0


def _is_for(header: Header, person: Person, now: datetime) -> bool:
    return (
        header.held_by is None
        and not header.is_waiting
        and header.case not in person.skipped
        and header.language in person.languages
        and (header.skips < SKIPS_TO_SUPERVISOR or person.is_supervisor)
        and _asker(header, now) in {None, person.id}
        and not (person.wants_lighter and (header.level >= Level.HIGH or header.has_files))
    )


def _asker(header: Header, now: datetime) -> bytes | None:
    """Return for whom an answer is kept, if it came not long ago."""
    if header.answered_at is None or now - header.answered_at >= ANSWER_KEPT:
        return None
    return header.asked_by


def _ranks(waiting: Iterable[Header]) -> dict[bytes, _Rank]:
    """Return the ranks of urgent reports by their texts, if there are so many; held ones count."""
    urgent = [header for header in waiting if header.level is Level.URGENT]
    if len(urgent) <= FLOOD:
        return {}
    sizes = Counter(header.group for header in urgent)
    turns: Counter[bytes] = Counter()
    ranks = {}
    # Whatever is in somebody's hands was handed out before: it has had its turn.
    for header in sorted(urgent, key=lambda each: (each.held_by is None, *_age(each))):
        size = sizes[header.group]
        ranks[header.case] = _Rank(turns[header.group], size if size > A_FEW else 0)
        turns[header.group] += 1
    return ranks


def _place(
    header: Header, person: Person, ranks: dict[bytes, _Rank], now: datetime
) -> tuple[object, ...]:
    rank = ranks.get(header.case, _Rank())
    is_answer = _asker(header, now) == person.id
    return (-header.level, not is_answer, rank.turn, rank.crowd, *_age(header))


def _age(header: Header) -> tuple[datetime, int, bytes]:
    return header.due, header.week, header.case


def _why(header: Header, person: Person, ranks: dict[bytes, _Rank], now: datetime) -> Why:
    if _asker(header, now) == person.id:
        return Why.ANSWER_TO_YOU
    if header.case in ranks and ranks[header.case].turn == 0:
        return Why.FIRST_OF_ITS_TEXT
    return Why.DUE_FIRST
