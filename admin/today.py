"""Today: what somebody begins with, once what time has decided is done."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from admin import case_due, indexing, left_alone, lists, openings, reading, unopened
from admin.desk import Desk
from admin.list_rules import Look
from admin.lists import Row
from admin.openings import Openings
from admin.remembered import Remembered
from admin.scans import Strange
from admin.unopened import Begin

OVERDUE: Final = "overdue"


@dataclass(frozen=True, slots=True)
class Today:
    """How much is in each list, what is late, what they read today, and who waits for an answer.

    `unopened` is how many reports are left out because they do not open. `is_left_alone` tells a
    supervisor that something waits which nobody of the team may open.
    """

    counts: Mapping[str, str]
    late: tuple[Row, ...] = field(repr=False)
    opened: Openings
    answers: int
    unopened: int
    is_left_alone: bool


def view(begin: Begin, remembered: Remembered[bool]) -> Today:
    """Return what somebody begins with; a report that was altered is left out.

    Raises HiddenError, and AlarmError where what somebody read themself was altered. `remembered`
    is whether something is left alone, which takes long to find out.
    Where no report is unknown to the lists or left out, and nothing is due, as mostly, one look
    finds that out and counts: no header is opened twice, and no list is asked for twice.
    """
    with begin() as desk:
        look = _look(desk, None)
        found = None if _is_anything_new(look) else _seen(look, remembered)
    if found is None:
        strange = indexing.fold(begin)
        case_due.run(begin, strange)
        with begin() as desk:
            look = _look(desk, strange)
            found = _seen(look, remembered)
    if not look.scan.altered:
        return found
    unopened.tell(begin, look.scan.altered)
    with begin() as desk:
        return _seen(_look(desk, look.strange), remembered)


def _is_anything_new(look: Look) -> bool:
    scan = look.scan
    # Each gets its turn: it may have been brought back, or marked by somebody who altered nothing.
    is_left_out = bool(unopened.some(look.desk.session, scan.keys, 1))
    return is_left_out or bool(scan.unknown()) or bool(case_due.among(scan))


def _look(desk: Desk, strange: Strange) -> Look:
    look = Look(desk, strange)
    look.scan.expect({*case_due.blind_names(desk), *lists.blind_names(look)})
    return look


def _seen(look: Look, remembered: Remembered[bool]) -> Today:
    desk, counts = look.desk, lists.counts(look)
    # Whoever is told that something is late has looked at that list, and the log says so.
    late = lists.page_of(look, OVERDUE, None).rows if counts[OVERDUE] != "0" else ()
    opened = openings.of(desk.session, desk.ring, desk.now)
    left_out = unopened.count(desk.session, desk.ring)
    person = desk.ring.person
    seer = person.id, person.roles, person.is_kept_back, person.card
    is_left_alone = remembered.of(seer, desk.now, partial(left_alone.is_any, look.scan))
    return Today(counts, late, opened, len(reading.stopped(desk)), left_out, is_left_alone)
