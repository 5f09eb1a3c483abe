"""Scans: open the reports in some states, as far as they exist for this person.

There is no index that tells without keys who does what: reports are opened one after another, in
the order of their urgency, and at most so many of each state.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import Nullable, Row, Select, exists, select
from sqlalchemy.orm import Session

from admin import cases, readers
from admin.cases import Facets
from admin.desk import Desk
from admin.keyring import CASE_GROUPS, Ring
from admin.work import Work, heard
from crypto.envelope import OpenError, Secret
from crypto.roles import Group
from reporting import threads
from reporting.case_rows import WorkRow
from reporting.models import Case, CasePart, CaseWrap, Mail, Part, State, Wrapped

MOST_OPENED: Final = 1024
WORKED_ON: Final = (State.ACTIVE, State.MONITORING, State.REVIEW)
_Found = Row[Case, CaseWrap, CasePart, WorkRow | None, bool]


@dataclass(frozen=True, slots=True)
class Seen:
    """A report as a list knows it; its key is here for whoever has to look further."""

    case: Case
    key: Secret
    facets: Facets = field(repr=False)
    work: Work = field(repr=False)
    has_mail: bool


def seen(
    desk: Desk, states: Collection[State], groups: frozenset[Group] = CASE_GROUPS
) -> tuple[Seen, ...]:
    """Return the reports in these states that open for these groups, most urgent and oldest first.

    One that was altered is left out: whoever opens it is told, and the queue shows it.
    """
    if desk.ring.person.is_kept_back:
        return ()
    ring, mine = desk.ring, groups & desk.ring.person.groups
    epochs = [epoch for epoch, (group, _) in ring.seeds().items() if group in mine]
    # Each state by itself, so that a crowd in one of them pushes nothing out of the others.
    rows = [row for state in states for row in desk.session.execute(_in(state, epochs))]
    found = [one for row in rows for one in _open(desk.session, ring, row)]
    return tuple(sorted(found, key=_place))


def story_of(desk: Desk, one: Seen) -> str:
    """Return what a reporter wrote; what was altered is like nothing else."""
    try:
        return cases.story_of(desk.session, one.case.id, one.key)
    except OpenError:
        return one.case.id.hex()


def owned(desk: Desk, member: bytes) -> tuple[Seen, ...]:
    """Return the reports that somebody works on as their owner."""
    return tuple(one for one in seen(desk, WORKED_ON) if one.work.owner == member)


def _place(one: Seen) -> tuple[int, int, bytes]:
    return -one.case.level, one.case.received_week, one.case.id


def _in(
    state: State, epochs: Collection[bytes]
) -> Select[Case, CaseWrap, CasePart, WorkRow | None, bool]:
    has_mail = exists().where(Mail.case_id == Case.id).correlate(Case)
    return (
        select(Case, CaseWrap, CasePart, Nullable(WorkRow), has_mail)
        .join(CaseWrap, (CaseWrap.case_id == Case.id) & (CaseWrap.wrapped == Wrapped.CASE))
        .join(CasePart, (CasePart.case_id == Case.id) & (CasePart.part == Part.FACETS))
        .outerjoin(WorkRow, WorkRow.case_id == Case.id)
        .where(Case.state == state, CaseWrap.epoch_id.in_(epochs))
        .order_by(Case.level.desc(), Case.received_week, Case.id)
        .limit(MOST_OPENED)
    )


def _open(session: Session, ring: Ring, found: _Found) -> tuple[Seen, ...]:
    case, wrap, part, row, has_mail = found
    try:
        key = ring.case_key(wrap)
        facets, work = cases.open_both(case, part, row, key)
        if work.open_questions:
            thread = cases.thread_key(session, case.id, key)
            work = heard(work, threads.read(session, case.id, thread))
    except OpenError:
        return ()
    matter = readers.matter_of(facets.answers, facets.keep_to, work)
    if not readers.exists_for(ring.person, matter, work):
        return ()
    return (Seen(case, key, facets, work, has_mail),)
