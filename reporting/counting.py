"""Counting: say of a report that the team has to look whether and with whom it is counted.

The public site says it of what was taken back, and of every choice that was changed, once the team
had accepted a report: it can read neither what a choice was nor whether a report is counted.
"""

from typing import Final

from sqlalchemy import insert
from sqlalchemy.orm import Session

from reporting.models import Case, State
from reporting.stat_rows import StatDueRow

PAST_TRIAGE: Final = frozenset(
    {
        *(State.TRIAGED, State.ACTIVE, State.MONITORING, State.REVIEW),
        *(State.CLOSED, State.MERGED),
    }
)


def changed(session: Session, case: Case) -> None:
    """Mark a report that its reporter changes, if it can be counted as it stands.

    What nobody accepted is not, so that no flood of reports keeps the figures waiting.
    """
    if case.state in PAST_TRIAGE:
        look_again(session, case.id)


def is_awaited(session: Session, case: bytes) -> bool:
    """Say whether the team has still to look at a report."""
    return session.get(StatDueRow, case) is not None


def look_again(session: Session, case: bytes) -> None:
    """Mark a report, once. The caller holds it."""
    if not is_awaited(session, case):
        session.execute(insert(StatDueRow).values(case_id=case))
