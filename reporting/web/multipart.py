"""Multipart: a form with files, read part by part while it arrives, never held whole."""

import socket
import time
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from typing import IO, Final

from flask import request
from werkzeug.exceptions import BadRequest, ClientDisconnected
from werkzeug.sansio.multipart import (
    Data,
    Epilogue,
    Event,
    Field,
    File,
    MultipartDecoder,
    NeedData,
)
from werkzeug.wsgi import get_input_stream

from forms.evidence import clean_name, clean_type
from reporting.settings import FileLimits
from reporting.uploads import Incoming
from reporting.web.bodies import LateBodyError
from reporting.web.lateness import CLOCK, Clock

SMALLEST: Final = 16_384  # so much at least must come within a pause
LARGEST: Final = 65_536  # a line that was quick may become slow meanwhile, and is waited for
QUICK_SECONDS: Final = 0.5
PAUSE_SECONDS: Final = 30.0
MOST_PARTS: Final = 64
HELD_BYTES: Final = 1 << 20
FIELD_BYTES: Final = 1_024
DROPPED_FACTOR: Final = 2


@dataclass(frozen=True, slots=True)
class Line:
    """Where the bytes of a body come from, and how long it may be silent."""

    stream: IO[bytes]
    connection: socket.socket | None
    clock: Clock
    pause_seconds: float = PAUSE_SECONDS

    def pieces(self) -> Iterator[bytes]:
        """Yield the body; raise LateBodyError when nothing comes for too long, or it breaks off."""
        size = SMALLEST
        while True:
            began = time.monotonic()
            piece = self._read(size)
            if not piece:
                return
            # Who is slow is asked for little at a time, so that slow is never taken for silent.
            is_quick = time.monotonic() - began < QUICK_SECONDS
            size = min(LARGEST, 2 * size) if is_quick else SMALLEST
            yield piece

    def _read(self, size: int) -> bytes:
        watched = (
            nullcontext()
            if self.connection is None
            else self.clock.on(self.connection, self.pause_seconds)
        )
        try:
            with watched:
                return self.stream.read(size)
        except ClientDisconnected:
            raise LateBodyError from None


def receive(limits: FileLimits) -> "Form":
    """Begin to read the form of this request: its fields are here, its files still come.

    What is too large is read to its end and dropped, so that the browser can show our answer, but
    not for ever. Raises BadRequest, RequestEntityTooLarge, and LateBodyError.
    """
    most_bytes = DROPPED_FACTOR * limits.together_bytes
    stream = get_input_stream(request.environ, max_content_length=most_bytes)
    line = Line(stream, request.environ.get("gunicorn.socket"), CLOCK)
    boundary = request.mimetype_params.get("boundary")
    if not boundary:
        raise BadRequest
    return Form(line, boundary)


class Form:
    """A form with files. First `fields`, which must stand before any file; then its `files`."""

    def __init__(self, line: Line, boundary: str) -> None:
        self._pieces = line.pieces()
        self._decoder = MultipartDecoder(
            boundary.encode(), max_form_memory_size=HELD_BYTES, max_parts=MOST_PARTS
        )
        self._half_end = f"--{boundary}-".encode()
        self._ahead: File | None = None
        self.fields = self._read_fields()

    def files(self) -> Iterator[Incoming]:
        """Yield the files in turn; what is not read of one is dropped before the next.

        A file without a name is how browsers say that none was chosen. Raises BadRequest for what
        is no form of ours, a field behind a file for one.
        """
        while self._ahead is not None:
            part, self._ahead = self._ahead, None
            data = self._data()
            if part.filename:
                media_type = part.headers.get("content-type", "")
                yield Incoming(clean_name(part.filename), clean_type(media_type), data)
            for _rest in data:
                pass
            following = self._next()
            if isinstance(following, Field):
                raise BadRequest
            self._ahead = following

    def _read_fields(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, tuple[str, ...]] = {}
        while isinstance(part := self._next(), Field):
            if not part.name or len(part.name) > FIELD_BYTES:
                raise BadRequest  # names are kept until the token was seen, so none is long
            value = bytearray()
            for data in self._data():
                value += data
                if len(value) > FIELD_BYTES:
                    raise BadRequest
            text = value.decode(errors="replace").replace("\0", "")
            found[part.name] = (*found.get(part.name, ()), text)
        self._ahead = part
        return found

    def _next(self) -> Field | File | None:
        """Return the head of the next part, or nothing at the end, which is read too."""
        while True:
            event = self._event()
            if isinstance(event, Field | File):
                return event
            if isinstance(event, Epilogue):
                return None

    def _data(self) -> Iterator[bytes]:
        while isinstance(event := self._event(), Data):  # pragma: no branch - up to the next head
            yield event.data
            if not event.more_data:
                return

    def _event(self) -> Event:
        while True:
            try:
                event = self._decoder.next_event()
            except ValueError:
                raise BadRequest from None
            if not isinstance(event, NeedData):
                return event
            self._feed()

    def _feed(self) -> None:
        """Give the decoder more of the body, but not so that it ends within the last mark.

        Between the two last signs Werkzeug 3.1 takes the end of a line before the mark for a part
        of the file (its issue 3285), and evidence would be a byte longer than what was sent.
        """
        while True:
            piece = next(self._pieces, None)
            self._decoder.receive_data(piece)
            if piece is None or not self._decoder.buffer.endswith(self._half_end):
                return
