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
PLACES_FOR_WAITING: Final = 2
SECONDS_FOR_A_PLACE: Final = 10.0


@dataclass(frozen=True, slots=True)
class Patience:
    """How often each name failed lately in this process, and how many sign-ins run at once."""

    pause: Callable[[float], None]
    seconds_for_a_place: float = SECONDS_FOR_A_PLACE
    _failures: OrderedDict[bytes, int] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)
    _places: BoundedSemaphore = field(default_factory=lambda: BoundedSemaphore(PLACES))
    _waiting: BoundedSemaphore = field(default_factory=lambda: BoundedSemaphore(PLACES_FOR_WAITING))

    @contextmanager
    def attempt(self, tag: bytes) -> Iterator[None]:
        """Hold one of the few places for a sign-in, after the pause its name has earned.

        Raises BusyError when no place comes free in time.
        """
        if not self._places.acquire(timeout=self.seconds_for_a_place):
            raise BusyError
        try:
            self._wait(tag)
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

    def _wait(self, tag: bytes) -> None:
        seconds = self.delay_seconds(tag)
        # When strangers fill the places for waiting, others are served at once: guessing is then
        # bounded by what each passphrase costs to try, and nobody can close the door to the rest.
        if seconds and self._waiting.acquire(blocking=False):
            try:
                self.pause(seconds)
            finally:
                self._waiting.release()
