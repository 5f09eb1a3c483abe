"""Archives: the two locked files of a backup, written and read row by row (FORMAT.md 16).

An archive is one locked stream. It opens under one key, as this kind of archive of this day, and
only whole: nobody can cut it, mix two of them, or add a row. So whatever stands in it is believed.
"""

import hashlib
import os
import secrets
import struct
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum, StrEnum
from pathlib import Path
from typing import Final

from admin.errors import ArchiveError
from admin.runtime import Door
from crypto.envelope import Ctx, Label, OpenError, Secret, expand, opening
from crypto.passphrase import stretch
from crypto.stream import SLICE_BYTES, ChunkSink, ChunkSource
from reporting import records
from reporting.records import Record

MAGIC: Final = b"tomoshibi-backup\x01"
LARGEST_FRAME: Final = 64 << 20  # no row of ours comes near it
_HEADER: Final = struct.Struct(">17s B I 16s")
_FRAME: Final = struct.Struct(">B I")
_NUMBER: Final = struct.Struct(">q")

Value = bytes | int | str | None
Row = Mapping[str, Value]


class Kind(StrEnum):
    """Which of the two archives a file is."""

    VAULT = "vault"
    KEYS = "keys"


class Frame(IntEnum):
    """What the next bytes of the stream are."""

    HEAD = 0
    TABLE = 1
    ROW = 2
    END = 3


_KINDS: Final = {1: Kind.VAULT, 2: Kind.KEYS}
_NULL, _INTEGER, _BYTES, _TEXT = range(4)


@dataclass(frozen=True, slots=True)
class Header:
    """The readable beginning of an archive: which one it is, of which day, and a random number."""

    kind: Kind
    day: date
    id: bytes

    @classmethod
    def new(cls, kind: Kind, day: date) -> "Header":
        """Return the header of a new archive."""
        return cls(kind, day, secrets.token_bytes(16))

    def write(self) -> bytes:
        """Return its bytes."""
        (number,) = (number for number, kind in _KINDS.items() if kind is self.kind)
        return _HEADER.pack(MAGIC, number, self.day.toordinal(), self.id)

    def place(self, how: str) -> Ctx:
        """Return the place of what is locked behind it: every byte of the header is in it."""
        return Ctx(f"{self.kind} {how}", "archive", "content", self.id, self.day.toordinal())


@dataclass(frozen=True, slots=True)
class Lock:
    """The key of one archive, and how it was made."""

    header: Header
    key: Secret = field(repr=False)
    how: str

    @property
    def place(self) -> Ctx:
        """The one place where the archive opens."""
        return self.header.place(self.how)


@dataclass(frozen=True, slots=True)
class Stored:
    """One row, and the table it belongs to."""

    table: str
    row: Row


@dataclass(frozen=True, slots=True)
class Archive:
    """An archive that was verified from its first byte to its last, and what its head says."""

    header: Header
    head: Record
    _source: ChunkSource

    def rows(self) -> Iterator[Stored]:
        """Yield every row, one table after the other; raise OpenError where they are not whole."""
        frames = _frames(self._source)
        next(frames)
        table, columns = "", tuple[str, ...]()
        for frame, data in frames:
            if frame is Frame.TABLE:
                said = records.decode(data)
                table, columns = records.text(said, "name"), records.texts(said, "columns")
            else:
                yield Stored(table, dict(zip(columns, _values(data), strict=True)))


def by_passphrase(header: Header, passphrase: str, door: Door) -> Lock:
    """Return the lock of a keys archive: what the operator types, and the pepper of the staff."""
    stretched = stretch(passphrase, header.id, door.pepper, door.parameters)
    return Lock(header, expand(stretched, Label.KEYS_ARCHIVE), door.parameters.text)


def by_key(header: Header, key: Secret) -> Lock:
    """Return the lock of a vault archive: a key that stands in every keys archive."""
    return Lock(header, expand(key, Label.VAULT_ARCHIVE), "key")


