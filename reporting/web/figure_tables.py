"""Figure tables: the tables of a release as its page shows them, each number with its margin."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from markupsafe import Markup

from reporting.languages import Direction
from reporting.statistics import charts
from reporting.statistics.charts import Bar, Chart, Status
from reporting.statistics.codelists import Dim
from reporting.statistics.comparison import Sum, sums
from reporting.statistics.correspondence import FREEDOM_HOUSE, G7, Series
from reporting.statistics.estimates import Estimate, Estimates
from reporting.statistics.release import Release
from reporting.web import language
from reporting.web.figure_words import FEW, HEADS, ITEM, LOOK, NOTES, label, said, title


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table; of a few, `number` is what it lies below."""

    labels: tuple[str, ...]
    status: Status
    number: str = ""
    margin: str = ""

    @property
    def is_few(self) -> bool:
        """Whether the number is too small to be shown."""
        return self.status is Status.FEW

    @property
    def is_missing(self) -> bool:
        """Whether it was planned and never drawn."""
        return self.status is Status.MISSING


@dataclass(frozen=True, slots=True)
class Shown:
    """One table of a page; without a chart its rows are only those that can be shown."""

    key: str
    title: str
    heads: tuple[str, ...]
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()
    threshold: str = ""
    chart: Markup | str = ""
    is_missing: bool = False


def total(table: Estimates) -> Row:
    """Return the one number of a release that stands above all others."""
    return _row(table, table.rows[0])


def shown(table: Estimates) -> Shown:
    """Return a table as a page shows it."""
    notes = tuple(language.gettext(note) for note in NOTES.get(table.dims, ()))
    heads = tuple(language.gettext(HEADS[dim]) for dim in table.dims)
    rows = tuple(_row(table, row) for row in table.rows)
    known = tuple(row for row in rows if row.status is Status.ESTIMATE)
    made = Shown(
        key=table.name,
        title=title(table.dims),
        heads=heads,
        rows=rows if len(heads) == 1 else known,
        notes=notes,
        threshold=language.number(table.threshold),
        is_missing=table.is_missing,
    )
    if table.is_missing or len(heads) > 1:
        return made
    bars = [_bar(table, row, line) for row, line in zip(table.rows, rows, strict=True)]
    return _drawn(made, bars)


def compared(release: Release) -> Iterator[Shown]:
    """Yield the lists of others, as sums of our own kinds of pressure."""
    tactics = next((one for one in release.tables if one.dims == (Dim.TACTIC,)), None)
    for key, series in (("g7", G7), ("freedom-house", FREEDOM_HOUSE)):
        found = () if tactics is None else tuple(sums(tactics, series))
        yield _compared(key, series, found)


def _compared(key: str, series: Series, found: tuple[Sum, ...]) -> Shown:
    rows = tuple(_row_of(one) for one in found)
    made = Shown(
        key=key,
        title=said(series.name.ja, series.name.en),
        heads=(language.gettext(ITEM),),
        rows=rows,
        notes=tuple(said(note.ja, note.en) for note in series.notes),
        is_missing=not found,
    )
    bars = [
        Bar(
            label=row.labels[0],
            text=_text(row),
            value=one.threshold if row.is_few else one.value,
            margin=one.margin,
            status=one.status,
        )
        for one, row in zip(found, rows, strict=True)
    ]
    return _drawn(made, bars) if found else made


def _drawn(made: Shown, bars: Iterable[Bar]) -> Shown:
    is_mirrored = language.current().direction is Direction.TO_THE_LEFT
    chart = Chart(made.key, made.title, language.gettext(LOOK), tuple(bars), is_mirrored)
    picture = Markup(charts.bars(chart))  # noqa: S704 - it escapes every word itself
    return replace(made, chart=picture)


def _row(table: Estimates, row: Estimate) -> Row:
    labels = tuple(label(dim, code) for dim, code in zip(table.dims, row.codes, strict=True))
    if row.value is None:
        number = language.number(table.threshold) if row.status is Status.FEW else ""
        return Row(labels, row.status, number)
    return Row(labels, row.status, language.number(row.value), language.number(table.margin))


def _row_of(one: Sum) -> Row:
    name = said(one.item.ja, one.item.en)
    labels = (f"{one.item.code}. {name}" if one.item.code.isdecimal() else name,)
    if one.status is Status.FEW:
        return Row(labels, one.status, language.number(one.threshold))
    return Row(labels, one.status, language.number(one.value), language.number(one.margin))


def _bar(table: Estimates, row: Estimate, line: Row) -> Bar:
    reach = table.threshold if row.value is None else row.value
    return Bar(line.labels[0], _text(line), reach, table.margin, row.status)


def _text(row: Row) -> str:
    few = language.gettext(FEW) % {"number": row.number}
    return few if row.is_few else f"{row.number} ± {row.margin}"
