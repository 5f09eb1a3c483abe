"""Hostile clients: fifty at once that send, look up and upload as fast, or as slowly, as they can.

python -m tests.hostile PORT     until it is stopped; it prints a line once all of them are at work
"""

import socket
import sys
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from http.client import HTTPException

from tests import multipart
from tests.multipart import Evidence
from tests.served import HOST, Visitor, begun

# With its check digits right, so that the service really looks for it.
NOBODYS_CODE = "0" * 30 + "98"
STORY = "flood " * 500
HALF = (
    "POST {path} HTTP/1.1\r\nHost: x\r\nCookie: {cookie}\r\nContent-Type: {kind}\r\n"
    "Content-Length: {length}\r\n\r\n"
)
CONNECTIONS = 4
LETTERS = 30
LETTER_SECONDS = 0.3
FORM = "application/x-www-form-urlencoded"
WHOLE = Evidence(data=bytes(200_000))
ENDLESS = Evidence("film.mp4", b"", "video/mp4")
ENDLESS_BYTES = 150_000_000  # within what one file may have
PIECE = bytes(1 << 21)  # enough of a file that something is stored
Hostile = Callable[[int], None]


def send(port: int) -> None:
    """Send a whole report, then the same once more."""
    visitor = Visitor(port)
    check = begun(visitor, STORY)
    for _ in range(2):
        visitor.post("/s/10", check, do="send")


def look_up(port: int) -> None:
    """Try a code that nobody has, again and again."""
    visitor = Visitor(port)
    door = visitor.get("/m")
    for _ in range(20):
        visitor.post("/m", door, code=NOBODYS_CODE, keep="hour", do="next")


def fill(port: int) -> None:
    """Send whole files again and again, for a report that is never sent."""
    visitor = Visitor(port)
    begun(visitor, STORY)
    page = visitor.get("/s/8/files")
    for _ in range(20):
        visitor.attach("/s/8/files", page, *[WHOLE] * 3)


def upload(port: int) -> None:
    """Send files that are stored piece by piece, on several connections, and never end."""
    visitor = Visitor(port)
    begun(visitor, STORY)
    token = visitor.get("/s/8/files").token
    (cookie,) = [f"{name}={value}" for name, value in visitor.cookies.items()]
    where = {"path": "/s/8/files", "cookie": cookie, "kind": multipart.TYPE}
    head = HALF.format(length=ENDLESS_BYTES, **where).encode()
    trickle(port, head + multipart.before({"token": token}) + multipart.head(ENDLESS), PIECE)


def dawdle(port: int) -> None:
    """Send half a form, and go on a little at a time."""
    for path in ("/q", "/s/10", "/m"):
        half = HALF.format(path=path, cookie="", kind=FORM, length=100_000)
        trickle(port, half.encode() + b"story=half")


def mumble(port: int) -> None:
    """Never come to the end of a head."""
    trickle(port, b"GET /q HTTP/1.1\r\nX: ")


def trickle(port: int, words: bytes, more: bytes = b"x") -> None:
    """Say these words on several connections at once, and a little more now and then."""
    with ExitStack() as held:
        connections = [
            held.enter_context(socket.create_connection((HOST, port), timeout=10))
            for _ in range(CONNECTIONS)
        ]
        for piece in (words, *[more] * LETTERS):
            for connection in connections:
                connection.sendall(piece)
            time.sleep(LETTER_SECONDS)


FIFTY: tuple[tuple[Hostile, int], ...] = (
    (send, 15),
    (look_up, 15),
    (fill, 4),
    (upload, 6),
    (dawdle, 5),
    (mumble, 5),
)


def go_on(hostile: Hostile, port: int) -> None:
    while True:
        # Refused, hung up on or told to come again: a hostile client does not care.
        with suppress(OSError, HTTPException, AssertionError):
            hostile(port)


def main() -> None:
    port = int(sys.argv[1])
    for hostile, count in FIFTY:
        for _ in range(count):
            threading.Thread(target=go_on, args=(hostile, port), daemon=True).start()
    sys.stdout.write("at work\n")
    sys.stdout.flush()
    threading.Event().wait()


if __name__ == "__main__":
    main()
