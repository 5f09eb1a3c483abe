"""The folder of a release: the same bytes everywhere, and what its descriptions say is so."""

import csv
import io
import json
import os
import subprocess
import sys
import tomllib
from dataclasses import replace
from fractions import Fraction
from importlib.resources import files
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from csvw import TableGroup
from frictionless import Package

from reporting.statistics import bundle, canonical, codelists, csvs, manifest, plan, report
from reporting.statistics.bundle import BundleError, Source
from reporting.statistics.correspondence import Said
from reporting.statistics.csvs import CellError, Column, Kind, Sheet
from reporting.statistics.papers import PaperError
from reporting.statistics.plan import Tier
from reporting.statistics.topdown import Measurement
from reporting.statistics.words import Language
from tests.reporting.statistics import plans
from tests.reporting.statistics.editions import (
    KEYS,
    a_draw,
    a_plan,
    a_source,
    booked,
    written,
)

TIERS = list(Tier)
RANKING = ("highest", "lowest", "worst", "ranking", "最も", "最多", "順位", "ワースト")


def source_of(tier: Tier) -> Source:
    return a_source(a_plan(tier=tier))


def lines(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode(), newline="")))


@pytest.fixture(params=TIERS)
def folder(request: pytest.FixtureRequest) -> dict[str, bytes]:
    """The files of a release of each tier."""
    return dict(bundle.render(source_of(request.param)))


def test_the_folder_holds_what_is_specified() -> None:
    found = bundle.render(source_of(Tier.S))

    assert {path for path in found if "/" not in path} == {
        "manifest.json",
        "plan.json",
        "approvals.json",
        "ledger.json",
        "csvw-metadata.json",
        "datapackage.json",
        "METHODOLOGY.ja.md",
        "METHODOLOGY.en.md",
        "LICENSE",
        "report.ja.html",
        "report.en.html",
    }
    for kind, names in {
        "data": {"total.csv", "tactic.csv", "origin.csv", "region.csv"},
        "measurements": {"total.csv", "tactic.csv", "origin.csv", "region.csv"},
        "codelists": {
            f"{name}.csv"
            for name in [
                "quarter",
                "tactic",
                "origin",
                "region",
                "target",
                "verif",
                "repeat",
                "people",
            ]
        },
        "charts": {
            f"{name}.{language}.svg"
            for name in ("tactic", "origin", "region")
            for language in ("ja", "en")
        },
    }.items():
        assert {path[len(kind) + 1 :] for path in found if path.startswith(f"{kind}/")} == names


def test_tier_m_has_its_derived_and_two_way_tables_too() -> None:
    found = bundle.render(source_of(Tier.M))

    assert {path for path in found if path.startswith("data/")} == {
        f"data/{name}.csv"
        for name in (
            *("total", "tactic", "origin", "region", "target", "verif"),
            *("tactic-by-origin", "tactic-by-target", "region-by-verif"),
        )
    }
    assert "measurements/target.csv" not in found


def test_the_manifest_is_chained_and_names_every_file_by_its_hash() -> None:
    planned = a_plan()
    found = bundle.render(a_source(planned, previous="ab" * 32))
    stated = json.loads(found["manifest.json"])

    assert canonical.encode(stated) == found["manifest.json"]
    assert stated["previous_manifest_sha256"] == "ab" * 32
    assert stated["plan_sha256"] == planned.digest
    assert stated["codelist_version"] == planned.codelist
    assert stated["ledger_head"] == json.loads(booked(planned))["head"]
    assert stated["supersedes"] == ""
    assert stated["files"].keys() == found.keys() - {"manifest.json"}


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


PAPERS = {manifest.MANIFEST, bundle.PLAN, bundle.APPROVALS, bundle.LEDGER}
# Published folders are compared with these, so a word here changes with the codelists' version.
DIGESTS = {
    (1, Tier.S): "13e1194df7270e62170ebffff4c3e2c5e9be2ebf4632410ececd0cc56a2ce1a6",
    (1, Tier.M): "b534d650d2e1c3fb44ccb9e5a08399665b328e5d086728ca11319abc9f3efee2",
}


