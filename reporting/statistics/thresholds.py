"""Margins and thresholds: how far a figure may be off, and from where on it is shown.

Both follow from the variance of the estimate alone, so one rule serves measured and derived tables.
Decimals of 40 digits, whose logarithms are rounded correctly: every machine gives the same bytes.
"""

from decimal import ROUND_CEILING, ROUND_HALF_EVEN, Context, Decimal, localcontext
from fractions import Fraction
from typing import Final

DIGITS: Final = Context(prec=40, rounding=ROUND_HALF_EVEN)
LEAST_SHOWN: Final = 10  # the consent promises it to those who reported
_CHANCE: Final = Decimal("0.05")


def variance(eps: Fraction) -> Decimal:
    """Return the variance of the noise in each cell of a table that is measured with `eps`."""
    with localcontext(DIGITS):
        q = (-Decimal(eps.numerator) / eps.denominator).exp()
        return 2 * q / (1 - q) ** 2


def margin(variance: Decimal) -> int:
    """Return what the noise of a figure stays within in 95 of 100 draws."""
    with localcontext(DIGITS):
        q = _ratio(variance)
        within = (_CHANCE * (1 + q) / 2).ln() / q.ln() - 1
        return max(0, int(within.to_integral_value(ROUND_CEILING)))


def threshold(variance: Decimal, cells: int) -> int:
    """Return the least figure that is shown.

    Were all cells of the table empty, the chance that any shows would be 5 in 100 at most.
    """
    with localcontext(DIGITS):
        q = _ratio(variance)
        least = (_CHANCE * (1 + q) / cells).ln() / q.ln()
        return max(LEAST_SHOWN, int(least.to_integral_value(ROUND_CEILING)))


def _ratio(variance: Decimal) -> Decimal:
    """Return q of the geometric law on both sides of zero that has this variance."""
    middle = 1 + 1 / variance
    return middle - (middle**2 - 1).sqrt()
