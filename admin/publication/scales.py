"""Scales: how large noise must be for what it may cost, found without the library that makes it.

Web workers never load OpenDP. This is its privacy map, 1 divided by the scale and rounded up, done
in exact fractions; a test holds it against OpenDP's own, which is asked again before the draw.
"""

from fractions import Fraction
from importlib.metadata import version
from math import inf, nextafter
from typing import Final

MECHANISM: Final = f"OpenDP {version('opendp')} make_laplace, vectors of i64, L1 distance"


def foreseen(eps: Fraction) -> str:
    """Return the scale that a table's part asks for, as exact hexadecimal."""
    scale = float(1 / eps)
    while _rounded_up(1 / Fraction(scale)) > eps:
        scale = nextafter(scale, inf)
    return scale.hex()


def _rounded_up(exact: Fraction) -> Fraction:
    near = float(exact)
    return Fraction(near if Fraction(near) >= exact else nextafter(near, inf))
