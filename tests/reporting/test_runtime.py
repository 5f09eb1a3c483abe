"""A process starts with the right keys, or says what to do."""

import shutil
import stat
from pathlib import Path
from types import SimpleNamespace

import pytest

from reporting.errors import SettingsError
from reporting.runtime import (
    KEPT_FOR_WORDS_BYTES,
    RECEIPT_PEPPER_FILE,
    Runtime,
    start,
    write_pepper,
)
from reporting.settings import Settings
from tests.builders import Seeds, an_office
from tests.conftest import Clock


@pytest.fixture
def founded(settings: Settings, seeds: Seeds) -> Settings:
    an_office(settings, seeds)
    return settings


def test_a_missing_pepper_is_named_with_what_to_do(founded: Settings, clock: Clock) -> None:
    (founded.instance / RECEIPT_PEPPER_FILE).unlink()
    with pytest.raises(SettingsError, match=r"receipt\.pepper is missing"):
        start(founded, clock)


def test_a_damaged_pepper_is_named_with_what_to_do(founded: Settings, clock: Clock) -> None:
    (founded.instance / RECEIPT_PEPPER_FILE).write_bytes(b"short")
    with pytest.raises(SettingsError, match=r"receipt\.pepper is damaged"):
        start(founded, clock)


def test_a_pepper_is_made_once_and_for_its_owner_only(settings: Settings) -> None:
    path = settings.instance / RECEIPT_PEPPER_FILE
    before = path.read_bytes()
    write_pepper(path)
    assert path.read_bytes() == before
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("free", "has_room"),
    [
        (0, False),
        (KEPT_FOR_WORDS_BYTES, False),
        (KEPT_FOR_WORDS_BYTES + 1, True),
        (1 << 40, True),
    ],
)
def test_files_are_taken_only_while_there_is_room_left_for_words(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch, free: int, has_room: bool
) -> None:
    asked: list[Path] = []

    def disk_usage(path: Path) -> SimpleNamespace:
        asked.append(path)
        return SimpleNamespace(free=free)

    monkeypatch.setattr(shutil, "disk_usage", disk_usage)
    assert runtime.has_room() is has_room
    assert asked == [runtime.settings.instance]


def test_there_is_room_on_a_disk_that_is_not_full(runtime: Runtime) -> None:
    assert runtime.has_room()
