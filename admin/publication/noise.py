"""Noise: the exact whole-number noise that makes a count fit to be published.

The only module that knows OpenDP, which makes the noise and says what it costs. Numbers with a
point stand here only where the scale of the noise is found: none is ever added to a count.
"""

from collections.abc import Callable, Sequence
from fractions import Fraction
from math import inf, nextafter
from typing import Final

import opendp.prelude as dp

from admin.errors import FiguresError
from admin.publication.scales import MECHANISM
from reporting.statistics.plan import Measure, Plan

# One unit more or less changes one cell of a table, by one.
DISTANCE: Final = 1
WRONG_LENGTH: Final = (
    "A table of the plan has {} cells and {} were counted. Nothing was drawn: this program and the"
    " codes of the plan do not fit together."
)
NO_COUNT: Final = "A count is a whole number from 0 on. Nothing was drawn."
DEARER: Final = (
    "The noise of this plan was planned with another OpenDP, and may cost more than was signed."
    " Nothing was spent. Next: tomoshibi stats plan {}, and let two officers sign it anew."
)

dp.enable_features("contrib")


def scale_for(eps: Fraction) -> str:
    """Return the first scale found whose noise costs no more than this, as exact hexadecimal."""
    scale = float(1 / eps)
    while cost(scale.hex()) > eps:
        scale = nextafter(scale, inf)
    return scale.hex()


def cost(scale: str) -> Fraction:
    """Return the ε of one table with noise of this scale, as OpenDP says it."""
    privacy_map: Callable[[int], float] = _mechanism(scale).map
    return Fraction(privacy_map(DISTANCE))


def require_within(plan: Plan) -> None:
    """Raise FiguresError unless each table costs no more than what will be booked for it."""
    dearer = any(cost(table.scale) > table.eps for table in plan.tables)
    if dearer or plan.mechanism != MECHANISM:
        raise FiguresError(DEARER.format(plan.release))


def draw(table: Measure, counts: Sequence[int]) -> tuple[int, ...]:
    """Return the counts of all cells of a table with noise; each call costs ε.

    Raises FiguresError for another number of cells, which OpenDP would take, and for anything but
    whole numbers.
    """
    if len(counts) != table.cells:
        raise FiguresError(WRONG_LENGTH.format(table.cells, len(counts)))
    # Not isinstance: a truth value would count as a whole number.
    if not all(type(count) is int and count >= 0 for count in counts):
        raise FiguresError(NO_COUNT)
    noisy: list[int] = _mechanism(table.scale)(list(counts))
    return tuple(noisy)


def _mechanism(scale: str) -> dp.Measurement:
    domain = dp.vector_domain(dp.atom_domain(T="i64"))
    metric = dp.l1_distance(T="i64")
    return dp.m.make_laplace(domain, metric, scale=float.fromhex(scale))
