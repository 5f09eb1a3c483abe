"""Call requests: that colleagues should be called, written where a report is sent to the duty desk.

A row says nothing but that it is there: neither which report nor who asked. There are as many as
reports that were sent there and that nobody has taken over, so any of them can go for any report.
"""

import secrets
from collections.abc import Collection

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from admin.models import CallRequest


def ask(session: Session) -> None:
    """Ask that the people on call are called, in the caller's unit of work."""
    session.add(CallRequest(id=secrets.token_bytes(16)))
    session.flush()


def settle(session: Session) -> None:
    """Let one request go: somebody took a report over, or it was taken back."""
    one = select(CallRequest.id).limit(1).scalar_subquery()
    session.execute(delete(CallRequest).where(CallRequest.id == one))


def standing(session: Session) -> tuple[bytes, ...]:
    """Return the requests that stand."""
    return tuple(session.scalars(select(CallRequest.id).order_by(CallRequest.id)))


def forget(session: Session, ids: Collection[bytes]) -> None:
    """Let these requests go."""
    session.execute(delete(CallRequest).where(CallRequest.id.in_(ids)))
