"""Wording: the marks by which translators' tools find our texts; templates do the translating."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import BinaryIO

Found = tuple[int, str, str, list[str]]


class Year(int):
    """A year in a text for a person: of all numbers the one whose digits are never grouped."""


@dataclass(frozen=True, slots=True)
class Message:
    """A text for a person, not yet in their language, and the numbers that go into it."""

    text: str
    limit: int = 0
    typed: int = 0


def msgid(text: str) -> str:
    """Return the text unchanged; the name marks it for extraction."""
    return text


def extract(
    file: BinaryIO, _keywords: object, _comment_tags: object, options: Mapping[str, str]
) -> Iterator[Found]:
    """Yield the texts of a TOML file for Babel.

    The option `texts` lists paths such as `table.column.reason`, where lists are walked through;
    `consent[c_store].text` takes only the entry with that id or name.
    """
    data = tomllib.load(file)
    for path in options["texts"].split():
        for text in _walk(data, path.split(".")):
            yield 0, "", text, []


def _walk(value: object, path: list[str]) -> Iterator[str]:
    if not path:
        yield str(value)
    elif isinstance(value, dict):
        name, _, wanted = path[0].partition("[")
        for item in _entries(value.get(name, []), wanted.removesuffix("]")):
            yield from _walk(item, path[1:])


def _entries(value: object, wanted: str) -> list[object]:
    if isinstance(value, list):
        return [
            item for item in value if not wanted or wanted in {item.get("id"), item.get("name")}
        ]
    return [value]
