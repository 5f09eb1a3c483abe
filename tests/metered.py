"""Metered: people who have read much today, without reading it one by one."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from flask import Flask

from admin import audit, reading_counts, reading_days
from admin.audit import Entry
from admin.meter import Meter
from admin.tripwires import LIMITS, Counts, Kind
from crypto.custody import open_sealed
from crypto.envelope import Secret
from crypto.roles import Group
from reporting import places
from reporting.audit_rows import AuditSegment
from tests.builders import Seeds
from tests.builders_staff import the_staff
from tests.conftest import Clock


def meter(app: Flask) -> Meter:
    return Meter.of(the_staff(app).door.pepper)


def has_read(app: Flask, member: bytes, kind: Kind, clock: Clock, less: int = 0) -> None:
    """Let somebody have read as much today as is usual, less a few; supervisors know of more."""
    told = frozenset({str(kind)}) if less < 0 else frozenset[str]()
    counts = Counts({kind: LIMITS[kind] - less}, told=told)
    with the_staff(app).service.begin() as session:
        reading_counts.keep(session, meter(app), member, clock(), counts)


def has_read_and_passed_on(app: Flask, member: bytes, clock: Clock) -> None:
    """Let somebody have read and passed on as much today as where it stops."""
    counts = Counts({Kind.STORIES: LIMITS[Kind.STORIES] * 2}, passed_on=1)
    with the_staff(app).service.begin() as session:
        reading_counts.keep(session, meter(app), member, clock(), counts)


def has_read_before(
    app: Flask, member: bytes, clock: Clock, days: int, read: Mapping[Kind, int]
) -> None:
    """Let somebody have read so much on each of the days before today, but for days of rest."""
    with the_staff(app).service.begin() as session:
        for back in range(2 * days, 0, -2):
            reading_days.keep(session, meter(app), member, clock() - timedelta(days=back), read)


def counted(app: Flask, member: bytes, kind: Kind, clock: Clock) -> int:
    """Return how much of a kind somebody read today."""
    with the_staff(app).service.begin() as session:
        found = reading_counts.of(session, meter(app), member, clock())
    return 0 if found is None else found.read.get(kind, 0)


def logged(app: Flask, seeds: Seeds, verb: str) -> Sequence[Entry]:
    """Return what the log says of deeds of a kind, the first one first."""
    held = {seeds.epochs[Group.AUDIT]: seeds.by_group[Group.AUDIT]}

    def key_of(segment: AuditSegment) -> Secret:
        return open_sealed(held[segment.epoch_id], segment.key_sealed, places.segment(segment.id))

    with the_staff(app).service.read() as session:
        entries = audit.read(session, key_of, None)
    return [entry for entry in reversed(entries) if entry.verb == verb]
