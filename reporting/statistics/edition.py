"""An edition: everything that the files of one release say, before it is written in words."""

from collections.abc import Iterator
from dataclasses import dataclass

from reporting.statistics import words
from reporting.statistics.charts import Bar, Chart, Status
from reporting.statistics.correspondence import Said
from reporting.statistics.estimates import Estimate, Estimates
from reporting.statistics.plan import Plan
from reporting.statistics.topdown import Measurement, Table
from reporting.statistics.words import Language


@dataclass(frozen=True, slots=True)
class Edition:
    """One version of a release; `before` is the hash of the manifest that it follows, if any.

    `tables` are as they are published, `fitted` the same with nothing left out, for sums: both
    follow from the noisy numbers. Of a burnt draw nothing was fitted. `officers` are the hashes of
    the keys that signed the plan, `keys` is that of the file of keys for the release, or empty.
    `note` says why there is another version.
    """

    plan: Plan
    version: int
    supersedes: str
    before: str
    tables: tuple[Estimates, ...]
    fitted: tuple[Table, ...]
    measured: tuple[Measurement, ...]
    officers: tuple[str, ...]
    keys: str
    note: Said | None

    @property
    def name(self) -> str:
        """The name of its folder."""
        return f"{self.plan.release}.v{self.version}"

    @property
    def one_way(self) -> tuple[Estimates, ...]:
        """The tables that have a chart."""
        return tuple(table for table in self.tables if len(table.dims) == 1)

    @property
    def total(self) -> Estimates:
        """The table of one row."""
        return next(table for table in self.tables if not table.dims)

    def marked(self, language: Language, title: str) -> str:
        """Return a title that says so if every number under it is invented."""
        if not self.plan.is_synthetic:
            return title
        return f"{words.said(language, 'synthetic_mark')} · {title}"

    def citation(self, language: Language) -> str:
        """Return how somebody names this release as their source."""
        title = self.marked(language, words.said(language, "title"))
        plan = self.plan
        return words.said(language, "citation", title, plan.release, self.version, plan.period)


def ranged(language: Language, value: int, margin: int) -> str:
    """Return an estimate in words."""
    return words.said(language, "plus_minus", f"{value:,}", margin)


def number(language: Language, row: Estimate, table: Estimates) -> str:
    """Return the number of a row in words, with its margin."""
    if row.status is Status.FEW:
        return words.said(language, "few", table.threshold)
    if row.value is None:
        return words.said(language, "missing")
    return ranged(language, row.value, table.margin)


def chart(edition: Edition, language: Language, table: Estimates) -> Chart:
    """Return the chart of a table of one dimension."""
    title = edition.marked(language, words.title(language, table.dims))
    description = words.said(language, "chart")
    return Chart(table.name, title, description, tuple(_bars(language, table)))


def _bars(language: Language, table: Estimates) -> Iterator[Bar]:
    (dim,) = table.dims
    for row in table.rows:
        reach = table.threshold if row.value is None else row.value
        label = words.label(language, dim, row.codes[0])
        yield Bar(label, number(language, row, table), reach, table.margin, row.status)
