"""Bodies: read what a form sent, whole, within its size and its time, before any view runs."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, nullcontext
from io import BytesIO
from typing import IO, Final
from urllib.parse import parse_qsl

from flask import Flask, request
from werkzeug.exceptions import BadRequest, ClientDisconnected, RequestEntityTooLarge
from werkzeug.wsgi import get_input_stream

from reporting.errors import BusyError
from reporting.web import budgets
from reporting.web.budgets import Kind
from reporting.web.lateness import CLOCK, Clock

LIMIT_BYTES: Final = 200_000
# A page somewhat over the limit is read to its end and given back, so that no word is lost.
DROPPED_BYTES: Final = 2_000_000
PIECE_BYTES: Final = 65_536
CLOCK_SECONDS: Final = 120.0
MOST_FIELDS: Final = 200
FORM: Final = "application/x-www-form-urlencoded"
FILES: Final = "multipart/form-data"
TAKE_FILES: Final = frozenset(
    {"uploads.take_for_report", "uploads.take_for_mailbox", "staff.send_files"}
)
HAVE_BODIES: Final = frozenset({"POST", "PUT", "PATCH", "DELETE"})


class LateBodyError(Exception):
    """The body stopped coming, or came too slowly to wait for."""


class LongBodyError(RequestEntityTooLarge):
    """The body is over the limit, and was read to its end so that its words can be given back."""


def install(app: Flask, clock: Clock = CLOCK, seconds: float = CLOCK_SECONDS) -> None:
    """Read every body before any view runs.

    Raises LateBodyError, LongBodyError, and RequestEntityTooLarge for one that is not even read.
    """

    @app.before_request
    def read_body() -> None:
        if request.method in HAVE_BODIES and not has_files():
            with _place(app):
                _read(clock, seconds)


@contextmanager
def _place(app: Flask) -> Iterator[None]:
    """Let only a few read at once what no loop has collected before (reporting.web.arriving)."""
    is_short = (request.content_length or 0) <= LIMIT_BYTES
    if is_short and "Transfer-Encoding" not in request.headers:
        yield
        return
    with ExitStack() as held:
        try:
            held.enter_context(budgets.place(app, Kind.LONG_BODY))
        except BusyError:
            # It cannot be given back without being read, which is what there is no place for.
            raise RequestEntityTooLarge from None
        yield


def has_files() -> bool:
    """Say whether the view itself reads the body, piece by piece."""
    return request.endpoint in TAKE_FILES and request.mimetype == FILES


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


def _read(clock: Clock, seconds: float) -> None:
    connection = request.environ.get("gunicorn.socket")
    # Without a connection, as in tests, there is nobody to wait for.
    watched = nullcontext() if connection is None else clock.on(connection, seconds)
    try:
        with watched:
            data = _take(get_input_stream(request.environ, max_content_length=DROPPED_BYTES))
    except ClientDisconnected:
        raise LateBodyError from None
    if request.content_length is not None and len(data) < request.content_length:
        raise LateBodyError
    request.environ["wsgi.input"] = BytesIO(data)
    request.environ["CONTENT_LENGTH"] = str(len(data))
    if len(data) > LIMIT_BYTES:
        raise LongBodyError


def _take(stream: IO[bytes]) -> bytes:
    pieces = []
    while piece := stream.read(PIECE_BYTES):
        pieces.append(piece)
    return b"".join(pieces)
