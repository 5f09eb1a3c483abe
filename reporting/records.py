"""Records: what is inside a box, as canonical JSON that is padded before it is locked."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date

from crypto.envelope import Ctx, OpenError, Secret
from crypto.padding import pad, unpad
from crypto.stream import lock, unlock, unlocker

Json = str | int | bool | None | Sequence["Json"] | Mapping[str, "Json"]
Record = Mapping[str, Json]
# What `json.loads` looks for besides (other encodings, blanks around) no record of ours has.
_read = json.JSONDecoder().raw_decode


def close(key: Secret, record: Record, place: Ctx, floor: int) -> bytes:
    """Lock a record at its place; its length is rounded up to a bucket of at least `floor`."""
    return lock(key, pad(encode(record), floor), place)


def reopen(key: Secret, box: bytes, place: Ctx) -> dict[str, Json]:
    """Unlock a record; raise OpenError when it is not the one that was locked here."""
    return decode(unpad(unlock(key, box, place)))


def reopener(key: Secret, like: Ctx) -> Callable[[bytes, bytes, int], dict[str, Json]]:
    """Return what unlocks records of one purpose and column as `reopen` does: for thousands.

    It is asked with a box, its row and its version.
    """
    unlock_one = unlocker(key, like)
    return lambda box, row, rev: decode(unpad(unlock_one(box, row, rev)))


def encode(record: Record) -> bytes:
    """Write a record in the one way that equal records are written."""
    return json.dumps(record, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def decode(data: bytes) -> dict[str, Json]:
    """Read a record back; raise OpenError when the bytes are no record."""
    try:
        text = str(data, "utf-8")
        loaded, end = _read(text)
    except ValueError:
        raise OpenError from None
    if end != len(text) or not isinstance(loaded, dict):
        raise OpenError
    return loaded


def text(record: Record, name: str) -> str:
    """Return a text of a record; raise OpenError when it holds none of that name."""
    value = record.get(name)
    if not isinstance(value, str):
        raise OpenError
    return value


def texts(record: Record, name: str) -> tuple[str, ...]:
    """Return a list of texts of a record; raise OpenError when it holds none of that name."""
    values = record.get(name)
    if not isinstance(values, list):
        raise OpenError
    # A plain loop: a page of lists reads some thousands of these.
    for value in values:
        if not isinstance(value, str):
            raise OpenError
    return tuple(values)


def number(record: Record, name: str) -> int:
    """Return a whole number of a record; raise OpenError when it holds none of that name."""
    value = record.get(name)
    if not isinstance(value, int):
        raise OpenError
    return value


def numbers(record: Record, name: str) -> tuple[int, ...]:
    """Return a list of whole numbers; raise OpenError when it holds none of that name."""
    values = record.get(name)
    if not isinstance(values, list):
        raise OpenError
    return tuple(number({name: value}, name) for value in values)


def child(record: Record, name: str) -> Mapping[str, Json]:
    """Return a record inside a record; raise OpenError when it holds none of that name."""
    value = record.get(name)
    # What was read is a dictionary, and is told at once.
    if type(value) is dict or isinstance(value, Mapping):
        return value
    raise OpenError


def children(record: Record, name: str) -> tuple[Mapping[str, Json], ...]:
    """Return the records in a list; raise OpenError when it holds no such list of that name."""
    values = record.get(name)
    if not isinstance(values, list):
        raise OpenError
    return tuple(child({name: value}, name) for value in values)


def truth(record: Record, name: str) -> bool:
    """Return yes or no of a record; raise OpenError when it holds neither of that name."""
    value = record.get(name)
    if not isinstance(value, bool):
        raise OpenError
    return value


def day(record: Record, name: str) -> date:
    """Return a day of a record; raise OpenError when it holds none of that name."""
    try:
        return date.fromisoformat(text(record, name))
    except ValueError:
        raise OpenError from None


def row(record: Record, name: str) -> bytes:
    """Return the bytes that stand in hexadecimal; raise OpenError when there are none."""
    try:
        return bytes.fromhex(text(record, name))
    except ValueError:
        raise OpenError from None


def require_same(record: Record, written: Record) -> None:
    """Raise OpenError unless a record is, sign for sign, what is written for what it says.

    So a field too many, a code in capitals or a day in another form is never passed over.
    """
    try:
        is_same = encode(record) == encode(written)
    except ValueError:
        raise OpenError from None
    if not is_same:
        raise OpenError
