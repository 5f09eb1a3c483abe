"""Eight processes at once hand out reports, and none of them twice."""

import json
import os
from collections import Counter
from contextlib import suppress
from dataclasses import replace

from admin import pull
from admin.next_case import MOST_HELD, NothingNextError
from reporting.errors import BusyError
from tests.builders_cases import Office
from tests.builders_staff import the_staff

WORKERS = 8
REPORTS = 24
MOST_TRIES = 100


def next_of(office: Office) -> str:  # pragma: no cover - in the child
    """Return the next report; who finds the store busy asks again, as people do."""
    for _ in range(MOST_TRIES):
        with suppress(BusyError), office.desk("rei") as desk:
            return pull.next_for(desk).hex()
    raise BusyError


def hand_out(office: Office, worker: int, to: int) -> None:  # pragma: no cover - in the child
    """Take one report after another, as somebody of their own, and say which."""
    found = []
    try:
        the_staff(office.app).service.database.forget_connections()
        ring = office.rings["rei"]
        office.rings["rei"] = replace(ring, person=replace(ring.person, id=bytes([worker]) * 16))
        while True:
            found.append(next_of(office))
    except NothingNextError:
        os.write(to, json.dumps(found).encode())
    finally:
        # Whatever happened: the rest of the tests is for the parent.
        os._exit(0)


def test_eight_processes_hand_out_each_report_once(office: Office) -> None:
    reports = {office.report().hex() for _ in range(REPORTS)}
    office.come_in("rei")
    the_staff(office.app).service.database.engine.dispose()
    pipes = []
    for worker in range(WORKERS):
        read, write = os.pipe()
        if os.fork() == 0:  # pragma: no cover - the child ends by itself
            hand_out(office, worker, write)
        os.close(write)
        pipes.append(read)
    handed: Counter[str] = Counter()
    for pipe in pipes:
        with os.fdopen(pipe) as answers:
            handed.update(json.loads(answers.read()))
    for _ in range(WORKERS):
        os.wait()
    assert handed == dict.fromkeys(reports, 1)
    assert REPORTS <= WORKERS * MOST_HELD
