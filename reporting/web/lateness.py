"""Lateness: one clock a process that hangs up on connections which keep a thread waiting."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final

TICK_SECONDS: Final = 0.5


class Clock:
    """Closes the reading side of connections that are late; answers still get out.

    A time limit on single reads would not do: one byte at a time would never meet it. One thread
    watches all connections of a process, because starting one for each costs more than reading.
    """

    def __init__(self, tick_seconds: float = TICK_SECONDS) -> None:
        self._tick_seconds = tick_seconds
        self._waiting: dict[int, tuple[float, socket.socket]] = {}
        self._lock = threading.Lock()
        self._watching = False

    @contextmanager
    def on(self, connection: socket.socket, seconds: float) -> Iterator[None]:
        """Give a connection so long, until the block ends or it is forgotten inside."""
        with self._lock:
            self._waiting[id(connection)] = (time.monotonic() + seconds, connection)
            if not self._watching:
                # Started here and not before: threads do not survive the fork of a worker.
                self._watching = True
                threading.Thread(target=self._watch, daemon=True).start()
        try:
            yield
        finally:
            self.forget(connection)

    def forget(self, connection: socket.socket) -> None:
        """Stop watching a connection; one that is not watched stays so."""
        with self._lock:
            self._waiting.pop(id(connection), None)

    def _watch(self) -> None:
        while True:
            time.sleep(self._tick_seconds)
            now = time.monotonic()
            with self._lock:
                for deadline, connection in self._waiting.values():
                    if deadline < now:
                        with suppress(OSError):  # the other side may have gone by itself
                            connection.shutdown(socket.SHUT_RD)


# The one of this process: it must be the same for headers, which gunicorn reads, and for bodies.
CLOCK: Final = Clock()
