"""Downloads: hand a file out, piece by piece, after all of it was verified."""

from collections.abc import Iterable, Iterator
from typing import Final

from flask import Response, request

from forms.evidence import calm_ending
from reporting import attachments
from reporting.attachments import File
from reporting.database import Database

PIECE_BYTES: Final = 65_536
PAUSE_SECONDS: Final = 30.0
ANY_FILE: Final = "application/octet-stream"


def answer(database: Database, file: File, ending: str = "") -> Response:
    """Return a file as something to keep, never to show, under a name that tells nothing.

    Raises OpenError, before a byte of it is sent, when anything of it was altered.
    """
    source = attachments.source(database, file)
    name = f"{file.id.hex()[:8]}.{ending or calm_ending(file.facts.name)}"
    response = handed_over(_pieces(source), name)
    response.content_length = file.facts.size_bytes
    return response


def handed_over(pieces: Iterable[bytes], name: str) -> Response:
    """Return pieces as a file to keep, sent while they are made."""
    response = Response(pieces, mimetype=ANY_FILE)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    connection = request.environ.get("gunicorn.socket")
    if connection is not None:
        # Whoever takes no piece for so long is gone, or wants to keep others from their files.
        connection.settimeout(PAUSE_SECONDS)
    return response


def _pieces(source: Iterable[bytes]) -> Iterator[bytes]:
    for data in source:
        for start in range(0, len(data), PIECE_BYTES):
            yield data[start : start + PIECE_BYTES]
