"""Instance texts: files of the instance folder in which an operator writes words for people.

A text is one string, or a table of strings by language: `about = {en = "…", ja = "…"}`. One string
is looked up in the catalogues of the program, so the texts that come with it need no table.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Final

from reporting.errors import SettingsError

OWN: Final = ""  # in place of a language: a text of the program
Text = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of such a file; every question about it raises SettingsError that names it."""

    place: str
    values: Mapping[str, object]

    def refuse_unknown(self, known: Iterable[str]) -> None:
        """Refuse a name that nobody would read, such as one mistyped."""
        unknown = sorted(self.values.keys() - set(known))
        if unknown:
            raise self.wrong(unknown[0], f"is unknown. Known are: {', '.join(known)}.")

    def text(self, name: str) -> Text:
        """Return a text by language; nothing when it is not there."""
        value = self.values.get(name, {})
        table = {OWN: value} if isinstance(value, str) else value
        if not isinstance(table, dict) or not all(isinstance(one, str) for one in table.values()):
            raise self.wrong(name, 'must be a text, or texts by language: {en = "…", ja = "…"}.')
        return table

    def needed(self, name: str) -> Text:
        """Return a text that must be there."""
        text = self.text(name)
        if not any(text.values()):
            raise self.wrong(name, "is missing.")
        return text

    def line(self, name: str) -> str:
        """Return a string that is the same in every language; empty when it is not there."""
        value = self.values.get(name, "")
        if not isinstance(value, str):
            raise self.wrong(name, "must be a text in quotation marks.")
        return value

    def codes(self, name: str) -> frozenset[str]:
        """Return a list of codes."""
        value = self.values.get(name, [])
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            raise self.wrong(name, 'must be a list such as ["danger"].')
        return frozenset(value)

    def is_set(self, name: str) -> bool:
        """Say whether something is true; what is not there is not."""
        value = self.values.get(name, False)
        if not isinstance(value, bool):
            raise self.wrong(name, "must be true or false.")
        return value

    def days(self, name: str) -> tuple[date, ...]:
        """Return a day, or none when it is not there."""
        if name not in self.values:
            return ()
        value = self.values[name]
        # A time is a date too, as Python counts them; here it would be a slip.
        if not isinstance(value, date) or isinstance(value, datetime):
            raise self.wrong(name, "must be a day such as 2026-11-24, without quotation marks.")
        return (value,)

    def wrong(self, name: str, complaint: str) -> SettingsError:
        """Return the error that says what is wrong with a value."""
        return SettingsError(f"{self.place}: `{name}` {complaint}")


def entries(path: Path, table: str) -> tuple[Entry, ...]:
    """Return the entries `[[table]]` of a file; raise SettingsError when it cannot be read."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        raise SettingsError(f"{path} cannot be read. It must be a text file in UTF-8.") from None
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path} is no TOML: {error}.") from None
    found = data.pop(table, [])
    if data or not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise SettingsError(f"{path} may hold nothing but entries that begin with [[{table}]].")
    return tuple(Entry(f"{path}, entry {place}", one) for place, one in enumerate(found, 1))
