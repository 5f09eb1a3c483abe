"""What one run of the timer leaves to the next."""

import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

from admin import call_memory
from admin.call_memory import Known, Memory

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)


def test_what_was_kept_comes_back(tmp_path: Path) -> None:
    known = Known(called=NOW, practice=NOW, has_failed=True)
    memory = Memory(NOW, {"Crane": known}, {"ab": NOW})
    call_memory.save(tmp_path, memory)
    assert call_memory.load(tmp_path) == memory
    assert memory.of("Heron") == Known()
    assert memory.knowing("Heron", known).of("Heron") == known
    assert stat.S_IMODE((tmp_path / "calls.json").stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"people": 1}', '{"people": {}, "seen": {"a": "x"}, "ran": null}']
)
def test_of_a_damaged_file_nothing_is_believed(tmp_path: Path, text: str) -> None:
    (tmp_path / "calls.json").write_text(text, encoding="utf-8")
    assert call_memory.load(tmp_path) == Memory()


def test_without_a_file_nothing_is_known(tmp_path: Path) -> None:
    assert call_memory.load(tmp_path) == Memory()
