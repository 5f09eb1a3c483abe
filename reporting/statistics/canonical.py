"""Canonical JSON: equal values are equal bytes, on every machine."""

import json
from collections.abc import Mapping, Sequence

Value = str | int | Sequence["Value"] | Mapping[str, "Value"]


def encode(value: Value) -> bytes:
    """Return the one way in which this value is written."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
