"""Calling: when somebody on call is called, for need or for practice.

Everybody is called at a time of their own, some minutes later by chance, and never twice within
half an hour. Practice calls come by chance as well, alone or in rows, so a call proves nothing to
whoever watches the mail.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import IntEnum
from typing import Final

from admin.call_memory import Known


class Need(IntEnum):
    """How much somebody is needed."""

    NONE = 0
    LATE = 1  # something is late for sure, or the reporter of an urgent report wrote
    LEFT = 2  # somebody did something with an urgent report and has it in hand no more
    NOW = 3  # an urgent report that nobody touched, or a colleague who asks for help


AT_MOST_EVERY: Final = timedelta(minutes=30)
GAPS: Final[Mapping[Need, timedelta]] = {
    Need.NOW: AT_MOST_EVERY,
    Need.LEFT: timedelta(hours=1),
    Need.LATE: timedelta(hours=8),
}
LATER_BY_CHANCE: Final = timedelta(minutes=10)
PRACTICE_EVERY: Final = timedelta(hours=48)  # of hours on call, in the mean
# Half of the practice calls are followed by another one as soon as a real one would be.
SOON_AGAIN: Final = 0.5
Chance = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Moment:
    """One look at one person: when it is, whether they are on call, and how much is the need."""

    now: datetime
    is_on_call: bool
    need: Need


def plan(known: Known, at: Moment, chance: Chance) -> Known:
    """Return what is known of somebody with their next calls in it. `chance` is below 1."""
    practice = known.practice
    if practice is None or (practice <= at.now and not at.is_on_call):
        practice = at.now + _until_practice(chance)
    planned = known.planned
    if not _is_wanted(known, at):
        planned = None
    elif planned is None:
        planned = at.now + LATER_BY_CHANCE * chance()
    return replace(known, practice=practice, planned=planned)


def is_due(known: Known, at: Moment) -> bool:
    """Say whether somebody is called now."""
    if not at.is_on_call or not _is_over(known, at.now, AT_MOST_EVERY):
        return False
    return any(time is not None and time <= at.now for time in (known.planned, known.practice))


def called(known: Known, at: Moment, chance: Chance) -> Known:
    """Return what is known of somebody who was called now."""
    practice = known.practice
    if practice is not None and practice <= at.now:
        again = AT_MOST_EVERY + LATER_BY_CHANCE * chance()
        practice = at.now + (again if chance() < SOON_AGAIN else _until_practice(chance))
    return Known(called=at.now, practice=practice)


def _is_wanted(known: Known, at: Moment) -> bool:
    gap = GAPS.get(at.need)
    return at.is_on_call and gap is not None and _is_over(known, at.now, gap)


def _is_over(known: Known, now: datetime, gap: timedelta) -> bool:
    return known.called is None or now - known.called >= gap


def _until_practice(chance: Chance) -> timedelta:
    """Return a time that says nothing about the next one, whatever came before."""
    return PRACTICE_EVERY * -math.log(1 - chance())
