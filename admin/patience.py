"""Patience: answers to failing sign-ins slow down. Nobody is ever locked out.

Locking an account would hand every stranger who knows a name a way to lock its owner out. So the
answer comes later and later, and always comes. What is remembered lives in memory, by blind tag.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import BoundedSemaphore, Lock
from typing import Final

from reporting.errors import BusyError

FREE_FAILURES: Final = 2
DELAYS_SECONDS: Final = (1.0, 2.0, 4.0, 8.0)
NAMES_REMEMBERED: Final = 1024
PLACES: Final = 4
NEXT_IN_LINE: Final = 2  # attempts on one name that may wait while another one is under way
# Half the threads of a worker: whoever makes attempts wait leaves the other half to the rest.
SEATS_FOR_WAITING: Final = 8
SECONDS_FOR_A_PLACE: Final = 10.0


@dataclass(slots=True)
class _Line:
    """The attempts on one name: one of them is under way, a few wait behind it."""

    turn: Lock = field(default_factory=Lock)
    length: int = 0


@dataclass(frozen=True, slots=True)
class Patience:
    """How often each name failed lately in this process, and how many sign-ins run at once."""

    pause: Callable[[float], None]
    seconds_for_a_place: float = SECONDS_FOR_A_PLACE
    _failures: OrderedDict[bytes, int] = field(default_factory=OrderedDict)
    _lines: dict[bytes, _Line] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)
    _places: BoundedSemaphore = field(default_factory=lambda: BoundedSemaphore(PLACES))
    _seats: BoundedSemaphore = field(default_factory=lambda: BoundedSemaphore(SEATS_FOR_WAITING))

    @contextmanager
    def attempt(self, tag: bytes) -> Iterator[None]:
        """Hold one of the few places for a sign-in, after the pause its name has earned.

        Attempts on one name follow each other, so that none of them escapes its pause. Raises
        BusyError when the line is full, or turn or place do not come free in time.
        """
        with self._turn(tag):
            self._hold_back(tag)
            # Only now: who waits takes no place from names that did not fail.
            if not self._places.acquire(timeout=self.seconds_for_a_place):
                raise BusyError
            try:
                yield
            finally:
                self._places.release()

    def failed(self, tag: bytes) -> None:
        """Remember one more failure; the name that failed longest ago is forgotten first."""
        with self._lock:
            self._failures[tag] = self._failures.get(tag, 0) + 1
            self._failures.move_to_end(tag)
            if len(self._failures) > NAMES_REMEMBERED:
                self._failures.popitem(last=False)

    def succeeded(self, tag: bytes) -> None:
        """Forget the failures of a name whose owner has come in."""
        with self._lock:
            self._failures.pop(tag, None)

    def delay_seconds(self, tag: bytes) -> float:
        """Say how long the next answer to this name is held back."""
        beyond = self._failures.get(tag, 0) - FREE_FAILURES
        if beyond <= 0:
            return 0.0
        return DELAYS_SECONDS[min(beyond, len(DELAYS_SECONDS)) - 1]

    @contextmanager
    def _turn(self, tag: bytes) -> Iterator[None]:
        line = self._join(tag)
        try:
            self._wait_for(line)
            try:
                yield
            finally:
                line.turn.release()
        finally:
            self._leave(tag, line)

    def _join(self, tag: bytes) -> _Line:
        with self._lock:
            line = self._lines.setdefault(tag, _Line())
            if line.length > NEXT_IN_LINE:
                raise BusyError
            line.length += 1
            return line

    def _leave(self, tag: bytes, line: _Line) -> None:
        with self._lock:
            line.length -= 1
            if not line.length:
                del self._lines[tag]

    def _wait_for(self, line: _Line) -> None:
        if line.turn.acquire(blocking=False):
            return
        with self._seat():
            if not line.turn.acquire(timeout=self.seconds_for_a_place):
                raise BusyError

    def _hold_back(self, tag: bytes) -> None:
        seconds = self.delay_seconds(tag)
        if seconds:
            with self._seat():
                self.pause(seconds)

    @contextmanager
    def _seat(self) -> Iterator[None]:
        if not self._seats.acquire(blocking=False):
            raise BusyError
        try:
            yield
        finally:
            self._seats.release()
