"""Deadlines: when the team has to do something next about a report, from its level and state."""

from datetime import UTC, datetime, time
from typing import Final

from admin.clocks import Timing, due_of, review_due
from admin.work import Work
from reporting.models import State

_LOOKED_AT: Final = frozenset({State.TRIAGED, State.ACTIVE, State.MONITORING, State.REVIEW})


def due(work: Work) -> datetime:
    """Return when the team has to do something next, as far as the level and the state say it.

    A first answer stays due whoever takes the report on, until one is sent.
    """
    if work.state is State.MONITORING and work.next_check is not None:
        return datetime.combine(work.next_check, time.min, UTC)
    timing = Timing(
        level=work.triage.weight,
        received_at=work.received,
        questions=tuple(asked.question for asked in work.questions),
        wants_answer=work.wants_answer and work.answered is None,
    )
    first = due_of(timing)
    if work.state not in _LOOKED_AT:
        return first.look
    again = review_due(timing, work.since)
    return again if first.reply is None else min(first.reply, again)
