"""Overseeing: what a supervisor sees of unusual reading, and who waits for their answer.

By people in the order of their names, never of their figures; of those below the limits nothing but
what they uncovered, and why.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time

from admin import digest, names, reading
from admin.authority import authorize
from admin.desk import Desk
from admin.digest import Line, What
from admin.facts import NOBODY
from admin.permissions import Action
from admin.tripwires import Kind
from reporting.clock import day_of


@dataclass(frozen=True, slots=True)
class Told:
    """A line, with the name of whoever let somebody go on."""

    line: Line
    by: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Somebody:
    """What was told of one person on one day; `stopped` is what they wait for an answer about."""

    id: bytes
    name: str = field(repr=False)
    told: tuple[Told, ...]
    stopped: tuple[Kind, ...]


@dataclass(frozen=True, slots=True)
class Day:
    """What was told of a day; `is_altered` says that a line of it was made unreadable."""

    day: date
    people: tuple[Somebody, ...]
    is_altered: bool

    @property
    def begins(self) -> datetime:
        """When it begins, which is in the middle of a day where people are."""
        return datetime.combine(self.day, time.min, UTC)


def look(desk: Desk) -> tuple[Day, ...]:
    """Return what was told of today and of yesterday, and note that it was looked at.

    Raises HiddenError, and AlarmError for a count that was altered.
    """
    rule = authorize(desk.ring.person, Action.VIEW_READING)
    desk.note("reading.viewed", rule=rule)
    lines = digest.mine(desk.session, desk.ring, desk.verified)
    waiting = reading.stopped(desk)
    ids = {one.member for one in lines} | {one.by for one in lines} | waiting.keys()
    called = names.all_called(desk, ids)
    return tuple(
        _day(day, those, called, waiting if day == day_of(desk.now) else {})
        for day, those in digest.by_day(lines, desk.now).items()
    )


def _day(
    day: date,
    lines: tuple[Line, ...],
    called: Mapping[bytes, str],
    waiting: Mapping[bytes, tuple[Kind, ...]],
) -> Day:
    ids = ({one.member for one in lines} | waiting.keys()) - {NOBODY}
    people = (
        Somebody(
            id=member,
            name=called[member],
            told=tuple(Told(one, called[one.by]) for one in lines if one.member == member),
            stopped=waiting.get(member, ()),
        )
        for member in sorted(ids, key=lambda one: (called[one], one))
    )
    return Day(day, tuple(people), any(one.what is What.ALTERED for one in lines))
