"""Retention: decide what is erased, and when, and sweep it away."""

from dataclasses import dataclass
from datetime import datetime

from reporting import drafts
from reporting.database import Database


@dataclass(frozen=True, slots=True)
class Swept:
    """What a sweep did: how many visits ended, and whether the log on disk is empty now."""

    visits: int
    log_is_empty: bool


def sweep(database: Database, now: datetime) -> Swept:
    """Delete every visit whose time is over; safe to run anywhere, any number of times."""
    with database.begin() as session:
        visits = drafts.sweep(session, now)
    return Swept(visits, database.truncate_log())
