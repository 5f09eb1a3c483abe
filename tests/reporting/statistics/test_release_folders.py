"""Folders that only look like a release: nothing is followed out of them."""

import os
from pathlib import Path

import pytest

from reporting.statistics import folders
from reporting.statistics.release import ReleaseError
from tests.reporting.statistics.spoiled import read


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
