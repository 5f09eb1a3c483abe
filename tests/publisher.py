"""A publisher: puts signed releases into an instance, as the command line leaves them there."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

from reporting.statistics import bundle, plan
from reporting.statistics.bundle import Source
from reporting.statistics.manifest import MANIFEST, digest
from reporting.statistics.plan import Plan, Tier
from reporting.statistics.shelf import EXPORTED, KEYS, RELEASES
from reporting.statistics.topdown import Measurement
from tests.reporting.statistics import editions

MADE_UP: Final = "TOMOSHIBI-SYNTHETIC-2025-A"
SECOND: Final = "TOMOSHIBI-JP-2026-A"
COMING: Final = "TOMOSHIBI-JP-2027-A"
TACTICS: Final = (212, 188, 96, 61, 143, 171, 84, 39, 12, 57, 23)
ORIGINS: Final = (18, 402, 9, 71, 24, 3, 187, 66, 5, -4, 31, 6, 92, 21, 153)
REGIONS: Final = (19, 22, 561, 168, 174, 14, -3, 61, 67)
TOTAL: Final = 1_084


def a_small_draw(planned: Plan) -> tuple[Measurement, ...]:
    """Return what might be drawn of a year with about a thousand cases."""
    columns = ((TOTAL,), TACTICS, ORIGINS, REGIONS)
    return tuple(
        Measurement(table.dims, values)
        for table, values in zip(planned.tables, columns, strict=True)
    )


@cache
def releases() -> Mapping[str, Mapping[str, bytes]]:
    """Return three folders, each following the one before: made-up, its second version, real."""
    made_up, real = editions.a_plan(MADE_UP), editions.a_plan(SECOND, Tier.M)
    drawn = a_small_draw(made_up)
    booked = ledger(made_up, real)
    first = editions.a_source(made_up, measured=drawn, ledger=booked)
    found = {f"{MADE_UP}.v1": _signed(first)}
    second = editions.a_source(
        made_up,
        measured=drawn,
        ledger=booked,
        version=2,
        supersedes=f"{MADE_UP}.v1",
        previous=_head(found[f"{MADE_UP}.v1"]),
    )
    found[f"{MADE_UP}.v2"] = _signed(second)
    third = editions.a_source(real, ledger=booked, previous=_head(found[f"{MADE_UP}.v2"]))
    found[f"{SECOND}.v1"] = _signed(third)
    return found


def publish(instance: Path, *names: str) -> None:
    """Put keys, ledger, plan and these releases into an instance; all of them if none is named."""
    instance.mkdir(parents=True, exist_ok=True)
    (instance / KEYS).write_text(editions.KEYS.encode(), encoding="utf-8")
    for name in names or releases():
        editions.written(releases()[name], instance / RELEASES / name)
    made_up, real = editions.a_plan(MADE_UP), editions.a_plan(SECOND, Tier.M)
    exported = {
        bundle.LEDGER: ledger(made_up, real),
        bundle.PLAN: plan.encode(editions.a_plan(COMING, Tier.M)),
    }
    editions.written(exported, instance / EXPORTED)


def ledger(made_up: Plan, *others: Plan) -> bytes:
    """Return a ledger that holds the made-up year as it was drawn, and then others."""
    return editions.booked(made_up, *others, draws={MADE_UP: a_small_draw(made_up)})


def _signed(source: Source) -> Mapping[str, bytes]:
    return editions.signed(bundle.render(source))


def _head(files: Mapping[str, bytes]) -> str:
    return digest(files[MANIFEST])
