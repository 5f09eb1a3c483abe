"""Folding: a long account stands open for twelve lines, and nothing of it is lost."""

import pytest

from admin.web.folding import LINE_CHARACTERS, LINES, fold

LONG = "word " * 400


def test_a_short_account_stands_open_whole() -> None:
    text = "one\n" * LINES
    assert (fold(text).head, fold(text).rest) == (text, "")
    assert (fold("").head, fold("").rest) == ("", "")


@pytest.mark.parametrize(
    "text", ["one\n" * 13, LONG, "字" * 2_000, f"short\n{LONG}\nend", "\n" * 30, "a\r\nb" * 20]
)
def test_the_two_parts_of_a_long_one_are_the_whole(text: str) -> None:
    folded = fold(text)
    assert folded.head + folded.rest == text
    assert folded.rest
    assert len(folded.head) <= LINES * LINE_CHARACTERS


def test_words_are_not_cut_in_two_where_the_script_has_words() -> None:
    assert fold(LONG).head.endswith("word ")
    assert len(fold("字" * 2_000).head) == LINES * LINE_CHARACTERS


def test_nothing_of_an_account_shows_in_a_repr() -> None:
    assert "canary" not in repr(fold("canary"))
