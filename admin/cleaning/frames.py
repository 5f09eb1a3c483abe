"""Frames: how the child hands back what it made, and how that is read without believing it.

One byte of version, one of outcome, then for each thing that was made what it is, its kind, its
length and its bytes. Nothing else is an answer.
"""

import struct
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum, unique
from typing import Final

from admin.cleaning import kinds
from admin.cleaning.kinds import Kind

VERSION: Final = 1
MOST_BYTES: Final = 96 << 20  # of everything that is handed back
MOST_PIXELS: Final = 50_000_000
_HEAD: Final = struct.Struct(">BB")
_PART: Final = struct.Struct(">BBQ")


@unique
class Outcome(IntEnum):
    """What became of it."""

    CLEAN = 0
    OTHER_KIND = 1
    TOO_LARGE = 2
    LOCKED = 3
    # Said by whoever started the child, when it did not come to an end; never believed from it.
    FAILED = 4  # it gave up
    LATE = 5
    KILLED = 6
    NONSENSE = 7  # it said something that is no answer


@unique
class Made(StrEnum):
    """What was made of a file; the words stand in sealed records and never change."""

    COPY = "copy"
    GREY = "grey"
    PREVIEW = "preview"


class TooLargeError(Exception):
    """There is more in it than we work on."""


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that was made."""

    made: Made
    kind: Kind
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a file, and what was made of it."""

    outcome: Outcome
    parts: tuple[Part, ...] = ()


_MADE: Final = (Made.COPY, Made.GREY, Made.PREVIEW)
_KINDS: Final = (Kind.JPEG, Kind.PNG, Kind.PDF)


def written(answer: Answer) -> bytes:
    """Return an answer as bytes; raise TooLargeError when it is more than is read back."""
    out = bytearray(_HEAD.pack(VERSION, answer.outcome))
    for part in answer.parts:
        out += _PART.pack(_MADE.index(part.made), _KINDS.index(part.kind), len(part.data))
        out += part.data
    if len(out) > MOST_BYTES:
        raise TooLargeError
    return bytes(out)


def read(data: bytes) -> Answer:
    """Return the answer that bytes hold; raise ValueError for anything that is none.

    Whoever took over the child can hand back what they like, but only as what it is, and no part
    twice.
    """
    try:
        version, outcome = _HEAD.unpack_from(data)
        parts = tuple(_parts(memoryview(data)[_HEAD.size :]))
        answer = Answer(Outcome(outcome), parts)
    except (struct.error, IndexError):
        raise ValueError("no answer") from None
    made = [part.made for part in parts]
    is_clean = answer.outcome is Outcome.CLEAN
    is_ours = version == VERSION and answer.outcome < Outcome.FAILED
    if not is_ours or len({*made}) != len(made) or is_clean != (Made.COPY in made):
        raise ValueError("no answer")
    return answer


def _parts(data: memoryview) -> Iterable[Part]:
    while data:
        made, kind, length = _PART.unpack_from(data)
        part = Part(_MADE[made], _KINDS[kind], bytes(data[_PART.size : _PART.size + length]))
        if len(part.data) != length or kinds.of(part.data[: kinds.HEAD_BYTES]) is not part.kind:
            raise ValueError("not what it says it is")
        yield part
        data = data[_PART.size + length :]
