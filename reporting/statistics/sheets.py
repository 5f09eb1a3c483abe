"""Sheets of a release: its tables, its noisy numbers and its codelists, as its files hold them."""

from collections.abc import Iterator, Mapping
from typing import Final

from reporting.statistics import csvs, words
from reporting.statistics.charts import Status
from reporting.statistics.codelists import LISTS, Code, Dim, Dims, cells
from reporting.statistics.csvs import Column, Kind, Sheet
from reporting.statistics.estimates import Estimate, Estimates, named
from reporting.statistics.topdown import Measurement
from reporting.statistics.words import Language

_STATUSES: Final = tuple(Status)


def published(period: int, estimates: Estimates) -> Sheet:
    """Return a published table."""
    margin = "" if estimates.is_missing else str(estimates.margin)
    return Sheet(
        f"data/{estimates.name}.csv",
        words.title(Language.JA, estimates.dims),
        words.title(Language.EN, estimates.dims),
        (
            *_places(estimates.dims),
            _column("OBS_VALUE", Kind.NUMBER, "value_meaning", may_be_blank=True),
            _column("MOE95", Kind.NUMBER, "margin_meaning", may_be_blank=True),
            _column("OBS_STATUS", Kind.TEXT, "status_meaning", choices=_STATUSES),
        ),
        1 + len(estimates.dims),
        tuple((str(period), *row.codes, *_cells(row, margin)) for row in estimates.rows),
    )


def drawn(period: int, measurement: Measurement) -> Sheet:
    """Return the noisy numbers of a table, as they were drawn."""
    dims = measurement.dims
    return Sheet(
        f"measurements/{named(dims)}.csv",
        _raw_title(Language.JA, dims),
        _raw_title(Language.EN, dims),
        (*_places(dims), _column("NOISY_VALUE", Kind.NUMBER, "noisy_meaning")),
        1 + len(dims),
        tuple(
            (str(period), *codes, str(value))
            for codes, value in zip(cells(dims), measurement.values, strict=True)
        ),
    )


def _raw_title(language: Language, dims: Dims) -> str:
    """Return what a table of noisy numbers is called."""
    return words.said(language, "raw", words.title(language, dims))


def drawn_files(period: int, measured: tuple[Measurement, ...]) -> Mapping[str, bytes]:
    """Return the files of all noisy numbers."""
    found = [drawn(period, one) for one in measured]
    return {sheet.path: csvs.write(sheet) for sheet in found}


def measured(dims: Dims, files: Mapping[str, bytes]) -> Measurement:
    """Return the noisy numbers of a table from its file; whether it is ours, the caller compares.

    Raises KeyError where there is no such file, and ValueError for one without numbers.
    """
    lines = files[f"measurements/{named(dims)}.csv"].decode().split("\r\n")[1:-1]
    return Measurement(dims, tuple(int(line.rpartition(",")[2]) for line in lines))


def codelists() -> Iterator[Sheet]:
    """Return every codelist of this version."""
    for dim, codes in LISTS.items():
        ja, en = (
            words.said(language, "codelist", words.said(language, dim.lower()))
            for language in (Language.JA, Language.EN)
        )
        yield Sheet(
            _path_of(dim),
            ja,
            en,
            (
                _column("CODE", Kind.TEXT, "code"),
                _column("LABEL_JA", Kind.TEXT, "label_ja"),
                _column("LABEL_EN", Kind.TEXT, "label_en"),
                _column("VALID_FROM", Kind.TEXT, "valid_from"),
            ),
            1,
            tuple(_line(code) for code in codes),
        )


def _line(code: Code) -> tuple[str, ...]:
    return code.code, code.ja, code.en, code.valid_from


def _places(dims: Dims) -> Iterator[Column]:
    yield _column("TIME_PERIOD", Kind.TEXT, "period")
    for dim in dims:
        ja, en = words.said(Language.JA, dim.lower()), words.said(Language.EN, dim.lower())
        yield Column(dim, Kind.TEXT, ja, en, codes=_path_of(dim))


def _column(
    name: str,
    kind: Kind,
    meaning: str,
    *,
    choices: tuple[str, ...] = (),
    may_be_blank: bool = False,
) -> Column:
    ja, en = words.said(Language.JA, meaning), words.said(Language.EN, meaning)
    return Column(name, kind, ja, en, choices=choices, may_be_blank=may_be_blank)


def _cells(row: Estimate, margin: str) -> tuple[str, str, str]:
    return "" if row.value is None else str(row.value), margin, row.status


def _path_of(dim: Dim) -> str:
    return f"codelists/{dim.lower()}.csv"
