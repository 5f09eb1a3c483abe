"""Terms: until which day a case is kept, from how it ended and what its reporter chose.

A term only says when something may be erased. That nothing is erased with unread mail, an open
referral or a hold, and no decline before a second look, is for the guards.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum, unique
from types import MappingProxyType
from typing import Final

from admin.declarations import months_later
from forms.choices import KEEP_YEARS

_MONTHS: Final = 12
WARNED_DAYS_BEFORE: Final = (30, 7)
CONFIRMED_EVERY_YEARS: Final = 1


@unique
class Kept(StrEnum):
    """The retention classes; the words stand in sealed records and never change."""

    SET_ASIDE = "set_aside"
    DECLINED = "declined"
    NOTHING_TO_DO = "nothing_to_do"
    WORKED_ON = "worked_on"
    JOINED = "joined"
    WITHDRAWN = "withdrawn"


@unique
class Outcome(StrEnum):
    """How a case ended; the words stand in sealed records and never change."""

    SET_ASIDE = "set_aside"
    DECLINED = "declined"
    NOT_TNR = "not_tnr"
    UNLIKELY = "unlikely"
    MALICIOUS = "malicious"
    NO_CONTACT = "no_contact"
    HELPED = "helped"
    REFERRED = "referred"
    RECORDED_ONLY = "recorded_only"
    PUBLISHED = "published"
    JOINED = "joined"
    WITHDRAWN = "withdrawn"


_CLASSES: Final = MappingProxyType(
    {
        Outcome.SET_ASIDE: Kept.SET_ASIDE,
        Outcome.DECLINED: Kept.DECLINED,
        Outcome.NOT_TNR: Kept.NOTHING_TO_DO,
        Outcome.UNLIKELY: Kept.NOTHING_TO_DO,
        Outcome.MALICIOUS: Kept.NOTHING_TO_DO,
        Outcome.NO_CONTACT: Kept.NOTHING_TO_DO,
        Outcome.HELPED: Kept.WORKED_ON,
        Outcome.REFERRED: Kept.WORKED_ON,
        Outcome.RECORDED_ONLY: Kept.WORKED_ON,
        Outcome.PUBLISHED: Kept.WORKED_ON,
        Outcome.JOINED: Kept.JOINED,
        Outcome.WITHDRAWN: Kept.WITHDRAWN,
    }
)
CLOSINGS: Final = frozenset(
    outcome for outcome, kept in _CLASSES.items() if kept in {Kept.NOTHING_TO_DO, Kept.WORKED_ON}
)
_DAYS: Final = MappingProxyType({Kept.SET_ASIDE: 30, Kept.DECLINED: 90, Kept.WITHDRAWN: 7})
_DEFAULT_MONTHS: Final = MappingProxyType(
    {Kept.NOTHING_TO_DO: 6, Kept.WORKED_ON: 12, Kept.JOINED: 12}
)


@dataclass(frozen=True, slots=True)
class Ended:
    """A case that ended: how, when something last happened, and the years its reporter chose.

    `last_activity` of one that was set aside, declined or taken back is the day of that; of one
    that was joined it is that of the surviving case, and `survivor_until` the day that one is kept
    until, if it has one yet. None chosen means at most one year.
    """

    outcome: Outcome
    last_activity: date
    chosen_years: int | None = None
    survivor_until: date | None = None

    def __post_init__(self) -> None:
        if self.chosen_years not in {None, *KEEP_YEARS.values()}:
            raise ValueError("the form offers no such number of years")


def class_of(outcome: Outcome) -> Kept:
    """Return the retention class of an outcome."""
    return _CLASSES[outcome]


def term_ends(ended: Ended) -> date:
    """Return the last day on which a case is kept; a joined one does not outlive the other."""
    own = evidence_ends(ended)
    return min(own, ended.survivor_until or own)


def evidence_ends(ended: Ended) -> date:
    """Return the last day for sealed originals that a reporter wants kept for courts.

    The caller asks only where that was allowed. It differs from the case's own end where that one
    was joined: its evidence is its reporter's alone.
    """
    kept = class_of(ended.outcome)
    if kept in _DAYS:
        return ended.last_activity + timedelta(days=_DAYS[kept])
    return months_later(ended.last_activity, _months(ended, kept))


def purpose_due(last_confirmed: date) -> date:
    """Return the day on which two people confirm anew that evidence is kept for a purpose."""
    return months_later(last_confirmed, CONFIRMED_EVERY_YEARS * _MONTHS)


def warnings_due(ends: date, given: frozenset[int], today: date) -> tuple[int, ...]:
    """Return which of the warnings, by their days before the end, are to be given now.

    One that comes late is still given: the guard then waits for the days it promises.
    """
    left = (ends - today).days
    return tuple(days for days in WARNED_DAYS_BEFORE if left <= days and days not in given)


def _months(ended: Ended, kept: Kept) -> int:
    if ended.chosen_years is None or ended.outcome is Outcome.MALICIOUS:
        return _DEFAULT_MONTHS[kept]
    return ended.chosen_years * _MONTHS
