"""Releases in tests that are spoiled, and signed again by whoever holds both keys."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from reporting.statistics import folders, manifest, release
from reporting.statistics.manifest import MANIFEST
from tests.reporting.statistics.editions import (
    KEYS,
    signed,
    written,
)

Files = dict[str, bytes]


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
