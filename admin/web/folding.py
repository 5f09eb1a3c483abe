"""Folding: how much of a long account stands open on a page; the rest is one press away.

Pure. Whoever reads many of them is spared what they did not ask for.
"""

from dataclasses import dataclass, field
from typing import Final

LINES: Final = 12
LINE_CHARACTERS: Final = 80


@dataclass(frozen=True, slots=True)
class Folded:
    """A text in two parts, which together are the whole; a short one has no rest."""

    head: str = field(repr=False)
    rest: str = field(repr=False)


def fold(text: str) -> Folded:
    """Return the first twelve lines of a text as a page breaks them, and what follows."""
    left = LINES
    end = 0
    for line in text.splitlines(keepends=True):
        needed = max(1, -(-len(line) // LINE_CHARACTERS))
        if needed > left:
            end += _whole_words(line, left * LINE_CHARACTERS)
            break
        left -= needed
        end += len(line)
    return Folded(text[:end], text[end:])


def _whole_words(line: str, most: int) -> int:
    """Return how much of a line fits, up to the end of a word where the script has such."""
    return line.rfind(" ", 0, most) + 1 or most
