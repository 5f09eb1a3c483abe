"""Questions: what may be asked about a report, in which words, and what an answer looks like.

Names are permanent: answers are sealed under them. Texts are message ids.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from forms.codebook import (
    COUNTRIES,
    HOME,
    KINDS,
    LISTS,
    PREFECTURES,
    REGIONS,
    TACTICS,
    Option,
    load,
    offered,
)
from forms.wording import msgid

ABROAD: Final = "abroad"
UNKNOWN: Final = Option("unknown", msgid("I do not know"))
UNSAID: Final = Option("unsaid", msgid("I would rather not say"))
ELSEWHERE: Final = Option("other", msgid("Another place, not in this list"))
HOSTS: Final = (
    Option(HOME, msgid("In Japan")),
    Option(ABROAD, msgid("In another country")),
    UNSAID,
)
MOST_STATES: Final = 3


class Asks(StrEnum):
    """What kind of answer a question takes; the values are those of questions.toml."""

    ONE = "one"
    MANY = "many"
    WORDS = "text (max 8,000 characters)"
    MONTHS = "month pair"
    COUNTRIES = "many (max 3)"
    LINE = "line"
    COUNTRY = "country"
    PREFECTURE = "prefecture"


class Seal(StrEnum):
    """Which locked part of the report an answer goes into; a consent stands with the facets."""

    FACETS = "facets"
    STORY = "story"
    CONTACT = "contact"
    CONSENT = "consent"


@dataclass(frozen=True, slots=True)
class Question:
    """One question, and every answer it ever had, in the order of their list.

    Places have no label here: their names are another matter (reporting.names).
    """

    name: str
    text: str
    hint: str
    asks: Asks
    seal: Seal
    options: tuple[Option, ...] = ()

    @property
    def offered(self) -> tuple[Option, ...]:
        """The answers that a form may still offer."""
        return offered(self.options)


def detail_of(kind: str) -> str:
    """Return the name of the question about the details of a kind."""
    return f"tactics.{kind}"


def _question(entry: Mapping[str, Any]) -> Question:
    name = entry["id"].removeprefix("q_")
    return Question(
        name,
        entry["text"],
        entry["hint"],
        Asks(entry["type"]),
        Seal(entry["seal"]),
        LISTS.get(entry.get("list", ""), ()),
    )


def _kinds_first(question: Question) -> Question:
    """Return the question about what happened as it is asked first: only which kinds it was."""
    is_split = question.name == "tactics"
    return replace(question, name="kinds", options=KINDS) if is_split else question


def _from_file() -> dict[str, Question]:
    entries = [entry for entry in load("questions.toml")["q"] if entry["id"] != "q_files"]
    # In the file's order, because answers are shown in it.
    asked = {one.name: one for one in map(_kinds_first, map(_question, entries))}
    countries = tuple(Option(code, "") for code in COUNTRIES)
    prefectures = tuple(Option(code, "") for code in PREFECTURES)
    return {
        **asked,
        "state": replace(asked["state"], options=(*countries, ELSEWHERE, UNKNOWN, UNSAID)),
        "host": replace(asked["host"], options=HOSTS),
        "country": Question(
            "country",
            msgid("Which country was it?"),
            msgid("Nobody needs to know more than the country."),
            Asks.COUNTRY,
            Seal.FACETS,
            (*countries, ELSEWHERE, UNSAID),
        ),
        "prefecture": replace(
            asked["prefecture"], asks=Asks.PREFECTURE, options=(*prefectures, UNSAID)
        ),
    }


def _details() -> dict[str, Question]:
    return {
        detail_of(kind.code): Question(
            detail_of(kind.code),
            kind.label,
            kind.plain,
            Asks.MANY,
            Seal.FACETS,
            tuple(one for one in TACTICS if one.group == kind.code),
        )
        for kind in KINDS
    }


_NEVER: Final = (
    Question(
        "not_names",
        msgid("Who must not read this? Write their names, with a comma between."),
        msgid(
            "In every script you know them in. Only who has a name like it is kept out; the person"
            " is told nothing."
        ),
        Asks.LINE,
        Seal.CONTACT,
    ),
    Question(
        "not_regions",
        msgid("People from which parts of Japan must not read this?"),
        msgid("For example where you live yourself, if everybody knows everybody there."),
        Asks.MANY,
        Seal.CONTACT,
        REGIONS,
    ),
)
_REACH: Final = (
    Question(
        "reach",
        msgid("Where can we reach you?"),
        msgid("The user name, the address made only for this, or the organisation. Nothing else."),
        Asks.LINE,
        Seal.CONTACT,
    ),
    Question(
        "reach_hours",
        msgid("At which hours may we contact you?"),
        msgid("For example: weekdays after 20:00, in Japan."),
        Asks.LINE,
        Seal.CONTACT,
    ),
)
QUESTIONS: Final = MappingProxyType(
    {**_from_file(), **_details(), **{one.name: one for one in (*_REACH, *_NEVER)}}
)
TITLES: Final[Mapping[int, str]] = MappingProxyType(
    {int(page["id"].removeprefix("p")): page["title"] for page in load("questions.toml")["page"]}
)
