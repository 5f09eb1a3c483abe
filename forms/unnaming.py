"""Unnaming: free text with marks in place of names and identifiers that are known.

It covers too much rather than too little: a word of a name wherever it stands, in capitals or not,
with an ending or without, with or without the gaps, accents and apostrophes that others leave out,
and in scripts without spaces every two signs that stand together in a name. Words that only
describe somebody stay, and can be asked for. A name that nobody entered anywhere goes unseen.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import accumulate, pairwise
from typing import Final

from forms.masking import MARK, masked, spans
from forms.spelling import APOSTROPHES, SAME, apart, is_kept, is_loose

ENDINGS_FROM: Final = 4  # a word of so many letters is known with an ending, too
PARTICLES_FROM: Final = 3  # and one without capitals inside another word
A_NAME: Final = 3  # so many words without a capital are a name, and more are a description
# So many letters are no other word by chance: they are known with gaps where a name has none.
GAPS_FROM: Final = 6
_WIDEST_GAP: Final = 3
_PAIR: Final = 2
_LEFT_OUT: Final = frozenset(APOSTROPHES)
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
    """A name or description, and the mark that stands for whoever it is.

    What `is_code` is a number, an address or an account: it is one however it is written.
    """

    name: str = field(repr=False)
    mark: str
    is_code: bool = False


@dataclass(frozen=True, slots=True)
class _Piece:
    """Which letters to look for, and behind how many of them there may be a gap.

    `goes_on` and `is_inside` say whether a word may go on behind it, and begin before it,
    `has_gaps` whether a gap may be anywhere.
    """

    letters: str = field(repr=False)
    cuts: frozenset[int] = frozenset()
    goes_on: bool = False
    is_inside: bool = False
    has_gaps: bool = False


class _Text:
    """A text as names are looked for in it: its letters alone, and the place of each of them.

    A place is that of a sign with everything that hangs on it, so that nothing is cut in half.
    """

    def __init__(self, text: str) -> None:
        self.signs = tuple(_clusters(unicodedata.normalize("NFC", text)))
        found = [(place, one) for place, sign in enumerate(self.signs) for one in _letters(sign)]
        self.letters = "".join(one for _place, one in found)
        self.places = [place for place, _one in found]
        self._with_letters = frozenset(self.places)
        # Counted once, so that a text that is all gaps takes no long time.
        gaps = [other - one - 1 for one, other in pairwise(self.places)]
        self._gaps = tuple(accumulate((gap > 0 for gap in gaps), initial=0))
        self._wide = tuple(accumulate((gap > _WIDEST_GAP for gap in gaps), initial=0))

    @property
    def cuts(self) -> frozenset[int]:
        """Behind how many letters there is a gap."""
        return frozenset(n for n, (one, other) in enumerate(pairwise(self._gaps), 1) if other > one)

    def find(self, piece: _Piece) -> Iterator[tuple[int, int]]:
        """Yield where a piece stands; where a word goes on, to the end of that word."""
        at = self.letters.find(piece.letters)
        while at >= 0:
            start, end = self.places[at], self.places[at + len(piece.letters) - 1] + 1
            begins = piece.is_inside or not self._is_joined(start)
            ends = piece.goes_on or not self._is_joined(end)
            if begins and ends and self._holds_together(piece, at):
                yield start, self._end_of_word(end) if piece.goes_on else end
            at = self.letters.find(piece.letters, at + 1)

    def _holds_together(self, piece: _Piece, at: int) -> bool:
        last = at + len(piece.letters) - 1
        if self._wide[at] != self._wide[last]:
            return False
        if piece.has_gaps or self._gaps[at] == self._gaps[last]:
            return True
        return all(
            n in piece.cuts or _LEFT_OUT.issuperset(self._gap(at + n))
            for n in range(1, len(piece.letters))
        )

    def _gap(self, behind: int) -> tuple[str, ...]:
        return self.signs[self.places[behind - 1] + 1 : self.places[behind]]

    def _is_joined(self, place: int) -> bool:
        """Say whether one word goes on from before a place to behind it."""
        return {place - 1, place} <= self._with_letters

    def _end_of_word(self, end: int) -> int:
        while self._is_joined(end) and not _TOGETHER.match(self.signs[end]):
            end += 1
        return end


class Cover:
    """What is laid over texts of which these names and identifiers are known."""

    def __init__(self, known: Iterable[Named]) -> None:
        self._known = tuple(known)
        found = ((piece, one.mark) for one in self._known for piece in _pieces(one))
        self._pieces = tuple(dict.fromkeys(found))

    def over(self, text: str) -> str:
        """Return a text in which neither the names nor numbers and addresses can be read."""
        found = _Text(text)
        marks = _marks_of_spans(found.signs)
        for piece, mark in self._pieces:
            for start, end in found.find(piece):
                marks[start:end] = [one or mark for one in marks[start:end]]
        return masked("".join(_replaced(found.signs, marks)))

    def standing(self, text: str) -> tuple[str, ...]:
        """Return the words of the names that can be read in a text all the same, each once."""
        found = _Text(text)
        words = (word for one in self._known if not one.is_code for word in words_of(one.name))
        return tuple(word for word in dict.fromkeys(words) if _stands_in(found, word))


def covered(text: str, known: Iterable[Named]) -> str:
    """Return a text in which neither these names nor numbers and addresses can be read."""
    return Cover(known).over(text)


def words_of(name: str) -> tuple[str, ...]:
    """Return the words of a name, but for those that stand everywhere."""
    plain = "".join(sign if is_kept(sign) else " " for sign in _seen(name))
    return tuple(word for word in plain.split() if word.casefold() not in _PLAIN)


def _stands_in(text: _Text, word: str) -> bool:
    letters = _Text(word).letters
    is_together = _TOGETHER.fullmatch(letters) is not None
    if not is_together and len(letters) < PARTICLES_FROM:
        return False
    piece = _Piece(letters, goes_on=is_together, is_inside=is_together)
    return any(True for _place in text.find(piece))


def _marks_of_spans(signs: tuple[str, ...]) -> list[str]:
    # Found in the text as it is: the half of an address behind a name would stay.
    starts = [place for place, sign in enumerate(signs) for _each in sign]
    marks = [""] * len(signs)
    for span in spans("".join(signs)):
        first, last = starts[span.start], starts[span.end - 1]
        marks[first : last + 1] = [MARK] * (last + 1 - first)
    return marks


def _replaced(signs: Iterable[str], marks: list[str]) -> Iterator[str]:
    before = ""
    for sign, mark in zip(signs, marks, strict=True):
        if not mark:
            yield sign
        elif mark != before:
            yield mark
        before = mark


def _pieces(one: Named) -> Iterator[_Piece]:
    line = _Text(_seen(one.name))
    if not line.letters:
        return
    is_long = len(line.letters) >= GAPS_FROM
    if one.is_code:
        yield _Piece(line.letters, line.cuts, is_long, is_long, is_long)
        return
    is_together = _TOGETHER.fullmatch(line.letters) is not None
    goes_on = is_together or len(line.letters) >= ENDINGS_FROM
    yield _Piece(line.letters, line.cuts, goes_on, is_together, is_together or is_long)
    yield from _of_parts(_seen(one.name))


def _of_parts(name: str) -> Iterator[_Piece]:
    words = words_of(name)
    is_name = len(words) <= A_NAME and name == name.lower()
    # A part with an apostrophe or a dash inside is a word as well, to whoever leaves them out.
    for part in dict.fromkeys((*words, *name.split())):
        found = _Text(part)
        if _TOGETHER.search(found.letters):
            yield from _pairs(found.letters)
        elif len(found.letters) >= _PAIR and found.letters not in _PLAIN:
            yield from _of_word(part, found, is_name=is_name)


def _pairs(letters: str) -> Iterator[_Piece]:
    for run in _TOGETHER.findall(letters):
        if len(run) >= _PAIR:
            yield _Piece(run, goes_on=True, is_inside=True, has_gaps=True)
        for place in range(len(run) - 1):
            yield _Piece(run[place : place + _PAIR], goes_on=True, is_inside=True)


def _of_word(part: str, found: _Text, *, is_name: bool) -> Iterator[_Piece]:
    letters, cuts = found.letters, found.cuts
    has_case = part.lower() != part.upper()
    if not has_case:
        is_inside = len(letters) >= PARTICLES_FROM
        yield _Piece(letters, cuts, goes_on=is_inside, is_inside=is_inside)
    elif is_name or not part[0].islower():
        yield _Piece(
            letters, cuts, len(letters) >= ENDINGS_FROM, has_gaps=len(letters) >= GAPS_FROM
        )


def _seen(text: str) -> str:
    """Return a text without signs that cannot be seen."""
    wide = unicodedata.normalize("NFKC", text)
    return "".join(sign for sign in wide if unicodedata.category(sign) != "Cf")


def _clusters(text: str) -> Iterator[str]:
    """Yield each sign of a text with the marks and the unseen signs that hang on it."""
    cluster = ""
    for sign in text:
        if cluster and not _hangs_on(sign):
            yield cluster
            cluster = ""
        cluster += sign
    if cluster:
        yield cluster


@lru_cache(maxsize=4096)
def _hangs_on(sign: str) -> bool:
    kind = unicodedata.category(unicodedata.normalize("NFKC", sign)[0])
    return kind[0] == "M" or kind == "Cf"


@lru_cache(maxsize=4096)
def _letters(sign: str) -> str:
    """Return the letters and digits of one sign, as all ways to write them are one."""
    kept = "".join(one for one in apart(sign) if not is_loose(one)).translate(SAME)
    letters = unicodedata.normalize("NFC", kept)
    return "".join(map(_digit, filter(is_kept, letters)))


def _digit(sign: str) -> str:
    value = unicodedata.decimal(sign, None)
    return sign if value is None else str(value)
