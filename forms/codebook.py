"""The codebook: closed lists of codes, loaded once from `data/` and frozen.

Codes are permanent: never renamed, never used again for another meaning. Labels are message ids.
"""

import tomllib
from dataclasses import dataclass
from importlib.resources import files
from math import ceil
from statistics import median
from typing import Final


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of thing that happened, as the short form offers it: a tactic group of the taxonomy.

    `severity` is the median of its tactics' severities, rounded up: what a group counts when no
    detail was chosen (triage.toml). A group without tactics of its own counts 0.
    """

    code: str
    label: str
    plain: str
    severity: int


@dataclass(frozen=True, slots=True)
class Rubric:
    """The part of triage.toml that a report without detail can reach."""

    levels: tuple[tuple[str, int], ...]
    thresholds: tuple[tuple[str, int], ...]
    danger_points: tuple[tuple[str, int], ...]
    family_groups: frozenset[str]


@dataclass(frozen=True, slots=True)
class Consent:
    """A permission the form asks for; `text` is the message id of its wording."""

    code: str
    text: str


_DATA = files("forms").joinpath("data")


def _load(name: str) -> dict[str, list[dict[str, str]]]:
    loaded: dict[str, list[dict[str, str]]] = tomllib.loads(
        _DATA.joinpath(name).read_text(encoding="utf-8")
    )
    return loaded


def _kinds() -> tuple[Kind, ...]:
    taxonomy = _load("taxonomy.toml")
    severities: dict[str, list[int]] = {}
    for tactic in taxonomy["tactic"]:
        group = group_of(tactic["code"])
        severities.setdefault(group, []).append(int(tactic["sev"]))
    return tuple(
        Kind(
            group["code"],
            group["label"],
            group["plain"],
            ceil(median(severities.get(group["code"], [0]))),
        )
        for group in taxonomy["tactic_group"]
    )


def _rubric() -> Rubric:
    data = tomllib.loads(_DATA.joinpath("triage.toml").read_text(encoding="utf-8"))
    axis = data["axis"]
    return Rubric(
        levels=tuple((name, level["rank"]) for name, level in data["levels"].items()),
        thresholds=tuple(data["thresholds"].items()),
        danger_points=tuple(axis["imminence"].items()),
        family_groups=frozenset(axis["family"]["score1_groups"]),
    )


def _consents() -> dict[str, Consent]:
    return {
        consent["id"]: Consent(consent["id"], consent["text"])
        for consent in _load("questions.toml")["consent"]
    }


def group_of(tactic: str) -> str:
    """Return the group that a tactic's code begins with."""
    return tactic.partition(".")[0]


KINDS: Final = _kinds()
KIND_CODES: Final = frozenset(kind.code for kind in KINDS)
UNSURE_KIND: Final = "other"
RUBRIC: Final = _rubric()
CONSENT_STORE: Final = _consents()["c_store"]
