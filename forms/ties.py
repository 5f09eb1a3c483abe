"""Ties: what may bind somebody of the staff to a government, and what they declare of themselves.

Codes are permanent: declarations are sealed with them. Labels are message ids.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum, unique
from types import MappingProxyType
from typing import Final

from forms.codebook import COUNTRIES, LISTS, REGIONS, offered
from forms.wording import msgid

MOST_STATES: Final = 12
LANGUAGES: Final = offered(LISTS["languages"])
_STATES: Final = frozenset(COUNTRIES)
_LANGUAGES: Final = frozenset(option.code for option in LISTS["languages"])
_REGIONS: Final = frozenset(option.code for option in REGIONS)


@unique
class TieKind(StrEnum):
    """What binds somebody to a government."""

    NATIONALITY = "nationality"
    COMMUNITY = "community"
    FAMILY = "family"
    WORK = "work"
    PARTY = "party"
    OFFICE = "office"
    TRAVEL = "travel"
    PRESSURE = "pressure"
    PRESSURE_BEFORE = "pressure_before"


LABELS: Final[Mapping[TieKind, str]] = MappingProxyType(
    {
        TieKind.NATIONALITY: msgid("I have its nationality, or had it once"),
        TieKind.COMMUNITY: msgid("I belong to a community that speaks one of its languages"),
        TieKind.FAMILY: msgid("Family of mine lives where it can reach them"),
        TieKind.WORK: msgid("I worked, studied or trained for it, or with its money"),
        TieKind.PARTY: msgid("I had to do with its ruling party, security or consulates"),
        TieKind.OFFICE: msgid("I hold an office in an organisation of a community from there"),
        TieKind.TRAVEL: msgid("I travelled there in the last 12 months"),
        TieKind.PRESSURE: msgid(
            "Its officials approached or pressed me, or my family, in the last 24 months"
        ),
        TieKind.PRESSURE_BEFORE: msgid(
            "Its officials approached or pressed me, or my family, longer ago"
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Tie:
    """One tie to one state; an office may name the organisation, by its code or in words.

    Raises ValueError for a state that is in no list, and for any other tie to an organisation.
    """

    kind: TieKind
    state: str = field(repr=False)
    organisation: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        if self.state not in _STATES:
            raise ValueError("a tie is to a state of the list")
        if self.organisation and self.kind is not TieKind.OFFICE:
            raise ValueError("only an office is in an organisation")


@dataclass(frozen=True, slots=True)
class Declared:
    """What somebody declares of themselves; nothing of it appears in a `repr`.

    `region` is where in Japan they live or work. `names` are all their names, in every script
    that they are written in. Raises ValueError for a code that is in no list, or stands twice.
    """

    ties: tuple[Tie, ...] = field(repr=False)
    languages: tuple[str, ...] = field(repr=False)
    region: str = field(repr=False)
    is_woman: bool = field(repr=False)
    in_government: bool = field(repr=False)
    names: tuple[str, ...] = field(repr=False)

    def __post_init__(self) -> None:
        if not (set(self.languages) <= _LANGUAGES and self.region in _REGIONS):
            raise ValueError("a declaration has languages and a region of the lists")
        if any(len(set(many)) < len(many) for many in (self.ties, self.languages, self.names)):
            raise ValueError("a declaration says everything once")
