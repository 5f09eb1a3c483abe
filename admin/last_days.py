"""Last days: how the term of a report begins, changes, and is warned of before it is over.

Pure. Nobody is warned of fewer days than the warning says: one that comes late moves the last day.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from admin.facts import Term
from admin.terms import WARNED_DAYS_BEFORE, Ended, term_ends, warnings_due

MONTH, WEEK = WARNED_DAYS_BEFORE
SOON: Final = timedelta(days=MONTH)


@dataclass(frozen=True, slots=True)
class Warned:
    """A warning that is given now, by its days before the end, and the term as it stands then."""

    days: int
    term: Term


def begun(ended: Ended, documents: int) -> Term:
    """Return the term of a report on which work ended; `documents` say what its reporter chose."""
    return Term(term_ends(ended), years=ended.chosen_years, documents=documents)


def chosen_anew(term: Term, ended: Ended, documents: int) -> Term:
    """Return the term after its reporter signed again; other years make it begin anew."""
    if ended.chosen_years == term.years:
        return replace(term, documents=documents)
    return begun(ended, documents)


def warning(term: Term, today: date) -> Warned | None:
    """Return the warning that is due, if one is: that of a month before that of a week."""
    days = {MONTH: term.warned_month, WEEK: term.warned_week}
    given = frozenset(before for before, day in days.items() if day is not None)
    due = warnings_due(term.until, given, today)
    if not due:
        return None
    until = max(term.until, today + timedelta(days=due[0]))
    if due[0] == MONTH:
        return Warned(MONTH, replace(term, until=until, warned_month=today))
    return Warned(WEEK, replace(term, until=until, warned_week=today))


def after_hold(term: Term, today: date) -> Term:
    """Return the term once nothing holds the report back: its reporter is warned a week before."""
    if term.until - today >= timedelta(days=WEEK):
        return term
    return replace(term, warned_week=None)


def is_over(term: Term, today: date) -> bool:
    """Say whether the last day has passed, with both warnings given."""
    return today > term.until and None not in {term.warned_month, term.warned_week}
