"""Builders of drafts: a page that was typed, kept and found again, and a crowd of visits."""

from datetime import datetime

from sqlalchemy import insert

from reporting import drafts
from reporting.clock import hour_after
from reporting.models import VisitRow
from reporting.runtime import Runtime
from reporting.visit_keys import VisitKeys
from reporting.visits import Visit

PAGE = {"story": ("Somebody followed me.",), "kinds": ("threat", "surveil")}


def keep(runtime: Runtime, keys: VisitKeys, page: str = "q") -> None:
    with runtime.begin() as session:
        drafts.keep_page(session, keys, page, PAGE, runtime.clock())


def find(runtime: Runtime, keys: VisitKeys) -> Visit:
    with runtime.read() as session:
        return drafts.find(session, keys, runtime.clock())


def crowd(runtime: Runtime, now: datetime) -> None:
    """Make so many visits that a flood of more must not fill the disk."""
    ending = {"expires_hour": hour_after(now + drafts.LIFE), "rev": 0, "content_sealed": b""}
    rows = [{"id": number.to_bytes(16, "big"), **ending} for number in range(drafts.CROWD)]
    with runtime.begin() as session:
        session.execute(insert(VisitRow), rows)
