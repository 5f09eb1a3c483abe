"""CSV files of a release: one model of a table, from which its file and both descriptions come."""

import csv
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

_INTEGER: Final = re.compile(r"-?(0|[1-9][0-9]*)")
# What a spreadsheet takes for the beginning of a formula, or skips to find one.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")


class CellError(ValueError):
    """A cell would be read as a formula by a spreadsheet."""


class Kind(StrEnum):
    """What the cells of a column are, in the words of both descriptions."""

    TEXT = "string"
    NUMBER = "integer"


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name, what its cells are, and what it means in Japanese and English.

    `codes` is the path of the codelist that its cells are from; `choices` are all it may hold.
    """

    name: str
    kind: Kind
    ja: str
    en: str
    codes: str = ""
    choices: tuple[str, ...] = ()
    may_be_blank: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table: where its file lies, what it is called, its columns, and the cells of its rows.

    No two rows have the same cells in the first `key` columns.
    """

    path: str
    ja: str
    en: str
    columns: tuple[Column, ...]
    key: int
    rows: tuple[tuple[str, ...], ...]

    @property
    def name(self) -> str:
        """The path as a word, for descriptions in which a table has a name."""
        return self.path.removesuffix(".csv").replace("/", "-")


def write(sheet: Sheet) -> bytes:
    """Return the file. Raises CellError for a cell that a spreadsheet would calculate."""
    written = io.StringIO(newline="")
    lines = csv.writer(written, lineterminator="\r\n")
    lines.writerow(column.name for column in sheet.columns)
    for row in sheet.rows:
        lines.writerow(_safe(row))
    return written.getvalue().encode()


def _safe(row: Iterable[str]) -> tuple[str, ...]:
    cells = tuple(row)
    for cell in cells:
        if cell.startswith(_FORMULA) and not _INTEGER.fullmatch(cell):
            raise CellError("a cell begins as a formula does")
    return cells
