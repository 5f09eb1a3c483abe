"""Likeness of texts: which reports say almost the same words, so that a flood of copies is seen.

Only in memory, in the session of somebody who may read them all, and only for the order in which
they are read. Texts are compared by the short pieces they are made of, letters and digits alone: so
it needs no gaps between words, and a changed name, another order of sentences or signs strewn in
between hide nothing. Each text is remembered by its few smallest pieces (a bottom-k sketch).
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from heapq import nsmallest
from itertools import islice
from typing import Final

PIECE_LETTERS: Final = 6
SKETCH_PIECES: Final = 96
# Two texts share a bucket when they share one of so many smallest pieces; copies nearly always do.
BUCKET_PIECES: Final = 12
MOST_COMPARED: Final = 256  # so that texts made to meet in one bucket cost no more than this
ALIKE: Final = 0.5
LETTERS_READ: Final = 20_000


@dataclass(frozen=True, slots=True)
class Sketch:
    """The smallest pieces of a text in order; `whole` is the text itself where it is too short."""

    pieces: tuple[int, ...]
    whole: str = ""


def groups(texts: Mapping[bytes, str]) -> Mapping[bytes, bytes]:
    """Return for each report the group that it belongs to, named by the group's first report.

    Groups differ from process to process at their edges, where texts are just as alike as unlike.
    """
    first: dict[int | str, list[tuple[bytes, Sketch]]] = {}
    found: dict[bytes, bytes] = {}
    for report in sorted(texts):
        sketch = sketch_of(texts[report])
        keys = _buckets(sketch)
        near = islice((pair for key in keys for pair in first.get(key, ())), MOST_COMPARED)
        leader = next((other for other, known in near if is_alike(sketch, known)), None)
        found[report] = report if leader is None else leader
        if leader is None:
            for key in keys:
                first.setdefault(key, []).append((report, sketch))
    return found


def is_alike(one: Sketch, other: Sketch) -> bool:
    """Say whether two texts are near-identical; texts too short for it only if they are equal."""
    if not (one.pieces and other.pieces):
        return one == other
    smallest = nsmallest(SKETCH_PIECES, {*one.pieces, *other.pieces})
    shared = {*one.pieces} & {*other.pieces}
    return sum(piece in shared for piece in smallest) >= ALIKE * len(smallest)


def sketch_of(text: str) -> Sketch:
    """Return what a text is compared by."""
    plain = unicodedata.normalize("NFKC", text[:LETTERS_READ]).casefold()
    letters = "".join(filter(str.isalnum, plain))
    if len(letters) < PIECE_LETTERS:
        return Sketch((), letters)
    places = range(len(letters) - PIECE_LETTERS + 1)
    # Python keys its hashes of texts anew in each process: nobody outside can make pieces meet.
    pieces = {hash(letters[at : at + PIECE_LETTERS]) for at in places}
    # To sort some hundred numbers is quicker than to look for the smallest.
    return Sketch(tuple(sorted(pieces)[:SKETCH_PIECES]))


def _buckets(sketch: Sketch) -> tuple[int | str, ...]:
    return sketch.pieces[:BUCKET_PIECES] or (sketch.whole,)
