"""Builders of draws: officers with their keys at work, and a year with rows that can be drawn."""

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from admin.publication import approvals, burning, frame_records, periods, releases
from admin.publication.acting import Officer
from admin.publication.booked import Reason
from admin.publication.frame_records import Record
from crypto.sealing import seal
from reporting import places
from reporting.stat_rows import StatFrameRow
from reporting.statistics.plan import Plan
from tests.builders_figures import RELEASE, YEAR
from tests.builders_frame import Counting
from tests.builders_staff import the_staff


def an_officer(counting: Counting, name: str) -> Officer:
    """Return an officer with what they came in with; they come in if they did not yet."""
    ring = counting.rings[name] if name in counting.rings else counting.come_in(name)
    service = the_staff(counting.app).service
    with service.begin() as session:
        verified = service.office.follow(session)
    return Officer(service, ring, verified, counting.office.clock())


def instance_of(counting: Counting) -> Path:
    """Return the instance folder of an office."""
    return the_staff(counting.app).service.settings.instance


def an_announced_plan(counting: Counting, made: Plan) -> None:
    """Plan a year, and give that out as the command does."""
    with counting.desk("olga") as desk:
        approvals.draft(desk, instance_of(counting), made)
        approvals.announce(desk, instance_of(counting), made.release)
        releases.announce(desk, made.release, instance_of(counting))


def an_approved_plan(counting: Counting, made: Plan) -> Plan:
    """Let both officers sign a plan that is announced."""
    an_announced_plan(counting, made)
    for name in ("olga", "oscar"):
        sign(counting, name, made.release)
    return made


def sign(counting: Counting, name: str, release: str) -> approvals.Planned:
    """Let an officer sign; they come in if they did not yet."""
    if name not in counting.rings:
        counting.come_in(name)
    with counting.desk(name) as desk:
        plan = approvals.require(desk.session, desk.verified, release).plan
        return approvals.approve(desk, instance_of(counting), release, plan.digest)


def give_up(counting: Counting, release: str = RELEASE) -> None:
    """Let both officers give up a release that was drawn."""
    for name in ("olga", "oscar"):
        an_officer(counting, name)
        with counting.desk(name) as desk:
            burning.burn(desk, release, Reason.CODE)


def a_record(tactic: int = 1, origin: int = 1, region: int = 1) -> Record:
    """Return the record of a unit, by places in the codelists."""
    return Record(1, tactic, origin, region, 1, 1)


def add_units(counting: Counting, records: list[Record], period: int = YEAR) -> None:
    """Put rows into the frame of a year, as casework would have over time."""
    with counting.desk("olga") as desk:
        keys = periods.open_for_draw(desk.session, desk.ring, desk.verified, period)
        ((_, opening),) = keys.openings.items()
        desk.session.add_all(a_row(record, opening, period) for record in records)


def a_row(record: Record, opening: periods.Opening, period: int) -> StatFrameRow:
    """Return the row of a unit that nobody reported."""
    unit = secrets.token_bytes(32)
    packed = frame_records.pack(record, unit, opening.mac)
    box = seal(opening.key.public, packed, places.frame_record(unit))
    return StatFrameRow(period=period, unit_key=unit, record_sealed=box, cluster_sealed=b"x")


@contextmanager
def unwatched(_length: int) -> Iterator[Callable[[int], None]]:
    """Watch nothing."""
    yield lambda _done: None
