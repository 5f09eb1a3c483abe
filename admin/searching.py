"""Searching: find reports again by what is known of them, among those that exist for whoever looks.

Newest first, and at most so many at a time: what headers tell is asked of ten thousand, and of at
most five hundred of these the words are opened, in memory. What does not exist for somebody is in
no result and in no number. The log keeps what kind of thing was asked for, and how much was found.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import Final, Self

from sqlalchemy import ColumnElement, and_, func

from admin import case_texts, lists, reading
from admin.authority import authorize, event
from admin.cases import GONE
from admin.list_rules import Look
from admin.lists import Row
from admin.permissions import Action
from admin.sought import Sought
from admin.tripwires import Kind
from admin.walks import Met, Place, Walk
from reporting.audit import append
from reporting.models import Case, State

PAGE: Final = 50
MOST_ASKED: Final = 10_000
MOST_READ: Final = 500
READ_AT_A_TIME: Final = 100
FEW: Final = 1
NUMBER_DIGITS: Final = 32


@dataclass(frozen=True, slots=True)
class Back:
    """How far back a search has come: a report that exists for whoever looks."""

    week: int
    case: bytes

    @property
    def text(self) -> str:
        """The place as a form carries it."""
        return f"{self.week}-{self.case.hex()}"

    @classmethod
    def read(cls, text: str) -> Self:
        """Read what `text` wrote; raise ValueError for anything else."""
        week, case = text.split("-")
        return cls(int(week), bytes.fromhex(case))


@dataclass(frozen=True, slots=True)
class Found:
    """What was found, how many reports were asked and how many read, and where it goes on."""

    rows: tuple[Row, ...]
    asked: int
    read: int
    following: Back | None


@dataclass
class _Way:
    """A walk that counts, and knows where it is."""

    found: Iterator[Met[bool]]
    asked: int = 0
    at: Place | None = None

    def some(self, most: int) -> tuple[bytes, ...]:
        """Return the next reports that may be meant; fewer than `most` only at an end."""
        return tuple(islice(self._fitting(), most))

    def following(self) -> Back | None:
        """Return from where to go on, if there is anything behind."""
        if self.at is None or next(self.found, None) is None:
            return None
        return Back(*self.at)

    def _fitting(self) -> Iterator[bytes]:
        while self.asked < MOST_ASKED:
            met = next(self.found, None)
            if met is None:
                return
            self.asked, self.at = self.asked + 1, met.place
            if met.said:
                yield met.place[1]


def search(
    look: Look, sought: Sought, before: Back | None, *, is_shown_again: bool = False
) -> Found:
    """Return the newest reports that are looked for, from before a place; note that it was done.

    Not guaranteed to find anything: it stops after so many reports and says where to go on.
    Raises HiddenError, and OverLimitError for one too many by words, or that finds nothing or one
    report alone.
    """
    desk, person = look.desk, look.desk.ring.person
    rule = authorize(person, Action.SEARCH)
    walk = Walk(look.scan, _where(sought), sought.question(person.id))
    way = _Way(walk.back_from(None if before is None else (before.week, before.case)))
    hits, read = _with_words(look, sought, way) if sought.parts else (way.some(PAGE), 0)
    if not is_shown_again:
        _count(look, sought, len(hits))
    noted = replace(event(person, "search.run", rule=rule), fields=sought.names, count=len(hits))
    append(desk.session, desk.journal, noted, desk.now)
    return Found(rows(look, hits), way.asked, read, way.following())


def _count(look: Look, sought: Sought, hits: int) -> None:
    """Count a search for whoever gets what it found, whoever thought of its words."""
    if sought.parts:
        reading.note(look.desk, Kind.WORDS)
    if hits <= FEW and not sought.is_by_number:
        # Whoever feels for one person finds one report, or none.
        reading.note(look.desk, Kind.SEARCHES)


def _with_words(look: Look, sought: Sought, way: _Way) -> tuple[tuple[bytes, ...], int]:
    """Return the reports in whose words all is that is looked for, and how many were read."""
    hits: list[bytes] = []
    read = 0
    while len(hits) < PAGE and read < MOST_READ:
        some = way.some(READ_AT_A_TIME)
        read += len(some)
        texts = case_texts.of_all(look.desk, some)
        hits += (case for case in some if sought.is_in(texts.get(case, "")))
        if len(some) < READ_AT_A_TIME:
            break
    return tuple(hits), read


def rows(look: Look, hits: Collection[bytes]) -> tuple[Row, ...]:
    """Return reports as a list shows them, the newest first, as far as they exist here."""
    found = sorted(look.scan.these(hits), key=lambda one: (one.week, one.id), reverse=True)
    return lists.rows_of(look, found)


def _where(sought: Sought) -> ColumnElement[bool]:
    """Return what can be asked of the columns that stand in clear."""
    # Behind a function: the reports are walked in the order of their weeks, not of their states.
    state = func.coalesce(Case.state, Case.state)
    asked: list[ColumnElement[bool]] = [state.in_(sought.states or frozenset(State) - GONE)]
    if sought.levels:
        asked.append(Case.level.in_(map(int, sought.levels)))
    if sought.first_week:
        asked.append(Case.received_week >= sought.first_week)
    if sought.last_week:
        asked.append(Case.received_week <= sought.last_week)
    if sought.number:
        first = bytes.fromhex(sought.number.ljust(NUMBER_DIGITS, "0"))
        last = bytes.fromhex(sought.number.ljust(NUMBER_DIGITS, "f"))
        asked.append(Case.id.between(first, last))
    return and_(*asked)
