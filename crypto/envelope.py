"""The envelope every secret travels in: its key, its label and the place it belongs to."""

import hmac
import secrets
import struct
from dataclasses import dataclass
from enum import StrEnum, unique
from typing import NoReturn, final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

KEY_BYTES = 32
ROW_BYTES = 16

VERSION = b"\x01"
SUITE_SEALED = b"\x01"  # HPKE base mode: X-Wing, HKDF-SHA256, ChaCha20-Poly1305
SUITE_LOCKED = b"\x02"  # Cobblestone256: HKDF-Expand-SHA512, AES-256-GCM, 16 KiB chunks

_FORMAT = b"tomoshibi-v1"
_REV_BYTES = 4
_REVISIONS = 1 << 32
_BEFORE_ROW, _BEFORE_REV = (length.to_bytes(2, "big") for length in (ROW_BYTES, _REV_BYTES))
_FIRST_PEPPER = 1


class OpenError(Exception):
    """Something could not be opened. Why is never told: a reason would help whoever altered it."""


class PlaceError(OpenError, ValueError):
    """There is no such place, so that no box lies there; a row may say so that somebody altered."""


# What a hostile box can cause: whoever opens very many of them names these without `opening`.
HOSTILE = (InvalidTag, RecursionError, ValueError, struct.error)


class _Opening:
    """A block around the opening of a box: it holds nothing, so that there is one for all."""

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: object
    ) -> None:
        if isinstance(error, HOSTILE):
            raise OpenError from None


_OPENING = _Opening()


def opening() -> _Opening:
    """Turn whatever a hostile box can cause inside the block into OpenError, without a cause."""
    return _OPENING


def redacted(value: object) -> str:
    """Name the kind of a value and show nothing of it: the `repr` of all that must not be seen."""
    return f"{type(value).__name__}(…)"


def _same_bytes(one: "Secret", other: object) -> bool:
    return isinstance(other, Secret) and hmac.compare_digest(one.reveal(), other.reveal())


def _refuse(_: "Secret") -> NoReturn:
    raise TypeError("a Secret is neither pickled, copied nor hashed")


@final
class Secret:
    """Key bytes that do not show themselves: not in a repr, a log line, a traceback or a pickle.

    Not guaranteed: that the bytes leave memory when this value does.
    """

    __slots__ = ("_value",)
    __repr__ = redacted
    __eq__ = _same_bytes
    __hash__ = _refuse
    __reduce__ = _refuse

    def __init__(self, value: bytes) -> None:
        self._value = bytes(value)

    def reveal(self) -> bytes:
        """Return the bytes themselves; whoever asks must not store, log or return them."""
        return self._value


def make_key() -> Secret:
    """Make 32 random bytes, a key independent of every other."""
    return Secret(secrets.token_bytes(KEY_BYTES))


@unique
class Label(StrEnum):
    """Every purpose a key or a hash is made for: never renamed, never used twice."""

    FACETS = "facets"
    STORY = "story"
    NOTE = "note"
    FILES = "files"
    THREAD = "thread"
    MESSAGE = "message"
    CONTACT = "contact"
    META = "meta"
    INDEX = "index"
    RECEIPT = "receipt"
    RECEIPT_LOOKUP = "receipt lookup"
    RECEIPT_LOCK = "receipt lock"
    RECEIPT_CONSENT = "receipt consent"
    VISIT_ID = "visit id"
    VISIT_KEY = "visit key"
    VISIT_FORM = "visit form"
    SESSION_ID = "session id"
    SESSION_KEY = "session key"
    SESSION_FORM = "session form"
    KEK = "kek"
    NAME = "name"
    NAME_TAG = "name tag"
    DUMMY_SALT = "dummy salt"
    KID = "kid"
    AUDIT = "audit"
    INVITATION_ID = "invitation id"
    INVITATION_KEY = "invitation key"
    SPENT_CODE = "spent code"
    WORK = "work"
    OWN_NOTE = "own note"
    KEYS_ARCHIVE = "keys archive"
    VAULT_ARCHIVE = "vault archive"
    PEPPER_TAG = "pepper tag"
    LISTED = "listed"
    LINK_KEY = "link key"
    LINK_SALT = "link salt"
    LINK_TAG = "link token"
    LINK_ROW = "link row"
    READING = "reading"
    READING_TAG = "reading tag"
    CUSTODY = "custody"
    INTERPRETER = "interpreter"
    CLUSTER = "cluster"
    RELEASE_SEEDS = "release seeds"
    KNOWN_BROWSER = "known browser"
    CALLS = "calls"

    @property
    def domain(self) -> bytes:
        """The bytes that keep what is made for this purpose apart from everything else."""
        return _FORMAT + b" " + self.encode()


