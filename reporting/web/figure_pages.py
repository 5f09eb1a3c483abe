"""Figure pages: what the pages around the tables say of releases, plans, budget and keys."""

import hashlib
from dataclasses import dataclass

from crypto.publishing import PublicKeys
from reporting.statistics.codelists import cells
from reporting.statistics.plan import Plan, cap
from reporting.statistics.release import Release
from reporting.statistics.shelf import Shelved, Spent, State
from reporting.statistics.worth import expected
from reporting.web import figure_tables, language
from reporting.web.figure_tables import Row, Shown
from reporting.web.figure_words import STATES, amount, title, written_in


@dataclass(frozen=True, slots=True)
class Download:
    """A file of a release."""

    path: str
    length_bytes: int


@dataclass(frozen=True, slots=True)
class SpentLine:
    """One line of the budget."""

    release: str
    state: str
    eps: str


@dataclass(frozen=True, slots=True)
class ShownRelease:
    """A release as its page shows it; `newer` is empty unless another version replaces it.

    `written_in` is the language of the release's own report for whoever reads the page.
    """

    name: str
    year: str
    is_made_up: bool
    newer: str
    total: Row
    eps: str
    cap: str
    tables: tuple[Shown, ...]
    compared: tuple[Shown, ...]
    downloads: tuple[Download, ...]
    written_in: str


@dataclass(frozen=True, slots=True)
class Listed:
    """A release in the list of all."""

    name: str
    is_replaced: bool
    is_made_up: bool


@dataclass(frozen=True, slots=True)
class Archive:
    """All releases, the names of those that cannot be shown, and what was spent so far."""

    releases: tuple[Listed, ...]
    unfit: tuple[str, ...]
    spent: tuple[SpentLine, ...]


@dataclass(frozen=True, slots=True)
class PlannedTable:
    """One table of a plan, and what it will be worth."""

    title: str
    lines: str
    margin: str
    threshold: str


@dataclass(frozen=True, slots=True)
class ShownPlan:
    """The announced plan."""

    name: str
    year: str
    is_made_up: bool
    eps: str
    cap: str
    digest: str
    tables: tuple[PlannedTable, ...]


@dataclass(frozen=True, slots=True)
class ShownKey:
    """One of the two public keys, by its hash."""

    name: str
    fingerprint: str


def release(shelved: Shelved, one: Release) -> ShownRelease:
    """Return a release as its page shows it."""
    first, *tables = one.estimates
    newest = shelved.newest_of(one.plan.release)
    return ShownRelease(
        name=one.name,
        year=str(one.plan.period),
        is_made_up=one.synthetic,
        newer="" if newest is None or newest is one else newest.name,
        total=figure_tables.total(first),
        eps=amount(one.plan.eps_year),
        cap=amount(cap(one.plan.eps_year)),
        tables=tuple(map(figure_tables.shown, tables)),
        compared=tuple(figure_tables.compared(one)),
        downloads=tuple(Download(path, len(data)) for path, data in sorted(one.files.items())),
        written_in=written_in(),
    )


def archive(shelved: Shelved) -> Archive:
    """Return all releases, newest first, and what was spent for them."""
    listed = tuple(
        Listed(one.name, shelved.newest_of(one.plan.release) is not one, one.synthetic)
        for one in shelved.releases
    )
    return Archive(listed, shelved.unfit, tuple(map(_spent, shelved.spent)))


def planned(plan: Plan) -> ShownPlan:
    """Return a plan with what each of its tables will be worth."""
    return ShownPlan(
        name=plan.release,
        year=str(plan.period),
        is_made_up=plan.is_synthetic,
        eps=amount(plan.eps),
        cap=amount(cap(plan.eps_year)),
        digest=plan.digest,
        tables=tuple(
            PlannedTable(
                title(one.dims),
                language.number(len(cells(one.dims))),
                language.number(one.margin),
                language.number(one.threshold),
            )
            for one in expected(plan)
        ),
    )


def fingerprints(keys: PublicKeys) -> tuple[ShownKey, ...]:
    """Return both keys as people compare them: in groups of four signs."""
    both = (("Ed25519", keys.ed25519), ("ML-DSA-65", keys.mldsa65))
    return tuple(ShownKey(name, _grouped(hashlib.sha256(key).hexdigest())) for name, key in both)


def _spent(one: Spent) -> SpentLine:
    # The whole price is booked at the first step; the later ones cost nothing more.
    eps = amount(one.eps) if one.state is State.RESERVED else ""
    return SpentLine(one.release, language.gettext(STATES[one.state]), eps)


def _grouped(text: str) -> str:
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))
