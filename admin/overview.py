"""Overview: what the page of a report says of the work on it before anything else.

It follows from the work, and shows the names behind the random numbers in it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from admin import clocks, leases, names, own_notes
from admin.cases import Opened
from admin.deadlines import due
from admin.desk import Desk
from admin.errors import NotHandedOnError
from admin.facts import NOBODY, Handover, Look
from admin.grades import Grades
from admin.headers import IN_WORK
from admin.own_notes import OwnNote
from admin.permissions import Action, is_allowed
from admin.phases import Phase, WaitingOn, phase_of, waiting_on
from admin.planned import WITH_TASKS, Kept, Task
from admin.work import DUTY_DESK, Work
from admin.work_codes import FLAGS, Flag, in_order
from reporting.clock import day_of
from reporting.models import State

DEEDS_SHOWN: Final = 8
BEFORE_WRITING: Final = frozenset({"do_not_write", "code_not_safe", "unsafe_device"})
ENDED: Final = frozenset({State.CLOSED, State.DECLINED, State.MERGED})
_CLOCKED: Final = frozenset(IN_WORK) - {State.MONITORING}


@dataclass(frozen=True, slots=True)
class Line:
    """A task as a page shows it, by its number."""

    number: int
    task: Task
    who: str = field(repr=False)
    ended_by: str = field(repr=False)
    is_overdue: bool


@dataclass(frozen=True, slots=True)
class Done:
    """A move that was made, and by whom; nobody's name where time made it.

    `reason` is the code of the last one's.
    """

    name: str
    by: str = field(repr=False)
    at: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True)
class LookedAgain:
    """What a second person said of the last move, having read the report again."""

    by: str = field(repr=False)
    at: datetime
    agrees: bool


@dataclass(frozen=True, slots=True)
class GradeSeen:
    """The grade that holds, by the number of its version, and who gave it when.

    Without `state_link` the states were coded anew since.
    """

    number: int
    verification: str
    state_link: str
    by: str = field(repr=False)
    at: datetime


@dataclass(frozen=True, slots=True)
class Overview:
    """What stands at the head of a report's page, and what can be planned on it.

    `paused_since` is when its reporter was asked, as long as nothing comes due meanwhile.
    `owner` is a name, nothing where nobody owns it; `is_at_desk` says that it waits for whoever is
    on duty. `kept_by` is a name.
    """

    work: Work = field(repr=False)
    phase: Phase
    waiting: WaitingOn
    due: datetime | None
    is_overdue: bool
    paused_since: datetime | None
    owner: str = field(repr=False)
    is_mine: bool
    tasks: tuple[Line, ...]
    deeds: tuple[Done, ...]
    older_deeds: tuple[Done, ...]
    looked_again: LookedAgain | None
    own_notes: tuple[OwnNote, ...]
    kept_by: str = field(repr=False)
    is_kept_by_me: bool
    may_keep: bool
    grade: GradeSeen | None
    may_see_grades: bool
    may_see_known: bool

    @property
    def grade_waits(self) -> bool:
        """Whether a second person has to agree to a grade."""
        return self.work.grade_waiting > 0

    @property
    def flags(self) -> tuple[Flag, ...]:
        """The flags that are set."""
        return in_order(self.work.flags)

    @property
    def before_writing(self) -> tuple[Flag, ...]:
        """The flags that whoever writes to the reporter has to know first."""
        return in_order(self.work.flags & BEFORE_WRITING)

    @property
    def unset_flags(self) -> tuple[Flag, ...]:
        """The flags that could be set."""
        return in_order(frozenset(FLAGS) - self.work.flags)

    @property
    def is_at_desk(self) -> bool:
        """Whether whoever is on duty takes it on from here."""
        return self.work.owner == DUTY_DESK

    @property
    def is_in_work(self) -> bool:
        """Whether it is neither closed nor declined."""
        return self.work.state not in ENDED

    @property
    def may_have_tasks(self) -> bool:
        """Whether somebody can be given something to do."""
        return self.work.state in WITH_TASKS

    @property
    def open_tasks(self) -> tuple[Line, ...]:
        """What is to be done, the soonest first."""
        found = (line for line in self.tasks if line.task.is_open)
        return tuple(sorted(found, key=lambda line: (line.task.due, line.task.at)))

    @property
    def ended_tasks(self) -> tuple[Line, ...]:
        """What is done, or is not done any more."""
        return tuple(line for line in self.tasks if not line.task.is_open)

    @property
    def next_check(self) -> date | None:
        """Until when it is only watched."""
        return self.work.next_check

    @property
    def may_move_check(self) -> bool:
        """Whether this person may choose another day for the next look."""
        return self.is_mine and self.work.state is State.MONITORING

    @property
    def handover(self) -> Handover | None:
        """What whoever had it before wrote for whoever has it now."""
        written = self.work.handover
        return written if self.is_in_work and written != Handover() else None

    @property
    def kept(self) -> Kept | None:
        """Until when it is kept for somebody, and why."""
        return self.work.kept if self.kept_by else None


def of(desk: Desk, there: Opened) -> Overview:
    """Return what the page of an opened report says first. Raises AlarmError."""
    me, work, called = desk.ring.person, there.work, _Names(desk)
    keeper, today = work.keeper(desk.now), day_of(desk.now)
    deeds = tuple(called.deeds(work))
    ends = due(work) if work.state in IN_WORK else None
    return Overview(
        work=work,
        phase=phase_of(work),
        waiting=waiting_on(work),
        due=ends,
        is_overdue=ends is not None and ends < desk.now,
        paused_since=_paused_since(work, desk.now),
        owner="" if work.owner == DUTY_DESK else called.of(work.owner),
        is_mine=work.owner == me.id,
        tasks=tuple(
            Line(number, task, called.of(task.who), called.ended(task), task.is_overdue(today))
            for number, task in enumerate(work.tasks, 1)
        ),
        deeds=deeds[:DEEDS_SHOWN],
        older_deeds=deeds[DEEDS_SHOWN:],
        looked_again=called.look(work.second_look),
        own_notes=own_notes.read(desk, there),
        kept_by=called.of(keeper),
        is_kept_by_me=keeper == me.id,
        may_keep=work.state in leases.CLAIMABLE and keeper == NOBODY,
        grade=called.grade(work.grades),
        may_see_grades=is_allowed(Action.GRADE_CASE, me.marks),
        # At the first look it stands on the page of the report itself.
        may_see_known=work.state is not State.RECEIVED and is_allowed(Action.RECODE_CASE, me.marks),
    )


def _paused_since(work: Work, now: datetime) -> datetime | None:
    """Return since when nothing comes due because the reporter was asked; never if it is urgent."""
    if not clocks.pauses(work.triage.weight) or work.state not in _CLOCKED:
        return None
    asked = (pause for one in work.open_questions for pause in one.question.pauses)
    return min((pause.began for pause in asked if pause.began <= now < pause.until), default=None)


class _Names:
    """The names of the team, opened once for a page."""

    def __init__(self, desk: Desk) -> None:
        self._known: Mapping[bytes, str] = {desk.ring.person.id: desk.ring.person.name}
        try:
            self._known = {**names.known(desk), **self._known}
        except NotHandedOnError:
            return

    def of(self, member: bytes) -> str:
        if member in {NOBODY, DUTY_DESK}:
            return ""
        return self._known.get(member) or names.short(member)

    def ended(self, task: Task) -> str:
        return "" if task.ended is None else self.of(task.ended.by)

    def grade(self, found: Grades) -> GradeSeen | None:
        if not found.present:
            return None
        one = found.at(found.present)
        link = "" if found.is_outdated else one.grade.state_link
        return GradeSeen(found.present, one.grade.verification, link, self.of(one.by), one.at)

    def deeds(self, work: Work) -> Iterator[Done]:
        """Yield what was decided, the newest first, and why that was."""
        why = work.reason
        for deed in reversed(work.deeds):
            yield Done(deed.name, self.of(deed.by), deed.at, why)
            why = ""

    def look(self, look: Look | None) -> LookedAgain | None:
        return None if look is None else LookedAgain(self.of(look.by), look.at, look.agrees)
