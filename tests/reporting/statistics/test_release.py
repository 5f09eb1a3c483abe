"""A release in a folder: believed whole or not at all."""

import json
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting.statistics import bundle, canonical, folders, manifest, plan, release
from reporting.statistics.charts import Status
from reporting.statistics.correspondence import Said
from reporting.statistics.manifest import MANIFEST
from reporting.statistics.plan import Tier
from reporting.statistics.release import ReleaseError
from tests.reporting.statistics.editions import (
    KEYS,
    OFFICERS,
    OTHERS,
    a_draw,
    a_plan,
    a_release,
    a_source,
    approved,
    booked,
    signed,
    written,
)
from tests.reporting.statistics.spoiled import Files, altered, put, read, resigned, without

PATHS = sorted(signed(bundle.render(a_source())))


def test_a_release_is_read_with_all_that_it_holds(whole: Path) -> None:
    planned = a_plan()
    found = read(whole)

    assert (found.name, found.version, found.plan) == (whole.name, 1, planned)
    assert found.measured == a_draw(planned)
    assert [table.dims for table in found.tables] == [table.dims for table in planned.tables]
    assert sorted(found.files) == PATHS
    assert found.manifest == (whole / MANIFEST).read_bytes()
    assert not found.synthetic
    assert [estimates.name for estimates in found.estimates] == [
        "total",
        "tactic",
        "origin",
        "region",
    ]


@pytest.mark.parametrize("tier", list(Tier))
def test_a_burnt_release_has_no_tables_but_says_which_are_missing(
    tier: Tier, tmp_path: Path
) -> None:
    found = read(a_release(tmp_path, a_source(a_plan(tier=tier), measured=())))

    assert (found.tables, found.measured) == ((), ())
    assert all(estimates.is_missing for estimates in found.estimates)
    assert {row.status for one in found.estimates for row in one.rows} == {Status.MISSING}


def test_an_invented_release_is_known_as_one(tmp_path: Path) -> None:
    assert read(a_release(tmp_path, a_source(a_plan("TOMOSHIBI-SYNTHETIC-2025-A")))).synthetic


@pytest.mark.parametrize("path", PATHS)
def test_a_missing_file_is_found(path: str, copied: Path) -> None:
    (copied / path).unlink()

    with pytest.raises(ReleaseError, match=f"{path} is missing"):
        read(copied)


@pytest.mark.parametrize("path", ["more.csv", "data/more.csv", "data2/total.csv", "Data.csv"])
def test_a_file_too_many_is_found(path: str, copied: Path) -> None:
    written({path: b"1"}, copied)

    with pytest.raises(ReleaseError, match=r"does not belong|no release has"):
        read(copied)


@dataclass(frozen=True)
class Flip:
    """One bit of one file, turned over."""

    path: str
    at: int
    bit: int

    def of(self, files: Mapping[str, bytes]) -> Files:
        spoilt = bytearray(files[self.path])
        spoilt[self.at % len(spoilt)] ^= 1 << self.bit
        return {**files, self.path: bytes(spoilt)}


FLIPS = st.builds(Flip, st.sampled_from(PATHS), st.integers(0, 1 << 20), st.integers(0, 7))


