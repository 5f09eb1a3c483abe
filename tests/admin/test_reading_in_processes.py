"""Processes that count at the same time let nobody read more than the limit."""

import os
from contextlib import suppress

from admin.errors import OverLimitError
from admin.keyring import Ring
from admin.tripwires import LIMITS, Kind
from reporting.errors import BusyError
from reporting.ids import CaseId
from tests.admin.test_reading import opens, stories
from tests.builders_cases import Office
from tests.builders_staff import the_staff
from tests.metered import has_read

WORKERS = 8
EACH = 3
LEFT = 4
MOST_TRIES = 200


def reads(
    office: Office, ring: Ring, cases: list[CaseId]
) -> int:  # pragma: no cover - in the child
    """Open reports one after another; say how many were shown."""
    office.rings["rei"], shown = ring, 0
    for case in cases:
        for _ in range(MOST_TRIES):
            with suppress(BusyError):
                try:
                    opens(office, "rei", case)
                    shown += 1
                except OverLimitError:
                    pass
                break
    return shown


def test_eight_processes_read_no_more_than_the_limit(office: Office) -> None:
    cases = [office.report() for _ in range(WORKERS * EACH)]
    has_read(office.app, office.id("rei"), Kind.STORIES, office.clock, less=LEFT)
    ring = office.rings["rei"]
    the_staff(office.app).service.database.engine.dispose()
    pipes = []
    for worker in range(WORKERS):
        read, write = os.pipe()
        if os.fork() == 0:  # pragma: no cover - the child ends by itself
            try:
                the_staff(office.app).service.database.forget_connections()
                mine = cases[worker * EACH : worker * EACH + EACH]
                os.write(write, bytes([reads(office, ring, mine)]))
            finally:
                os._exit(0)
        os.close(write)
        pipes.append(read)
    shown = 0
    for pipe in pipes:
        with os.fdopen(pipe, "rb") as answers:
            shown += answers.read()[0]
    for _ in range(WORKERS):
        os.wait()
    assert shown == LEFT
    assert stories(office, "rei") == LIMITS[Kind.STORIES]
