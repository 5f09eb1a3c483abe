from datetime import date
from pathlib import Path

import pytest

from reporting import notices
from reporting.errors import SettingsError
from reporting.notices import NOTICES_FILE

TWO = """
[[notice]]
date = 2026-10-01
title = "We moved"
text = "Our machines stand elsewhere now."

[[notice]]
date = 2026-11-20
title = {ja = "お知らせ", en = "Somebody broke in"}
text = {ja = "一。", en = "On Friday.\\n\\nReports stayed locked."}
"""


def test_an_office_without_the_file_has_nothing_to_tell(tmp_path: Path) -> None:
    assert notices.load(tmp_path) == ()


def test_the_newest_notice_comes_first(tmp_path: Path) -> None:
    (tmp_path / NOTICES_FILE).write_text(TWO, encoding="utf-8")
    first, second = notices.load(tmp_path)
    assert (first.date, first.title["en"]) == (date(2026, 11, 20), "Somebody broke in")
    assert second.date == date(2026, 10, 1)


@pytest.mark.parametrize(
    ("was", "becomes", "complaint"),
    [
        ("date = 2026-10-01", "", "entry 1: `date` is missing"),
        ('title = "We moved"', "", "entry 1: `title` is missing"),
        ("text = {ja", "words = {ja", "entry 2: `words` is unknown"),
    ],
)
def test_a_mistake_in_the_file_is_named(
    tmp_path: Path, was: str, becomes: str, complaint: str
) -> None:
    (tmp_path / NOTICES_FILE).write_text(TWO.replace(was, becomes), encoding="utf-8")
    with pytest.raises(SettingsError, match=complaint):
        notices.load(tmp_path)
