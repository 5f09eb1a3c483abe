"""Plans: what will be measured of one year and what it may cost, in exact fractions.

Two people sign the bytes of `encode` before anything is drawn. The rules about cost stand here a
second time, though the ledger and the database hold them too: a plan that breaks one is no plan.
"""

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum, unique
from fractions import Fraction
from types import MappingProxyType
from typing import Any, Final

from reporting.errors import ReportingError
from reporting.statistics import codelists
from reporting.statistics.codelists import Dim, Dims
from reporting.statistics.promises import PROMISED

HARD_CAP: Final = Fraction(2)
MOST_EPS_YEAR: Final = Fraction(8, 5)
LEAST_EPS: Final = Fraction(1, 1000)  # of one table: with less it would be noise alone
RESERVE: Final = Fraction(1, 4)
MOST_PARTS: Final = 10_000  # denominators, so that sums of the ledger stay small numbers
LEAST_M: Final = 1_000
MOST_M: Final = 5_000
YEARS_DRAW: Final = "A"
_INVENTED: Final = "-SYNTHETIC-"
_RELEASE: Final = re.compile(r"TOMOSHIBI-(JP|SYNTHETIC)-(?P<year>2[0-9]{3})-(?P<letter>[A-Z])")
_MECHANISM: Final = re.compile(r"[!-~]([ -~]{0,198}[!-~])?")
_FRACTION: Final = re.compile(r"[0-9]{1,9}/[1-9][0-9]{0,8}")
_HARDLY: Final = Fraction(1, 2**40)

Shares = tuple[tuple[Dims, Fraction], ...]
Scale = Callable[[Fraction], str]


@unique
class Fault(StrEnum):
    """Which rule a plan breaks."""

    FORM = "form"
    NAME = "name"
    TOO_MANY = "too_many"
    TABLES = "tables"
    SHARES = "shares"
    COST = "cost"
    SCALE = "scale"


class PlanError(ReportingError):
    """What was to be a plan breaks a rule; `fault` says which."""

    def __init__(self, fault: Fault) -> None:
        """Take the rule that is broken."""
        super().__init__(f"not a plan that may be drawn: {fault}")
        self.fault: Final = fault


@unique
class Tier(StrEnum):
    """How much is measured of a year, chosen by the last total that was published."""

    S = "S"
    M = "M"


@dataclass(frozen=True, slots=True)
class Measure:
    """One table that is drawn; `scale` is the float of the noise in hexadecimal."""

    dims: Dims
    share: Fraction
    eps: Fraction
    scale: str
    cells: int


@dataclass(frozen=True, slots=True)
class Plan:
    """What will be measured; equal plans have equal bytes."""

    release: str
    period: int
    tier: Tier
    eps_year: Fraction
    tables: tuple[Measure, ...]
    codelist: int
    mechanism: str

    @property
    def eps(self) -> Fraction:
        """What it spends in all."""
        return sum((table.eps for table in self.tables), Fraction(0))

    @property
    def digest(self) -> str:
        """The SHA-256 of its bytes, which the ledger books."""
        return hashlib.sha256(encode(self)).hexdigest()

    @property
    def is_correction(self) -> bool:
        """Whether it stands in for the year's draw and is paid out of the reserve."""
        return letter(self.release) != YEARS_DRAW

    @property
    def is_synthetic(self) -> bool:
        """Whether every number of it is invented; its name says so in every file."""
        return _INVENTED in self.release


@dataclass(frozen=True, slots=True)
class Outline:
    """What officers decide about a plan; a correction spends an `eps` other than the year's."""

    release: str
    tier: Tier
    eps_year: Fraction
    eps: Fraction
    shares: Shares


_SHARES: Final[Mapping[Tier, Shares]] = MappingProxyType(
    {
        Tier.S: (
            ((), Fraction(1, 10)),
            ((Dim.TACTIC,), Fraction(3, 10)),
            ((Dim.ORIGIN,), Fraction(3, 10)),
            ((Dim.REGION,), Fraction(3, 10)),
        ),
        Tier.M: (
            ((), Fraction(1, 20)),
            ((Dim.TACTIC, Dim.ORIGIN), Fraction(5, 20)),
            ((Dim.TACTIC, Dim.TARGET), Fraction(5, 20)),
            ((Dim.REGION, Dim.VERIF), Fraction(4, 20)),
            ((Dim.TACTIC,), Fraction(2, 20)),
            ((Dim.ORIGIN,), Fraction(3, 20)),
        ),
    }
)


def tier_for(last_total: int | None) -> Tier:
    """Return the tier of a year by the last published total, or nothing where none is.

    Raises PlanError for more cases than the two tiers were made for.
    """
    if last_total is None or last_total < LEAST_M:
        return Tier.S
    if last_total > MOST_M:
        raise PlanError(Fault.TOO_MANY)
    return Tier.M


