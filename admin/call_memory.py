"""Call memory: who was called last, who is called next, and what was seen, between two runs.

It lies in a file of the instance folder, locked under the staff pepper and always of one length:
whoever finds a copy of it learns neither how much waits nor whether a call was for need or for
practice. Each run writes it anew, and no two of them have anything in common.
"""

import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Final, Self

from admin.on_call import replace_file
from admin.runtime import STAFF_PEPPER_FILE
from crypto.envelope import ROW_BYTES, Ctx, Label, OpenError, Secret, expand
from reporting import records
from reporting.clock import minute_text, read_minute
from reporting.runtime import load_pepper

MEMORY_FILE: Final = "calls.json"
FLOOR_BYTES: Final = 32 * 1024  # room for a hundred people and four hundred things that were seen
SALT_BYTES: Final = 16


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of one person's calls: the last one, the planned one, the next for practice."""

    called: datetime | None = None
    planned: datetime | None = None
    practice: datetime | None = None
    has_failed: bool = False


@dataclass(frozen=True, slots=True)
class Seen:
    """Since when each thing that may be over was seen, by a mark that only this run's salt makes.

    With the salt and the rows of the database a mark is found again; from run to run nobody follows
    one, and nobody reads the number of a report from it.
    """

    salt: bytes = b""
    marks: Mapping[str, datetime] = field(default_factory=lambda: MappingProxyType({}))

    @classmethod
    def of(cls, things: Mapping[bytes, datetime]) -> Self:
        """Remember things by what tells them apart."""
        salt = secrets.token_bytes(SALT_BYTES)
        return cls(salt, {_mark(salt, thing): at for thing, at in things.items()})

    def since(self, thing: bytes, now: datetime) -> datetime:
        """Return when a thing was seen first; now, for what is new."""
        return self.marks.get(_mark(self.salt, thing), now)


@dataclass(frozen=True, slots=True)
class Memory:
    """What one run leaves to the next: when it was, and what it knew."""

    ran: datetime | None = None
    people: Mapping[str, Known] = field(default_factory=lambda: MappingProxyType({}))
    seen: Seen = field(default_factory=Seen)

    def of(self, name: str) -> Known:
        """Return what is known of somebody; nothing of whoever is new."""
        return self.people.get(name, Known())

    def knowing(self, name: str, known: Known) -> "Memory":
        """Return the memory with this about somebody."""
        return Memory(self.ran, {**self.people, name: known}, self.seen)


def load(instance: Path) -> Memory:
    """Return what the last run left. Of a file that cannot be read nothing is believed.

    The worst that follows is one call too many. Raises SettingsError without the staff pepper.
    """
    key = _key(instance)
    try:
        file = json.loads((instance / MEMORY_FILE).read_text(encoding="utf-8"))
        row, box = bytes.fromhex(file["row"]), bytes.fromhex(file["box"])
        data = records.reopen(key, box, _place(row))
    except (OSError, ValueError, TypeError, KeyError, OpenError):
        return Memory()
    people, seen = records.child(data, "people"), records.child(data, "seen")
    return Memory(
        _moment(data["ran"]),
        {name: _known(records.child(people, name)) for name in people},
        Seen(
            bytes.fromhex(records.text(data, "salt")),
            {mark: read_minute(records.text(seen, mark)) for mark in seen},
        ),
    )


def save(instance: Path, memory: Memory) -> None:
    """Leave this to the next run; raise SettingsError without the staff pepper."""
    record: records.Record = {
        "ran": _text(memory.ran),
        "people": {
            name: {
                "called": _text(known.called),
                "planned": _text(known.planned),
                "practice": _text(known.practice),
                "failed": known.has_failed,
            }
            for name, known in memory.people.items()
        },
        "salt": memory.seen.salt.hex(),
        "seen": {mark: minute_text(at) for mark, at in memory.seen.marks.items()},
    }
    row = secrets.token_bytes(ROW_BYTES)
    box = records.close(_key(instance), record, _place(row), FLOOR_BYTES)
    replace_file(instance / MEMORY_FILE, json.dumps({"row": row.hex(), "box": box.hex()}))


def _key(instance: Path) -> Secret:
    return expand(load_pepper(instance / STAFF_PEPPER_FILE).key, Label.CALLS)


def _place(row: bytes) -> Ctx:
    # A random row each time, so that nothing is locked twice at one place.
    return Ctx("calls", "calls", "box", row)


def _mark(salt: bytes, thing: bytes) -> str:
    return hashlib.sha256(b"tomoshibi call" + salt + thing).hexdigest()[:32]


def _known(data: records.Record) -> Known:
    return Known(
        _moment(data["called"]),
        _moment(data["planned"]),
        _moment(data["practice"]),
        has_failed=data["failed"] is True,
    )


def _moment(text: object) -> datetime | None:
    return None if text is None else read_minute(str(text))


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else minute_text(moment)
