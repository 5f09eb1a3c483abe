"""Plans and draws that tests start from: the right scale without OpenDP, and noise from a name."""

import hashlib
import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction

from reporting.statistics.codelists import Cell, Dims, cells
from reporting.statistics.plan import Outline, Plan, Tier, compose, shares
from reporting.statistics.topdown import Measurement

MECHANISM = "integer Laplace"
FOUNDED = "TOMOSHIBI-JP-2026-A"


def scale_of(eps: Fraction) -> str:
    """Return the least float whose noise costs no more than this."""
    scale = float(1 / eps)
    while Fraction(scale) * eps < 1:
        scale = math.nextafter(scale, math.inf)
    return scale.hex()


def an_outline(tier: Tier = Tier.S, **other: object) -> Outline:
    """Return what the plan of an ordinary year decides."""
    ordinary = Outline(FOUNDED, tier, Fraction(1), Fraction(1), shares(tier))
    return replace(ordinary, **other)  # type: ignore[arg-type] # the caller knows the fields


def a_plan(tier: Tier = Tier.S, **other: object) -> Plan:
    return compose(an_outline(tier, **other), scale_of, MECHANISM)


def drawn(plan: Plan, count: Callable[[Dims, Cell], int]) -> tuple[Measurement, ...]:
    """Return measurements that hold these numbers as they are."""
    return tuple(
        Measurement(table.dims, tuple(count(table.dims, cell) for cell in cells(table.dims)))
        for table in plan.tables
    )


def numbers(name: str, most: int) -> Iterator[int]:
    """Yield numbers from 0 to `most`, the same ones for the same name on every machine."""
    place = 0
    while True:
        block = hashlib.sha256(f"{name} {place}".encode()).digest()
        yield from (
            int.from_bytes(block[at : at + 4], "big") % (most + 1) for at in range(0, 32, 4)
        )
        place += 1
