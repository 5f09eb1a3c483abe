"""Accession: count a report in its year, once for all that staff linked to it, or no more.

It is asked of every act, in its own unit of work, and follows from the report alone: its state, the
grade that holds, what its reporter allows and what it is linked to. So nothing of it can be missed,
and what is taken back leaves nothing.
"""

from dataclasses import dataclass, field, replace
from typing import Final

from sqlalchemy import delete, exists, select

from admin import cases, indexing
from admin.budget_rows import BudgetEvent
from admin.cases import GONE, Opened
from admin.counted import NOWHERE, Counted
from admin.desk import Desk
from admin.errors import HiddenError, NotHandedOnError
from admin.grades import COUNTS, Grade
from admin.permissions import Action
from admin.publication import calendar, facets, linked, periods
from admin.publication.changes import Changes
from admin.publication.linked import Component
from admin.publication.periods import NoPeriodError, UnitKeys
from admin.publication.units import Member
from admin.work import Work
from admin.work_codes import FRAME_DUE
from crypto.roles import Group
from reporting import consent, counting
from reporting.audit import hold
from reporting.counting import PAST_TRIAGE
from reporting.ids import CaseId
from reporting.models import Case, CaseWrap, Wrapped
from reporting.stat_rows import StatDueRow

STATISTICS: Final = "c_stats"


@dataclass(frozen=True, slots=True)
class _Act:
    """A report at somebody's desk as an act leaves it, and the grade that it counts with."""

    desk: Desk
    there: Opened = field(repr=False)
    work: Work = field(repr=False)
    grade: Grade | None = field(repr=False)
    counted: Counted | None
    is_again: bool

    @property
    def parted(self) -> frozenset[bytes]:
        """The reports to which this one is not linked any more."""
        return linked.of(self.there.work.links) - linked.of(self.work.links)

    @property
    def has_moved(self) -> bool:
        """Whether this report is, or may be, linked to others than when it was last looked at."""
        return self.is_again or linked.have_moved(self.there.work, self.work)


def counts(work: Work) -> Grade | None:
    """Return the grade a report would be counted with, whatever its reporter allows."""
    grade = work.grades.counted if work.state in PAST_TRIAGE else None
    return grade if grade is not None and grade.verification in COUNTS else None


def allows(desk: Desk, there: Opened) -> bool:
    """Say whether a reporter said yes to being counted; what is not genuine is no yes."""
    key = there.facets.consent_key
    choices = consent.read(desk.session, there.id, there.thread, key)
    return choices.answer(STATISTICS) == "yes"


def settle(desk: Desk, there: Opened, work: Work, *, is_again: bool = False) -> Work:
    """Count a report as an act leaves it, or count it no more; return the work with what follows.

    The caller holds the report and saves the work. Only casework counts: what others do to a report
    that is counted, they cannot do to one that is sealed to casework. But they can link two reports
    to which counted ones are linked: then casework has to look. `is_again` says that it looks
    because of a mark: others may have linked or parted this report meanwhile.
    """
    before, grade = work.counted or there.work.counted, counts(work)
    moved = is_again or linked.have_moved(there.work, work)
    if before is None and grade is None and not moved:
        return work
    if not _may_count(desk):
        if linked.may_move_counted(desk, there.id, there.work, work):
            counting.look_again(desk.session, there.id)
        return work
    if grade is not None and not allows(desk, there):
        grade = None
    hold(desk.session)
    if before is None and grade is not None:
        before = Counted(calendar.period_of(desk.now), calendar.quarter_of(desk.now), NOWHERE)
    act = _Act(desk, there, work, grade, before, is_again)
    others = set(periods.kept(desk.session)) if moved else set()
    own = set() if before is None else {before.period}
    for period in sorted(others - own):
        _in_period(act, period)
    return work if before is None else _own(act, before)


