"""Folders of releases: their plain files, read whole; no link is followed, no odd name read."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from reporting.errors import ReportingError
from reporting.statistics.manifest import is_path

MOST_FILES: Final = 500
MOST_BYTES: Final = 16_000_000  # of one file; the largest of ours has a few hundred thousand


class FolderError(ReportingError):
    """A folder holds what no release holds, or cannot be read."""


def contents(folder: Path) -> Mapping[str, bytes]:
    """Return every file below a folder by its path. Raises FolderError."""
    found: dict[str, bytes] = {}
    try:
        for path in _paths(folder):
            found[path] = _read(folder / path)
            if len(found) > MOST_FILES:
                raise FolderError("it holds more files than a release does")
    except OSError as error:
        raise FolderError(f"it cannot be read: {error.strerror}") from None
    return found


def subfolders(folder: Path) -> tuple[str, ...]:
    """Return the names of what lies in a folder, but for hidden things; none if it is not there."""
    if not folder.is_dir():
        return ()
    with os.scandir(folder) as entries:
        return tuple(sorted(entry.name for entry in entries if not entry.name.startswith(".")))


def _paths(folder: Path) -> Iterator[str]:
    if folder.is_symlink():
        raise FolderError("it is a link")
    for name, is_folder in _entries(folder):
        if not is_folder:
            yield _named(name)
            continue
        for inner, is_deeper in _entries(folder / name):
            if is_deeper:
                raise FolderError("it holds folders in folders")
            yield _named(f"{name}/{inner}")


def _entries(folder: Path) -> Iterator[tuple[str, bool]]:
    with os.scandir(folder) as entries:
        for entry in sorted(entries, key=lambda one: one.name):
            is_folder = entry.is_dir(follow_symlinks=False)
            if not is_folder and not entry.is_file(follow_symlinks=False):
                raise FolderError("it holds a link, or something that is no file")
            yield entry.name, is_folder


def _named(path: str) -> str:
    if not is_path(path):
        raise FolderError("it holds a file whose name no release has")
    return path


def _read(path: Path) -> bytes:
    # Between looking and opening, a link could have been put in the file's place.
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    with os.fdopen(handle, "rb") as file:
        data = file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise FolderError("it holds a file larger than any of a release")
    return data
