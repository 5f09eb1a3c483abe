"""PLACEHOLDER until helper A's real file is here: A, overwrite this."""

from dataclasses import dataclass

from forms.codebook import COUNTRIES, LISTS, PREFECTURES


@dataclass(frozen=True, slots=True)
class Name:
    code: str
    text: str
    lang: str = ""
    direction: str = ""


def countries(language: str) -> tuple[Name, ...]:
    return tuple(Name(code, code) for code in COUNTRIES)


def country(code: str, language: str) -> Name:
    return Name(code, code)


def prefectures(language: str) -> tuple[Name, ...]:
    return tuple(Name(code, code) for code in PREFECTURES)


def prefecture(code: str, language: str) -> Name:
    return Name(code, code)


def tongues() -> tuple[Name, ...]:
    return tuple(Name(one.code, one.label, one.code, "auto") for one in LISTS["languages"])
