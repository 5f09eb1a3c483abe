"""Ready texts: what the team sends to reporters again and again, in each language we have it in.

Pure. A ready text says nothing about a case, so a second person need not read it before it goes.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum, unique
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Final

Data = Mapping[str, Any]


@unique
class Use(StrEnum):
    """When a text is offered."""

    DECLINE = "decline"
    CLOSE = "close"
    WATCH = "watch"
    ASK = "ask"
    TERM = "term"
    QUIET = "quiet"


@dataclass(frozen=True, slots=True)
class ReadyText:
    """One text: `label` is a message id for the team, `texts` the words by language.

    One that `is_quiet` does not even say what the mailbox is about.
    """

    code: str
    use: Use
    label: str
    is_quiet: bool
    texts: Mapping[str, str] = field(repr=False)


class NoReadyTextError(LookupError):
    """There is no such text in this language."""


def text_of(code: str, language: str) -> str:
    """Return the words of a ready text. Raises NoReadyTextError."""
    try:
        return READY[code].texts[language]
    except KeyError:
        raise NoReadyTextError(f"{code} in {language}") from None


def offered(use: Use, language: str) -> tuple[ReadyText, ...]:
    """Return the texts for one purpose that there are in a language."""
    return tuple(one for one in READY.values() if one.use is use and language in one.texts)


def codes(use: Use, language: str) -> frozenset[str]:
    """Return the codes of the texts for one purpose that there are in a language."""
    return frozenset(one.code for one in offered(use, language))


def is_reviewed(language: str) -> bool:
    """Say whether somebody stands for what the team writes in a language."""
    return REVIEWS.get(language, NO_REVIEW) != NO_REVIEW


def is_text(code: str, language: str, text: str) -> bool:
    """Say whether these are the words of a ready text."""
    return code in READY and READY[code].texts.get(language) == text


def is_quiet_text(code: str) -> bool:
    """Say whether a code is that of a text for somebody whose device may be watched."""
    return code in READY and READY[code].is_quiet


def answers(language: str, *, quietly: bool) -> tuple[ReadyText, ...]:
    """Return the texts to answer with in a language."""
    found = (*offered(Use.ASK, language), *offered(Use.QUIET, language))
    return tuple(one for one in found if one.is_quiet or not quietly)


def for_move(use: Use, language: str, *, quietly: bool) -> tuple[ReadyText, ...]:
    """Return the texts that go with a move in a language."""
    if not quietly:
        return offered(use, language)
    return tuple(one for one in offered(Use.QUIET, language) if one.code == QUIETLY[use])


def _load() -> Mapping[str, ReadyText]:
    read = (_ready(entry) for entry in _DATA["message"])
    return MappingProxyType({one.code: one for one in read})


def _ready(entry: Data) -> ReadyText:
    texts = {language: words.strip() for language, words in entry["text"].items()}
    label, use = entry["label"], Use(entry["use"])
    is_quiet = entry.get("quiet", use is Use.QUIET)
    return ReadyText(entry["code"], use, label, is_quiet, MappingProxyType(texts))


NO_REVIEW: Final = "none"
# What is said with a move to somebody whose device may be watched.
QUIETLY: Final = {
    Use.DECLINE: "quiet_end",
    Use.CLOSE: "quiet_end",
    Use.WATCH: "quiet_later",
}
_DATA: Final = tomllib.loads(
    files("admin").joinpath("data/messages.toml").read_text(encoding="utf-8")
)
REVIEWS: Final[Mapping[str, str]] = MappingProxyType(_DATA["review"])
READY: Final = _load()
