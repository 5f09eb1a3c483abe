"""Figures: what supervisors are told of the team's work, from the headers that they see.

Team only: of no person is anything counted. What does not exist for a supervisor is in no figure.
"""

from datetime import datetime, timedelta
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
from reporting.triage import Level

NEWEST: Final = 10_000
_COUNTED: Final = (*IN_WORK, State.QUARANTINED, State.CLOSED, State.DECLINED, State.MERGED)
_WAITING: Final = frozenset({State.RECEIVED, State.TRIAGED})


def note_view(desk: Desk) -> None:
    """Note that somebody looks at the figures. Raises HiddenError."""
    rule = authorize(desk.ring.person, Action.VIEW_FIGURES)
    desk.note("figures.viewed", rule=rule)


def of(desk: Desk, strange: Strange) -> tuple[OfLevel, ...]:
    """Return the figures of the newest reports that this person sees, by level.

    Raises HiddenError.
    """
    authorize(desk.ring.person, Action.VIEW_FIGURES)
    # Behind a function: the reports are walked in the order of their weeks, not of their states.
    is_counted = func.coalesce(Case.state, Case.state).in_(_COUNTED)
    walk = Walk(Scan(desk, strange=strange), is_counted, partial(_one, now=desk.now))
    found = islice(walk.back_from(None), NEWEST)
    return team_figures.of((met.said for met in found), desk.now)


def _one(record: Record, now: datetime) -> One:
    """Return what figures need to know of a header; reading all of it takes five times as long."""
    state, when = records.text(record, "state"), records.child(record, "when")
    received = _moment(when, "received") or _monday(records.number(record, "week"), now)
    look = _moment(when, "first_look")
    return One(
        level=Level(records.number(record, "level")),
        received=received,
        is_untriaged=state == State.RECEIVED,
        is_waiting=state in _WAITING,
        is_overdue=state in IN_WORK and records.number(record, "due") < facts.seconds(now),
        first_look=None if look is None else max(look - received, timedelta(0)),
        asked=_moment(when, "asked"),
        was_turned="turned" in when,
        was_reopened="reopened" in when,
    )


def _moment(when: Record, name: str) -> datetime | None:
    return facts.moment(records.number(when, name)) if name in when else None


def _monday(week: int, now: datetime) -> datetime:
    """Return when a week began: of a report whose header is older, no more is known."""
    year, number = divmod(week, 100)
    return datetime.fromisocalendar(year, number, 1).replace(tzinfo=now.tzinfo)
