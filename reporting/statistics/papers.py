"""The papers that travel with a release: who approved its plan, and what the budget was spent on.

Their form is checked here; `release` says whether the signatures hold, `bookings` the chain.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from reporting.errors import ReportingError
from reporting.statistics.canonical import Value, encode
from reporting.statistics.topdown import Measurement

_HASH: Final = re.compile(r"[0-9a-f]{64}")
_CHAINED: Final = frozenset({"prev", "hash"})


class PaperError(ReportingError):
    """The approvals or the ledger cannot be read, or do not hold."""


@dataclass(frozen=True, slots=True)
class Approval:
    """One officer's signature over a plan, with the key it is checked by."""

    signing_key: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class Booking:
    """One row of the ledger: what it states, and the hashes that chain it to its neighbours."""

    stated: Mapping[str, Value]
    before: bytes
    hash: bytes


def write_approvals(approvals: Iterable[Approval]) -> bytes:
    """Return the file of approvals; in which order they came is not told."""
    signed = sorted((one.signing_key.hex(), one.signature.hex()) for one in approvals)
    return encode({"approvals": [{"signing_key": key, "signature": it} for key, it in signed]})


def read_approvals(data: bytes) -> tuple[Approval, ...]:
    """Return the approvals of a file. Raises PaperError unless `write_approvals` wrote it."""
    try:
        found = tuple(
            Approval(bytes.fromhex(one["signing_key"]), bytes.fromhex(one["signature"]))
            for one in _object(data)["approvals"]
        )
    except (KeyError, TypeError, ValueError):
        raise PaperError("the approvals cannot be read") from None
    if write_approvals(found) != data:
        raise PaperError("the approvals are written in another way than ours")
    return found


def head(data: bytes) -> str:
    """Return the hash that names everything a ledger holds. Raises PaperError."""
    found = _object(data).get("head")
    if not isinstance(found, str) or not _HASH.fullmatch(found):
        raise PaperError("the ledger names no head")
    return found


def bookings(data: bytes) -> tuple[Booking, ...]:
    """Return the rows of a ledger. Raises PaperError for what has no rows."""
    try:
        return tuple(
            Booking(
                {name: value for name, value in row.items() if name not in _CHAINED},
                bytes.fromhex(row["prev"]),
                bytes.fromhex(row["hash"]),
            )
            for row in _object(data)["events"]
        )
    except (AttributeError, KeyError, TypeError, ValueError):
        raise PaperError("the ledger cannot be read") from None


def digest_of_draw(measured: Iterable[Measurement]) -> bytes:
    """Return the hash of noisy numbers, which the ledger books before anybody publishes them."""
    said: list[Value] = [{"dims": one.dims, "values": one.values} for one in measured]
    return hashlib.sha256(encode(said)).digest()


def digest_of(chained: bytes) -> bytes:
    """Return the hash of a row that stands behind the one before."""
    return hashlib.sha256(chained).digest()


def _object(data: bytes) -> Mapping[str, Any]:
    try:
        found = json.loads(data)
        again = encode(found)
    except (ValueError, RecursionError):
        raise PaperError("a paper is no JSON") from None
    if not isinstance(found, dict) or again != data:
        raise PaperError("a paper is written in another way than ours")
    return found
