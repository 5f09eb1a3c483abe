"""Checkpoints: what one person signs about where the audit log ended, and the note for trustees.

FORMAT.md 13. A chain alone cannot show that its newest links are missing, or that all of it was
written anew. Somebody's signature over its head can, wherever it is kept.
"""

import base64
import re
from dataclasses import dataclass
from datetime import date
from typing import Final, Self

from crypto import signing
from crypto.chain import Head
from crypto.envelope import ROW_BYTES, OpenError, Secret, opening
from crypto.signing import Document, Prefix

_ORIGIN: Final = re.compile(r"[!-~]{1,64}")
_NUMBER: Final = re.compile(r"[1-9][0-9]{0,18}")
_DASH: Final = "\N{EM DASH}"
_HEAD_WORDS: Final = 3
_LINE_WORDS: Final = 3


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The log of this name ended here on this day, as one person states it.

    Raises ValueError for a name that is not 1 to 64 visible characters of ASCII, and for the head
    of an empty log, which says nothing.
    """

    origin: str
    head: Head
    day: date

    def __post_init__(self) -> None:
        _require_log(self.origin, self.head)

    def stated(self) -> Document:
        """Return what the document says."""
        return {
            "origin": self.origin,
            "n": self.head.n,
            "hash": self.head.hash.hex(),
            "day": self.day.isoformat(),
        }


@dataclass(frozen=True, slots=True)
class Countersignature:
    """A signed checkpoint, and the id of the person it is said to be from.

    Raises ValueError for an id not of 16 bytes.
    """

    person: bytes
    signed: bytes

    def __post_init__(self) -> None:
        if len(self.person) != ROW_BYTES:
            raise ValueError("the id of a person has 16 bytes")


@dataclass(frozen=True, slots=True)
class Note:
    """Where a log ends, with countersignatures of this head and earlier ones, to keep elsewhere.

    Not guaranteed: that any of them holds. Raises ValueError as a checkpoint does.
    """

    origin: str
    head: Head
    countersignatures: tuple[Countersignature, ...] = ()

    def __post_init__(self) -> None:
        _require_log(self.origin, self.head)

    def write(self) -> str:
        """Return the text that trustees keep; its first three lines can be copied by hand."""
        lines = [self.origin, str(self.head.n), _base64(self.head.hash), ""]
        lines += [
            f"{_DASH} {one.person.hex()} {_base64(one.signed)}" for one in self.countersignatures
        ]
        return "\n".join(lines) + "\n"

    @classmethod
    def read(cls, text: str) -> Self:
        """Read what `write` wrote, however its lines came back from paper or mail.

        Raises OpenError for anything else.
        """
        words = text.split()
        (origin, n, digest), rest = _first(words), words[_HEAD_WORDS:]
        lines = [rest[at : at + _LINE_WORDS] for at in range(0, len(rest), _LINE_WORDS)]
        with opening():
            if not _NUMBER.fullmatch(n):
                raise OpenError
            head = Head(int(n), _unbase64(digest))
            return cls(origin, head, tuple(_countersignature(line) for line in lines))


def sign(seed: Secret, origin: str, head: Head, day: date) -> bytes:
    """Return the signed statement that the log of this name ended at this head.

    The caller guarantees that the signer verified the log up to there. Raises ValueError as a
    checkpoint does.
    """
    return signing.sign(seed, Prefix.CHECKPOINT, Checkpoint(origin, head, day).stated())


def read(public_key: bytes, signed: bytes) -> Checkpoint:
    """Return the checkpoint that the holder of this key signed. Raises OpenError for all else.

    Not guaranteed: that the day is true.
    """
    document = signing.read(public_key, Prefix.CHECKPOINT, signed)
    origin, n, digest, day = (document.get(name) for name in ("origin", "n", "hash", "day"))
    if not isinstance(n, int):
        raise OpenError
    with opening():
        head = Head(n, bytes.fromhex(_text(digest)))
        checkpoint = Checkpoint(_text(origin), head, date.fromisoformat(_text(day)))
    # Read generously, compared strictly: other words for the same, and further keys, are refused.
    if checkpoint.stated() != document:
        raise OpenError
    return checkpoint


def _require_log(origin: str, head: Head) -> None:
    if not _ORIGIN.fullmatch(origin):
        raise ValueError("the name of a log is 1 to 64 visible characters of ASCII")
    if not head.n:
        raise ValueError("an empty log has no end to state")


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise OpenError
    return value


def _first(words: list[str]) -> tuple[str, str, str]:
    if len(words) < _HEAD_WORDS:
        raise OpenError
    return words[0], words[1], words[2]


def _countersignature(words: list[str]) -> Countersignature:
    if len(words) != _LINE_WORDS or words[0] != _DASH:
        raise OpenError
    return Countersignature(bytes.fromhex(words[1]), _unbase64(words[2]))


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _unbase64(text: str) -> bytes:
    data = base64.b64decode(text, validate=True)
    if _base64(data) != text:
        raise OpenError
    return data
