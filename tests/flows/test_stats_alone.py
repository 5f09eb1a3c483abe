"""The commands for figures that need no office: keys, signing and checking, and what is refused."""

import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from reporting.settings import Settings
from reporting.statistics import bundle, manifest
from reporting.statistics.manifest import MANIFEST, digest
from tests.builders_figures import RELEASE
from tests.conftest import Clock
from tests.reporting.statistics import editions
from tests.statistician import FOLDER, LAMPS, WORDS, Desk
from wsgi import Installation

ONCE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def bare(settings: Settings, clock: Clock, tmp_path: Path) -> Desk:
    """An instance that nobody founded: some commands need nobody."""
    return Desk(Installation(settings, clock), clock, {}, tmp_path)


@ONCE
def test_keys_are_made_once_and_open_with_their_passphrase_alone(bare: Desk) -> None:
    weak = bare.run("keys", bare.keys, typed=["password", WORDS, WORDS])
    assert weak.exit_code == 0, weak.output
    assert "Error" in weak.output
    assert WORDS not in weak.output
    twice = bare.run("keys", bare.keys, typed=[WORDS, WORDS])
    assert "never overwritten" in twice.output
    nowhere = bare.run("keys", str(bare.here / "no" / "folder"))
    assert "There is no folder" in nowhere.output
    folder = editions.written(bundle.render(editions.a_source()), bare.here / FOLDER)
    wrong = bare.run("sign", str(folder), "--keys", bare.keys, typed=[LAMPS])
    assert "does not open" in wrong.output
    assert not (folder / "manifest.ed25519").exists()


@ONCE
def test_what_was_slipped_into_a_folder_is_not_signed(bare: Desk) -> None:
    assert bare.run("keys", bare.keys, typed=[WORDS, WORDS]).exit_code == 0
    public = Path(f"{bare.keys}.public").read_bytes()
    rendered = bundle.render(editions.a_source(keys=public))
    worse = {**rendered, "report.en.html": rendered["report.en.html"] + b"exact total 437"}
    for files, says in (
        ({**rendered, "exact/counts.csv": b"437"}, "does not belong to it"),
        (worse, "report.en.html is not what this program writes"),
        (bundle.render(editions.a_source()), "is not what this program writes"),
        (rendered, "Signed."),
    ):
        folder = editions.written(counted(files), bare.here / FOLDER)
        done = bare.run("sign", str(folder), "--keys", bare.keys, typed=[WORDS])
        assert says in " ".join(done.output.split())
        assert (folder / "manifest.ed25519").exists() is (says == "Signed.")
        assert ("From 1 July 2027 on" in done.output) is (says == "Signed.")
        if says != "Signed.":
            shutil.rmtree(folder)


def counted(files: Mapping[str, bytes]) -> Mapping[str, bytes]:
    """Name every file in the manifest, as whoever slipped one in would."""
    hashes = {path: digest(data) for path, data in files.items() if path != MANIFEST}
    stated = replace(manifest.decode(files[MANIFEST]), files=hashes)
    return {**files, MANIFEST: manifest.encode(stated)}


@ONCE
@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("plan", "TOMOSHIBI-JP-26-A"), "A release is called"),
        (("plan", "TOMOSHIBI-SYNTHETIC-2026-A"), "A release is called"),
        (("plan", RELEASE, "--eps", "2"), "This costs too much"),
        (("plan", RELEASE, "--eps", "much"), "Write it as 1, 4/5 or 0.8"),
        (("plan", RELEASE, "--eps", "1/0"), "Write it as 1, 4/5 or 0.8"),
        (("plan",), "Name a release"),
        (("render", RELEASE, "."), f"There is no plan {RELEASE}"),
        (("verify", ".", "--keys", "pyproject.toml"), "is no file of public keys"),
        (("sign", "docs", "--keys", "pyproject.toml"), "is no folder as"),
    ],
)
def test_what_cannot_be_is_said_with_what_can(
    bare: Desk, words: tuple[str, ...], says: str
) -> None:
    refused = bare.run(*words)
    assert refused.exit_code in {1, 2}
    assert says in " ".join(refused.output.split())


@ONCE
def test_the_group_lists_all_its_commands(bare: Desk) -> None:
    shown = bare.run("--help").output
    for command in (
        *("approve", "burn", "draw", "keys", "plan", "publish", "reconcile", "render", "sign"),
        "verify",
    ):
        assert f"  {command} " in shown


@ONCE
def test_a_release_of_invented_numbers_says_so_when_it_is_checked(bare: Desk) -> None:
    source = editions.a_source(editions.a_plan("TOMOSHIBI-SYNTHETIC-2025-A"))
    folder = editions.a_release(bare.here, source)
    keys = bare.here / "release.keys"
    keys.write_text(editions.SEEDS.public().encode(), encoding="ascii")

    checked = bare.run("verify", str(folder), "--keys", str(keys))
    assert checked.exit_code == 0, checked.output
    assert "All its numbers are invented." in checked.output