@given(flip=FLIPS)
def test_one_bit_of_any_file_is_missed_by_nobody(
    flip: Flip, whole: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("spoilt")
    files = flip.of(folders.contents(whole))

    with pytest.raises(ReleaseError):
        read(written(files, folder))
    shutil.rmtree(folder)


@pytest.mark.parametrize("one", ["manifest.ed25519", "manifest.mldsa65"])
def test_one_good_signature_is_none(one: str, copied: Path) -> None:
    files = signed(folders.contents(copied), OTHERS)
    (copied / one).write_bytes(files[one])

    with pytest.raises(ReleaseError, match="both"):
        read(copied)


def test_signatures_of_others_are_none(copied: Path) -> None:
    written(signed(folders.contents(copied), OTHERS), copied)

    with pytest.raises(ReleaseError, match="both"):
        read(copied)
    assert release.read(copied, OTHERS.public()).name == copied.name


PLANNED = plan.encode(a_plan())
SIGNED_BY_US: tuple[tuple[Callable[[Files], None], str], ...] = (
    (altered("data/total.csv", b",E", b",U"), "data/total.csv does not follow"),
    (without("data/total.csv"), "data/total.csv is missing"),
    (put("data/more.csv", b""), "data/more.csv does not belong"),
    (put("exact/counts.csv", b"437"), "exact/counts.csv does not belong"),
    (put("charts/exact.en.svg", b"<svg/>"), "charts/exact.en.svg does not belong"),
    (without("charts/tactic.ja.svg"), "charts/tactic.ja.svg is missing"),
    (without("report.en.html"), "report.en.html is missing"),
    (altered("codelists/tactic.csv", b"2026", b"2025"), "codelists/tactic.csv does not follow"),
    (altered("csvw-metadata.json", b"integer", b"string"), "csvw-metadata.json does not"),
    (altered("datapackage.json", b"CC-BY-4.0", b"CC0-1.0"), "datapackage.json does not"),
    (put("LICENSE", b"Everything is forbidden."), "LICENSE does not follow"),
    (altered("measurements/total.csv", b",440", b",441"), "this was drawn"),
    (altered("measurements/total.csv", b",440", b",+440"), "not those of the plan"),
    (altered("measurements/total.csv", b"440", b"many"), "cannot be read"),
    (altered("measurements/total.csv", b"2026", b"2025"), "not those of the plan"),
    (put("measurements/tactic.csv", b"A\r\n1\r\n"), "cannot be read"),
    (put("measurements/tactic.csv", b"\xff"), "cannot be read"),
    (without("measurements/tactic.csv"), "cannot be read"),
    (put("measurements/more.csv", b""), "not those of the plan"),
    (put("approvals.json", approved(PLANNED, OFFICERS[:1])), "two officers"),
    (put("approvals.json", approved(PLANNED, [OFFICERS[0]] * 2)), "two officers"),
    (put("approvals.json", approved(PLANNED, [*OFFICERS, OFFICERS[0]])), "two officers"),
    (put("approvals.json", approved(plan.encode(a_plan(tier=Tier.M)))), "does not hold"),
    (put("approvals.json", b'{"approvals":[]}'), "two officers"),
    (put("approvals.json", b"{"), "no JSON"),
    (put("ledger.json", booked(a_plan(tier=Tier.M))), "not the one"),
    (put("plan.json", b"{}"), "not a plan"),
    (put("plan.json", plan.encode(a_plan(tier=Tier.M))), "different things"),
    (without("plan.json"), "plan.json is missing"),
    (without("ledger.json"), "ledger.json is missing"),
    (without("approvals.json"), "approvals.json is missing"),
)


@pytest.mark.parametrize(("change", "told"), SIGNED_BY_US)
def test_what_does_not_hold_is_refused_though_it_is_signed(
    change: Callable[[Files], None], told: str, copied: Path
) -> None:
    folder = resigned(copied, change)

    with pytest.raises(ReleaseError, match=told):
        read(folder)
    with pytest.raises(ReleaseError, match=told):
        release.unsigned(folder)


def restated(folder: Path, **other: object) -> Path:
    """Say something else in the manifest and sign it."""
    files = dict(folders.contents(folder))
    stated = replace(manifest.decode(files[MANIFEST]), **other)  # type: ignore[arg-type] # by name
    return written(signed({**files, MANIFEST: manifest.encode(stated)}), folder)


def test_a_version_that_supersedes_another_release_is_refused(copied: Path) -> None:
    with pytest.raises(ReleaseError, match="supersedes the one before it"):
        read(restated(copied, version=2, supersedes="TOMOSHIBI-JP-2025-A.v1"))


def test_what_is_to_be_signed_is_read_without_signatures(copied: Path) -> None:
    whole = read(copied)
    for name in manifest.SIGNATURES:
        (copied / name).unlink()
    found = release.unsigned(copied)

    assert (found.manifest, found.tables) == (whole.manifest, whole.tables)
    release.require_rendered(found, KEYS)


WORDED = [path for path in PATHS if path.startswith(("METHODOLOGY", "report", "charts/"))]


@pytest.mark.parametrize("path", WORDED)
def test_words_and_pictures_that_this_program_did_not_write_are_not_signed(
    path: str, copied: Path
) -> None:
    def add(files: Files) -> None:
        files[path] += b"<!-- exact total 437 -->"

    found = release.unsigned(resigned(copied, add))

    with pytest.raises(ReleaseError, match=f"{path} is not what this program writes"):
        release.require_rendered(found, KEYS)


def test_a_report_that_prints_the_keys_of_others_is_not_signed(whole: Path) -> None:
    with pytest.raises(ReleaseError, match=r"report\.en\.html is not what"):
        release.require_rendered(release.unsigned(whole), OTHERS.public())


def test_why_there_is_another_version_stands_in_the_manifest(copied: Path, tmp_path: Path) -> None:
    note = Said("直しました", "It is mended")
    found = release.unsigned(a_release(tmp_path / "noted", a_source(note=note)))

    assert found.stated.note == note
    release.require_rendered(found, KEYS)
    with pytest.raises(ReleaseError, match=r"METHODOLOGY\.en\.md is not what"):
        release.require_rendered(release.unsigned(restated(copied, note=note)), KEYS)


def test_a_weak_key_approves_nothing(copied: Path) -> None:
    files = json.loads((copied / "approvals.json").read_bytes())
    files["approvals"][0]["signing_key"] = "00" * 32

    with pytest.raises(ReleaseError, match="does not hold"):
        read(resigned(copied, put("approvals.json", canonical.encode(files))))
