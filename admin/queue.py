"""Queue: the reports that wait for somebody, the most urgent and then the oldest first."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice
from typing import Final, Self

from sqlalchemy import Nullable, Row, Select, exists, select, tuple_
from sqlalchemy.orm import Session

from admin import cases, readers
from admin.authority import authorize, event
from admin.errors import NotHandedOnError
from admin.facts import NOBODY
from admin.keyring import CASE_GROUPS, Ring
from admin.permissions import Action
from admin.work_codes import Flag, in_order
from crypto.envelope import OpenError
from reporting.audit import Journal, append
from reporting.case_rows import WorkRow
from reporting.ids import CaseId
from reporting.models import Case, CasePart, CaseWrap, Mail, Part, State, Wrapped
from reporting.triage import Level

PAGE_CASES: Final = 50
_Found = Row[Case, CaseWrap | None, CasePart | None, WorkRow | None, bool, bool, bool]


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the order of the queue, as the address of the next page carries it."""

    level: Level
    week: int
    case: bytes

    @property
    def text(self) -> str:
        """The place in an address: level, week and random number, and nothing about the case."""
        return f"{self.level:d}-{self.week}-{self.case.hex()}"

    @classmethod
    def read(cls, text: str) -> Self:
        """Read what `text` wrote; raise ValueError for anything else."""
        level, week, case = text.split("-")
        return cls(Level(int(level)), int(week), bytes.fromhex(case))


@dataclass(frozen=True, slots=True)
class Waiting:
    """One report as the queue shows it; when it does not open, only what is in clear is known.

    `is_awaited` says that it will, once a colleague has handed its key on.
    """

    case: CaseId
    level: Level
    week: int
    has_mail: bool
    opens: bool
    is_awaited: bool = False
    kinds: tuple[str, ...] = field(default=(), repr=False)
    language: str = ""
    flags: tuple[Flag, ...] = ()
    is_kept: bool = False

    @property
    def is_altered(self) -> bool:
        """Whether it will not open either once its key is handed on."""
        return not (self.opens or self.is_awaited)

    @property
    def place(self) -> Place:
        """Where in the order of the queue it stands."""
        return Place(self.level, self.week, self.case)


@dataclass(frozen=True, slots=True)
class Page:
    """Up to fifty reports, and where the next page begins if there is one."""

    waiting: tuple[Waiting, ...]
    following: Place | None


def view(
    session: Session, ring: Ring, journal: Journal, after: Place | None, now: datetime
) -> Page:
    """Return a page of the queue from behind a place, or from the top; note that it was seen."""
    rule = authorize(ring.person, Action.VIEW_QUEUE)
    rows = () if ring.person.is_kept_back else _rows(session, after)
    # What does not exist for somebody is on no page and begins none.
    found = tuple(islice((one for row in rows for one in _open(ring, row, now)), PAGE_CASES + 1))
    shown = found[:PAGE_CASES]
    # In the unit of work in which they were opened: nothing is shown before both are kept.
    viewed = replace(event(ring.person, "queue.viewed", rule=rule), count=len(shown))
    append(session, journal, viewed, now)
    return Page(shown, shown[-1].place if len(found) > PAGE_CASES else None)


def _rows(session: Session, after: Place | None) -> Iterator[_Found]:
    """Return all reports from behind a place, read as far as somebody looks."""
    while found := _find(session, after):
        yield from found
        if len(found) <= PAGE_CASES:
            return
        last = found[-1][0]
        after = Place(Level(last.level), last.received_week, last.id)


def _find(session: Session, after: Place | None) -> list[_Found]:
    """Return one report more than a page shows, level by level: each is one walk of the index."""
    found: list[_Found] = []
    for level in sorted(Level, reverse=True):
        if after is not None and level > after.level:
            continue
        beyond = _of_level(level)
        if after is not None and level == after.level:
            place = tuple_(Case.received_week, Case.id)
            beyond = beyond.where(place > (after.week, after.case))
        found += session.execute(beyond.limit(PAGE_CASES + 1 - len(found))).all()
        if len(found) > PAGE_CASES:
            break
    return found


def _of_level(
    level: Level,
) -> Select[Case, CaseWrap | None, CasePart | None, WorkRow | None, bool, bool, bool]:
    has_mail = exists().where(Mail.case_id == Case.id).correlate(Case)
    # Outer joins: a report that lost a row is shown as altered, and not left out.
    return (
        select(
            Case,
            Nullable(CaseWrap),
            Nullable(CasePart),
            Nullable(WorkRow),
            cases.is_whole(),
            cases.has_contact_key(),
            has_mail,
        )
        .outerjoin(CaseWrap, (CaseWrap.case_id == Case.id) & (CaseWrap.wrapped == Wrapped.CASE))
        .outerjoin(CasePart, (CasePart.case_id == Case.id) & (CasePart.part == Part.FACETS))
        .outerjoin(WorkRow, WorkRow.case_id == Case.id)
        .where(Case.state == State.RECEIVED, Case.level == level)
        .order_by(Case.received_week, Case.id)
    )


def _open(ring: Ring, found: _Found, now: datetime) -> tuple[Waiting, ...]:
    """Return a report as this person sees it; nothing where there is none for them."""
    case, wrap, part, row, is_whole, has_contact_key, has_mail = found
    level = Level(case.level)
    closed = Waiting(CaseId(case.id), level, case.received_week, has_mail, opens=False)
    if wrap is None or part is None or not is_whole:
        return (closed,)
    if ring.group_of(wrap.epoch_id) in CASE_GROUPS - ring.person.groups:
        return ()
    try:
        facets, work = cases.open_both(case, part, row, ring.case_key(wrap))
        cases.require_contact_key(work, is_there=has_contact_key)
    except NotHandedOnError:
        return (replace(closed, is_awaited=True),)
    except OpenError:
        # One altered row must not hide all the others; the page says that this one was altered.
        return (closed,)
    kinds, language = facets.answers["kinds"], facets.language
    shown = replace(closed, opens=True, kinds=kinds, language=language)
    is_kept = work.keeper(now) != NOBODY
    shown = replace(shown, flags=in_order(work.flags), is_kept=is_kept)
    matter = readers.matter_of(facets.answers, facets.keep_to, work)
    return (shown,) if readers.exists_for(ring.person, matter, work) else ()