def write(path: Path, lock: Lock, frames: Iterable[bytes]) -> None:
    """Write an archive to a new file that only its owner can read, down to the disk."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:

        def keep(piece: bytes) -> None:
            file.write(piece)

        keep(lock.header.write())
        sink = ChunkSink(lock.key, lock.place, keep)
        for frame in frames:
            sink.write(frame)
        sink.finish()
        file.flush()
        os.fsync(file.fileno())


def read_header(path: Path) -> Header:
    """Return what kind of archive a file is; raise ArchiveError for what is none."""
    with path.open("rb") as file:
        data = file.read(_HEADER.size)
    if len(data) == _HEADER.size and data.startswith(MAGIC):
        _magic, number, day, row = _HEADER.unpack(data)
        if number in _KINDS and 0 < day <= date.max.toordinal():
            return Header(_KINDS[number], date.fromordinal(day), row)
    raise ArchiveError(f"{path.name} is no archive of a backup.")


def opened(path: Path, lock: Lock) -> Archive:
    """Return an archive, verified from its first byte to its last; raise OpenError."""

    def slices() -> Iterator[bytes]:
        with path.open("rb") as file:
            file.seek(_HEADER.size)
            while piece := file.read(SLICE_BYTES):
                yield piece

    source = ChunkSource(lock.key, lock.place, slices)
    _frame, head = next(_frames(source))
    return Archive(lock.header, records.decode(head), source)


def frames_of(head: Record, tables: Iterable[tuple[str, Iterable[Row]]]) -> Iterator[bytes]:
    """Yield an archive piece by piece: what its head says, the rows of its tables, and the end."""
    digest, count = hashlib.sha256(), 0
    for frame in _content(head, tables):
        digest.update(frame)
        count += frame[0] == Frame.ROW
        yield frame
    yield _framed(Frame.END, records.encode({"rows": count, "sha256": digest.hexdigest()}))


def _content(head: Record, tables: Iterable[tuple[str, Iterable[Row]]]) -> Iterator[bytes]:
    yield _framed(Frame.HEAD, records.encode(head))
    for name, rows in tables:
        columns: list[str] = []
        for row in rows:
            if not columns:
                columns = list(row)
                yield _framed(Frame.TABLE, records.encode({"name": name, "columns": columns}))
            yield _framed(Frame.ROW, b"".join(_written(value) for value in row.values()))


def _frames(pieces: Iterable[bytes]) -> Iterator[tuple[Frame, bytes]]:
    """Yield the frames of a stream but the last, which has to say what all of them were."""
    digest, count = hashlib.sha256(), 0
    for frame, data in _cut(pieces):
        if frame is Frame.END:
            said = records.decode(data)
            whole = (count, digest.hexdigest())
            if (records.number(said, "rows"), records.text(said, "sha256")) != whole:
                raise OpenError
            return
        digest.update(_FRAME.pack(frame, len(data)))
        digest.update(data)
        count += frame is Frame.ROW
        yield frame, data
    raise OpenError


def _cut(pieces: Iterable[bytes]) -> Iterator[tuple[Frame, bytes]]:
    waiting = bytearray()
    for piece in pieces:
        waiting += piece
        at = 0
        while (end := _end_of_frame(waiting, at)) <= len(waiting):
            frame, data = waiting[at], bytes(waiting[at + _FRAME.size : end])
            at = end
            with opening():
                kind = Frame(frame)
            yield kind, data
        del waiting[:at]


def _end_of_frame(waiting: bytearray, at: int) -> int:
    if len(waiting) - at < _FRAME.size:
        return at + _FRAME.size
    _kind, length = _FRAME.unpack_from(waiting, at)
    if length > LARGEST_FRAME:
        raise OpenError
    return at + _FRAME.size + int(length)


def _framed(frame: Frame, data: bytes) -> bytes:
    return _FRAME.pack(frame, len(data)) + data


def _written(value: Value) -> bytes:
    match value:
        case None:
            return bytes([_NULL])
        case int():
            return bytes([_INTEGER]) + _NUMBER.pack(value)
        case str():
            return _sized(_TEXT, value.encode())
        case _:
            return _sized(_BYTES, value)


def _sized(tag: int, data: bytes) -> bytes:
    return _FRAME.pack(tag, len(data)) + data


def _values(data: bytes) -> Iterator[Value]:
    at = 0
    while at < len(data):
        tag = data[at]
        if tag == _NULL:
            yield None
            at += 1
        elif tag == _INTEGER:
            yield int(_NUMBER.unpack_from(data, at + 1)[0])
            at += 1 + _NUMBER.size
        else:
            _tag, length = _FRAME.unpack_from(data, at)
            at += _FRAME.size
            part = data[at : at + length]
            yield part.decode() if tag == _TEXT else part
            at += length
