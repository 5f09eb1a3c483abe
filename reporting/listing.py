"""Listing: say of a report that the team's lists know nothing of it, or nothing any more.

Whoever of the team looks at a list next, and holds the key for it, makes the report known. What
lists do not know is found by its row alone: so every report that arrives gets one.
"""

from datetime import datetime
from typing import Final

from sqlalchemy import Select, delete, insert, literal, select
from sqlalchemy.orm import Session

from reporting.case_rows import HeaderRow, ListedRow
from reporting.models import Case, CaseWrap, State, Wrapped

UNKNOWN: Final = -1
ALTERED: Final = -2
_COLUMNS: Final = ("case_id", "epoch_id", "rev", "box_sealed")
_STILL_READ: Final = (
    State.RECEIVED,
    State.QUARANTINED,
    State.TRIAGED,
    State.ACTIVE,
    State.MONITORING,
    State.REVIEW,
)
_IS_READ: Final = Case.state.in_(_STILL_READ)
_AT_A_TIME: Final = 256


def unknown_row(case: object, epoch: object) -> dict[str, object]:
    """Return the row that says of a report which is sealed to an epoch that no list knows it."""
    return {"case_id": case, "epoch_id": epoch, "rev": UNKNOWN, "box_sealed": b""}


def forget(session: Session, case: bytes) -> None:
    """Let lists know of a report only that they know nothing of it. The caller holds it."""
    session.flush()
    remove(session, case)
    _put(session, case, UNKNOWN)


def leave_out(session: Session, case: bytes) -> None:
    """Let lists leave out a report that does not open, until it does. The caller holds it."""
    session.flush()
    remove(session, case)
    _put(session, case, ALTERED)


def forget_every(session: Session) -> None:
    """Let lists know of every report that they know nothing of it, where there are no lists yet."""
    session.flush()
    session.execute(insert(HeaderRow).from_select(_COLUMNS, _every_report(UNKNOWN)))


def sweep(session: Session, _now: datetime) -> int:
    """Let lists know that they know nothing of what is worked on and has no row any more.

    It was lost, or somebody took it away. Nothing ends by that. What others hold has its turn
    later.
    """
    # Not as a join or `NOT IN`, for which PostgreSQL may compare each report with each row.
    lost = select(Case.id).where(_IS_READ).except_(select(HeaderRow.case_id))
    wanted = select(Case.id).where(Case.id.in_(lost), _IS_READ).limit(_AT_A_TIME)
    held = session.scalars(wanted.with_for_update(skip_locked=True)).all()
    # Looked for once more: whoever held one until now may have written its row.
    there = select(HeaderRow.case_id).where(HeaderRow.case_id.in_(held))
    missing = _every_report(UNKNOWN).where(
        CaseWrap.case_id.in_(held), CaseWrap.case_id.not_in(there)
    )
    session.execute(insert(HeaderRow).from_select(_COLUMNS, missing))
    return 0


def remove(session: Session, case: bytes) -> None:
    """Let no list know that there is such a report."""
    session.execute(delete(ListedRow).where(ListedRow.case_id == case))
    session.execute(delete(HeaderRow).where(HeaderRow.case_id == case))


def _put(session: Session, case: bytes, rev: int) -> None:
    found = _every_report(rev).where(CaseWrap.case_id == case)
    session.execute(insert(HeaderRow).from_select(_COLUMNS, found))


def _every_report(rev: int) -> Select[bytes, bytes, int, bytes]:
    return select(CaseWrap.case_id, CaseWrap.epoch_id, literal(rev), literal(b"")).where(
        CaseWrap.wrapped == Wrapped.CASE
    )
