"""Grading: judge how strong the evidence of a report is, and be the second person who agrees.

Whoever owns the report grades it, or a supervisor who sees it. That it is corroborated holds only
once somebody else of casework, for whom the report is there, has agreed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum, unique
from typing import Final

from admin import acts, grades, names, reading, regrading
from admin.authority import Person
from admin.counted import NO_MAIN, Main
from admin.desk import Desk
from admin.errors import HiddenError
from admin.grades import Answer, Grade, Grades, Version
from admin.permissions import SUPERVISOR, Action
from admin.planned import WITH_TASKS
from admin.publication.facets import Several
from admin.transitions import MOVED_ON, NotNowError
from admin.work import Work
from forms.wording import msgid
from reporting.ids import CaseId

GRADING: Final = "grading"
VERIFICATION: Final = "verification"
SOURCES: Final = "sources"
NOT_WORKED_ON: Final = msgid("Nobody works on this report now, so its grade stays as it is.")
MEANWHILE: Final = msgid(
    "Somebody graded this report since you looked. Read it below. What you typed is still here."
)
SAME: Final = msgid("Nothing is different from the last version. Change something first.")
TOO_FEW: Final = msgid("This needs at least two sources that do not depend on each other.")
OWN: Final = msgid("You proposed this grade yourself. Somebody else has to agree.")


@unique
class Standing(StrEnum):
    """What became of a version."""

    HOLDS = "holds"
    WAITS = "waits"
    REPLACED = "replaced"
    REFUSED = "refused"
    VOID = "void"


@dataclass(frozen=True, slots=True)
class Said:
    """What a second person says of the version that they read."""

    version: int
    agrees: bool
    words: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class VersionSeen:
    """A version as the page shows it, with names; `changed` is what is another than before it."""

    number: int
    version: Version = field(repr=False)
    answer: Answer | None = field(repr=False)
    by: str = field(repr=False)
    second: str = field(repr=False)
    changed: tuple[str, ...]
    standing: Standing


@dataclass(frozen=True, slots=True)
class View:
    """What the page shows, the newest version first; `why_not` says why nobody grades it now."""

    present: Grade | None = field(repr=False)
    newest: int
    history: tuple[VersionSeen, ...] = field(repr=False)
    may_grade: bool
    may_answer: bool
    why_not: str
    is_outdated: bool
    main: Main = field(repr=False)
    several: Several = field(repr=False)

    @property
    def waiting(self) -> VersionSeen | None:
        """The version that a second person still has to answer, if there is one."""
        return next((one for one in self.history if one.standing is Standing.WAITS), None)


def may_grade(person: Person, work: Work) -> bool:
    """Say whether somebody of casework judges the evidence of a report that they can open."""
    return work.owner == person.id or SUPERVISOR in person.roles


def look(desk: Desk, case: CaseId) -> View:
    """Return every grade of a report; what they rest on counts as reading it.

    Raises HiddenError, EnoughForTodayError, OverLimitError, and AlarmError for what was altered.
    """
    there, me = acts.begin(desk, case, Action.GRADE_CASE), desk.ring.person
    desk.note("graded.viewed", case)
    reading.look(desk, there)
    work, found = there.work, there.work.grades
    is_worked_on = work.state in WITH_TASKS
    return View(
        present=found.begun,
        is_outdated=found.is_outdated,
        newest=found.newest,
        history=_history(desk, found),
        may_grade=is_worked_on and may_grade(me, work),
        may_answer=bool(work.grade_waiting) and _may_answer(me, found),
        why_not="" if is_worked_on else NOT_WORKED_ON,
        main=work.main,
        several=regrading.several_of(there),
    )


def give(desk: Desk, case: CaseId, grade: Grade, after: int, main: Main = NO_MAIN) -> None:
    """Give a report a new grade, in place of the newest version that this person saw.

    `main` is what comes first where the report names several; chosen anew, it needs no new grade.
    Raises HiddenError, NotNowError with a sentence, and AlarmError for what was altered.
    """
    there = acts.begin(desk, case, Action.GRADE_CASE)
    if not may_grade(desk.ring.person, there.work):
        raise HiddenError(Action.GRADE_CASE, case, f"{Action.GRADE_CASE}: neither owns nor leads")
    _require_fit(there.work, grade, after, main)
    regrading.require_main(there, grade, main)
    work = replace(there.work, main=main)
    if not _is_same(work, grade):
        work = regrading.give(desk, there, work, grade)
    acts.keep(desk, there, work, "graded")


def answer(desk: Desk, case: CaseId, said: Said) -> None:
    """Agree to the version that waits, as the second person, or say no and why.

    Raises HiddenError, NotNowError with a sentence, and AlarmError for what was altered.
    """
    there, me = acts.begin(desk, case, Action.GRADE_CASE), desk.ring.person
    if me.limits.needs_countersign:
        raise HiddenError(Action.GRADE_CASE, case, f"{Action.GRADE_CASE}: on probation")
    if said.version != there.work.grade_waiting:
        raise NotNowError(GRADING, MOVED_ON)
    if not there.work.grades.may_answer(me.id):
        raise NotNowError(GRADING, OWN)
    made = Answer(said.version, me.id, desk.now, said.agrees, said.words)
    acts.keep(desk, there, regrading.answer(desk, there, made), "graded")


def _is_same(work: Work, grade: Grade) -> bool:
    found = work.grades
    return found.newest > found.outdated and found.at(found.newest).grade == grade


def _require_fit(work: Work, grade: Grade, after: int, main: Main) -> None:
    if work.state not in WITH_TASKS:
        raise NotNowError(GRADING, NOT_WORKED_ON)
    if after != work.grades.newest:
        raise NotNowError(VERIFICATION, MEANWHILE)
    if _is_same(work, grade) and main == work.main:
        raise NotNowError(VERIFICATION, SAME)
    if not grade.has_sources:
        raise NotNowError(SOURCES, TOO_FEW)


def _may_answer(person: Person, found: Grades) -> bool:
    return found.may_answer(person.id) and not person.limits.needs_countersign


def _history(desk: Desk, found: Grades) -> tuple[VersionSeen, ...]:
    people = {one.by for one in found.versions} | {one.by for one in found.answers}
    called = names.all_called(desk, people)
    return tuple(_seen(found, n, called) for n in range(found.newest, 0, -1))


def _seen(found: Grades, number: int, called: Mapping[bytes, str]) -> VersionSeen:
    one, said = found.at(number), found.answer_to(number)
    return VersionSeen(
        number=number,
        version=one,
        answer=said,
        by=called[one.by],
        second="" if said is None else called[said.by],
        changed=grades.changes(found.at(number - 1).grade if number > 1 else None, one.grade),
        standing=_standing(found, number),
    )


def _standing(found: Grades, number: int) -> Standing:
    if number == found.present:
        return Standing.HOLDS
    if number == found.waiting:
        return Standing.WAITS
    if found.holds(number):
        return Standing.REPLACED
    return Standing.VOID if found.answer_to(number) is None else Standing.REFUSED