@pytest.mark.parametrize("tier", TIERS)
def test_what_every_reader_makes_again_never_changes_under_the_same_codelists(tier: Tier) -> None:
    found = bundle.render(source_of(tier))
    made = b"".join(
        path.encode() + data
        for path, data in found.items()
        if path not in PAPERS and not bundle.is_worded(path)
    )
    assert manifest.digest(made) == DIGESTS[codelists.VERSION, tier]


RENDERED = """
import hashlib, sys
from reporting.statistics import bundle
from reporting.statistics.plan import Tier
from tests.reporting.statistics.editions import a_plan, a_source
for tier in Tier:
    for path, data in bundle.render(a_source(a_plan(tier=tier))).items():
        print(path, hashlib.sha256(data).hexdigest())
"""


def test_the_same_source_gives_the_same_bytes_in_any_process_and_locale() -> None:
    def rendered(locale: str, seed: str) -> str:
        machine = {"LC_ALL": locale, "LANG": locale, "PYTHONHASHSEED": seed, "TZ": "Asia/Kabul"}
        run = subprocess.run(
            [sys.executable, "-c", RENDERED],
            env={**os.environ, **machine},
            check=True,
            capture_output=True,
            text=True,
        )
        return run.stdout

    one = rendered("C", "1")
    assert one == rendered("tr_TR.UTF-8", "2")
    again = [bundle.render(source_of(tier)) == bundle.render(source_of(tier)) for tier in TIERS]
    assert all(again)


def test_the_bundle_loads_nothing_that_counts_draws_or_serves() -> None:
    code = (
        "import sys, reporting.statistics.bundle;"
        "print(sorted({'sqlalchemy', 'flask', 'opendp', 'admin', 'crypto', 'babel'}"
        " & {name.partition('.')[0] for name in sys.modules}))"
    )
    run = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)

    assert run.stdout.strip() == "[]"


def test_invented_numbers_say_so_everywhere() -> None:
    found = bundle.render(a_source(a_plan("TOMOSHIBI-SYNTHETIC-2025-A")))

    assert json.loads(found["manifest.json"])["synthetic"] == 1
    assert "SYNTHETIC" in json.loads(found["plan.json"])["release"]
    for language, word in (("en", "SYNTHETIC"), ("ja", "架空の数字")):
        assert word in found[f"METHODOLOGY.{language}.md"].decode()
        assert word in found[f"report.{language}.html"].decode()
        for path, data in found.items():
            if path.endswith(f".{language}.svg"):
                title = ET.fromstring(data).find("{http://www.w3.org/2000/svg}title")  # noqa: S314 - our own picture
                assert title is not None
                assert word in (title.text or "")
    assert "SYNTHETIC" in json.loads(found["csvw-metadata.json"])["dc:title"]


def test_real_numbers_are_not_called_invented() -> None:
    found = bundle.render(source_of(Tier.S))

    assert json.loads(found["manifest.json"])["synthetic"] == 0
    for data in found.values():
        assert b"SYNTHETIC" not in data
        assert "架空" not in data.decode()


@pytest.mark.parametrize(
    "wrong",
    [
        {"synthetic": True},
        {"version": 0},
        {"version": 2},
        {"version": 2, "supersedes": "TOMOSHIBI-JP-2025-A.v1"},
        {"measured": (Measurement((), (1,)),)},
        {"measured": tuple(reversed(a_draw(a_plan())))},
    ],
    ids=str,
)
def test_parts_of_different_releases_make_none(wrong: dict[str, object]) -> None:
    with pytest.raises(BundleError):
        bundle.render(a_source(**wrong))


@pytest.mark.parametrize(
    "wrong",
    [
        {"ledger": b"{"},
        {"ledger": b"[]"},
        {"ledger": b"{}"},
        {"ledger": b'{"head":1}'},
        {"ledger": b'{"head": "' + b"0" * 64 + b'"}'},
        {"approvals": b"{}"},
        {"approvals": b'{"approvals":[{"signing_key":"zz","signature":""}]}'},
        {"approvals": b'{"approvals":[{"signature":"","signing_key":"","x":1}]}'},
    ],
    ids=str,
)
def test_papers_that_nobody_can_read_make_no_release(wrong: dict[str, object]) -> None:
    with pytest.raises(PaperError):
        bundle.render(a_source(**wrong))


