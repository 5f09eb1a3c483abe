"""Releases in folders: believed whole or not at all, and only in the chain they were signed in."""

import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting.statistics import bundle, canonical, csvs, folders, manifest, plan, release, sheets
from reporting.statistics.bundle import Source
from reporting.statistics.charts import Status
from reporting.statistics.correspondence import Said
from reporting.statistics.manifest import MANIFEST, ManifestError
from reporting.statistics.plan import Plan, Tier
from reporting.statistics.release import ReleaseError
from reporting.statistics.topdown import Measurement
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
    chained,
    signed,
    written,
)

PATHS = sorted(signed(bundle.render(a_source())))
Files = dict[str, bytes]


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of releases that holds one."""
    parent = tmp_path_factory.mktemp("releases")
    a_release(parent)
    return parent


@pytest.fixture(scope="module")
def whole(shelf: Path) -> Path:
    """The folder of a release, left as it is found."""
    return shelf / "TOMOSHIBI-JP-2026-A.v1"


@pytest.fixture
def copied(whole: Path, tmp_path: Path) -> Path:
    """A release that a test may spoil."""
    return Path(shutil.copytree(whole, tmp_path / whole.name))


def resigned(folder: Path, change: Callable[[Files], None], *, counted: bool = True) -> Path:
    """Change files and sign again, as whoever holds both keys could; hashes follow if counted."""
    files = dict(folders.contents(folder))
    change(files)
    shutil.rmtree(folder)
    if counted:
        stated = manifest.decode(files[MANIFEST])
        hashes = {
            path: manifest.digest(data)
            for path, data in files.items()
            if path in stated.files or "/" in path
        }
        files[MANIFEST] = manifest.encode(replace(stated, files=hashes))
    return written(signed(files), folder)


def read(folder: Path) -> release.Release:
    return release.read(folder, KEYS)


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


def altered(path: str, old: bytes, new: bytes) -> Callable[[Files], None]:
    def change(files: Files) -> None:
        assert old in files[path]
        files[path] = files[path].replace(old, new, 1)

    return change


def put(path: str, data: bytes) -> Callable[[Files], None]:
    def change(files: Files) -> None:
        files[path] = data

    return change


def without(path: str) -> Callable[[Files], None]:
    def change(files: Files) -> None:
        del files[path]

    return change


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


def ledger_with(change: Callable[[dict[str, object]], None]) -> bytes:
    stated = json.loads(booked(a_plan()))
    change(stated["events"][0])
    return canonical.encode(stated)


@pytest.mark.parametrize(
    "change",
    [
        lambda event: event.update(eps="1/2"),
        lambda event: event.update(prev="00" * 31 + "01"),
        lambda event: event.update(hash="00" * 32),
    ],
)
def test_a_ledger_whose_chain_is_broken_is_refused(
    change: Callable[[dict[str, object]], None], copied: Path
) -> None:
    with pytest.raises(ReleaseError, match="ledger does not hold"):
        read(resigned(copied, put("ledger.json", ledger_with(change))))


def test_a_ledger_of_no_text_or_of_endless_rows_is_refused(copied: Path, tmp_path: Path) -> None:
    with pytest.raises(ReleaseError, match="no JSON"):
        read(resigned(copied, put("ledger.json", b'{"head":"\\ud800"}')))
    stated = json.loads(booked(a_plan()))
    stated["events"][0]["reason"] = "x" * 65_536
    folder = written(bundle.render(a_source()), tmp_path / "endless")

    with pytest.raises(ReleaseError, match="longer than any of ours"):
        read(resigned(folder, put("ledger.json", canonical.encode(stated))))


def test_a_ledger_that_names_another_end_than_its_own_is_refused(copied: Path) -> None:
    stated = {**json.loads(booked(a_plan())), "head": "11" * 32}

    with pytest.raises(ReleaseError, match="ledger does not hold"):
        read(resigned(copied, put("ledger.json", canonical.encode(stated))))


@pytest.mark.parametrize(
    "events", [b'{"events":[1],', b'{"events":[{"hash":"zz","prev":""}],', b'{"events":1,']
)
def test_a_ledger_without_rows_is_refused(events: bytes, copied: Path) -> None:
    head = json.loads((copied / "ledger.json").read_bytes())["head"]

    with pytest.raises(ReleaseError, match="ledger cannot be read"):
        read(resigned(copied, put("ledger.json", events + f'"head":"{head}"}}'.encode())))


def test_a_year_that_spent_more_than_its_cap_is_refused(tmp_path: Path) -> None:
    source = a_source(ledger=booked(a_plan(), a_plan(tier=Tier.M)))

    with pytest.raises(ReleaseError, match="than the cap"):
        read(a_release(tmp_path, source))


@pytest.mark.parametrize(
    "row", [{}, {"eps": "1/0"}, {"eps": "much"}, {"eps": "1e9"}, {"scope": "2026"}]
)
def test_a_ledger_that_nobody_can_add_up_is_refused(
    row: dict[str, canonical.Value], tmp_path: Path
) -> None:
    rows = [
        {name: value for name, value in one.items() if name not in {"prev", "hash"}}
        for one in json.loads(booked(a_plan()))["events"]
    ]
    wrong: dict[str, canonical.Value] = {"state": "reserved", "scope": "2026", **row} if row else {}
    source = a_source(ledger=chained([*rows, wrong]))

    with pytest.raises(ReleaseError, match="ledger cannot be read"):
        read(a_release(tmp_path, source))


def without_numbers(files: Files) -> None:
    """Call every table missing, as if the draw had been burnt."""
    burnt = bundle.render(a_source(measured=()))
    for path in [path for path in files if path.startswith("measurements/")]:
        del files[path]
    files.update({path: data for path, data in burnt.items() if path.startswith("data/")})


def test_what_was_drawn_is_not_called_burnt(copied: Path) -> None:
    with pytest.raises(ReleaseError, match="this was burnt"):
        read(resigned(copied, without_numbers))


def test_a_ledger_that_never_booked_the_plan_is_refused(tmp_path: Path) -> None:
    source = a_source(ledger=booked(a_plan("TOMOSHIBI-JP-2025-A")))

    with pytest.raises(ReleaseError, match="was reserved"):
        read(a_release(tmp_path, source))


def test_a_link_is_not_followed(copied: Path) -> None:
    target = copied.parent / "elsewhere"
    (copied / "LICENSE").rename(target)
    (copied / "LICENSE").symlink_to(target)

    with pytest.raises(ReleaseError, match="link"):
        read(copied)


def test_a_linked_folder_is_not_followed(copied: Path) -> None:
    (copied / "data").rename(copied.parent / "data")
    (copied / "data").symlink_to(copied.parent / "data")

    with pytest.raises(ReleaseError, match="link"):
        read(copied)
    linked = copied.parent / "linked"
    linked.symlink_to(copied)
    with pytest.raises(ReleaseError, match="it is a link"):
        read(linked)


def test_no_pipe_is_waited_for(copied: Path) -> None:
    os.mkfifo(copied / "data" / "pipe.csv")

    with pytest.raises(ReleaseError, match="no file"):
        read(copied)


def test_folders_in_folders_odd_names_and_large_files_are_refused(copied: Path) -> None:
    (copied / "data" / "deeper").mkdir()
    with pytest.raises(ReleaseError, match="folders in folders"):
        read(copied)
    (copied / "data" / "deeper").rmdir()
    for name in (".hidden", "a b.csv", "\N{FULLWIDTH LATIN SMALL LETTER A}.csv"):
        (copied / name).write_bytes(b"")
        with pytest.raises(ReleaseError, match="name no release has"):
            read(copied)
        (copied / name).unlink()
    with (copied / "LICENSE").open("wb") as file:
        file.truncate(folders.MOST_BYTES + 1)
    with pytest.raises(ReleaseError, match="larger"):
        read(copied)


def test_a_folder_with_too_many_files_is_left_alone(copied: Path) -> None:
    for number in range(folders.MOST_FILES):
        (copied / "data" / f"{number}.csv").write_bytes(b"")

    with pytest.raises(ReleaseError, match="more files"):
        read(copied)


def test_a_folder_that_is_not_there_is_said_to_be_so(tmp_path: Path) -> None:
    with pytest.raises(ReleaseError, match="cannot be read"):
        read(tmp_path / "nowhere")


def chain(parent: Path) -> Iterator[Path]:
    """Write three releases, each following the one before: a year, its second version, a year."""
    first = a_release(parent, a_source())
    yield first
    second = a_source(version=2, supersedes=first.name, previous=read(first).digest)
    folder = a_release(parent, second)
    yield folder
    year = a_plan("TOMOSHIBI-JP-2027-A")
    yield a_release(parent, following(read(folder), year))


def following(before: release.Release, year: Plan, *booked_before: Plan) -> Source:
    """Return a year that follows a release, with a ledger of what else was booked before it."""
    ledger = booked(*(booked_before or (a_plan(),)), year)
    return a_source(year, previous=before.digest, ledger=ledger)


def test_releases_follow_each_other_from_the_first(tmp_path: Path) -> None:
    names = [folder.name for folder in chain(tmp_path)]
    (tmp_path / ".half").mkdir()
    found = release.read_all(tmp_path, KEYS)

    assert [one.name for one in found.fit] == names
    assert found.unfit == ()
    assert found.head == found.fit[-1].digest


def test_without_a_folder_there_are_no_releases(tmp_path: Path) -> None:
    found = release.read_all(tmp_path / "nowhere", KEYS)

    assert (found.fit, found.unfit, found.head) == ((), (), "")


@pytest.mark.parametrize("lost", [0, 1, 2])
def test_what_follows_a_lost_release_is_unfit(lost: int, tmp_path: Path) -> None:
    folders_of = list(chain(tmp_path))
    shutil.rmtree(folders_of[lost])
    found = release.read_all(tmp_path, KEYS)

    assert [one.name for one in found.fit] == [one.name for one in folders_of[:lost]]
    assert [one.name for one in found.unfit] == [one.name for one in folders_of[lost + 1 :]]


def test_an_altered_release_is_unfit_and_its_reason_is_told(tmp_path: Path) -> None:
    *_, last = chain(tmp_path)
    (last / "LICENSE").write_bytes(b"mine")
    found = release.read_all(tmp_path, KEYS)

    assert len(found.fit) == 2
    assert [(one.name, one.reason) for one in found.unfit] == [(last.name, "LICENSE was altered")]


def test_two_that_follow_the_same_release_are_both_unfit(tmp_path: Path) -> None:
    first, *_ = chain(tmp_path)
    rival = a_plan("TOMOSHIBI-JP-2028-A")
    a_release(tmp_path, following(read(first), rival))
    found = release.read_all(tmp_path, KEYS)

    assert [one.name for one in found.fit] == [first.name]
    assert len(found.unfit) == 3


YEAR = a_plan("TOMOSHIBI-JP-2027-A")


@pytest.mark.parametrize("kept", [[YEAR], [a_plan("TOMOSHIBI-JP-2025-A"), a_plan(), YEAR]])
def test_a_release_whose_ledger_leaves_out_what_was_booked_before_is_unfit(
    kept: list[Plan], tmp_path: Path
) -> None:
    first = read(a_release(tmp_path, a_source()))
    folder = a_release(tmp_path, a_source(YEAR, previous=first.digest, ledger=booked(*kept)))
    later = a_plan("TOMOSHIBI-JP-2028-A")
    last = a_release(tmp_path, following(read(folder), later, a_plan(), YEAR))
    found = release.read_all(tmp_path, KEYS)

    assert [one.name for one in found.fit] == [first.name]
    reasons = {one.name: one.reason for one in found.unfit}
    assert reasons[folder.name] == "its ledger leaves out what was booked before"
    assert "the release before it" in reasons[last.name]


def test_invented_years_are_booked_apart_from_real_ones(tmp_path: Path) -> None:
    made_up = read(a_release(tmp_path, a_source(a_plan("TOMOSHIBI-SYNTHETIC-2025-A"))))
    real = read(a_release(tmp_path, a_source(previous=made_up.digest)))
    again = a_plan("TOMOSHIBI-SYNTHETIC-2026-A")
    lone = read(a_release(tmp_path, a_source(again, previous=real.digest)))
    found = release.read_all(tmp_path, KEYS)

    assert [one.name for one in found.fit] == [made_up.name, real.name]
    assert [one.name for one in found.unfit] == [lone.name]
    assert found.newest is not None
    assert found.newest.name == real.name


def test_a_release_under_another_name_is_unfit(copied: Path) -> None:
    copied.rename(copied.with_name("TOMOSHIBI-JP-2030-A.v1"))
    (copied.parent / "note.txt").write_text("x")
    found = release.read_all(copied.parent, KEYS)

    assert found.fit == ()
    reasons = {one.name: one.reason for one in found.unfit}
    assert "under another name" in reasons["TOMOSHIBI-JP-2030-A.v1"]
    assert "cannot be read" in reasons["note.txt"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("version", 0),
        ("version", True),
        ("version", "1"),
        ("plan_sha256", "AB" * 32),
        ("ledger_head", ""),
        ("previous_manifest_sha256", "x"),
        ("release", 1),
        ("files", []),
        ("files", {"../x": "00" * 32}),
        ("files", {"x": 1}),
        ("synthetic", 2),
        ("note", []),
        ("note", "mended"),
        ("note", {"en": "mended"}),
        ("note", {"en": "mended", "ja": ""}),
        ("note", {"en": "<b>", "ja": "x"}),
        ("note", {"en": "mended", "ja": "x", "zh": "x"}),
        ("more", 1),
    ],
)
def test_a_manifest_of_another_form_is_refused(name: str, value: object) -> None:
    stated = json.loads(bundle.render(a_source())[MANIFEST])
    stated[name] = value

    with pytest.raises(ManifestError):
        manifest.decode(canonical.encode(stated))


NO_TEXT = bundle.render(a_source())[MANIFEST].replace(b"TOMOSHIBI", b"\\ud800", 1)


@pytest.mark.parametrize("data", [b"", b"[]", b"\xff", b"{}", b"[" * 100_000, NO_TEXT])
def test_what_is_no_manifest_is_refused(data: bytes) -> None:
    with pytest.raises(ManifestError):
        manifest.decode(data)


@given(values=st.lists(st.integers(-(10**6), 10**6), min_size=11, max_size=11))
def test_noisy_numbers_come_back_from_their_files(values: list[int]) -> None:
    measured = Measurement(a_plan().tables[1].dims, tuple(values))
    sheet = sheets.drawn(2026, measured)

    assert sheets.measured(measured.dims, {sheet.path: csvs.write(sheet)}) == measured
