"""Unnaming: free text with marks in place of names that are known, for paper.

It covers too much rather than too little: a word of a name wherever it stands, in capitals or not,
with an ending or without, and in scripts without spaces every two signs that stand together in a
name. A name that nobody entered anywhere goes unseen.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from forms.masking import masked

ENDINGS_FROM: Final = 4  # a word of so many letters is known with an ending, too
PARTICLES_FROM: Final = 3  # and one without capitals inside another word
A_NAME: Final = 3  # so many words without a capital are a name, and more are a description
_PAIR: Final = 2
_WORD: Final = re.compile(r"[^\W_]+")
_TOGETHER: Final = re.compile(
    r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]+"
)
# They begin a description, and stand everywhere.
_PLAIN: Final = frozenset(
    {
        *("a", "an", "the", "one", "two", "some", "this", "that", "he", "she", "they", "it"),
        *("my", "our", "your", "his", "her", "their"),
    }
)


@dataclass(frozen=True, slots=True)
class Named:
    """A name or description, and the mark that stands for whoever it is."""

    name: str = field(repr=False)
    mark: str


@dataclass(frozen=True, slots=True)
class _Piece:
    """What to look for; whether a word may go on behind it, and begin before it."""

    text: str = field(repr=False)
    goes_on: bool = False
    is_inside: bool = False


def covered(text: str, known: Iterable[Named]) -> str:
    """Return a text in which neither these names nor numbers and addresses can be read."""
    # An address first, or the half of it behind a name would stay.
    plain = masked(_plain(text))
    folded = _folded(plain)
    marks = [""] * len(plain)
    for one in known:
        for piece in _pieces(_plain(one.name)):
            for start, end in _places(folded, piece):
                marks[start:end] = [mark or one.mark for mark in marks[start:end]]
    return masked("".join(_replaced(plain, marks)))


def _replaced(text: str, marks: list[str]) -> Iterator[str]:
    before = ""
    for sign, mark in zip(text, marks, strict=True):
        if not mark:
            yield sign
        elif mark != before:
            yield mark
        before = mark


def _pieces(name: str) -> Iterator[_Piece]:
    line = _folded(name).strip()
    if line:
        is_together = _TOGETHER.fullmatch(line) is not None
        yield _Piece(line, goes_on=is_together, is_inside=is_together)
    words = _WORD.findall(name)
    is_name = len(words) <= A_NAME and name == name.lower()
    for word in words:
        if _TOGETHER.search(word):
            yield from _pairs(word)
        elif len(word) >= _PAIR and _folded(word) not in _PLAIN:
            yield from _of_word(word, is_name=is_name)


def _pairs(word: str) -> Iterator[_Piece]:
    for run in _TOGETHER.findall(word):
        for place in range(len(run) - 1):
            yield _Piece(run[place : place + _PAIR], goes_on=True, is_inside=True)


def _of_word(word: str, *, is_name: bool) -> Iterator[_Piece]:
    has_case = word.lower() != word.upper()
    if not has_case:
        is_inside = len(word) >= PARTICLES_FROM
        yield _Piece(_folded(word), goes_on=is_inside, is_inside=is_inside)
    elif is_name or not word[0].islower():
        yield _Piece(_folded(word), goes_on=len(word) >= ENDINGS_FROM)


def _places(text: str, piece: _Piece) -> Iterator[tuple[int, int]]:
    """Yield where a piece stands; where a word goes on, to the end of that word."""
    start = text.find(piece.text)
    while start >= 0:
        end = start + len(piece.text)
        begins = piece.is_inside or not _is_joined(text, start)
        if begins and (piece.goes_on or not _is_joined(text, end)):
            yield start, _end_of_word(text, end) if piece.goes_on else end
        start = text.find(piece.text, start + 1)


def _is_joined(text: str, place: int) -> bool:
    """Say whether one word goes on from before a place to behind it."""
    inside = 0 < place < len(text)
    return inside and text[place - 1].isalnum() and text[place].isalnum()


def _end_of_word(text: str, end: int) -> int:
    while _is_joined(text, end) and not _TOGETHER.match(text, end):
        end += 1
    return end


def _plain(text: str) -> str:
    """Return a text in plain signs, without those that cannot be seen."""
    wide = unicodedata.normalize("NFKC", text)
    return "".join(sign for sign in wide if unicodedata.category(sign) != "Cf")


def _folded(text: str) -> str:
    """Return a text without capitals, sign for sign."""
    return "".join(_small(sign) for sign in text)


def _small(sign: str) -> str:
    small = sign.casefold()
    return small if len(small) == 1 else sign
