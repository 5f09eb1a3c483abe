"""The meter: the server's own keys, with which it counts what somebody reads.

They come of the staff pepper, which stands in no database: a copy of it tells nobody whose count
is which or what it says, and whoever is counted holds no key that opens or makes one.
"""

import hmac
from dataclasses import dataclass, field
from datetime import date
from typing import Self

from crypto.envelope import ROW_BYTES, Label, Pepper, Secret, expand, lp


@dataclass(frozen=True, slots=True)
class Meter:
    """What finds and locks counts; `is_confirmed` says that a second factor was shown just now."""

    boxes: Secret
    _tags: Secret = field(repr=False)
    is_confirmed: bool = False

    @classmethod
    def of(cls, pepper: Pepper, *, is_confirmed: bool = False) -> Self:
        """Return the meter of the site that has this pepper."""
        boxes, tags = expand(pepper.key, Label.READING), expand(pepper.key, Label.READING_TAG)
        return cls(boxes, tags, is_confirmed)

    def usual_tag(self, member: bytes) -> bytes:
        """Return by what it is found how much somebody usually reads."""
        return self._tag(lp(member, b"usual"))

    def tag(self, member: bytes, day: date) -> bytes:
        """Return by what the count of somebody's day is found; no two days have one in common."""
        return self._tag(lp(member, day.isoformat().encode()))

    def _tag(self, message: bytes) -> bytes:
        return hmac.digest(self._tags.reveal(), message, "sha256")[:ROW_BYTES]
