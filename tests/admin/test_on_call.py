"""The list of those who are called stands in a file that only its owner reads."""

import stat
from datetime import datetime
from pathlib import Path

import pytest

from admin import on_call
from admin.errors import OnCallError
from admin.on_call import Called
from admin.rota import Hours
from reporting.errors import SettingsError

NIGHTS = (Hours.read("mon-sun 20:00-08:00"),)
CRANE = Called("Crane", "crane@example.org", "ja", NIGHTS)
HERON = Called('The "heron"', "heron@example.org")


def test_what_was_added_is_there_until_it_is_removed(tmp_path: Path) -> None:
    assert on_call.load(tmp_path) == ()
    on_call.add(tmp_path, CRANE)
    on_call.add(tmp_path, HERON)
    assert on_call.load(tmp_path) == (CRANE, HERON)
    on_call.remove(tmp_path, "Crane")
    assert on_call.load(tmp_path) == (HERON,)


def test_nobody_else_reads_the_file(tmp_path: Path) -> None:
    on_call.add(tmp_path, CRANE)
    assert stat.S_IMODE((tmp_path / "oncall.toml").stat().st_mode) == 0o600


def test_who_is_added_again_is_changed(tmp_path: Path) -> None:
    on_call.add(tmp_path, CRANE)
    on_call.add(tmp_path, Called("Crane", "other@example.org"))
    assert on_call.load(tmp_path) == (Called("Crane", "other@example.org"),)


def test_who_has_no_hours_is_always_on_duty() -> None:
    noon = datetime(2026, 11, 24, 12, 0)  # noqa: DTZ001 - a moment in the office's own time
    assert on_call.on_duty((CRANE, HERON), noon) == (HERON,)
    assert on_call.on_duty((CRANE, HERON), noon.replace(hour=21)) == (CRANE, HERON)


@pytest.mark.parametrize(
    ("person", "complaint"),
    [
        (Called("", "a@example.org"), "1 to 40 letters"),
        (Called("Cr\nane", "a@example.org"), "1 to 40 letters"),
        (Called("C" * 41, "a@example.org"), "1 to 40 letters"),
        (Called("Crane", "a@example.org\nBcc: b@example.org"), "no address"),
        (Called("Crane", "a@example.org,b@example.org"), "no address"),
        (Called("Crane", "crane"), "no address"),
        (Called("Crane", "a@example.org", "fr"), "en, ja"),
    ],
)
def test_whom_no_call_could_reach_is_refused_without_repeating_the_address(
    tmp_path: Path, person: Called, complaint: str
) -> None:
    with pytest.raises(OnCallError, match=complaint) as refused:
        on_call.add(tmp_path, person)
    assert "example.org" not in str(refused.value)
    assert on_call.load(tmp_path) == ()


def test_somebody_unknown_cannot_be_removed(tmp_path: Path) -> None:
    on_call.add(tmp_path, CRANE)
    with pytest.raises(OnCallError, match="Nobody is called by the name Heron"):
        on_call.remove(tmp_path, "Heron")
    assert on_call.load(tmp_path) == (CRANE,)


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ('hours = "always"', "`hours` must be a list"),
        ('hours = ["at night"]', "`hours` cannot be read"),
        ('address = "x"', "no address"),
        ('phone = "1"', "`phone` is unknown"),
    ],
)
def test_a_slip_in_the_file_is_named(tmp_path: Path, line: str, complaint: str) -> None:
    name, _, _ = line.partition(" ")
    given = {"name": 'name = "Crane"', "address": 'address = "a@example.org"', name: line}
    text = "\n".join(["[[person]]", *given.values()])
    (tmp_path / "oncall.toml").write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError, match=complaint):
        on_call.load(tmp_path)


def test_an_address_does_not_show_where_somebody_is_printed() -> None:
    assert "example.org" not in repr(CRANE)
