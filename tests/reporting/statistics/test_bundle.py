"""The folder of a release: what has to be in it, the same bytes everywhere, from parts that fit."""

import json
import os
import subprocess
import sys

import pytest

from reporting.statistics import bundle, canonical, codelists, manifest
from reporting.statistics.bundle import BundleError
from reporting.statistics.papers import PaperError
from reporting.statistics.plan import Tier
from reporting.statistics.topdown import Measurement
from tests.reporting.statistics.editions import (
    TIERS,
    a_draw,
    a_plan,
    a_source,
    booked,
    source_of,
)


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
