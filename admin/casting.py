"""Casting: say who plays which part in a report, and who did what to whom; change it, take it off.

Whoever is said to have done something is entered by those alone who answer for the report: its
owner, and supervisors.
"""

from dataclasses import dataclass, replace
from typing import Final, TypeVar

from admin import acts, cast, transitions
from admin.authority import Person
from admin.cases import Opened
from admin.cast import MOST_FIGURES, MOST_HAPPENED, Cast, Entry, Figure, Happened, Part, Version
from admin.desk import Desk
from admin.errors import HiddenError, MovedOnError
from admin.permissions import SUPERVISOR, Action
from admin.planned import WITH_TASKS
from admin.transitions import NotNowError
from admin.work import Work
from forms.wording import msgid
from reporting.ids import CaseId
from reporting.models import State

T = TypeVar("T")
ENTRY: Final = "entry"
PART: Final = "part"
LINE: Final = "line"
BY: Final = "done_by"
TO: Final = "done_to"
TACTIC: Final = "tactic"
NOT_YOURS: Final = msgid(
    "Only the owner of the report, or a supervisor, enters who did it. Write it in a note for them."
)
TOO_MANY_FIGURES: Final = msgid("This report has as many people as it can. Take one of them off.")
TOO_MANY_HAPPENED: Final = msgid("This report has as many acts as it can. Take one of them off.")
FULL: Final = msgid("Too much was changed here already: what stood before is kept, and it is full.")
IS_OFF: Final = msgid("Somebody took this one off meanwhile. Please choose again.")
# Where somebody looks at a report, works on it, or soon will.
OPEN: Final = frozenset({State.RECEIVED, *WITH_TASKS})


@dataclass(frozen=True, slots=True)
class Seen:
    """The number of an entry, and how many versions of it there were on the page."""

    number: int
    versions: int


def may_write(work: Work) -> bool:
    """Say whether anything can be said of people, acts and open questions in this state."""
    return work.state in OPEN


def may_name(person: Person, work: Work) -> bool:
    """Say whether somebody may enter who did it: as the owner, or as a supervisor."""
    return person.id == work.owner or SUPERVISOR in person.roles


def add_figure(desk: Desk, case: CaseId, figure: Figure) -> None:
    """Enter a person or a body.

    Raises HiddenError, NotNowError with a sentence, and AlarmError for what was altered.
    """
    there = begin(desk, case)
    _require_may_name(desk, there, figure)
    if cast.standing(there.work.cast.figures) >= MOST_FIGURES:
        raise NotNowError(LINE, TOO_MANY_FIGURES)
    _keep_figure(desk, there, len(there.work.cast.figures) + 1, figure, "figure.added")


def change_figure(desk: Desk, case: CaseId, seen: Seen, figure: Figure) -> None:
    """Say something else of a person; raises as `add_figure`, and MovedOnError."""
    there = begin(desk, case)
    before = _unmoved(there, there.work.cast.figures, seen)
    _require_may_name(desk, there, before.last, figure)
    if before.now != figure:
        _keep_figure(desk, there, seen.number, figure, "figure.changed")


def take_off_figure(desk: Desk, case: CaseId, seen: Seen) -> None:
    """Take a person off; what was said of them stays in the history. Raises as `change_figure`."""
    there = begin(desk, case)
    before = _unmoved(there, there.work.cast.figures, seen)
    _require_may_name(desk, there, before.last)
    _keep_figure(desk, there, seen.number, None, "figure.removed")


def add_happened(desk: Desk, case: CaseId, happened: Happened) -> None:
    """Enter an act. Raises as `add_figure`."""
    there = begin(desk, case)
    _require_figures(happened, there.work.cast.standing)
    if cast.standing(there.work.cast.happened) >= MOST_HAPPENED:
        raise NotNowError(TACTIC, TOO_MANY_HAPPENED)
    _keep_happened(desk, there, len(there.work.cast.happened) + 1, happened, "happened.added")


def change_happened(desk: Desk, case: CaseId, seen: Seen, happened: Happened) -> None:
    """Say something else of an act. Raises as `change_figure`."""
    there = begin(desk, case)
    before = _unmoved(there, there.work.cast.happened, seen)
    known = there.work.cast.standing | {before.last.by, before.last.to}
    _require_figures(happened, known)
    if before.now != happened:
        _keep_happened(desk, there, seen.number, happened, "happened.changed")


def take_off_happened(desk: Desk, case: CaseId, seen: Seen) -> None:
    """Take an act off; what was said of it stays in the history. Raises as `change_figure`."""
    there = begin(desk, case)
    _unmoved(there, there.work.cast.happened, seen)
    _keep_happened(desk, there, seen.number, None, "happened.removed")


def begin(desk: Desk, case: CaseId) -> Opened:
    """Take hold of a report of which something can be said.

    Raises HiddenError, NotNowError where nobody works on it any more, and AlarmError.
    """
    there = acts.begin(desk, case, Action.WORK_ON_CASE)
    if not may_write(there.work):
        raise NotNowError(transitions.STATE, transitions.MOVED_ON)
    return there


def find(entries: tuple[Entry[T], ...], case: CaseId, number: int) -> Entry[T]:
    """Return an entry that stands there.

    Raises HiddenError for one that never was, and MovedOnError for one that was taken off.
    """
    if not 1 <= number <= len(entries):
        raise HiddenError(Action.WORK_ON_CASE, case, f"{Action.WORK_ON_CASE}: no such entry")
    found = entries[number - 1]
    if found.now is None:
        raise _moved_on(found)
    return found


def _require_may_name(desk: Desk, there: Opened, *figures: Figure) -> None:
    is_said_to = any(one.part is Part.PERPETRATOR for one in figures)
    if is_said_to and not may_name(desk.ring.person, there.work):
        raise NotNowError(PART, NOT_YOURS)


def _require_figures(happened: Happened, known: frozenset[int]) -> None:
    for place, number in ((BY, happened.by), (TO, happened.to)):
        if number and number not in known:
            raise NotNowError(place, IS_OFF)


def _unmoved(there: Opened, entries: tuple[Entry[T], ...], seen: Seen) -> Entry[T]:
    """Return an entry as somebody saw it. Raises HiddenError for none, and MovedOnError."""
    found = find(entries, there.id, seen.number)
    if len(found.versions) != seen.versions:
        raise _moved_on(found)
    return found


def _moved_on(entry: Entry[T]) -> MovedOnError:
    last = entry.versions[-1]
    return MovedOnError(last.by, last.at, ENTRY)


def _keep_figure(desk: Desk, there: Opened, number: int, figure: Figure | None, verb: str) -> None:
    said = Version(desk.ring.person.id, desk.now, figure)
    _require_room(there.work.cast, figure, LINE)
    desk.note(verb, there.id, fields=("people",))
    changed = cast.with_figures(there.work.cast, number, said)
    acts.keep(desk, there, replace(there.work, cast=changed), verb)


def _keep_happened(
    desk: Desk, there: Opened, number: int, happened: Happened | None, verb: str
) -> None:
    said = Version(desk.ring.person.id, desk.now, happened)
    _require_room(there.work.cast, happened, TACTIC)
    desk.note(verb, there.id, fields=("acts",))
    changed = cast.with_happened(there.work.cast, number, said)
    acts.keep(desk, there, replace(there.work, cast=changed), verb)


def _require_room(known: Cast, said: Figure | Happened | None, place: str) -> None:
    if said is not None and not known.has_room:
        raise NotNowError(place, FULL)
