"""Measure what a draw costs: opening every row of a year, counting, noise, and what is booked.

make bench                        10,000 rows on both databases
python -m benchmarks.draw --database sqlite --rows 1000000

In one process, as `tomoshibi stats draw` runs it, from the snapshot to the second commit.
"""

import resource
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from fractions import Fraction
from typing import Final

import click
from pyotp import TOTP
from sqlalchemy import insert

from admin.admission import Arrival, admit, look_back
from admin.publication import approvals, draw, frame_records, periods, releases
from admin.publication.acting import Officer
from admin.publication.calendar import HOME, period_of
from admin.publication.frame_records import Record
from admin.publication.scales import MECHANISM, foreseen
from admin.sessions import Credentials, unlock
from benchmarks.crowd import Crowd, entered, settings_of
from benchmarks.service import instance
from crypto.sealing import seal
from reporting import places
from reporting.stat_rows import StatFrameRow
from reporting.statistics import plan
from reporting.statistics.codelists import LISTS, Dim
from reporting.statistics.plan import Outline, Plan, Tier
from wsgi import utc_now

HEAD: Final = (
    "| database | rows | tier | s | CPU s here | CPU µs a row | most memory MiB | before MiB |\n"
    "|---|---|---|---|---|---|---|---|"
)
OFFICERS: Final = ("Sora Lind", "Noor Haddad")
TABLES: Final = (Dim.QUARTER, Dim.TACTIC, Dim.ORIGIN, Dim.REGION, Dim.TARGET, Dim.VERIF)
INSERTED_AT_ONCE: Final = 5_000


def came_in(crowd: Crowd, name: str) -> Officer:
    """Let an officer of the demonstration in."""
    person, now, staff = crowd.people[name], utc_now(), crowd.staff
    opened = unlock(staff, Credentials(person.name, person.passphrase), now)
    arrival = Arrival(TOTP(person.totp_secret).at(now), now, "step_up", look_back(staff, opened))
    with staff.service.begin() as session:
        admitted = admit(session, staff, opened, arrival)
    return Officer(staff.service, admitted.ring, admitted.verified, now)


def fill(officer: Officer, count: int) -> None:
    """Put rows into the frame of this year, each with codes by chance."""
    with officer.begin() as desk:
        keys = periods.open_for_draw(desk.session, desk.ring, desk.verified, period_of(desk.now))
    ((_, opening),) = keys.openings.items()
    for begin in range(0, count, INSERTED_AT_ONCE):
        made = [_row(opening, keys.period) for _ in range(min(INSERTED_AT_ONCE, count - begin))]
        with officer.begin() as desk:
            desk.session.execute(insert(StatFrameRow), made)


def approved(officers: tuple[Officer, ...], tier: Tier) -> Plan:
    """Let both officers sign a plan of this year."""
    first, second = officers
    year = Fraction(1)
    release = f"TOMOSHIBI-JP-{period_of(first.now)}-A"
    made = plan.compose(Outline(release, tier, year, year, plan.shares(tier)), foreseen, MECHANISM)
    instance = first.service.settings.instance
    with first.begin() as desk:
        approvals.draft(desk, instance, made)
        approvals.announce(desk, instance, release)
        releases.announce(desk, release, instance)
        approvals.approve(desk, instance, release, made.digest)
    with second.begin() as desk:
        approvals.approve(desk, instance, release, made.digest)
    return made


def measure(database: str, rows: int, tier: Tier) -> str:
    """Draw a year of so many rows; return a line of the table."""
    with instance(database) as environment:
        crowd = entered(settings_of(environment))
        officers = tuple(came_in(crowd, name) for name in OFFICERS)
        made = approved(officers, tier)
        fill(officers[0], rows)
        day = datetime(made.period + 1, 4, 16, 12, tzinfo=HOME)
        officer = Officer(crowd.staff.service, officers[0].ring, officers[0].verified, day)
        before = most_memory()
        began, worked = time.perf_counter(), time.process_time()
        draw.draw(officer, made.release, unwatched)
        took, worked = time.perf_counter() - began, time.process_time() - worked
        crowd.staff.service.database.engine.dispose()
    spent = f"{took:.1f} | {worked:.1f} | {worked * 1e6 / rows:.0f}"
    return f"| {database} | {rows:,} | {tier} | {spent} | {most_memory():.0f} | {before:.0f} |"


def most_memory() -> float:
    """Return the most memory that this process ever had, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


@contextmanager
def unwatched(_length: int) -> Iterator[Callable[[int], None]]:
    """Watch nothing."""
    yield lambda _done: None


def _row(opening: periods.Opening, period: int) -> dict[str, object]:
    unit = secrets.token_bytes(32)
    codes = [secrets.randbelow(len(LISTS[dim])) + 1 for dim in TABLES]
    packed = frame_records.pack(Record(*codes), unit, opening.mac)
    box = seal(opening.key.public, packed, places.frame_record(unit))
    return {"period": period, "unit_key": unit, "record_sealed": box, "cluster_sealed": b"x"}


@click.command()
@click.option("--database", "databases", multiple=True, default=("sqlite", "postgresql"))
@click.option("--rows", default=10_000, show_default=True)
@click.option("--tier", type=click.Choice([tier.value for tier in Tier]), default="M")
def main(databases: tuple[str, ...], rows: int, tier: str) -> None:
    """Print a line for each database."""
    print(HEAD)
    for database in databases:
        print(measure(database, rows, Tier(tier)))


if __name__ == "__main__":
    main()