def lp(*parts: bytes) -> bytes:
    """Join parts, each behind its length, so that no two lists of parts give the same bytes.

    Raises ValueError for a part over 65,535 bytes.
    """
    try:
        # A length of two bytes; ten thousand headers need ten thousand of these contexts.
        return b"".join([len(part).to_bytes(2, "big") + part for part in parts])
    except OverflowError:
        raise ValueError("a part has at most 65,535 bytes") from None


def parts(joined: bytes) -> tuple[bytes, ...]:
    """Return the parts that `lp` joined. Raises OpenError for bytes that `lp` never returns."""
    found = []
    at = 0
    while at < len(joined):
        start = at + 2
        at = start + int.from_bytes(joined[at:start], "big")
        found.append(joined[start:at])
    # A length cut in half or a part cut short leads past the end.
    if at != len(joined):
        raise OpenError
    return tuple(found)


def expand(key: Secret, label: Label, n: int = KEY_BYTES) -> Secret:
    """Make from `key` the n bytes that belong to one purpose.

    The caller guarantees that `key` is uniformly random: this stretches keys, never passphrases.
    """
    return Secret(HKDFExpand(SHA256(), n, label.domain).derive(key.reveal()))


@dataclass(frozen=True, slots=True)
class Ctx:
    """The one place a box belongs to; elsewhere it stays closed.

    The caller guarantees that `row` is the random id of the row and that `rev` grows whenever
    the same column of the same row is written again. Raises PlaceError for an impossible place.
    """

    purpose: str
    table: str
    column: str
    row: bytes
    rev: int = 0

    def __post_init__(self) -> None:
        _require_place(self.row, self.rev)

    def encode(self, header: bytes) -> bytes:
        """Return the context of a box that begins with `header`, as FORMAT.md lays it out."""
        return placed(self.frame(header), self.row, self.rev)

    def frame(self, header: bytes) -> bytes:
        """Return what the contexts of all boxes of this purpose in this column begin with."""
        names = (self.purpose.encode(), self.table.encode(), self.column.encode())
        return lp(_FORMAT, header, *names)


def placed(frame: bytes, row: bytes, rev: int) -> bytes:
    """Return the context of the box at a row and version; the rest of it is the frame of a `Ctx`.

    Raises PlaceError for an impossible place.
    """
    _require_place(row, rev)
    return frame + _BEFORE_ROW + row + _BEFORE_REV + rev.to_bytes(_REV_BYTES, "big")


def _require_place(row: bytes, rev: int) -> None:
    if len(row) != ROW_BYTES:
        raise PlaceError("a row id has 16 bytes")
    if not 0 <= rev < _REVISIONS:
        raise PlaceError("a revision is a number from 0 to 2^32 - 1")


@dataclass(frozen=True, slots=True)
class Pepper:
    """A key kept outside the database, so that a copied database alone can be guessed at by nobody.

    Raises ValueError unless id is one byte and key has 32.
    """

    id: int
    key: Secret

    def __post_init__(self) -> None:
        if not 0 <= self.id < 1 << 8:
            raise ValueError("a pepper's id is one byte")
        if len(self.key.reveal()) != KEY_BYTES:
            raise ValueError("a pepper has 32 bytes")


def make_pepper() -> bytes:
    """Make the 33 bytes of a new pepper file; losing them loses everything derived from them."""
    return bytes([_FIRST_PEPPER]) + make_key().reveal()


def read_pepper(data: bytes) -> Pepper:
    """Read the bytes of a pepper file. Raises ValueError unless there are exactly 33."""
    if len(data) != 1 + KEY_BYTES:
        raise ValueError("a pepper file has exactly 33 bytes")
    return Pepper(data[0], Secret(data[1:]))
