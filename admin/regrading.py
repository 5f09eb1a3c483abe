"""Regrading: give a report another version of its grade, with what follows from it.

The first that says at least "plausible" leaves word for the statistics to come, where the reporter
allows them. It is left once, whoever came first: triage leaves the same word.
"""

from dataclasses import replace
from typing import Final

from admin import grades, retaining
from admin.cases import Opened
from admin.counted import Main
from admin.desk import Desk
from admin.grades import COUNTS, Answer, Grade, Grades
from admin.publication import facets
from admin.publication.facets import Several
from admin.transitions import NotNowError
from admin.work import Work
from admin.work_codes import FRAME_DUE
from forms.wording import msgid

STATISTICS: Final = "c_stats"
CHOOSE_FIRST: Final = msgid(
    "This report names several. Choose the one that comes first, so that it is counted once."
)


def give(desk: Desk, there: Opened, work: Work, grade: Grade) -> Work:
    """Return the work with a new version; what waited for a second person is void with it."""
    verb = "graded.proposed" if grade.needs_second else "graded"
    desk.note(verb, there.id, fields=grades.changes(work.grades.grade, grade))
    return _with(desk, there, work, work.grades.graded(grade, desk.ring.person.id, desk.now))


def answer(desk: Desk, there: Opened, said: Answer) -> Work:
    """Return the work with what a second person says of the version that waits."""
    desk.note("graded.agreed" if said.agrees else "graded.refused", there.id)
    return _with(desk, there, there.work, there.work.grades.answered(said))


def require_main(there: Opened, grade: Grade, main: Main) -> None:
    """Ask what comes first, where the report names several and this grade lets it be counted.

    Raises NotNowError with a sentence.
    """
    if grade.verification not in COUNTS:
        return
    missing = several_of(there).lacks(main, grade)
    if missing:
        raise NotNowError(f"main_{missing}", CHOOSE_FIRST)


def several_of(there: Opened) -> Several:
    """Return between which codes of a report somebody has to choose."""
    return facets.several(there.facets.answers, there.work.triage.states)


def leave_frame(desk: Desk, there: Opened, work: Work) -> Work:
    """Return the work with the word for the statistics, if its reporter said yes to them."""
    allowed = retaining.choices_of(desk, there).answer(STATISTICS) == "yes"
    return work.with_item(FRAME_DUE) if allowed else work


def _with(desk: Desk, there: Opened, work: Work, after: Grades) -> Work:
    begins = after.has_counted and not work.grades.has_counted
    graded = replace(work, grades=after)
    return leave_frame(desk, there, graded) if begins else graded