def leave(desk: Desk, case: bytes) -> bool:
    """Count a report in no year that is kept; say whether that could be done.

    Raises AlarmError for what was altered.
    """
    if not _may_count(desk):
        return False
    hold(desk.session)
    for period in periods.kept(desk.session):
        keys = _keys(desk, period)
        if keys is None:
            return False
        changes = Changes(desk.session, keys)
        changes.sweep(case)
        changes.write()
    return True


def due(desk: Desk) -> tuple[CaseId, ...]:
    """Return the reports that the team has to look at again, where this person can."""
    if not _may_count(desk):
        return ()
    return tuple(map(CaseId, desk.session.scalars(select(StatDueRow.case_id))))


def past_triage(desk: Desk) -> tuple[CaseId, ...]:
    """Return every report that could be counted, sealed to casework, whoever may see it."""
    wrap = (CaseWrap.case_id == Case.id) & (CaseWrap.wrapped == Wrapped.CASE)
    casework = [epoch.id for epoch in desk.verified.epochs[Group.CASEWORK]]
    asked = select(Case.id).join(CaseWrap, wrap).where(CaseWrap.epoch_id.in_(casework))
    past = Case.state.in_(PAST_TRIAGE)
    return tuple(map(CaseId, desk.session.scalars(asked.where(past).order_by(Case.id))))


def is_open(desk: Desk) -> bool:
    """Say whether this person could count a report in the running year."""
    try:
        period = calendar.period_of(desk.now)
        return _may_count(desk) and periods.newest(desk.session, desk.verified, period).is_fit
    except NoPeriodError:
        return False


def catch_up(desk: Desk, case: CaseId) -> None:
    """Look again at a report: whoever took it back, or changed a choice, needed nobody for it.

    Shows nothing of it. Raises HiddenError, and AlarmError for what was altered.
    """
    session = desk.session
    found = session.get(Case, case, with_for_update=True, populate_existing=True)
    is_marked = session.get(StatDueRow, case) is not None
    if not _may_count(desk):
        return
    if found is None or found.state in GONE:
        _settle_mark(desk, case, is_done=is_marked and leave(desk, case))
        return
    try:
        there = cases.open_unseen(session, desk.ring, found, Action.MOVE_CASE)
    except HiddenError:
        # It is sealed to intake, where nothing is counted; but what is counted may be linked over
        # it, and only somebody who opens it can say so.
        if is_marked:
            leave(desk, case)
        return
    work = there.work
    if is_marked or FRAME_DUE in work.items:
        work = _settle_again(desk, there, is_marked=is_marked)
    _settle_mark(desk, case, is_done=is_marked and _is_settled(desk, case, work))


def _is_settled(desk: Desk, case: CaseId, work: Work) -> bool:
    """Say whether nothing of a report is in the frame that should not be there."""
    if work.counted is None or counts(work) is None:
        # A move that was taken back may have taken with it what said where it was counted.
        return leave(desk, case)
    is_here = all(_keys(desk, period) is not None for period in periods.kept(desk.session))
    return is_here and not _is_stuck(desk, work.counted)


def _settle_again(desk: Desk, there: Opened, *, is_marked: bool) -> Work:
    work = settle(desk, there, there.work, is_again=is_marked)
    if work != there.work:
        cases.save(desk.session, there, work)
        indexing.keep(desk.session, desk.ring, there, work)
    return work


def _settle_mark(desk: Desk, case: bytes, *, is_done: bool) -> None:
    if is_done:
        desk.session.execute(delete(StatDueRow).where(StatDueRow.case_id == case))


def _keys(desk: Desk, period: int) -> UnitKeys | None:
    """Return what a year is counted with, if this person has it and somebody fit signed it."""
    try:
        return periods.of_casework(desk.session, desk.ring, desk.verified, period)
    except (NoPeriodError, NotHandedOnError):
        return None


def _is_stuck(desk: Desk, counted: Counted) -> bool:
    """Say whether a report has a year that cannot be written to here and now, but is kept."""
    keys = _keys(desk, counted.period)
    is_kept = counted.period in periods.kept(desk.session)
    return is_kept and (keys is None or not keys.is_fit)


