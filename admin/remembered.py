"""Remembered: what was found out lately in this process, by who saw what; nobody gets another's."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from typing import Generic, TypeVar

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Remembered(Generic[Found]):
    """What takes long to find out, each thing for so long, in memory alone."""

    kept_for: timedelta
    _found: dict[Hashable, tuple[datetime, Found]] = field(default_factory=dict, repr=False)
    _lock: Lock = field(default_factory=Lock, repr=False)

    def of(self, seer: Hashable, now: datetime, find: Callable[[], Found]) -> Found:
        """Return what somebody was shown lately, or what `find` finds now.

        Two at once may both look: nobody waits for another's look.
        """
        with self._lock:
            for old in [one for one, (at, _) in self._found.items() if now - at >= self.kept_for]:
                del self._found[old]
            before = self._found.get(seer)
        if before is not None:
            return before[1]
        found = find()
        with self._lock:
            self._found[seer] = now, found
        return found
