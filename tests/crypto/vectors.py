"""Known answers and boxes that must stay closed, read from `tests/vectors`."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from crypto.envelope import Ctx, OpenError, Secret

FOLDER = Path(__file__).parent.parent / "vectors"


class Entry:
    """One JSON object, each value asked for by its name and its kind."""

    def __init__(self, values: Mapping[str, object]) -> None:
        self.values = values

    def text(self, name: str) -> str:
        """Return a string."""
        value = self.values[name]
        assert isinstance(value, str)
        return value

    def texts(self, name: str) -> list[str]:
        """Return a list of strings."""
        values = self.values[name]
        assert isinstance(values, list)
        return [str(value) for value in values]

    def number(self, name: str) -> int:
        """Return a whole number."""
        value = self.values[name]
        assert isinstance(value, int)
        return value

    def numbers(self, name: str) -> list[int]:
        """Return a list of whole numbers."""
        values = self.values[name]
        assert isinstance(values, list)
        return [int(value) for value in values]

    def rows(self, name: str) -> list[list[int]]:
        """Return a table of whole numbers."""
        values = self.values[name]
        assert isinstance(values, list)
        return [[int(number) for number in row] for row in values]

    def raw(self, name: str) -> bytes:
        """Return the bytes that stand there in hexadecimal."""
        return bytes.fromhex(self.text(name))

    def secret(self, name: str) -> Secret:
        """Return those bytes as a key."""
        return Secret(self.raw(name))

    def entry(self, name: str) -> "Entry":
        """Return one object."""
        value = self.values[name]
        assert isinstance(value, dict)
        return Entry(value)

    def entries(self, name: str) -> "list[Entry]":
        """Return a list of objects."""
        values = self.values[name]
        assert isinstance(values, list)
        return [Entry(value) for value in values]

    def place(self, name: str = "place") -> Ctx:
        """Return the place of a box."""
        place = self.entry(name)
        words = (place.text("purpose"), place.text("table"), place.text("column"))
        return Ctx(*words, row=place.raw("row"), rev=place.number("rev"))


def load(name: str) -> Entry:
    return Entry(json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8")))


def each(name: str, group: str) -> pytest.MarkDecorator:
    """Run a test once for every entry of a group, under the name the vector gives itself."""
    entries = load(name).entries(group)
    names = [str(entry.values.get("what", number)) for number, entry in enumerate(entries)]
    return pytest.mark.parametrize("entry", entries, ids=names)


@contextmanager
def stays_closed() -> Iterator[None]:
    """Expect the one error that tells nothing: no cause, no context, no text."""
    with pytest.raises(OpenError) as refused:
        yield
    error = refused.value
    assert type(error) is OpenError
    assert error.__cause__ is None
    assert error.__suppress_context__ or error.__context__ is None
    assert error.args == ()
