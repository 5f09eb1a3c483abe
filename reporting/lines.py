"""Lines: few are worked on at once, others wait in the order in which they came, for a while."""

import threading
from collections import deque
from typing import Final

from reporting.errors import BusyError

PATIENCE_SECONDS: Final = 10.0


class Line:
    """Places for those who are worked on, and behind them a line: who came first goes first.

    Who waits occupies a thread, so the line has an end: beyond it people are told to come again.
    """

    def __init__(self, places: int, waiting: int, seconds: float = PATIENCE_SECONDS) -> None:
        self._free = places
        self._most_waiting = waiting
        self.seconds = seconds
        self._waiting: deque[threading.Condition] = deque()
        self._lock = threading.Lock()

    def enter(self, seconds: float | None = None) -> None:
        """Take a place, waiting for it in turn; raise BusyError when none comes free in time."""
        with self._lock:
            if self._free:
                # Nobody waits while a place is free: leave() hands places over.
                self._free -= 1
                return
            if len(self._waiting) >= self._most_waiting:
                raise BusyError
            turn = threading.Condition(self._lock)
            self._waiting.append(turn)
            # Asked once more when the time is over: a turn that came in that moment counts.
            if not turn.wait_for(lambda: turn not in self._waiting, seconds or self.seconds):
                self._waiting.remove(turn)
                raise BusyError

    def leave(self) -> None:
        """Hand the place to who has waited longest."""
        with self._lock:
            if self._waiting:
                self._waiting.popleft().notify()
            else:
                self._free += 1

    @property
    def waiting(self) -> int:
        """How many wait now."""
        return len(self._waiting)
