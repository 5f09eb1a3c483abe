"""Patience: answers to failing sign-ins slow down. Nobody is ever locked out.

Locking an account would hand every stranger who knows a name a way to lock its owner out. So the
answer comes later and later, and always comes. What is remembered lives in memory, by blind tag.

Strangers stand in one line, by the name they type. Browsers in which somebody signed in lately
stand in another, each with a turn of its own whatever names it types: what strangers do, or one
such browser, keeps nobody else out of it.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from threading import BoundedSemaphore, Lock
from typing import Final, Self

from reporting.errors import BusyError
from reporting.lines import PATIENCE_SECONDS, Line

FREE_FAILURES: Final = 2
DELAYS_SECONDS: Final = (1.0, 2.0, 4.0, 8.0)
NAMES_REMEMBERED: Final = 1024
PLACES: Final = 4  # each one stretches a passphrase, which takes 64 MiB
WAITING_FOR_A_PLACE: Final = 12
NEXT_IN_LINE: Final = 2  # attempts on one name that may wait while another one is under way
# Where names that failed wait. They take none of the places, nor of those who wait for a place.
SEATS_FOR_WAITING: Final = 8
# Whoever stands in a line now has an answer by then, so it is when to come again.
COME_AGAIN_SECONDS: Final = 30


@dataclass(slots=True)
class _Turns:
    """The attempts on one name: one of them is under way, a few wait behind it."""

    turn: Lock = field(default_factory=Lock)
    length: int = 0


@dataclass(frozen=True, slots=True)
class Patience:
    """One line: how often each name failed lately in it, and how many sign-ins run at once.

    Where it stands for one `browser`, that is told apart instead of names.
    """

    pause: Callable[[float], None]
    seconds_for_a_place: float = PATIENCE_SECONDS
    browser: bytes = b""
    _failures: OrderedDict[bytes, int] = field(default_factory=OrderedDict)
    _turns: dict[bytes, _Turns] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)
    _places: Line = field(default_factory=lambda: Line(PLACES, WAITING_FOR_A_PLACE))
    _seats: BoundedSemaphore = field(default_factory=lambda: BoundedSemaphore(SEATS_FOR_WAITING))

    def of(self, browser: bytes) -> Self:
        """Return this line as one of those browsers stands in it."""
        return replace(self, browser=browser)

    @contextmanager
    def attempt(self, tag: bytes) -> Iterator[None]:
        """Hold one of the few places for a sign-in, after the pause its name has earned.

        Attempts on one name follow each other, so that none of them escapes its pause; for a place
        they wait in the order in which they came. Raises BusyError when the line is full, or turn
        or place do not come free in time.
        """
        with self._turn(self._told(tag)):
            self._hold_back(tag)
            # Only now: who waits takes no place from names that did not fail.
            self._places.enter(self.seconds_for_a_place)
            try:
                yield
            finally:
                self._places.leave()

    def failed(self, tag: bytes) -> None:
        """Remember one more failure; the name that failed longest ago is forgotten first."""
        told = self._told(tag)
        with self._lock:
            self._failures[told] = self._failures.get(told, 0) + 1
            self._failures.move_to_end(told)
            if len(self._failures) > NAMES_REMEMBERED:
                self._failures.popitem(last=False)

    def succeeded(self, tag: bytes) -> None:
        """Forget the failures of a name whose owner has come in."""
        with self._lock:
            self._failures.pop(self._told(tag), None)

    def delay_seconds(self, tag: bytes) -> float:
        """Say how long the next answer to this name is held back."""
        beyond = self._failures.get(self._told(tag), 0) - FREE_FAILURES
        if beyond <= 0:
            return 0.0
        return DELAYS_SECONDS[min(beyond, len(DELAYS_SECONDS)) - 1]

    def _told(self, tag: bytes) -> bytes:
        return self.browser or tag

    @contextmanager
    def _turn(self, told: bytes) -> Iterator[None]:
        turns = self._join(told)
        try:
            self._wait_for(turns)
            try:
                yield
            finally:
                turns.turn.release()
        finally:
            self._leave(told, turns)

    def _join(self, told: bytes) -> _Turns:
        with self._lock:
            turns = self._turns.setdefault(told, _Turns())
            if turns.length > NEXT_IN_LINE:
                raise BusyError
            turns.length += 1
            return turns

    def _leave(self, told: bytes, turns: _Turns) -> None:
        with self._lock:
            turns.length -= 1
            if not turns.length:
                del self._turns[told]

    def _wait_for(self, turns: _Turns) -> None:
        if turns.turn.acquire(blocking=False):
            return
        with self._seat():
            if not turns.turn.acquire(timeout=self.seconds_for_a_place):
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
