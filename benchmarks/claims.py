"""Let eight processes claim the same reports at once, and count how many were taken twice.

python -m benchmarks.claims                      10,000 claims on both databases
python -m benchmarks.claims --database sqlite --claims 800

Each of the eight, all different people, tries to take every report in an order of its own: of
eight who claim a report one may win.
"""

import secrets
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from multiprocessing import get_context
from multiprocessing.queues import SimpleQueue
from typing import Final

import click
from sqlalchemy import select

from admin import leases
from admin.errors import InHandError
from admin.keyring import Ring
from benchmarks.crowd import WAITING, Crowd, entered, fill, settings_of
from benchmarks.service import instance
from reporting.errors import BusyError
from reporting.ids import CaseId
from reporting.models import Case, State

WORKERS: Final = 8
HEAD: Final = "| database | claims | won | taken twice | seconds |\n|---|---|---|---|---|"


def claim(crowd: Crowd, cases: Sequence[bytes], won: SimpleQueue[list[bytes]]) -> None:
    """Try to take every report as somebody new; say which were taken."""
    crowd.staff.service.database.forget_connections()
    person = replace(crowd.ring.person, id=secrets.token_bytes(16))
    ring = replace(crowd.ring, person=person)
    order = sorted(cases, key=lambda _: secrets.token_bytes(4))
    won.put([case for case in order if _takes(crowd, ring, case)])


def _takes(crowd: Crowd, ring: Ring, case: bytes) -> bool:
    while True:
        try:
            with crowd.desk(ring) as desk:
                leases.claim(desk, CaseId(case))
        except InHandError:
            return False
        except BusyError:
            continue  # asked again, as people do
        return True


def line(database: str, claims: int) -> str:
    """Let them claim; return a row of the table."""
    with instance(database) as environment:
        crowd = entered(settings_of(environment))
        fill(crowd, 0, claims / WORKERS / (WAITING[State.RECEIVED] + WAITING[State.TRIAGED]))
        with crowd.staff.service.read() as session:
            waits = Case.state.in_((State.RECEIVED, State.TRIAGED))
            cases = session.scalars(select(Case.id).where(waits)).all()
        crowd.staff.service.database.engine.dispose()
        began, won = time.perf_counter(), Counter(_all_at_once(crowd, cases))
        took = time.perf_counter() - began
        twice = sum(times > 1 for times in won.values())
        cells = [database, f"{len(cases) * WORKERS:,}", f"{len(won):,}", str(twice), f"{took:.0f}"]
        return "| " + " | ".join(cells) + " |"


def _all_at_once(crowd: Crowd, cases: Sequence[bytes]) -> Iterator[bytes]:
    # Forked, so that each has the keys without their being written anywhere.
    forking = get_context("fork")
    won: SimpleQueue[list[bytes]] = forking.SimpleQueue()
    workers = [forking.Process(target=claim, args=(crowd, cases, won)) for _ in range(WORKERS)]
    for worker in workers:
        worker.start()
    for _ in workers:
        yield from won.get()
    for worker in workers:
        worker.join()


@click.command()
@click.option("--database", "databases", type=click.Choice(["sqlite", "postgresql"]), multiple=True)
@click.option("--claims", default=10_000, show_default=True)
def main(databases: tuple[str, ...], claims: int) -> None:
    """Print the table of docs/benchmarks.md."""
    click.echo(HEAD)
    for database in databases or ("sqlite", "postgresql"):
        click.echo(line(database, claims))


if __name__ == "__main__":
    main()
