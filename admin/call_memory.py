"""Call memory: who was called last, who is called next, and what was seen, between two runs.

It lies in a file of the instance folder and says nothing about a report: of what was seen it has a
mark, and practice calls stand in it like any others.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Final

from admin.on_call import replace_file
from reporting.clock import minute_text, read_minute

MEMORY_FILE: Final = "calls.json"


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of one person's calls: the last one, the planned one, the next for practice."""

    called: datetime | None = None
    planned: datetime | None = None
    practice: datetime | None = None
    has_failed: bool = False


@dataclass(frozen=True, slots=True)
class Memory:
    """What one run leaves to the next: when it was, and what it knew."""

    ran: datetime | None = None
    people: Mapping[str, Known] = field(default_factory=lambda: MappingProxyType({}))
    seen: Mapping[str, datetime] = field(default_factory=lambda: MappingProxyType({}))

    def of(self, name: str) -> Known:
        """Return what is known of somebody; nothing of whoever is new."""
        return self.people.get(name, Known())

    def knowing(self, name: str, known: Known) -> "Memory":
        """Return the memory with this about somebody."""
        return Memory(self.ran, {**self.people, name: known}, self.seen)


def load(instance: Path) -> Memory:
    """Return what the last run left. Of a file that cannot be read nothing is believed.

    The worst that follows is one call too many.
    """
    try:
        data = json.loads((instance / MEMORY_FILE).read_text(encoding="utf-8"))
        people = {str(name): _known(one) for name, one in data["people"].items()}
        seen = {str(mark): read_minute(at) for mark, at in data["seen"].items()}
        return Memory(_moment(data["ran"]), people, seen)
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return Memory()


def save(instance: Path, memory: Memory) -> None:
    """Leave this to the next run."""
    data = {
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
        "seen": {mark: minute_text(at) for mark, at in memory.seen.items()},
    }
    replace_file(instance / MEMORY_FILE, json.dumps(data, ensure_ascii=False, indent=1))


def _known(data: Mapping[str, object]) -> Known:
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
