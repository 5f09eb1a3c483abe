"""Unopened: reports that were altered and do not open; lists leave them out, supervisors are told.

One of them never keeps anybody from all the others. Which it is stands in the log alone: nobody
can tell for whom a report exists that does not open.
"""

from collections.abc import Callable, Collection
from contextlib import AbstractContextManager
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from admin import alerts, case_words, cases
from admin.alerts import Happened, Kind
from admin.desk import Desk
from admin.errors import AlarmError, HiddenError, NotHandedOnError
from admin.facts import NOBODY
from admin.keyring import CASE_GROUPS, Ring
from admin.permissions import Action
from reporting import listing, threads
from reporting.case_rows import HeaderRow
from reporting.models import Case, CaseWrap, Wrapped

# A look at a list stays quick however many were altered; the others are told of at the next one.
AT_A_TIME: Final = 16
# Whoever alters thousands does not bury what else supervisors are told.
MOST_ALERTS: Final = 20
ALARM: Final = "alarm.raised"
# A mark under any other key than the report's own would be seen by nobody who can open it.
_LEFT_OUT: Final = (
    select(HeaderRow.case_id)
    .join(
        CaseWrap,
        (CaseWrap.case_id == HeaderRow.case_id)
        & (CaseWrap.wrapped == Wrapped.CASE)
        & (CaseWrap.epoch_id == HeaderRow.epoch_id),
    )
    .where(HeaderRow.rev == listing.ALTERED)
)

Begin = Callable[[], AbstractContextManager[Desk]]


def opens(desk: Desk, found: Case) -> bool:
    """Say whether a report opens to those who hold its key, whoever is at the desk."""
    try:
        there = cases.open_unseen(desk.session, desk.ring, found, Action.OPEN_CASE)
        is_whole = select(cases.is_whole(), cases.has_contact_key()).where(Case.id == there.id)
        has_rows, has_contact_key = desk.session.execute(is_whole).one()
        with cases.sounding_alarm():
            cases.require_contact_key(there.work, is_there=has_contact_key)
            case_words.story_of(desk.session, there.id, there.key)
            threads.read(desk.session, there.id, there.thread)
    except AlarmError:
        return False
    except (HiddenError, NotHandedOnError):
        # Whoever has its key finds out.
        return True
    return has_rows


def leave_out(desk: Desk, case: bytes) -> bool:
    """Let every list leave out a report that does not open, and tell supervisors of it, once.

    Say whether that was done. The log is for the caller, who comes to it after all reports.
    """
    found = desk.session.get(Case, case, with_for_update=True, populate_existing=True)
    if found is None or found.state in cases.GONE:
        return False
    if among(desk.session, (case,)) or opens(desk, found):
        return False
    listing.leave_out(desk.session, case)
    if _every(desk.session) <= MOST_ALERTS:
        alerts.raise_(desk.session, desk.verified, Happened(Kind.REPORT, NOBODY, "", desk.now))
    return True


def is_met(desk: Desk, case: bytes) -> bool:
    """Say whether a report does not open, which is left out then; one that does is not held."""
    found = desk.session.get(Case, case, populate_existing=True)
    return found is not None and not opens(desk, found) and leave_out(desk, case)


def tell(begin: Begin, altered: Collection[bytes]) -> None:
    """Leave out reports that somebody met in a list, each in a unit of work of its own."""
    for case in sorted(altered)[:AT_A_TIME]:
        with begin() as desk:
            if leave_out(desk, case):
                desk.note(ALARM, case)


def among(session: Session, wanted: Collection[bytes]) -> frozenset[bytes]:
    """Return those of some reports that lists leave out."""
    return frozenset(session.scalars(_LEFT_OUT.where(HeaderRow.case_id.in_(wanted))))


def some(session: Session, epochs: Collection[bytes], most: int) -> tuple[bytes, ...]:
    """Return a few that lists leave out, to see whether they open again; each gets its turn."""
    mine = _LEFT_OUT.where(HeaderRow.epoch_id.in_(epochs))
    return tuple(session.scalars(mine.order_by(func.random()).limit(most)))


def count(session: Session, ring: Ring) -> int:
    """Return how many reports are left out that this person would hold the key of."""
    mine = CASE_GROUPS & ring.person.groups
    epochs = [epoch for epoch, (group, _) in ring.seeds().items() if group in mine]
    if ring.person.is_kept_back:
        return 0
    found = _LEFT_OUT.where(HeaderRow.epoch_id.in_(epochs)).subquery()
    return session.scalars(select(func.count()).select_from(found)).one()


def _every(session: Session) -> int:
    return session.scalars(select(func.count()).select_from(_LEFT_OUT.subquery())).one()
