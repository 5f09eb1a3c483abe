"""A process starts with the right keys, or says what to do."""

import stat

import pytest

from reporting.errors import SettingsError
from reporting.runtime import RECEIPT_PEPPER_FILE, start, write_pepper
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
