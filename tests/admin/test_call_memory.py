"""What one run of the timer leaves to the next."""

import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from admin import call_memory
from admin.call_memory import Known, Memory, Seen
from admin.runtime import STAFF_PEPPER_FILE
from reporting.errors import SettingsError
from reporting.runtime import write_pepper

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
LATER = timedelta(minutes=2)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An instance folder with the staff pepper."""
    write_pepper(tmp_path / STAFF_PEPPER_FILE)
    return tmp_path


def test_what_was_kept_comes_back(folder: Path) -> None:
    known = Known(called=NOW, practice=NOW, has_failed=True)
    memory = Memory(NOW, {"Crane": known}, Seen.of({b"a lease": NOW}))
    call_memory.save(folder, memory)
    assert call_memory.load(folder) == memory
    assert memory.of("Heron") == Known()
    assert memory.knowing("Heron", known).of("Heron") == known
    assert memory.seen.since(b"a lease", NOW + LATER) == NOW
    assert memory.seen.since(b"another", NOW + LATER) == NOW + LATER
    assert stat.S_IMODE((folder / "calls.json").stat().st_mode) == 0o600


def test_it_has_one_length_however_much_was_seen(folder: Path) -> None:
    sizes = set()
    for count in (0, 1, 300):
        seen = Seen.of({n.to_bytes(16, "big"): NOW for n in range(count)})
        people = {f"Bird {n}": Known(called=NOW) for n in range(count // 10)}
        call_memory.save(folder, Memory(NOW, people, seen))
        sizes.add((folder / "calls.json").stat().st_size)
    assert len(sizes) == 1


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", '{"people": {}, "seen": {}, "ran": null}', '{"row": "zz", "box": ""}'],
)
def test_of_a_damaged_file_nothing_is_believed(folder: Path, text: str) -> None:
    (folder / "calls.json").write_text(text, encoding="utf-8")
    assert call_memory.load(folder) == Memory()


def test_what_another_office_left_is_not_believed(folder: Path) -> None:
    call_memory.save(folder, Memory(NOW, {}, Seen.of({b"a lease": NOW})))
    (folder / STAFF_PEPPER_FILE).unlink()
    write_pepper(folder / STAFF_PEPPER_FILE)
    assert call_memory.load(folder) == Memory()


def test_a_row_of_an_impossible_length_is_not_believed(folder: Path) -> None:
    (folder / "calls.json").write_text('{"row": "ab", "box": "ab"}', encoding="utf-8")
    assert call_memory.load(folder) == Memory()


def test_without_a_file_nothing_is_known(folder: Path) -> None:
    assert call_memory.load(folder) == Memory()


def test_without_the_staff_pepper_nobody_is_called(tmp_path: Path) -> None:
    with pytest.raises(SettingsError):
        call_memory.load(tmp_path)
