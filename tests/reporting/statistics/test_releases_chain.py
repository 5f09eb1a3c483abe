"""Releases that follow each other: believed only in the chain they were signed in."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from reporting.statistics import release
from reporting.statistics.bundle import Source
from reporting.statistics.plan import Plan
from tests.reporting.statistics.editions import (
    KEYS,
    a_plan,
    a_release,
    a_source,
    booked,
)
from tests.reporting.statistics.spoiled import read


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
