"""Words of a release, in its two languages; they are fixed as its files are."""

import tomllib
from collections.abc import Mapping
from enum import StrEnum
from importlib.resources import files
from typing import Final, Protocol

from reporting.statistics.codelists import LISTS, Code, Dim, Dims


class Named(Protocol):
    """Has a name in both languages of a release."""

    @property
    def ja(self) -> str:
        """The Japanese one."""

    @property
    def en(self) -> str:
        """The English one."""


class Language(StrEnum):
    """The languages that a release speaks."""

    JA = "ja"
    EN = "en"


_FOLDER: Final = files("reporting.statistics")
_WORDS: Final[Mapping[str, Mapping[str, str]]] = tomllib.loads(
    _FOLDER.joinpath("words.toml").read_text(encoding="utf-8")
)
_CODES: Final[Mapping[tuple[Dim, str], Code]] = {
    (dim, code.code): code for dim, codes in LISTS.items() for code in codes
}


def said(language: Language, key: str, *parts: object) -> str:
    """Return a text with its parts put in."""
    return _WORDS[language][key].format(*parts)


def text(language: Language, name: str) -> str:
    """Return a long text, as it stands in its file."""
    return _FOLDER.joinpath(f"{name}.{language}.md").read_text(encoding="utf-8")


def label(language: Language, dim: Dim, code: str) -> str:
    """Return what a code means."""
    return of(language, _CODES[dim, code])


def of(language: Language, named: Named) -> str:
    """Return what something with a name in each language is called."""
    return named.ja if language is Language.JA else named.en


def title(language: Language, dims: Dims) -> str:
    """Return what a table is called."""
    names = [said(language, dim.lower()) for dim in dims]
    if not names:
        return said(language, "total")
    return said(language, "by", *names) if names[1:] else names[0]
