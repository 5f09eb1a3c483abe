"""The office: the public keys that reports are sealed to, and no others.

The ceremony pins each group's public key by SHA-256 in a file of the instance folder. A process
reads the keys from the database once, holds them against the pins, and uses only what matched: a
key that somebody plants in the database afterwards never receives a report.
"""

import hashlib
import hmac
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from reporting.errors import OfficeError
from reporting.models import Epoch, Group

PINS_FILE: Final = "office-pins.json"
NEXT_STEP: Final = "Run `tomoshibi staff add NAME --groups intake,casework` first."


@dataclass(frozen=True, slots=True)
class PinnedKey:
    """One epoch of one group, as the ceremony pinned it."""

    epoch: bytes
    group: Group
    public_key: bytes


@dataclass(frozen=True, slots=True)
class Office:
    """The pinned key of every group."""

    keys: Mapping[Group, PinnedKey]

    def key_of(self, group: Group) -> PinnedKey:
        """Return the group's pinned key."""
        return self.keys[group]


def load(session: Session, instance: Path) -> Office:
    """Return the office whose keys are exactly the pinned ones; raise OfficeError otherwise."""
    pins = read_pins(instance)
    rows = {row.id: row for row in session.scalars(select(Epoch))}
    return Office({group: _matching(rows, group, pins) for group in Group})


def read_pins(instance: Path) -> Mapping[str, Mapping[str, str]]:
    """Return the pins file: group → epoch id and SHA-256 of its public key, both in hex."""
    try:
        pins: dict[str, dict[str, str]] = json.loads((instance / PINS_FILE).read_bytes())
    except FileNotFoundError:
        raise OfficeError(f"Nobody can read reports here yet. {NEXT_STEP}") from None
    return pins


def write_pins(instance: Path, keys: Mapping[Group, PinnedKey]) -> None:
    """Pin the keys of a new office; raise OfficeError when an office is pinned already."""
    pins = {
        group: {"epoch": key.epoch.hex(), "sha256": fingerprint(key.public_key)}
        for group, key in keys.items()
    }
    try:
        handle = os.open(instance / PINS_FILE, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
    except FileExistsError:
        raise OfficeError(f"{PINS_FILE} exists: this instance has its office already.") from None
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(pins, file, indent=1, sort_keys=True)
        file.flush()
        os.fsync(file.fileno())


def fingerprint(public_key: bytes) -> str:
    """Return what pins a public key: its SHA-256 in hex."""
    return hashlib.sha256(public_key).hexdigest()


def _matching(
    rows: Mapping[bytes, Epoch], group: Group, pins: Mapping[str, Mapping[str, str]]
) -> PinnedKey:
    pin = pins.get(group)
    row = rows.get(bytes.fromhex(pin["epoch"])) if pin else None
    if pin is None or row is None or row.group != group:
        raise OfficeError(f"The pinned key of {group} is not in the database. Restore it.")
    if not hmac.compare_digest(fingerprint(row.public_key), pin["sha256"]):
        raise OfficeError(
            f"The key of {group} in the database is not the pinned one: somebody changed it. "
            "Take the service down and compare the database with a backup."
        )
    return PinnedKey(row.id, group, row.public_key)