NOTE = Said("図の誤りを直しました。", "A chart was drawn wrongly & is mended.")


def test_a_later_version_says_what_changed() -> None:
    found = bundle.render(
        a_source(version=2, supersedes="TOMOSHIBI-JP-2026-A.v1", previous="ab" * 32, note=NOTE)
    )

    assert f"- What changed: {NOTE.en}" in found["METHODOLOGY.en.md"].decode()
    assert NOTE.ja in found["report.ja.html"].decode()
    assert "wrongly &amp; is" in found["report.en.html"].decode()


@pytest.mark.parametrize("text", ["", "two\nlines", "<b>", "x" * 501])
def test_what_changed_is_said_in_one_line_of_words(text: str) -> None:
    for note in (Said(text, "good"), Said("good", text)):
        with pytest.raises(BundleError, match="one line"):
            bundle.render(a_source(note=note))


def test_later_versions_say_what_they_replace() -> None:
    name = "TOMOSHIBI-JP-2026-A.v1"
    second = bundle.render(a_source(version=2, supersedes=name, previous="ab" * 32))
    mended = bundle.render(a_source(a_correction(), supersedes=name, previous="cd" * 32))

    text = second["METHODOLOGY.en.md"].decode()
    assert f"It replaces {name}" in text
    assert f"`{'ab' * 32}`" in text
    assert f"It corrects {name}" in mended["METHODOLOGY.en.md"].decode()


def a_correction() -> plan.Plan:
    return plans.a_plan(release="TOMOSHIBI-JP-2026-B", eps=Fraction(1, 4))


def test_both_languages_have_the_same_words_and_parts(folder: dict[str, bytes]) -> None:
    read = files("reporting.statistics").joinpath("words.toml").read_text(encoding="utf-8")
    found = tomllib.loads(read)

    assert found["ja"].keys() == found["en"].keys()
    texts = [folder[f"METHODOLOGY.{language}.md"].decode() for language in Language]
    assert len({text.count("\n## ") for text in texts}) == 1
    assert len({text.count("\n- ") for text in texts}) == 1
    assert not [text for text in texts if "$" in text]


def test_nothing_ranks_anybody(folder: dict[str, bytes]) -> None:
    for path, data in folder.items():
        if path.endswith((".md", ".html", ".svg")):
            assert not [word for word in RANKING if word in data.decode().lower()], path


def test_the_method_states_the_numbers_of_its_own_plan(folder: dict[str, bytes]) -> None:
    planned = plan.decode(folder["plan.json"])
    for language in Language:
        text = folder[f"METHODOLOGY.{language}.md"].decode()
        assert planned.digest in text
        assert planned.mechanism in text
        assert "5/4" in text
        for table in planned.tables:
            assert f"| {table.eps} |" in text


def test_the_report_says_how_to_check_it_and_needs_nothing_else(folder: dict[str, bytes]) -> None:
    for language in Language:
        page = folder[f"report.{language}.html"].decode()
        assert csp_of(page).startswith("default-src 'none'; style-src 'sha256-")
        for outside in ("<script", "<link", "src=", "@import", "url(", ' style="', "<iframe"):
            assert outside not in page
        assert manifest.digest(KEYS.encode().encode()) in page


def csp_of(page: str) -> str:
    return page.partition('Policy" content="')[2].partition('"')[0].replace("&#39;", "'")


def test_a_release_without_a_file_of_keys_names_none() -> None:
    page = bundle.render(a_source(keys=b""))["report.en.html"].decode()

    assert "keys whose file" not in page


def test_the_style_of_the_report_stands_in_a_page_as_it_is() -> None:
    page = bundle.render(source_of(Tier.S))["report.en.html"].decode()
    style = page.partition("<style>")[2].partition("</style>")[0]

    assert "&" not in style
    assert report.policy(style) == csp_of(page)


def test_a_line_of_the_method_is_split_into_its_elements() -> None:
    assert list(report.inline("**a** b `c`")) == [("strong", "a"), ("", " b "), ("code", "c")]
