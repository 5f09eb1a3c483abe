from datetime import date
from pathlib import Path

import pytest

from reporting.errors import SettingsError
from reporting.instance_texts import Entry, entries


def test_each_entry_of_a_file_comes_in_its_order(tmp_path: Path) -> None:
    path = tmp_path / "words.toml"
    path.write_text('[[word]]\nname = "one"\n[[word]]\nname = {en = "two"}\n', encoding="utf-8")
    first, second = entries(path, "word")
    assert first.text("name") == {"": "one"}
    assert second.text("name") == {"en": "two"}


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"[[word", "is no TOML"),
        (b"\xff\xfe", "must be a text file in UTF-8"),
        (b'word = "one"', r"nothing but entries that begin with \[\[word\]\]"),
        (b"word = [1]", r"nothing but entries"),
        (b"[other]", r"nothing but entries"),
    ],
)
def test_a_file_that_cannot_be_read_is_named(
    tmp_path: Path, content: bytes, complaint: str
) -> None:
    path = tmp_path / "words.toml"
    path.write_bytes(content)
    with pytest.raises(SettingsError, match=complaint) as told:
        entries(path, "word")
    assert "words.toml" in str(told.value)


def test_a_file_that_is_away_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read"):
        entries(tmp_path / "words.toml", "word")


def test_what_is_not_there_is_empty() -> None:
    entry = Entry("words.toml, entry 1", {})
    assert entry.text("name") == {}
    assert entry.line("name") == ""
    assert entry.codes("name") == frozenset()
    assert entry.is_set("name") is False
    assert entry.days("name") == ()


def test_a_day_is_a_day() -> None:
    assert Entry("", {"date": date(2026, 11, 24)}).days("date") == (date(2026, 11, 24),)
