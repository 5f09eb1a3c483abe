"""Figures: what supervisors are told of the team's work, from the headers that they see.

Team only: of no person is anything counted. What does not exist for a supervisor is in no figure.
"""

from datetime import UTC, datetime
from functools import partial
from itertools import islice
from typing import Final

from sqlalchemy import func

from admin import fact_records as facts
from admin import team_figures
from admin.authority import authorize
from admin.desk import Desk
from admin.headers import IN_WORK
from admin.permissions import Action
from admin.scans import Scan, Strange
from admin.team_figures import OfLevel, One
from admin.walks import Walk
from reporting import records
from reporting.models import Case, State
from reporting.records import Record

NEWEST: Final = 10_000
_COUNTED: Final = (*IN_WORK, State.QUARANTINED, State.CLOSED, State.DECLINED, State.MERGED)
_WAITING: Final = frozenset({State.RECEIVED, State.TRIAGED})
_IN_WORK: Final = frozenset(IN_WORK)


def note_view(desk: Desk) -> None:
    """Note that somebody looks at the figures. Raises HiddenError."""
    rule = authorize(desk.ring.person, Action.VIEW_FIGURES)
    desk.note("figures.viewed", rule=rule)


def of(desk: Desk, strange: Strange) -> tuple[OfLevel, ...]:
    """Return the figures of the newest reports that this person sees, by level.

    Raises HiddenError.
    """
    authorize(desk.ring.person, Action.VIEW_FIGURES)
    now = facts.seconds(desk.now)
    # Behind a function: the reports are walked in the order of their weeks, not of their states.
    is_counted = func.coalesce(Case.state, Case.state).in_(_COUNTED)
    walk = Walk(Scan(desk, strange=strange), is_counted, partial(_one, now=now))
    found = islice(walk.back_from(None), NEWEST)
    return team_figures.of((met.said for met in found), now)


def _one(record: Record, now: int) -> One:
    """Return what figures need to know of a header; reading all of it takes five times as long."""
    state, when = records.text(record, "state"), records.child(record, "when")
    received = _second(when, "received") or _monday(records.number(record, "week"))
    look = _second(when, "first_look")
    return One(
        level=records.number(record, "level"),
        received=received,
        is_untriaged=state == State.RECEIVED,
        is_waiting=state in _WAITING,
        is_overdue=state in _IN_WORK and records.number(record, "due") < now,
        first_look=None if look is None else max(look - received, 0),
        asked=_second(when, "asked"),
        was_turned="turned" in when,
        was_reopened="reopened" in when,
    )


def _second(when: Record, name: str) -> int | None:
    return facts.within_a_calendar(records.number(when, name)) if name in when else None


def _monday(week: int) -> int:
    """Return when a week began: of a report whose header is older, no more is known."""
    year, number = divmod(week, 100)
    return facts.seconds(datetime.fromisocalendar(year, number, 1).replace(tzinfo=UTC))