def shares(tier: Tier) -> Shares:
    """Return the tables of a tier, each with the part of the year's cost that it usually has."""
    return _SHARES[tier]


def cap(eps_year: Fraction) -> Fraction:
    """Return what a year may cost with its reserve, whatever happens."""
    return min(eps_year * (1 + RESERVE), HARD_CAP)


def letter(release: str) -> str:
    """Return the letter of a release; A is the year's draw. Raises PlanError for no such name."""
    return _named(release)["letter"]


def compose(outline: Outline, scale: Scale, mechanism: str) -> Plan:
    """Return the plan that officers may sign; `scale` finds the noise for a table's part.

    Raises PlanError for what breaks a rule, before `scale` is asked for anything.
    """
    _require_cost(outline)
    _require_tables(outline)
    tables = tuple(_measure(dims, share, outline.eps, scale) for dims, share in outline.shares)
    if not all(map(_is_scale, tables)):
        raise PlanError(Fault.SCALE)
    if not _MECHANISM.fullmatch(mechanism):
        raise PlanError(Fault.FORM)
    return Plan(
        release=outline.release,
        period=int(_named(outline.release)["year"]),
        tier=outline.tier,
        eps_year=outline.eps_year,
        tables=tables,
        codelist=codelists.VERSION,
        mechanism=mechanism,
    )


def encode(plan: Plan) -> bytes:
    """Return the plan's bytes, which are signed and published."""
    written = {
        **PROMISED,
        "release": plan.release,
        "period": plan.period,
        "tier": plan.tier.value,
        "eps_year": _written(plan.eps_year),
        "tables": [
            {
                "dims": [dim.value for dim in table.dims],
                "share": _written(table.share),
                "eps": _written(table.eps),
                "scale": table.scale,
                "cells": table.cells,
            }
            for table in plan.tables
        ],
        "codelist": plan.codelist,
        "mechanism": plan.mechanism,
    }
    return json.dumps(written, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()


def decode(data: bytes) -> Plan:
    """Return the plan that bytes hold. Raises PlanError unless they are what `encode` writes."""
    try:
        record = json.loads(data)
        scales = iter([table["scale"] for table in record["tables"]])
        made = compose(_outline(record), lambda _: next(scales), record["mechanism"])
    except (ArithmeticError, AttributeError, KeyError, TypeError, ValueError, RecursionError):
        raise PlanError(Fault.FORM) from None
    if encode(made) != data:
        raise PlanError(Fault.FORM)
    return made


def _measure(dims: Dims, share: Fraction, eps: Fraction, scale: Scale) -> Measure:
    part = share * eps
    return Measure(dims, share, part, scale(part), len(codelists.cells(dims)))


def _require_cost(outline: Outline) -> None:
    eps, year = outline.eps, outline.eps_year
    is_correction = letter(outline.release) != YEARS_DRAW
    is_within = eps <= year * RESERVE if is_correction else eps == year
    if not (eps > 0 and year <= MOST_EPS_YEAR and is_within and _is_short(eps, year)):
        raise PlanError(Fault.COST)


def _require_tables(outline: Outline) -> None:
    if [dims for dims, _ in outline.shares] != [dims for dims, _ in shares(outline.tier)]:
        raise PlanError(Fault.TABLES)
    parts = [share for _, share in outline.shares]
    if sum(parts) != 1 or not _is_short(*parts):
        raise PlanError(Fault.SHARES)
    if min(parts) * outline.eps < LEAST_EPS:
        raise PlanError(Fault.COST)


def _is_short(*fractions: Fraction) -> bool:
    return all(one.denominator <= MOST_PARTS for one in fractions)


def _is_scale(table: Measure) -> bool:
    """Say whether the noise costs the table's part: never more, and hardly less."""
    try:
        scale = float.fromhex(table.scale)
        product = Fraction(scale) * table.eps
    except (OverflowError, ValueError):
        return False
    return scale.hex() == table.scale and 1 <= product <= 1 + _HARDLY


def _named(release: str) -> Mapping[str, str]:
    found = _RELEASE.fullmatch(release)
    if not found:
        raise PlanError(Fault.NAME)
    return found.groupdict()


def _written(fraction: Fraction) -> str:
    return f"{fraction.numerator}/{fraction.denominator}"


def _outline(record: Mapping[str, Any]) -> Outline:
    tables = record["tables"]
    return Outline(
        release=record["release"],
        tier=Tier(record["tier"]),
        eps_year=_fraction(record["eps_year"]),
        eps=sum((_fraction(table["eps"]) for table in tables), Fraction(0)),
        shares=tuple((tuple(map(Dim, one["dims"])), _fraction(one["share"])) for one in tables),
    )


def _fraction(text: str) -> Fraction:
    if not _FRACTION.fullmatch(text):
        raise ValueError
    return Fraction(text)
