"""The codebook: closed lists of codes, loaded once from `data/` and frozen.

Codes are permanent: never renamed, never used again for another meaning. One that is not offered
any more carries `retired = true` in its file: no form takes it, and what was sealed with it is
still shown. Labels are message ids.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.resources import files
from math import ceil
from statistics import median
from types import MappingProxyType
from typing import Any, Final

Data = Mapping[str, Any]  # a file of ours, which a test holds against its schema


@dataclass(frozen=True, slots=True)
class Option:
    """One code of a closed list, as a page offers it; `plain` says it in other words."""

    code: str
    label: str
    plain: str = ""
    is_retired: bool = False


@dataclass(frozen=True, slots=True)
class Kind(Option):
    """A kind of thing that happened: a tactic group of the taxonomy.

    `severity` is the median of its tactics' severities, rounded up: what a group counts when no
    detail was chosen (triage.toml). A group without tactics of its own counts 0.
    """

    severity: int = 0


@dataclass(frozen=True, slots=True)
class Tactic(Option):
    """A detail of a kind: what exactly was done, and how severe that is, 0 to 3."""

    severity: int = 0

    @property
    def group(self) -> str:
        """The code of its kind."""
        return group_of(self.code)


@dataclass(frozen=True, slots=True)
class Consent:
    """A permission the form asks for; `text` is the message id of its wording."""

    code: str
    text: str


def load(name: str) -> Data:
    """Return a file of `data/`."""
    text = files("forms").joinpath("data", name).read_text(encoding="utf-8")
    return tomllib.loads(text)


def group_of(tactic: str) -> str:
    """Return the group that a tactic's code begins with."""
    return tactic.partition(".")[0]


def offered(options: Iterable[Option]) -> tuple[Option, ...]:
    """Return the options that a form may still offer."""
    return tuple(option for option in options if not option.is_retired)


def _tactics(data: Data) -> tuple[Tactic, ...]:
    return tuple(
        Tactic(
            entry["code"],
            entry["label"],
            entry["plain"],
            entry.get("retired", False),
            severity=entry["sev"],
        )
        for entry in data["tactic"]
    )


def _kinds(data: Data, tactics: Iterable[Tactic]) -> tuple[Kind, ...]:
    severities: dict[str, list[int]] = {}
    for tactic in tactics:
        severities.setdefault(tactic.group, []).append(tactic.severity)
    return tuple(
        Kind(
            group["code"],
            group["label"],
            group["plain"],
            group.get("retired", False),
            severity=ceil(median(severities.get(group["code"], [0]))),
        )
        for group in data["tactic_group"]
    )


def _lists(data: Data) -> Mapping[str, tuple[Option, ...]]:
    return MappingProxyType(
        {
            entry["name"]: tuple(
                Option(item["code"], item["label"], is_retired=item.get("retired", False))
                for item in entry["items"]
            )
            for entry in data["list"]
        }
    )


def _consents() -> dict[str, Consent]:
    return {
        consent["id"]: Consent(consent["id"], consent["text"])
        for consent in load("questions.toml")["consent"]
    }


_TAXONOMY: Final = load("taxonomy.toml")
VERSION: Final[str] = _TAXONOMY["meta"]["version"]
TACTICS: Final = _tactics(_TAXONOMY)
KINDS: Final = _kinds(_TAXONOMY, TACTICS)
KIND_CODES: Final = frozenset(kind.code for kind in KINDS)
UNSURE_KIND: Final = "other"
LISTS: Final = _lists(_TAXONOMY)
REGIONS: Final = tuple(Option(one["code"], one["label"]) for one in _TAXONOMY["region"])
PREFECTURES: Final[tuple[str, ...]] = tuple(_TAXONOMY["prefecture"])  # ISO 3166-2:JP
COUNTRIES: Final[tuple[str, ...]] = tuple(load("countries.toml")["codes"])
HOME: Final[str] = _TAXONOMY["location"]["host_default"]
CONSENT_STORE: Final = _consents()["c_store"]
