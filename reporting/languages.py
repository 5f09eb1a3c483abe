"""Languages: which ones pages can be in, a folder for each, and which one a browser asks for."""

import re
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from operator import itemgetter
from pathlib import Path
from typing import Final

from reporting.errors import SettingsError

LOCALE: Final = Path(__file__).parent / "locale"
ABOUT: Final = "language.toml"
SOURCE: Final = "en"  # message ids are English, so this one needs no catalogue
FALLBACK: Final = "ja"
LONGEST_HEADER: Final = 1000
CHINESE: Final = {
    "tw": "zh-Hant",
    "hk": "zh-Hant",
    "mo": "zh-Hant",
    "hant": "zh-Hant",
    "cn": "zh-Hans",
    "sg": "zh-Hans",
    "hans": "zh-Hans",
}
UNMARKED: Final = {"zh": "zh-Hans", "cmn": "zh-Hans", "yue": "zh-Hant"}
ALIASES: Final = {"prs": "fa"}  # Dari is written as Persian is
# Scripts of the same language that may not be readable to who reads ours, and the reverse.
UNREADABLE: Final = frozenset({"ug-latn", "ug-cyrl", "mn-mong"})
# Easy Japanese is only ever chosen by hand: nobody's browser says that they need it.
BY_HAND: Final = frozenset({"ja-Hrkt"})
_QUALITY: Final = re.compile(r"\s*q\s*=\s*([01](?:\.\d{0,3})?)\s*")
_TAG: Final = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?")


class Direction(StrEnum):
    """Which way a language's lines run."""

    TO_THE_RIGHT = "ltr"
    TO_THE_LEFT = "rtl"


class Reader(StrEnum):
    """Who has read all words of a language: those who wrote them, or somebody else as well."""

    WRITER = "writer"
    NATIVE = "native"  # grew up with the language, and did not write these words


@dataclass(frozen=True, slots=True)
class Review:
    """Who read a language's words last, when, and of which version."""

    role: Reader
    date: date
    version: str

    @property
    def is_by_somebody_else(self) -> bool:
        """Say whether more people than the writers have read the words."""
        return self.role is not Reader.WRITER


@dataclass(frozen=True, slots=True)
class Language:
    """A language that pages can be in, with its name in itself, and the folder of its words."""

    code: str
    name: str
    direction: Direction
    review: Review
    folder: Path

    @property
    def is_source(self) -> bool:
        """Say whether this is the language that the program itself is written in."""
        return self.code == SOURCE


def found(folders: Iterable[Path]) -> tuple[Language, ...]:
    """Return the languages of these folders in the order of their places; a later folder wins.

    Raises SettingsError for a language that does not say all that must be known about it.
    """
    placed: dict[str, tuple[int, Language]] = {}
    for folder in folders:
        for path in sorted(folder.glob(f"*/{ABOUT}")):
            place, language = _read(path)
            placed[language.code] = (place, language)
    ordered = sorted(placed.values(), key=lambda entry: (entry[0], entry[1].code))
    return tuple(language for _, language in ordered)


def match(header: str, offered: Sequence[str]) -> str:
    """Return which offered code an Accept-Language header asks for.

    A header that names nothing we have means English, no header Japanese.
    """
    wanted = _by_preference(header)
    for code in _codes(wanted):
        if code in offered and code not in BY_HAND:
            return code
    return SOURCE if wanted else FALLBACK


def _read(path: Path) -> tuple[int, Language]:
    try:
        about = tomllib.loads(path.read_text(encoding="utf-8"))
        review = about["review"]
        record = Review(Reader(review["role"]), _day(review["date"]), str(review["version"]))
        direction = Direction(about["direction"])
        language = Language(_tag(about["tag"]), str(about["name"]), direction, record, path.parent)
        return int(about["place"]), language
    except (KeyError, TypeError, ValueError) as error:
        raise SettingsError(
            f"{path} must say tag, name, direction (ltr or rtl) and place of the language, and "
            "under [review] the role (writer or native), date and version."
        ) from error


def _tag(text: str) -> str:
    if not _TAG.fullmatch(text):
        raise ValueError(text)
    return text


def _day(value: object) -> date:
    if not isinstance(value, date):
        raise TypeError(value)
    return value


def _by_preference(header: str) -> list[str]:
    weighed = []
    for item in header[:LONGEST_HEADER].split(","):
        tag, _, rest = item.partition(";")
        weight = _weight(rest)
        if weight and tag.strip() not in {"", "*"}:
            weighed.append((-weight, tag.strip().lower()))
    return [tag for _, tag in sorted(weighed, key=itemgetter(0))]


def _weight(text: str) -> float:
    quality = _QUALITY.fullmatch(text)
    return float(quality[1]) if quality else 1.0


def _codes(wanted: Iterable[str]) -> Iterator[str]:
    """Yield our code for each tag; a bare `zh` takes the script of the Chinese that is liked more.

    Browsers add it by themselves: `zh-HK, zh` is no wish for the other script.
    """
    chinese = ""
    for tag in wanted:
        code = chinese if tag == "zh" and chinese else _canonical(tag)
        if code.startswith("zh-"):
            chinese = chinese or code
        yield code


def _canonical(tag: str) -> str:
    language, *rest = tag.split("-")
    if language in UNMARKED:
        return next((CHINESE[part] for part in rest if part in CHINESE), UNMARKED[language])
    if any(f"{language}-{part}" in UNREADABLE for part in rest):
        return ""
    return ALIASES.get(language, language)


OFFERED: Final = found([LOCALE])
