"""The bundle: all files of a release, from what was planned, drawn, approved and booked.

Pure: no database, no clock, no randomness and no setting of the machine has a say, so that anybody
gets the same bytes from the same source, today and in twenty years.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from itertools import chain
from typing import Final

from reporting.errors import ReportingError
from reporting.statistics import (
    charts,
    csvs,
    descriptions,
    manifest,
    method,
    papers,
    plan,
    report,
    sheets,
    topdown,
    words,
)
from reporting.statistics.correspondence import Said
from reporting.statistics.csvs import Sheet
from reporting.statistics.edition import Edition, chart
from reporting.statistics.estimates import Estimates, missing, published
from reporting.statistics.manifest import MANIFEST, Manifest
from reporting.statistics.plan import Plan
from reporting.statistics.topdown import Measurement, Table
from reporting.statistics.words import Language
from reporting.statistics.worth import variances

PLAN: Final = "plan.json"
APPROVALS: Final = "approvals.json"
LEDGER: Final = "ledger.json"
LICENCE: Final = "LICENSE"
_WORDED: Final = ("METHODOLOGY.", "report.", "charts/")


class BundleError(ReportingError):
    """What was to become a release does not fit together; the text says what."""


@dataclass(frozen=True, slots=True)
class Source:
    """All that a release is made from.

    Nothing measured means that the draw was burnt: every table is there, as missing. `previous` is
    the hash of the manifest before this one, or empty; `supersedes` is the name of the version that
    this one stands in for, or empty; `keys` is the file of public keys, for the printed report;
    `note` says in one line why there is another version.
    """

    plan: bytes
    measured: tuple[Measurement, ...]
    approvals: bytes
    ledger: bytes
    previous: str
    version: int
    supersedes: str
    synthetic: bool
    keys: bytes = b""
    note: Said | None = None


def render(source: Source) -> Mapping[str, bytes]:
    """Return every file of a release but the signatures, by its path.

    Raises BundleError for parts that belong to different releases, PlanError and PaperError for
    parts that cannot be read.
    """
    planned = plan.decode(source.plan)
    _require_fitting(source, planned)
    edition = _edition(source, planned)
    content = dict(sorted(chain(_papers(source), _tables(edition), _texts(edition))))
    content[MANIFEST] = manifest.encode(_manifest(source, edition, content))
    return content


def fitted(planned: Plan, measured: tuple[Measurement, ...]) -> tuple[Table, ...]:
    """Return the tables that follow from what was drawn; none if nothing was."""
    return topdown.fit(planned, measured) if measured else ()


def estimates(planned: Plan, tables: tuple[Table, ...]) -> tuple[Estimates, ...]:
    """Return the tables of a plan as they are published; all missing if none follow."""
    if tables:
        return tuple(map(published, tables))
    return tuple(map(missing, variances(planned)))


def is_worded(path: str) -> bool:
    """Say whether a later version of the program may say the same in other words or pictures."""
    return path.startswith(_WORDED)


def _require_fitting(source: Source, planned: Plan) -> None:
    before = f"{planned.release}.v{source.version - 1}"
    wanted = [(table.dims, table.cells) for table in planned.tables]
    drawn = [(table.dims, len(table.values)) for table in source.measured]
    if drawn not in ([], wanted):
        raise BundleError("the measurements are not those of the plan")
    if source.synthetic != planned.is_synthetic:
        raise BundleError("invented numbers carry a name that says so, and no others do")
    if source.version < 1 or (source.version > 1 and source.supersedes != before):
        raise BundleError("a later version supersedes the one before it")
    if source.note and not manifest.is_note(source.note):
        raise BundleError("a note is one line of words, in both languages")


def _edition(source: Source, planned: Plan) -> Edition:
    tables = fitted(planned, source.measured)
    return Edition(
        plan=planned,
        version=source.version,
        supersedes=source.supersedes,
        before=source.previous,
        tables=estimates(planned, tables),
        fitted=tables,
        note=source.note,
        measured=source.measured,
        officers=tuple(
            manifest.digest(one.signing_key) for one in papers.read_approvals(source.approvals)
        ),
        keys=manifest.digest(source.keys) if source.keys else "",
    )


def _manifest(source: Source, edition: Edition, content: Mapping[str, bytes]) -> Manifest:
    return Manifest(
        release=edition.plan.release,
        version=edition.version,
        supersedes=edition.supersedes,
        before=edition.before,
        plan=edition.plan.digest,
        codelist=edition.plan.codelist,
        ledger_head=papers.head(source.ledger),
        is_synthetic=edition.plan.is_synthetic,
        files={path: manifest.digest(data) for path, data in content.items()},
        note=source.note,
    )


def _papers(source: Source) -> Iterator[tuple[str, bytes]]:
    yield PLAN, source.plan
    yield APPROVALS, source.approvals
    yield LEDGER, source.ledger
    yield LICENCE, files("reporting.statistics").joinpath("licence.md").read_bytes()


def _tables(edition: Edition) -> Iterator[tuple[str, bytes]]:
    found = tuple(_sheets(edition))
    title = edition.marked(Language.EN, words.said(Language.EN, "title"))
    for sheet in found:
        yield sheet.path, csvs.write(sheet)
    yield descriptions.CSVW, descriptions.csvw(title, found)
    yield descriptions.PACKAGE, descriptions.package(edition.name.lower(), title, found)


def _sheets(edition: Edition) -> Iterator[Sheet]:
    period = edition.plan.period
    yield from (sheets.published(period, table) for table in edition.tables)
    yield from (sheets.drawn(period, measurement) for measurement in edition.measured)
    yield from sheets.codelists()


def _texts(edition: Edition) -> Iterator[tuple[str, bytes]]:
    for language in Language:
        yield f"METHODOLOGY.{language}.md", method.markdown(edition, language)
        yield f"report.{language}.html", report.page(edition, language)
        for table in edition.one_way:
            drawing = charts.file(chart(edition, language, table), language)
            yield f"charts/{table.name}.{language}.svg", drawing
