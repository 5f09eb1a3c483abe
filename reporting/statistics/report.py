"""The annual report: one page that needs nothing else, for screens and for paper."""

import base64
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, partial
from importlib.resources import files
from typing import Final

from jinja2 import Environment, StrictUndefined, Template
from markupsafe import Markup

from reporting.statistics import charts, comparison, method, words
from reporting.statistics.charts import Bar, Chart, Status
from reporting.statistics.codelists import Dim
from reporting.statistics.comparison import Sum
from reporting.statistics.correspondence import FREEDOM_HOUSE, G7
from reporting.statistics.edition import Edition, chart, number, ranged
from reporting.statistics.estimates import Estimates
from reporting.statistics.words import Language

_MARKED: Final = re.compile(r"(`[^`]+`|\*\*[^*]+\*\*)")
_LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_SERIES: Final = (("g7", G7), ("freedom-house", FREEDOM_HOUSE))
_NOT_SHOWN: Final = "\N{EN DASH}"


@dataclass(frozen=True, slots=True)
class Figure:
    """A table as the report shows it; `columns` says what the letters in its heads mean."""

    key: str
    title: str
    notes: tuple[str, ...]
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    drawing: str = ""
    columns: tuple[tuple[str, str], ...] = ()


def page(edition: Edition, language: Language) -> bytes:
    """Return the report of an edition in one language."""
    said = partial(words.said, language)
    style = _style()
    first, *rest = method.sections(edition, language)
    written = _template().render(
        said=said,
        inline=inline,
        language=language,
        edition=edition,
        style=style,
        policy=policy(style),
        title=edition.marked(language, said("title")),
        total=number(language, edition.total.rows[0], edition.total),
        between=_between(edition.total),
        figures=tuple(_figures(edition, language)),
        compared=tuple(_compared(edition, language)),
        first=first,
        rest=rest,
    )
    return written.encode()


def inline(text: str) -> Iterator[tuple[str, str]]:
    """Split a line into its words, each with the element it stands in, if any."""
    for part in filter(None, _MARKED.split(text)):
        if part.startswith("`"):
            yield "code", part.strip("`")
        elif part.startswith("**"):
            yield "strong", part.strip("*")
        else:
            yield "", part


def policy(style: str) -> str:
    """Return what a browser may do with the page: show it in this style, and nothing else."""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'"


def _between(total: Estimates) -> tuple[str, str] | None:
    value = total.rows[0].value
    if value is None:
        return None
    return f"{max(0, value - total.margin):,}", f"{value + total.margin:,}"


def _figures(edition: Edition, language: Language) -> Iterator[Figure]:
    for table in edition.tables:
        if len(table.dims) == 1:
            yield _list(edition, language, table)
    for table in edition.tables:
        if len(table.dims) > 1:
            yield _grid(language, table)


def _compared(edition: Edition, language: Language) -> Iterator[Figure]:
    tactics = next((table for table in edition.fitted if table.dims == (Dim.TACTIC,)), None)
    if tactics is None:
        return
    for key, series in _SERIES:
        title = words.of(language, series.name)
        bars = tuple(_bar(language, one) for one in comparison.sums(tactics, series))
        description = words.said(language, "chart")
        drawn = Chart(key, edition.marked(language, title), description, bars)
        yield Figure(
            key=key,
            title=title,
            notes=tuple(words.of(language, note) for note in series.notes),
            heads=(words.said(language, "item"), words.said(language, "value")),
            rows=tuple((bar.label, bar.text) for bar in bars),
            drawing=Markup(charts.bars(drawn)),  # noqa: S704 - it escapes every word itself
        )


def _bar(language: Language, one: Sum) -> Bar:
    name = words.of(language, one.item)
    label = f"{one.item.code}. {name}" if one.item.code.isdecimal() else name
    if one.status is Status.FEW:
        text = words.said(language, "few", one.threshold)
        return Bar(label, text, one.threshold, one.margin, one.status)
    return Bar(label, ranged(language, one.value, one.margin), one.value, one.margin)


def _list(edition: Edition, language: Language, table: Estimates) -> Figure:
    (dim,) = table.dims
    said = partial(words.said, language)
    return Figure(
        key=table.name,
        title=words.title(language, table.dims),
        notes=_notes(language, table),
        heads=(said(dim.lower()), said("value")),
        rows=tuple(
            (words.label(language, dim, row.codes[0]), number(language, row, table))
            for row in table.rows
        ),
        drawing=Markup(charts.bars(chart(edition, language, table))),  # noqa: S704 - as above
    )


def _grid(language: Language, table: Estimates) -> Figure:
    """Return a table of two dimensions, the longer one downwards."""
    along, down = sorted((0, 1), key=lambda place: len({row.codes[place] for row in table.rows}))
    values = {
        (row.codes[down], row.codes[along]): _NOT_SHOWN if row.value is None else f"{row.value:,}"
        for row in table.rows
    }
    lines = tuple(dict.fromkeys(code for code, _ in values))
    codes = tuple(dict.fromkeys(code for _, code in values))
    labels = [words.label(language, table.dims[along], code) for code in codes]
    return Figure(
        key=table.name,
        title=words.title(language, table.dims),
        notes=(*_notes(language, table), words.said(language, "grid", table.threshold)),
        heads=(words.said(language, table.dims[down].lower()), *_LETTERS[: len(codes)]),
        rows=tuple(
            (
                words.label(language, table.dims[down], line),
                *(values[line, code] for code in codes),
            )
            for line in lines
        ),
        columns=tuple(zip(_LETTERS, labels, strict=False)),
    )


def _notes(language: Language, table: Estimates) -> tuple[str, ...]:
    if table.is_missing:
        return (words.said(language, "all_missing"),)
    return (words.said(language, "same_margin", table.margin, table.threshold),)


@cache
def _style() -> str:
    lines = files("reporting.statistics").joinpath("report.css").read_text(encoding="utf-8")
    return f"{lines}{charts.FILE_STYLE}\n"


@cache
def _template() -> Template:
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    text = files("reporting.statistics").joinpath("report.html").read_text(encoding="utf-8")
    return environment.from_string(text)
