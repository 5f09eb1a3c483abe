"""The tables of a release: lines that no spreadsheet calculates, and two descriptions that hold."""

import csv
import io
from dataclasses import replace
from pathlib import Path

import pytest
from csvw import TableGroup
from frictionless import Package

from reporting.statistics import bundle, csvs
from reporting.statistics.csvs import CellError, Column, Kind, Sheet
from reporting.statistics.plan import Tier
from reporting.statistics.topdown import Measurement
from tests.reporting.statistics.editions import (
    TIERS,
    a_draw,
    a_plan,
    a_source,
    source_of,
    written,
)


def lines(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode(), newline="")))


def test_a_table_has_its_columns_and_blanks_what_is_below_the_threshold(
    folder: dict[str, bytes],
) -> None:
    head, *rows = lines(folder["data/tactic.csv"])
    least = report_threshold(folder)

    assert head == ["TIME_PERIOD", "TACTIC", "OBS_VALUE", "MOE95", "OBS_STATUS"]
    assert len(rows) == 11
    assert {row[-1] for row in rows} >= {"E"}
    for period, _, value, margin, status in rows:
        assert period == "2026"
        assert int(margin) > 0
        assert (value == "") == (status == "U")
        assert value == "" or int(value) >= least


def report_threshold(folder: dict[str, bytes]) -> int:
    text = folder["METHODOLOGY.en.md"].decode()
    row = next(line for line in reversed(text.split("\n")) if line.startswith("| Main tactic |"))
    return int(row.strip("| ").rpartition("|")[2])


def test_noisy_numbers_stand_as_they_were_drawn() -> None:
    planned = a_plan()
    found = bundle.render(a_source(planned))
    head, *rows = lines(found["measurements/tactic.csv"])

    assert head == ["TIME_PERIOD", "TACTIC", "NOISY_VALUE"]
    assert tuple(int(row[2]) for row in rows) == a_draw(planned)[1].values
    assert min(int(row[2]) for row in rows) < 0


def test_a_burnt_draw_is_published_as_missing() -> None:
    found = bundle.render(a_source(a_plan(tier=Tier.M), measured=()))
    _, *rows = lines(found["data/tactic-by-origin.csv"])

    assert {tuple(row[3:]) for row in rows} == {("", "", "M")}
    assert len(rows) == 11 * 15
    assert not [path for path in found if path.startswith("measurements/")]
    assert "All its tables are missing" in found["METHODOLOGY.en.md"].decode()
    assert "could not be drawn" in found["report.en.html"].decode()


def test_csv_files_are_lines_with_both_ends_and_hold_no_formula(folder: dict[str, bytes]) -> None:
    for path, data in folder.items():
        if path.endswith(".csv"):
            assert data.endswith(b"\r\n")
            assert data.count(b"\r\n") == data.count(b"\n") == data.count(b"\r")
            for row in lines(data):
                for cell in row:
                    assert not cell.startswith(("=", "+", "@"))
                    assert not cell.startswith("-") or cell[1:].isdigit()


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-", "-1a", "@SUM", "\t=1", "\r", "-01", "--1"])
def test_a_cell_that_a_spreadsheet_would_calculate_is_refused(cell: str) -> None:
    sheet = Sheet("data/x.csv", "", "", (Column("A", Kind.TEXT, "", ""),), 1, ((cell,),))

    with pytest.raises(CellError):
        csvs.write(sheet)


@pytest.mark.parametrize("measured", [None, ()])
@pytest.mark.parametrize("tier", TIERS)
def test_both_descriptions_hold_for_every_table(
    tier: Tier, measured: tuple[Measurement, ...] | None, tmp_path: Path
) -> None:
    source = source_of(tier)
    source = source if measured is None else replace(source, measured=measured)
    found = bundle.render(source)
    folder = written(found, tmp_path)
    tables = {path for path in found if path.endswith(".csv")}

    group = TableGroup.from_file(folder / "csvw-metadata.json")
    assert {str(table.url) for table in group.tables} == tables
    group.check_referential_integrity()
    for table in group.tables:
        assert len(list(table.iterdicts(strict=True))) == len(lines(found[str(table.url)])) - 1
        assert table.check_primary_key()
        for column in table.tableSchema.columns:
            assert column.common_props["dc:description"]

    package = Package(str(folder / "datapackage.json"))
    assert {resource.path for resource in package.resources} == tables
    outcome = package.validate()
    assert outcome.valid, outcome.flatten(["path", "rowNumber", "fieldName", "note"])


def test_a_wrong_table_is_found_by_both_descriptions(tmp_path: Path) -> None:
    found = dict(bundle.render(source_of(Tier.S)))
    found["data/tactic.csv"] = found["data/tactic.csv"].replace(b"threat", b"thread")
    folder = written(found, tmp_path)

    group = TableGroup.from_file(folder / "csvw-metadata.json")
    with pytest.raises(ValueError, match="thread"):
        group.check_referential_integrity()
    assert not Package(str(folder / "datapackage.json")).validate().valid