def _is_closed(desk: Desk, period: int) -> bool:
    """Say whether nothing is added to a year any more, nor coded anew: a draw is booked once."""
    booked = exists().where(BudgetEvent.scope == str(period))
    return calendar.is_frozen(period, desk.now) or desk.session.scalar(select(booked)) is True


def _may_count(desk: Desk) -> bool:
    person = desk.ring.person
    return Group.CASEWORK in person.groups and not person.is_kept_back


def _own(act: _Act, counted: Counted) -> Work:
    """Return the work with a report counted in its own year, not counted, or waiting for it."""
    work, known = act.work, act.work.counted
    changes = _in_period(act, counted.period)
    if act.grade is None:
        if changes is None and _is_stuck(act.desk, counted):
            counting.look_again(act.desk.session, act.there.id)
            return work
        return work if known is None else replace(work, counted=replace(known, cluster=NOWHERE))
    unit = None if changes is None else changes.find(act.there.id, None)
    if unit is not None:
        found = replace(counted, cluster=unit.cluster)
        return replace(work.without_item(FRAME_DUE), counted=found)
    # Of a year that is over nobody waits for anything.
    is_over = known is not None and _is_closed(act.desk, known.period)
    return work.without_item(FRAME_DUE) if is_over else work.with_item(FRAME_DUE)


def _in_period(act: _Act, period: int) -> Changes | None:
    """Do what an act does to one year; nothing comes back where that could not be written."""
    desk = act.desk
    keys, group = _keys(desk, period), linked.component(desk, act.there.id, act.work)
    if keys is None:
        if act.has_moved:
            counting.look_again(desk.session, act.there.id)
        return None
    changes = Changes(desk.session, keys)
    changes.find(act.there.id, act.counted)
    for other, work in group.works.items():
        changes.find(other, work.counted)
    changes.gather(group.shut | act.parted | (group.cases if act.is_again else frozenset()))
    is_closed = _is_closed(desk, period)
    if act.counted is not None and act.counted.period == period:
        _count(act, act.counted, changes, is_closed=is_closed)
    if changes.is_sure(group.unopened):
        changes.join(group.cases)
    else:
        changes.drop(group.cases)
    if not is_closed:
        _part(act, group, changes)
    is_written = changes.write()
    _let_wait(act, changes.dropped)
    return changes if is_written else None


def _let_wait(act: _Act, dropped: frozenset[bytes]) -> None:
    """Let casework look again at who was counted until now, and is in doubt.

    What does not open here is not waited for: nobody may ever open it, and it is not counted.
    """
    for case in sorted(dropped - {act.there.id}):
        if linked.peeked(act.desk, case) is not None:
            counting.look_again(act.desk.session, case)


def _count(act: _Act, counted: Counted, changes: Changes, *, is_closed: bool) -> None:
    """Count a report as it is coded now; once a year is closed, only what is to go changes."""
    if act.grade is None:
        changes.take_out(frozenset({act.there.id}))
        return
    record = facets.coded(act.there.facets, act.work, act.grade, counted.quarter)
    if record is not None and not is_closed:
        changes.set(Member(act.there.id, record))


def _part(act: _Act, here: Component, changes: Changes) -> None:
    if act.is_again and not here.ends:
        changes.narrow(here.cases, is_sure=not here.unopened)
    for other in act.parted:
        work = linked.peeked(act.desk, other)
        unopened = Component({}, frozenset({other}))
        far = unopened if work is None else linked.component(act.desk, other, work)
        if not here.cases.isdisjoint(far.cases):
            # One of the two is said first: until the other one is, they are linked still.
            continue
        if here.unopened or far.unopened:
            # Over what does not open here both may still be one, or be two.
            changes.drop(here.cases, far.cases)
        else:
            changes.part(here.cases, far.cases)
