"""Names: countries, prefectures and languages, in the reader's language and in its order.

Our own name first, then the one of CLDR in that language, then the English one, marked as such:
never a name in a language that somebody may not want to read. Made once for each language.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Final

from babel import Locale, UnknownLocaleError

from forms.codebook import COUNTRIES, load
from reporting.languages import SOURCE

HOME: Final = "ja"  # the language of the signs in the street
BETWEEN: Final = " · "
TO_THE_RIGHT: Final = "ltr"

Names = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Name:
    """A name for a code.

    `lang` and `direction` are empty when the name is in the language it was asked for in;
    otherwise a page marks it with them.
    """

    code: str
    text: str
    lang: str = ""
    direction: str = ""


def countries(language: str) -> tuple[Name, ...]:
    """Return all countries in the order in which this language looks things up."""
    return tuple(_countries(language).values())


def country(code: str, language: str) -> Name:
    """Return one country; raise KeyError for a code that is none of ours."""
    return _countries(language)[code]


def prefectures(language: str) -> tuple[Name, ...]:
    """Return the prefectures from north to south, which is the order everybody knows."""
    return tuple(_prefectures(language).values())


def prefecture(code: str, language: str) -> Name:
    """Return one prefecture; raise KeyError for a code that is none of ours."""
    return _prefectures(language)[code]


@cache
def tongues() -> tuple[Name, ...]:
    """Return the languages that people may be answered in, each by its own name."""
    (items,) = (entry["items"] for entry in _TAXONOMY["list"] if entry["name"] == "languages")
    return tuple(
        Name(item["code"], item["label"], item["code"], item.get("dir", TO_THE_RIGHT))
        for item in items
        if item["code"] != "other"
    )


@cache
def _countries(language: str) -> Mapping[str, Name]:
    local, english = _names(language), _names(SOURCE)
    orders = _read("sorting.toml")["order"]
    named = {
        code: Name(code, local[code])
        if code in local
        else Name(code, english[code], SOURCE, TO_THE_RIGHT)
        for code in orders.get(language, orders[SOURCE])
    }
    return MappingProxyType(named)


def _names(language: str) -> Names:
    """Return what CLDR and we call countries in a language, as far as we do."""
    ours = _read("countries.toml")
    from_cldr = {
        code: name for code, name in _cldr(language).items() if code not in ours["reviewed"]
    }
    return {**from_cldr, **ours["names"].get(language, {})}


def _cldr(language: str) -> Names:
    try:
        names = Locale.parse(language, sep="-").territories
    except UnknownLocaleError:
        return {}
    return {code: names[code] for code in COUNTRIES if code in names}


@cache
def _prefectures(language: str) -> Mapping[str, Name]:
    written = _read("prefectures.toml")
    romaji: Names = _TAXONOMY["prefecture"]
    local: Names = romaji if language == SOURCE else written.get(language, {})
    # Romaji among other letters is Japanese still, for a voice that reads the page aloud.
    mark = () if local else (HOME, TO_THE_RIGHT)
    return MappingProxyType(
        {
            code: Name(code, _both(local.get(code, name), written[HOME][code]), *mark)
            for code, name in romaji.items()
        }
    )


def _both(local: str, sign: str) -> str:
    return sign if local == sign else f"{local}{BETWEEN}{sign}"


def _read(name: str) -> dict[str, Any]:
    path = files("reporting").joinpath("data", name)
    return tomllib.loads(path.read_text(encoding="utf-8"))


_TAXONOMY: Final = load("taxonomy.toml")
