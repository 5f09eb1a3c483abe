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


@dataclass(frozen=True, slots=True)
class ReadyText:
    """One text: `label` is a message id for the team, `texts` the words by language.

    `review` says who of its readers has looked at the words.
    """

    code: str
    use: Use
    label: str
    review: str
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


def _load() -> Mapping[str, ReadyText]:
    text = files("admin").joinpath("data/messages.toml").read_text(encoding="utf-8")
    data = tomllib.loads(text)
    review = data["meta"]["review"]
    read = (_ready(entry, review) for entry in data["message"])
    return MappingProxyType({one.code: one for one in read})


def _ready(entry: Data, review: str) -> ReadyText:
    texts = {language: words.strip() for language, words in entry["text"].items()}
    label, use = entry["label"], Use(entry["use"])
    return ReadyText(entry["code"], use, label, review, MappingProxyType(texts))


READY: Final = _load()
