import re
from datetime import date, timedelta
from pathlib import Path

import pytest

from reporting import help_lines
from reporting.errors import SettingsError
from reporting.help_lines import DEFAULT, HELP_FILE, STALE_AFTER, Need, calls_for_care

OWN = """
[[line]]
name = {ja = "県警", en = "Police of our prefecture"}
number = "110"
needs = ["danger", "crisis", "child"]
about = {ja = "危ないとき", en = "When you are in danger."}
speaks = "Japanese"
answers = "The police of Japan."
free = true
verified = 2026-11-01
"""


def write(folder: Path, text: str) -> Path:
    (folder / HELP_FILE).write_text(text, encoding="utf-8")
    return folder


def test_without_a_file_of_its_own_an_office_shows_lines_that_nobody_there_has_checked(
    tmp_path: Path,
) -> None:
    lines = help_lines.load(tmp_path)
    assert lines.is_default
    assert all(lines.for_need(need) for need in Need)
    assert lines.stale(date(2026, 11, 24)) == lines.lines
    numbers = {line.number for line in lines.lines}
    assert {"110", "119", "118", "0120-279-338", "0120-007-110", "0120-99-7777"} <= numbers


def test_an_office_that_writes_its_own_lines_shows_those_and_no_others(tmp_path: Path) -> None:
    lines = help_lines.load(write(tmp_path, OWN))
    assert not lines.is_default
    (line,) = lines.lines
    assert (line.number, line.is_free) == ("110", True)
    assert lines.for_need(Need.ADVICE) == ()


def test_a_line_must_be_checked_again_after_half_a_year(tmp_path: Path) -> None:
    lines = help_lines.load(write(tmp_path, OWN))
    last = date(2026, 11, 1) + STALE_AFTER
    assert lines.stale(last) == ()
    assert lines.stale(last + timedelta(days=1)) == lines.lines


@pytest.mark.parametrize(
    ("was", "becomes", "complaint"),
    [
        ('number = "110"', 'number = "call us"', "`number` must be a telephone number"),
        ('number = "110"', "number = 110", "`number` must be a text in quotation marks"),
        ('number = "110"', "", "`number` or `site` must say how to reach it"),
        ('number = "110"', 'site = "https://help.example"', "`site` must be an address without"),
        ('"danger", ', '"danger", "fun", ', "`needs` must be a list of some of: danger, crisis"),
        ('["danger", "crisis", "child"]', "[]", "`needs` must be a list of some of"),
        ('["danger", "crisis", "child"]', '"danger"', "`needs` must be a list such as"),
        ('"danger", ', "", 'no line with needs = ["danger"]'),
        ('speaks = "Japanese"', "", "`speaks` is missing"),
        ('speaks = "Japanese"', 'speaks = ""', "`speaks` is missing"),
        ('speaks = "Japanese"', "speaks = {ja = 1}", "`speaks` must be a text, or texts by"),
        ("free = true", 'free = "yes"', "`free` must be true or false"),
        ("2026-11-01", '"2026-11-01"', "`verified` must be a day such as"),
        ("2026-11-01", "2026-11-01T09:00:00", "`verified` must be a day such as"),
        ("free = true", "fre = true", "`fre` is unknown. Known are: name, number"),
    ],
)
def test_a_mistake_in_the_file_is_named(
    tmp_path: Path, was: str, becomes: str, complaint: str
) -> None:
    assert was in OWN
    with pytest.raises(SettingsError, match=re.escape(complaint)) as told:
        help_lines.load(write(tmp_path, OWN.replace(was, becomes)))
    assert "help.toml" in str(told.value)


def test_the_file_that_comes_with_the_program_has_no_day_that_nobody_checked() -> None:
    assert "verified =" not in DEFAULT.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("answers", "is_called"),
    [
        ({"danger_event": ("self_harm",)}, True),
        ({"harm": ("fear", "crisis")}, True),
        ({"danger_event": ("child",), "harm": ("fear",)}, False),
        ({}, False),
    ],
)
def test_who_may_hurt_themselves_is_shown_somebody_to_talk_to(
    answers: dict[str, tuple[str, ...]], is_called: bool
) -> None:
    assert calls_for_care(answers) is is_called
