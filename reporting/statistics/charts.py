"""Charts: bars with their margins as SVG, the same bytes from the same numbers."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from html import escape
from typing import Final

WIDE: Final = frozenset("FW")
LINE_UNITS: Final = 34  # what fits a screen of 320 px: a wide sign is two units, any other is one
LINE_HEIGHT: Final = 20
BAR_HEIGHT: Final = 24
GAP: Final = 10
SCALE: Final = 1000  # a bar that ends here is as long as any can be
PLOT: Final = "62%"
MIRRORED_PLOT: Final = "38%"
LEFT_TO_RIGHT: Final = ("\u2066", "\u2069")  # or "12 ± 3" would read "3 ± 12" from the right
FILE_WIDTH: Final = 640
# A file of its own carries its looks; on a page the page's style sheet gives them.
FILE_STYLE: Final = (
    "svg{background:#fff}"
    "text{font:15px system-ui,Noto Sans CJK JP,Noto Sans,sans-serif;fill:#1f1d1a}"
    ".num{text-anchor:end}"
    "path{fill:none;vector-effect:non-scaling-stroke}"
    ".bar{stroke:#c9701a;stroke-width:14}"
    ".few{stroke:#76706a;stroke-width:14;stroke-dasharray:2 3}"
    ".err{stroke:#1f1d1a;stroke-width:2}"
    ".axis{stroke:#76706a}"
)


class Status(StrEnum):
    """What a published number is, as OBS_STATUS of the files says it."""

    ESTIMATE = "E"
    FEW = "U"
    MISSING = "M"


@dataclass(frozen=True, slots=True)
class Bar:
    """One line of a chart. Of a few, `value` is the threshold below which the number lies."""

    label: str
    text: str
    value: int
    margin: int
    status: Status = Status.ESTIMATE


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars under one title; `key` keeps the ids of two charts on one page apart."""

    key: str
    title: str
    description: str
    bars: tuple[Bar, ...]
    is_mirrored: bool = False


@dataclass(frozen=True, slots=True)
class _Row:
    bar: Bar
    lines: tuple[str, ...]
    top: int

    @property
    def middle(self) -> int:
        return self.top + len(self.lines) * LINE_HEIGHT + BAR_HEIGHT // 2

    @property
    def bottom(self) -> int:
        return self.top + len(self.lines) * LINE_HEIGHT + BAR_HEIGHT + GAP


def bars(chart: Chart) -> str:
    """Return a chart for a page: it is as wide as its place, and its words keep their size."""
    rows = _rows(chart)
    return _drawn(chart, rows, f'width="100%" height="{_height(rows)}"', "")


def file(chart: Chart, language: str) -> bytes:
    """Return a chart as a file that needs nothing else to be seen."""
    rows = _rows(chart)
    height = _height(rows)
    attributes = (
        f'xmlns="http://www.w3.org/2000/svg" lang="{escape(language)}" width="{FILE_WIDTH}" '
        f'height="{height}" viewBox="0 0 {FILE_WIDTH} {height}"'
    )
    return f"{_drawn(chart, rows, attributes, f'<style>{FILE_STYLE}</style>')}\n".encode()


def _drawn(chart: Chart, rows: tuple[_Row, ...], attributes: str, style: str) -> str:
    key = escape(chart.key)
    direction = ' direction="rtl"' if chart.is_mirrored else ""
    return (
        f'<svg class="bars" role="img" aria-labelledby="{key}-t {key}-d"{direction} {attributes}>'
        f'<title id="{key}-t">{escape(chart.title)}</title>'
        f'<desc id="{key}-d">{escape(chart.description)}</desc>{style}'
        f"{_plot(chart, rows)}{''.join(_words(chart, rows))}</svg>"
    )


def _plot(chart: Chart, rows: tuple[_Row, ...]) -> str:
    """Draw all bars in a plot that stretches along the lines only."""
    ends = [row.bar.value + row.bar.margin for row in rows]
    longest = max([1, *ends])
    height = _height(rows)
    paths = {"axis": "", "few": "", "bar": "", "err": ""}
    for row in rows:
        for name, path in _paths(row, longest):
            paths[name] += path
    drawn = "".join(f'<path class="{name}" d="{path}"/>' for name, path in paths.items() if path)
    place = "0"
    if chart.is_mirrored:
        place = MIRRORED_PLOT
        drawn = f'<g transform="matrix(-1 0 0 1 {SCALE} 0)">{drawn}</g>'
    return (
        f'<svg x="{place}" width="{PLOT}" height="{height}" viewBox="0 0 {SCALE} {height}" '
        f'preserveAspectRatio="none" overflow="visible">{drawn}</svg>'
    )


def _paths(row: _Row, longest: int) -> Iterator[tuple[str, str]]:
    bar, middle = row.bar, row.middle
    end = bar.value * SCALE // longest
    yield "axis", f"M0 {middle - 10}V{middle + 10}"
    if bar.status is Status.FEW:
        yield "few", f"M0 {middle}H{end}"
    if bar.status is Status.ESTIMATE:
        low = max(0, bar.value - bar.margin) * SCALE // longest
        high = (bar.value + bar.margin) * SCALE // longest
        caps = "".join(f"M{place} {middle - 5}V{middle + 5}" for place in (low, high))
        yield "bar", f"M0 {middle}H{end}"
        yield "err", f"M{low} {middle}H{high}{caps}"


def _words(chart: Chart, rows: tuple[_Row, ...]) -> Iterator[str]:
    label, number = ("100%", "0") if chart.is_mirrored else ("0", "100%")
    for row in rows:
        for place, line in enumerate(row.lines):
            y = row.top + place * LINE_HEIGHT + LINE_HEIGHT - 5
            yield f'<text x="{label}" y="{y}">{escape(line)}</text>'
        text = escape(row.bar.text)
        if chart.is_mirrored and row.bar.status is Status.ESTIMATE:
            text = text.join(LEFT_TO_RIGHT)
        yield f'<text class="num" x="{number}" y="{row.middle + 5}">{text}</text>'


def _rows(chart: Chart) -> tuple[_Row, ...]:
    rows: list[_Row] = []
    top = 0
    for bar in chart.bars:
        row = _Row(bar, tuple(_broken(bar.label)), top)
        rows.append(row)
        top = row.bottom
    return tuple(rows)


def _height(rows: tuple[_Row, ...]) -> int:
    return rows[-1].bottom if rows else GAP


def _broken(label: str) -> Iterator[str]:
    """Break a label between words where it has them, between signs where it has none."""
    line = ""
    for word in _words_of(label):
        if line and _units(line + word.rstrip()) > LINE_UNITS:
            yield line.rstrip()
            line = ""
        line += word
    yield line.rstrip()


def _words_of(label: str) -> Iterator[str]:
    word = ""
    for sign in label:
        word += sign
        if sign == " " or _units(sign) > 1:
            yield word
            word = ""
    yield word


def _units(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(sign) in WIDE else 1 for sign in text)
