"""Retention: decide what is erased, and when, and sweep it away."""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from threading import Event
from typing import Final

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from reporting.database import Database, Scrubbed
from reporting.errors import BusyError

Sweep = Callable[[Session, datetime], int]
SECONDS_BETWEEN_SWEEPS: Final = 600.0
LOG: Final = logging.getLogger("tomoshibi.retention")


@dataclass(frozen=True, slots=True)
class Swept:
    """What a sweep did: how many rows ended, and what is left of them on the disk."""

    rows: int
    scrubbed: Scrubbed


def sweep(database: Database, sweeps: Iterable[Sweep], now: datetime) -> Swept:
    """Delete everything whose time is over; safe to run anywhere, any number of times."""
    with database.begin() as session:
        rows = sum(each(session, now) for each in sweeps)
    return Swept(rows, database.scrub())


def sweep_until(
    stop: Event, database: Database, sweeps: Iterable[Sweep], clock: Callable[[], datetime]
) -> None:
    """Sweep every ten minutes until told to stop; a database that is down is asked again later."""
    while not stop.wait(SECONDS_BETWEEN_SWEEPS):
        try:
            sweep(database, sweeps, clock())
        except (BusyError, SQLAlchemyError) as error:
            LOG.error("sweep failed: %s", type(error).__name__)  # noqa: TRY400 - a trace shows rows
