"""Bodies: read what a form sent, whole, within its size and its time, before any view runs."""

import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from io import BytesIO
from typing import IO, Final
from urllib.parse import parse_qsl

from flask import Flask, request
from werkzeug.exceptions import BadRequest, ClientDisconnected, RequestEntityTooLarge
from werkzeug.wsgi import get_input_stream

LIMIT_BYTES: Final = 200_000
# A page somewhat over the limit is read to its end, so that the browser gets to show our answer.
DROPPED_BYTES: Final = 2_000_000
PIECE_BYTES: Final = 65_536
CLOCK_SECONDS: Final = 120.0
MOST_FIELDS: Final = 200
FORM: Final = "application/x-www-form-urlencoded"
HAVE_BODIES: Final = frozenset({"POST", "PUT", "PATCH", "DELETE"})


class LateBodyError(Exception):
    """The body stopped coming, or came too slowly to wait for."""


class _Clock:
    """Closes the reading side of connections whose body comes too late; answers still get out.

    A time limit on single reads would not do: one byte at a time would never meet it. One thread
    watches all bodies of a process, because starting one for each costs more than reading it.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._running: dict[int, tuple[float, socket.socket]] = {}
        self._lock = threading.Lock()
        self._watching = False

    @contextmanager
    def on(self, connection: socket.socket | None) -> Iterator[None]:
        """Watch a connection until the block ends; without one there is nobody to wait for."""
        if connection is None:
            yield
            return
        with self._lock:
            self._running[id(connection)] = (time.monotonic() + self._seconds, connection)
            if not self._watching:
                # Started here and not before: threads do not survive the fork of a worker.
                self._watching = True
                threading.Thread(target=self._watch, daemon=True).start()
        try:
            yield
        finally:
            with self._lock:
                del self._running[id(connection)]

    def _watch(self) -> None:
        while True:
            time.sleep(self._seconds / 20)
            now = time.monotonic()
            with self._lock:
                late = [running for deadline, running in self._running.values() if deadline < now]
                for connection in late:
                    with suppress(OSError):  # the other side may have gone by itself
                        connection.shutdown(socket.SHUT_RD)


def install(app: Flask, clock_seconds: float = CLOCK_SECONDS) -> None:
    """Read every body before any view runs; raise LateBodyError or RequestEntityTooLarge."""
    clock = _Clock(clock_seconds)

    @app.before_request
    def read_body() -> None:
        if request.method in HAVE_BODIES:
            _read(clock)


def fields() -> Mapping[str, tuple[str, ...]]:
    """Return the fields of the form that was sent, as typed.

    Bytes that are no UTF-8 become U+FFFD, so that a person sees where text was lost instead of
    losing the page. Null characters are dropped. Raises BadRequest for anything but a form.
    """
    if request.mimetype != FORM:
        raise BadRequest
    text = request.get_data().decode(errors="replace").replace("\0", "")
    try:
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        raise BadRequest from None
    found: dict[str, tuple[str, ...]] = {}
    for name, value in pairs:
        found[name] = (*found.get(name, ()), value.replace("\0", ""))
    return found


def _read(clock: _Clock) -> None:
    try:
        with clock.on(request.environ.get("gunicorn.socket")):
            data = _take(get_input_stream(request.environ, max_content_length=DROPPED_BYTES))
    except ClientDisconnected:
        raise LateBodyError from None
    if request.content_length is not None and len(data) < request.content_length:
        raise LateBodyError
    request.environ["wsgi.input"] = BytesIO(data)
    request.environ["CONTENT_LENGTH"] = str(len(data))


def _take(stream: IO[bytes]) -> bytes:
    pieces = []
    size = 0
    while piece := stream.read(PIECE_BYTES):
        size += len(piece)
        if size <= LIMIT_BYTES:
            pieces.append(piece)
    if size > LIMIT_BYTES:
        raise RequestEntityTooLarge
    return b"".join(pieces)
