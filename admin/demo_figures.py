"""Demo figures: the published figures of a year that never was, so that their pages can be seen.

Every number is invented, then drawn with the real noise, booked and signed as real ones are, and
the name of the release says what it is. None of it touches the database: the budget of the
demonstration's own years stays whole.
"""

import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from importlib import import_module
from pathlib import Path
from secrets import SystemRandom
from typing import Final, Protocol

from admin.publication import calendar, scales, shelf
from admin.publication.booked import NOTHING, Event, State, scope_of, written
from admin.publication.measurements import digest
from crypto import publishing, seeds, signing
from crypto.envelope import make_key
from crypto.passphrase import Parameters
from crypto.publishing import Seeds
from crypto.signing import Document, Prefix
from reporting.clock import week_of
from reporting.statistics import bundle, canonical, papers
from reporting.statistics import plan as plans
from reporting.statistics.bundle import Source
from reporting.statistics.codelists import LISTS, Dim, cells
from reporting.statistics.manifest import MANIFEST, SIGNATURES
from reporting.statistics.papers import Approval
from reporting.statistics.plan import Measure, Outline, Plan, Tier, cap
from reporting.statistics.topdown import Measurement

SEEDS: Final = "release.seeds"
UNITS: Final = 2_400  # invented; a year of the size that has tables of two dimensions
OFFICERS: Final = 2
EPS: Final = Fraction(1)
NOISE: Final = "admin.publication.noise"
_INVENTED: Final = SystemRandom()

Unit = Mapping[Dim, str]


class Noise(Protocol):
    """The module that makes noise."""

    def draw(self, table: Measure, counts: Sequence[int], /) -> tuple[int, ...]:
        """Return the counts with noise."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the figures of a demonstration lie, and the passphrase that opens its signing keys."""

    instance: Path
    typed: str
    parameters: Parameters


def publish(place: Place, now: datetime) -> None:
    """Publish the figures of the last year that would be public by now, once.

    The keys they are signed with stay in the instance, so that later figures can follow them. An
    instance that has keys of releases is left as it is.
    """
    if (place.instance / shelf.KEYS).exists():
        return
    planned = _plan(now)
    data = plans.encode(planned)
    measured = _measured(planned)
    keys = _seeds(place)
    source = Source(
        plan=data,
        measured=measured,
        approvals=_approvals(data),
        ledger=_ledger(planned, measured, now),
        previous="",
        version=1,
        supersedes="",
        synthetic=True,
        keys=keys.public().encode().encode(),
    )
    files = bundle.render(source)
    signed = publishing.sign(keys, files[MANIFEST])
    both = dict(zip(SIGNATURES, (signed.ed25519, signed.mldsa65), strict=True))
    folder = place.instance / shelf.RELEASES / f"{planned.release}.v1"
    folder.parent.mkdir(exist_ok=True)
    # What was not finished: without the file of public keys nobody reads it.
    shutil.rmtree(folder, ignore_errors=True)
    shelf.write(folder, {**files, **both})
    shelf.keep(place.instance / shelf.KEYS, source.keys)


def _plan(now: datetime) -> Plan:
    year = calendar.period_of(now) - 1
    period = year if calendar.is_public(year, now) else year - 1
    outline = Outline(
        release=f"TOMOSHIBI-SYNTHETIC-{period}-A",
        tier=Tier.M,
        eps_year=EPS,
        eps=EPS,
        shares=plans.shares(Tier.M),
    )
    return plans.compose(outline, scales.foreseen, scales.MECHANISM)


def _seeds(place: Place) -> Seeds:
    file = place.instance / SEEDS
    if file.exists():
        return seeds.read(file.read_bytes(), place.typed, place.parameters)
    made = publishing.make_seeds()
    shelf.keep(file, seeds.write(made, place.typed, place.parameters))
    return made


def _measured(planned: Plan) -> tuple[Measurement, ...]:
    # A quarter of a gigabyte: loaded when figures are made, and by no process that serves pages.
    noise: Noise = import_module(NOISE)
    units = _units({dim for table in planned.tables for dim in table.dims})
    return tuple(
        Measurement(table.dims, noise.draw(table, _counts(table, units)))
        for table in planned.tables
    )


def _units(dims: set[Dim]) -> tuple[Unit, ...]:
    """Invent units; which codes are frequent is left to chance, so that nobody is meant."""
    columns = {dim: _codes(dim) for dim in dims}
    return tuple({dim: column[at] for dim, column in columns.items()} for at in range(UNITS))


def _codes(dim: Dim) -> list[str]:
    codes = [code.code for code in LISTS[dim]]
    weights = [_INVENTED.randint(1, 12) for _ in codes]
    return _INVENTED.choices(codes, weights, k=UNITS)


def _counts(table: Measure, units: Sequence[Unit]) -> tuple[int, ...]:
    found = dict.fromkeys(cells(table.dims), 0)
    for unit in units:
        found[tuple(unit[dim] for dim in table.dims)] += 1
    return tuple(found.values())


def _approvals(data: bytes) -> bytes:
    plan: Document = json.loads(data)
    return papers.write_approvals(_approval(plan) for _ in range(OFFICERS))


def _approval(plan: Document) -> Approval:
    officer = make_key()
    signed = signing.sign(officer, Prefix.STAT_PLAN, plan)
    return Approval(signing.public_key(officer), signed[: signing.SIGNATURE_BYTES])


def _ledger(planned: Plan, measured: tuple[Measurement, ...], now: datetime) -> bytes:
    rows: list[canonical.Value] = []
    before = NOTHING
    for state, result in ((State.RESERVED, ""), (State.DRAWN, digest(measured).hex())):
        event = Event(
            seq=len(rows) + 1,
            scope=scope_of(planned),
            release=planned.release,
            state=state,
            eps=planned.eps,
            plan_sha256=planned.digest,
            result_sha256=result,
            reason="",
            week=week_of(now),
        )
        after = event.hash(before)
        rows.append({**event.stated(), "prev": before.hex(), "hash": after.hex()})
        before = after
    scope = {"scope": scope_of(planned), "cap": written(cap(planned.eps_year))}
    return canonical.encode({"events": rows, "head": before.hex(), "scopes": [scope]})
