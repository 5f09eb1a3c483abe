"""Count a year of many units, as the draw does it, and write its rows anew, as every night does.

python -m benchmarks.frame                                  10,000 units on both databases
python -m benchmarks.frame --database sqlite --units 1000000

The units are nobody's: each has a random record and a box of one report.
"""

import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

import click
from sqlalchemy import insert
from sqlalchemy.orm import Session

from admin.publication import frame, units
from admin.publication.frame_records import Record
from admin.publication.periods import Opening, PeriodKeys, UnitKeys
from admin.publication.units import Member, Unit
from benchmarks.crowd import settings_of
from benchmarks.service import instance
from crypto.custody import PrivateKey, make_seed
from crypto.envelope import make_key
from crypto.sealing import kid
from migrations.upgrade import upgrade
from reporting.database import connect
from reporting.stat_rows import StatFrameRow
from reporting.statistics import plan
from reporting.statistics.plan import Outline, Plan, Tier

YEAR: Final = 2026
BATCH: Final = 1_000
HEAD: Final = (
    "| database | units | what | seconds | CPU seconds | CPU µs a unit |\n|---|---|---|---|---|---|"
)


def a_plan() -> Plan:
    """Return the plan with the most tables."""
    whole = Fraction(1)
    outline = Outline(f"TOMOSHIBI-JP-{YEAR}-A", Tier.M, whole, whole, plan.shares(Tier.M))
    return plan.compose(outline, lambda eps: float(1 / eps).hex(), "none")


def rows(keys: UnitKeys, count: int) -> Iterator[dict[str, object]]:
    """Yield rows of units that nobody reported."""
    for _ in range(count):
        places = (1 + secrets.randbelow(most) for most in (4, 11, 15, 9, 8, 3))
        one = Member(secrets.token_bytes(16), Record(*places))
        unit = Unit(secrets.token_bytes(16), (one,))
        yield {"period": YEAR, "unit_key": keys.unit_key(unit.cluster), **units.boxes(keys, unit)}


def fill(session: Session, keys: UnitKeys, count: int) -> None:
    """Store so many units."""
    session.execute(insert(StatFrameRow), list(rows(keys, count)))


def lines(database: str, count: int) -> Iterator[str]:
    """Measure, and yield rows of the table."""
    seed, unit, mac = make_seed(), make_key(), make_key()
    grown = PrivateKey(seed)
    keys = UnitKeys(YEAR, grown.public, unit, mac, is_fit=True)
    opening = PeriodKeys(YEAR, {kid(grown.public): Opening(grown, mac)})
    with instance(database) as environment:
        store = connect(settings_of(environment).database)
        upgrade(store.engine)
        for at in range(0, count, BATCH):
            with store.begin() as session:
                fill(session, keys, min(BATCH, count - at))
        with store.snapshot() as session, measured() as cost:
            frame.counted(session, opening, a_plan(), lambda _done: None)
        yield cost.line(database, count, "open, check and count")
        with store.begin() as session, measured() as cost:
            frame.rewrite(session)
        yield cost.line(database, count, "write all rows anew")
        store.engine.dispose()


@dataclass
class Cost:
    """What something took, of the clock and of a core."""

    seconds: float = 0.0
    cpu_seconds: float = 0.0

    def line(self, database: str, count: int, what: str) -> str:
        """Return a row of the table."""
        each = self.cpu_seconds / count * 1e6
        cells = [database, f"{count:,}", what, f"{self.seconds:.1f}", f"{self.cpu_seconds:.1f}"]
        return "| " + " | ".join([*cells, f"{each:.0f}"]) + " |"


@contextmanager
def measured() -> Iterator[Cost]:
    """Measure the block; the server of PostgreSQL is not in it."""
    cost, began, cpu = Cost(), time.perf_counter(), time.process_time()
    yield cost
    cost.seconds, cost.cpu_seconds = time.perf_counter() - began, time.process_time() - cpu


@click.command()
@click.option("--database", "databases", type=click.Choice(["sqlite", "postgresql"]), multiple=True)
@click.option("--units", "count", default=10_000, show_default=True)
def main(databases: tuple[str, ...], count: int) -> None:
    """Print the table of docs/benchmarks.md."""
    click.echo(HEAD)
    for database in databases or ("sqlite", "postgresql"):
        for line in lines(database, count):
            click.echo(line)


if __name__ == "__main__":
    main()
