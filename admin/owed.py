"""Owed: when something may be owed to a report on which work has ended: a warning, or its erasure.

Pure. What is owed indeed is for whoever holds the report.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from admin import last_days
from admin.plain_guards import SET_ASIDE_FOR
from admin.terms import WARNED_DAYS_BEFORE
from admin.work import Work
from reporting.clock import day_of
from reporting.models import State

SHRED_CONTACT: Final = "shred_contact_due"
ENDED: Final = (State.QUARANTINED, State.CLOSED, State.DECLINED, State.MERGED)
LOOKED_AT_AGAIN: Final = frozenset({State.QUARANTINED, State.DECLINED})
# Those whose ways of contact nobody needs any more.
WITHOUT_CONTACT: Final = frozenset({State.CLOSED, State.DECLINED})
# Longer than any move can be taken back.
SETTLED: Final = timedelta(minutes=1)


def is_due(work: Work, documents: int, now: datetime, *, has_mail: bool) -> bool:
    """Say whether something may be owed to a report; the rest is for whoever holds it."""
    if now - work.since < SETTLED:
        return False
    if is_contact_left(work):
        return True
    may_go = not has_mail and (work.state not in LOOKED_AT_AGAIN or _is_seen(work))
    if work.state is State.QUARANTINED:
        return may_go and now - work.since >= SET_ASIDE_FOR
    term, today = work.term, day_of(now)
    if term is None:
        return False
    is_warned_of = last_days.warning(term, today) is not None
    is_over = may_go and last_days.is_over(term, today)
    return term.documents != documents or is_warned_of or is_over


def is_contact_left(work: Work) -> bool:
    """Say whether its ways of contact are still there that nobody needs any more."""
    return SHRED_CONTACT in work.items and work.state in WITHOUT_CONTACT


def due_from(work: Work) -> datetime | None:
    """Return when something may be owed first, other than because its reporter chose anew."""
    first = min(_moments(work), default=None)
    return None if first is None else max(first, work.since + SETTLED)


def _moments(work: Work) -> Iterator[datetime]:
    may_go = work.state not in LOOKED_AT_AGAIN or _is_seen(work)
    if is_contact_left(work):
        yield work.since
    if work.state is State.QUARANTINED:
        if may_go:
            yield work.since + SET_ASIDE_FOR
        return
    if work.state not in ENDED or work.term is None:
        return
    given = {last_days.MONTH: work.term.warned_month, last_days.WEEK: work.term.warned_week}
    left = [days for days in WARNED_DAYS_BEFORE if given[days] is None]
    if left:
        yield _begin(work.term.until - timedelta(days=max(left)))
    elif may_go:
        yield _begin(work.term.until + timedelta(days=1))


def _begin(day: date) -> datetime:
    return datetime.combine(day, time.min, UTC)


def _is_seen(work: Work) -> bool:
    return work.second_look is not None and work.second_look.agrees
