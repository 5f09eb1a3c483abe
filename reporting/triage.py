"""Triage: from answer codes to the level that orders the queue (forms/data/triage.toml).

Only ever an order: no level closes, declines or shares anything, and a person confirms or changes
it. Danger is not asked on the short form and therefore counts as "unsure".
"""

from collections.abc import Iterable
from enum import IntEnum
from typing import Final

from forms.codebook import KINDS, RUBRIC

_SEVERITY: Final = {kind.code: kind.severity for kind in KINDS}
_DANGER: Final = dict(RUBRIC.danger_points)


class Level(IntEnum):
    """The one number about a report that stays readable; the numbers are those of triage.toml."""

    LOW = 0
    MEDIUM = 1
    HIGH = 2
    URGENT = 3


def level_of(kinds: Iterable[str], danger: str = "unsure") -> Level:
    """Return the level of a report known by its kinds; `danger` is a code of the imminence axis."""
    points = score(frozenset(kinds), danger)
    reached = [name for name, threshold in RUBRIC.thresholds if points >= threshold]
    ranks = dict(RUBRIC.levels)
    return Level(max((ranks[name] for name in reached), default=Level.LOW))


def score(kinds: frozenset[str], danger: str) -> int:
    """Add up the axes that kinds without detail can reach: imminence, severity, family."""
    severity = max((_SEVERITY[kind] for kind in kinds), default=0)
    family = 1 if kinds & RUBRIC.family_groups else 0
    return _DANGER[danger] + severity + family
