"""Frame records: what is counted of one unit, in 32 bytes (FORMAT.md 19.2).

Sealing says nothing of who sealed it: without the tag, whoever writes to the database could count
whomever they like. So what has no right tag is never counted.
"""

import hmac
import struct
from dataclasses import dataclass
from typing import Final

from admin.errors import StaffError
from crypto.envelope import Secret
from reporting.statistics.codelists import LISTS, VERSION, Dim

LAYOUT: Final = 1
DIMS: Final = tuple(Dim)
# These two are 0 in a year that does not measure them.
BANDS: Final = frozenset({Dim.REPEAT, Dim.PEOPLE})
_BODY: Final = struct.Struct(">B 8B H 5s")
_TAG_BYTES: Final = 16
_NOTHING: Final = bytes(5)
_REPEATED: Final = (1, 3)
_AFFECTED: Final = (1, 4, 19)


class FrameError(StaffError):
    """What is to be counted does not hold; nothing is measured of it."""


@dataclass(frozen=True, slots=True)
class Record:
    """The place of each code in its list, from 1; 0 is not measured."""

    quarter: int
    tactic: int
    origin: int
    region: int
    target: int
    verif: int
    repeat: int = 0
    people: int = 0
    codelist: int = VERSION

    @property
    def places(self) -> tuple[int, ...]:
        """The places in the order of the dimensions."""
        return (
            *(self.quarter, self.tactic, self.origin, self.region),
            *(self.target, self.verif, self.repeat, self.people),
        )

    @property
    def is_fit(self) -> bool:
        """Whether every place is in its list."""
        placed = zip(DIMS, self.places, strict=True)
        least = {dim: 0 if dim in BANDS else 1 for dim in DIMS}
        return self.codelist == VERSION and all(
            least[dim] <= place <= len(LISTS[dim]) for dim, place in placed
        )


def pack(record: Record, unit_key: bytes, mac: Secret) -> Secret:
    """Return the 32 bytes that are sealed. Raises ValueError for a place that no list has."""
    if not record.is_fit:
        raise ValueError("a place is in no list")
    body = _BODY.pack(LAYOUT, *record.places, record.codelist, _NOTHING)
    return Secret(body + tag_of(body, unit_key, mac))


def unpack(packed: Secret, unit_key: bytes, mac: Secret) -> Record:
    """Return what was packed for this unit. Raises FrameError for anything else."""
    value = packed.reveal()
    body, tag = value[: _BODY.size], value[_BODY.size :]
    if not hmac.compare_digest(tag, tag_of(body, unit_key, mac)):
        raise FrameError("a row of the frame was made by somebody else")
    layout, *places, nothing = _BODY.unpack(body)
    record = Record(*places)
    if layout != LAYOUT or nothing != _NOTHING or not record.is_fit:
        raise FrameError("a row of the frame holds what no list has")
    return record


def tag_of(body: bytes, unit_key: bytes, mac: Secret) -> bytes:
    """Return what only those who count can put behind the first half of a record."""
    return hmac.digest(mac.reveal(), unit_key + body, "sha256")[:_TAG_BYTES]


def repeat_band(incidents: int) -> int:
    """Return the band of how many incidents a unit told of, at least one."""
    return _band(incidents, _REPEATED)


def people_band(people: int) -> int:
    """Return the band of how many people were affected, at least one."""
    return _band(people, _AFFECTED)


def _band(count: int, ends: tuple[int, ...]) -> int:
    return 1 + sum(count > end for end in ends)
