"""The nearest whole numbers that fit: to a total, or to the sums of rows and columns.

Nothing here is a float. Shares of one are counted in whole parts, so that every machine, whatever
its processor or its Python, comes to the same bytes.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

ONE: Final = 2**32  # parts
MOST_ROUNDS: Final = 400
_CLOSE: Final = ONE // 64
_FAR: Final = 2**200
_START: Final = -1

Numbers = tuple[int, ...]
Rows = list[list[int]]


@dataclass(frozen=True, slots=True)
class Margins:
    """What rows and columns of a table have to add up to; both add up to the same."""

    rows: Numbers
    columns: Numbers


def to_total(values: Sequence[Decimal], total: int) -> Numbers:
    """Return whole numbers of at least 0 with this sum, as near to the values as may be."""
    if not total:
        return (0,) * len(values)  # lifting alone would leave some of them above 0
    lifted = _lifted(values, total)
    wholes = [int(value) for value in lifted]
    parts = [value - whole for value, whole in zip(lifted, wholes, strict=True)]
    first = sorted(range(len(parts)), key=lambda place: (-parts[place], place))
    for place in first[: total - sum(wholes)]:
        wholes[place] += 1
    return tuple(wholes)


def to_margins(values: Sequence[int], margins: Margins) -> Numbers:
    """Return whole numbers of at least 0 with these sums, as near to the values as may be.

    Values and result are row by row.
    """
    fitted = _within(_projected(_rows(values, margins), margins), margins)
    rounding = _Rounding(fitted, margins)
    while rounding.lacks_any():
        rounding.add_one()
    return tuple(number for row in rounding.numbers for number in row)


def _lifted(values: Sequence[Decimal], total: int) -> list[Decimal]:
    """Project onto what is at least 0 and has this sum, which is more than 0."""
    shift, above = Decimal(0), Decimal(0)
    for count, value in enumerate(sorted(values, reverse=True), 1):
        above += value
        reached = (above - total) / count
        if value <= reached:
            break
        shift = reached
    return [max(value - shift, Decimal(0)) for value in values]


def _rows(values: Sequence[int], margins: Margins) -> Rows:
    width = len(margins.columns)
    return [
        [value * ONE for value in values[start : start + width]]
        for start in range(0, len(values), width)
    ]


def _projected(table: Rows, margins: Margins) -> Rows:
    """Project onto what has the margins and is at least 0, by Dykstra's turns."""
    owed = [[0] * len(row) for row in table]
    for _ in range(MOST_ROUNDS):
        table = _with_margins(table, margins)
        wanted = [_sums(*pair) for pair in zip(table, owed, strict=True)]
        table = [[max(value, 0) for value in row] for row in wanted]
        owed = [[min(value, 0) for value in row] for row in wanted]
        if _is_close(table, margins):
            break
    return table


def _with_margins(table: Rows, margins: Margins) -> Rows:
    height, width = len(margins.rows), len(margins.columns)
    rows, columns = _missing(table, margins)
    overlap = sum(rows) // (height * width)
    across = [missing // width - overlap for missing in rows]
    down = [missing // height for missing in columns]
    return [
        [value + add + below for value, below in zip(row, down, strict=True)]
        for row, add in zip(table, across, strict=True)
    ]


def _missing(table: Rows, margins: Margins) -> tuple[list[int], list[int]]:
    rows = [want * ONE - sum(row) for want, row in zip(margins.rows, table, strict=True)]
    columns = [
        want * ONE - sum(column)
        for want, column in zip(margins.columns, zip(*table, strict=True), strict=True)
    ]
    return rows, columns


def _is_close(table: Rows, margins: Margins) -> bool:
    rows, columns = _missing(table, margins)
    return max(map(abs, rows + columns)) <= _CLOSE


def _sums(one: list[int], other: list[int]) -> list[int]:
    return [left + right for left, right in zip(one, other, strict=True)]


def _within(table: Rows, margins: Margins) -> Rows:
    """Shrink rows, then columns, whose sum is above their margin; what is below stays."""
    narrowed = [_shrunk(row, want) for row, want in zip(table, margins.rows, strict=True)]
    columns = [
        _shrunk(column, want)
        for column, want in zip(zip(*narrowed, strict=True), margins.columns, strict=True)
    ]
    return [list(row) for row in zip(*columns, strict=True)]


def _shrunk(line: Sequence[int], want: int) -> list[int]:
    held = sum(line)
    return [value * want * ONE // held for value in line] if held > want * ONE else list(line)


class _Rounding:
    """Whole numbers on their way up to the margins, one more at a time on the cheapest path.

    They begin as the values rounded down, which is cheapest for the margins that these have. A path
    goes from a row that lacks one to a column that lacks one: on to a column by adding, back to a
    row by taking away. Going the cheapest way, the numbers stay cheapest for their margins. Cost is
    the square of the distance from the value; what adding one costs, taking it away brings back.
    """

    def __init__(self, values: Rows, margins: Margins) -> None:
        self.numbers: Final = [[value // ONE for value in row] for row in values]
        self.costs: Final = [[ONE - 2 * (value % ONE) for value in row] for row in values]
        self.rows: Final = [
            want - sum(row) for want, row in zip(margins.rows, self.numbers, strict=True)
        ]
        self.columns: Final = [
            want - sum(column)
            for want, column in zip(margins.columns, zip(*self.numbers, strict=True), strict=True)
        ]

    def lacks_any(self) -> bool:
        """Say whether a row lacks something; then so does a column."""
        return any(self.rows)

    def add_one(self) -> None:
        """Add one to the sum of all, at the least cost; of equal costs the first in order."""
        paths = _Paths(self)
        lacking = (place for place, lack in enumerate(self.columns) if lack)
        column = min(lacking, key=lambda place: (paths.to_columns[place], place))
        self.columns[column] -= 1
        row = paths.row_before[column]
        self._change(row, column, 1)
        while (column := paths.column_before[row]) != _START:
            self._change(row, column, -1)
            row = paths.row_before[column]
            self._change(row, column, 1)
        self.rows[row] -= 1

    def _change(self, row: int, column: int, by: int) -> None:
        self.numbers[row][column] += by
        self.costs[row][column] += 2 * by * ONE


class _Paths:
    """The cheapest paths from any row that lacks one, by relaxing until nothing gets cheaper."""

    def __init__(self, rounding: _Rounding) -> None:
        self.rounding: Final = rounding
        self.to_rows: Final = [0 if lack else _FAR for lack in rounding.rows]
        self.to_columns: Final = [_FAR] * len(rounding.columns)
        self.row_before: Final = [_START] * len(rounding.columns)
        self.column_before: Final = [_START] * len(rounding.rows)
        rows = [row for row, lack in enumerate(rounding.rows) if lack]
        while rows:
            columns = dict.fromkeys(column for row in rows for column in self._onward(row))
            rows = list(dict.fromkeys(row for column in columns for row in self._back(column)))

    def _onward(self, row: int) -> Iterator[int]:
        for column, cost in enumerate(self.rounding.costs[row]):
            if self.to_rows[row] + cost < self.to_columns[column]:
                self.to_columns[column] = self.to_rows[row] + cost
                self.row_before[column] = row
                yield column

    def _back(self, column: int) -> Iterator[int]:
        for row, numbers in enumerate(self.rounding.numbers):
            cost = self.to_columns[column] + 2 * ONE - self.rounding.costs[row][column]
            if numbers[column] and cost < self.to_rows[row]:
                self.to_rows[row] = cost
                self.column_before[row] = column
                yield row
