"""Sought: what somebody looks for among reports, as a value.

Pure. What is empty lets every report through. The log keeps the names of what was asked for, never
a value.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum, unique
from typing import Final

from reporting import records
from reporting.records import Record
from reporting.triage import Level

KNOWN_DIGITS: Final = 6  # pages show eight of the thirty-two
# Accents, vowel points and the line that lengthens an Arabic word: others leave them out.
_LOOSE: Final = re.compile("[\u0300-\u036f\u0640\u064b-\u065f\u0670]")


@unique
class Owner(StrEnum):
    """Whose reports are looked for; the words stand in saved searches and never change."""

    ANYBODYS = ""
    MINE = "mine"
    NOBODYS = "nobody"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """What is looked for.

    `number` is the beginning of a report's random number, in hex. Weeks are year times 100 plus
    week, 0 for none. All `words` have to stand in what was written of a report.
    """

    number: str = ""
    states: frozenset[str] = frozenset()
    levels: frozenset[Level] = frozenset()
    kinds: frozenset[str] = frozenset()
    country: str = ""
    language: str = ""
    flag: str = ""
    verification: str = ""
    state_link: str = ""
    owner: Owner = Owner.ANYBODYS
    first_week: int = 0
    last_week: int = 0
    words: str = field(default="", repr=False)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of what was asked for."""
        return tuple(self._names())

    @property
    def is_by_number(self) -> bool:
        """Whether somebody looks for a report whose number they know, and for nothing else."""
        return len(self.number) >= KNOWN_DIGITS and self.names == ("number",)

    @property
    def parts(self) -> tuple[str, ...]:
        """The words that have to be found, as texts are compared."""
        return tuple(_plain(self.words).split())

    def question(self, member: bytes) -> Callable[[Record], bool]:
        """Return what says of a header whether its report may be one that `member` looks for.

        Of ten thousand headers only that is asked which is looked for. It raises OpenError for a
        record that is no header.
        """
        asked: dict[str, Callable[[Record], bool]] = {
            "kinds": lambda header: not self.kinds.isdisjoint(records.texts(header, "kinds")),
            "country": lambda header: self.country in records.texts(header, "states"),
            "language": lambda header: self.language == records.text(header, "language"),
            "flag": lambda header: self.flag in records.texts(header, "flags"),
            "owner": lambda header: self._is_owned(header, member),
            "verification": lambda header: self.verification == header.get("verification"),
            "state_link": lambda header: self.state_link == header.get("state_link"),
        }
        questions = tuple(ask for name, ask in asked.items() if getattr(self, name))

        def fits(header: Record) -> bool:
            # A plain loop: a generator would take longer than what it asks.
            for ask in questions:  # noqa: SIM110 - see above
                if not ask(header):
                    return False
            return True

        return fits

    def is_in(self, text: str) -> bool:
        """Say whether all words stand in a text."""
        found = _plain(text)
        return all(part in found for part in self.parts)

    def _is_owned(self, header: Record, member: bytes) -> bool:
        who = records.child(header, "who")
        owners = records.texts(who, "owner") if "owner" in who else ()
        return owners == ((member.hex(),) if self.owner is Owner.MINE else ())

    def _names(self) -> Iterator[str]:
        asked = {
            "number": self.number,
            "state": self.states,
            "level": self.levels,
            "kind": self.kinds,
            "country": self.country,
            "language": self.language,
            "flag": self.flag,
            "verification": self.verification,
            "state_link": self.state_link,
            "owner": self.owner,
            "week": self.first_week or self.last_week,
            "words": self.words,
        }
        yield from (name for name, value in asked.items() if value)


def written(sought: Sought) -> Record:
    """Return what is looked for as a record."""
    return {
        "number": sought.number,
        "states": sorted(sought.states),
        "levels": sorted(map(int, sought.levels)),
        "kinds": sorted(sought.kinds),
        "country": sought.country,
        "language": sought.language,
        "flag": sought.flag,
        "verification": sought.verification,
        "state_link": sought.state_link,
        "owner": sought.owner,
        "first": sought.first_week,
        "last": sought.last_week,
        "words": sought.words,
    }


def read_sought(record: Record) -> Sought:
    """Return what a record looks for. Raises OpenError and ValueError for any other record."""
    return Sought(
        number=records.text(record, "number"),
        states=frozenset(records.texts(record, "states")),
        levels=frozenset(map(Level, records.numbers(record, "levels"))),
        kinds=frozenset(records.texts(record, "kinds")),
        country=records.text(record, "country"),
        language=records.text(record, "language"),
        flag=records.text(record, "flag"),
        verification=records.text(record, "verification"),
        state_link=records.text(record, "state_link"),
        owner=Owner(records.text(record, "owner")),
        first_week=records.number(record, "first"),
        last_week=records.number(record, "last"),
        words=records.text(record, "words"),
    )


def _plain(text: str) -> str:
    """Return a text without what people write differently: width, case, loose marks."""
    return _LOOSE.sub("", unicodedata.normalize("NFKD", text).casefold())
