"""Who sends slowly is waited for, who is silent is hung up on, and nobody is asked for too much."""

import socket
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from io import BytesIO

import pytest
from typing_extensions import override
from werkzeug.wsgi import get_input_stream

from reporting.web.bodies import LateBodyError
from reporting.web.lateness import Clock
from reporting.web.multipart import LARGEST, QUICK_SECONDS, SMALLEST, Line
from tests import multipart
from tests.multipart import Evidence
from tests.visitor import Visitor

Ends = tuple[socket.socket, socket.socket]


@pytest.fixture
def ends() -> Iterator[Ends]:
    """A browser's end and our end of a connection."""
    theirs, ours = socket.socketpair()
    yield theirs, ours
    theirs.close()
    ours.close()


class Asked(BytesIO):
    """A body that notes how much of it was asked for, and comes slowly at some places."""

    def __init__(self, data: bytes, slow: Sequence[int] = ()) -> None:
        super().__init__(data)
        self.sizes: list[int] = []
        self._slow = slow

    @override
    def read(self, size: int | None = -1, /) -> bytes:
        if len(self.sizes) in self._slow:
            time.sleep(QUICK_SECONDS)
        self.sizes.append(size or 0)
        return super().read(size)


def test_who_is_quick_is_asked_for_more_and_more_up_to_a_limit() -> None:
    stream = Asked(bytes(1_500_000))
    assert sum(map(len, Line(stream, None, Clock()).pieces())) == 1_500_000
    assert stream.sizes[:3] == [SMALLEST, 2 * SMALLEST, 4 * SMALLEST]
    assert set(stream.sizes[2:]) == {LARGEST}


def test_who_becomes_slow_is_asked_for_little_until_it_is_quick_again() -> None:
    stream = Asked(bytes(400_000), slow=[2, 4])
    assert sum(map(len, Line(stream, None, Clock()).pieces())) == 400_000
    quick, twice = SMALLEST, 2 * SMALLEST
    assert stream.sizes[:7] == [quick, twice, 2 * twice, quick, twice, quick, twice]


def heard(ours: socket.socket, length: int, patience_seconds: float = 0.3) -> list[bytes]:
    """Read a body of this length from our end of a connection."""
    with ours.makefile("rb") as stream:
        body = get_input_stream({"wsgi.input": stream, "CONTENT_LENGTH": str(length)})
        return list(Line(body, ours, Clock(0.01), patience_seconds).pieces())


def test_a_body_that_comes_at_once_is_heard_whole(ends: Ends) -> None:
    theirs, ours = ends
    theirs.sendall(b"x" * 50_000)
    assert b"".join(heard(ours, 50_000)) == b"x" * 50_000


@pytest.mark.parametrize("said", [0, 1, SMALLEST, SMALLEST + 1])
def test_a_connection_that_falls_silent_is_hung_up_on(ends: Ends, said: int) -> None:
    theirs, ours = ends
    theirs.sendall(b"x" * said)
    began = time.monotonic()
    with pytest.raises(LateBodyError):
        heard(ours, 1_000_000)
    assert time.monotonic() - began < 5


def test_a_connection_that_says_next_to_nothing_is_as_good_as_silent(ends: Ends) -> None:
    theirs, ours = ends

    def trickle() -> None:
        with suppress(OSError):  # we hang up on it
            while True:
                theirs.send(b"x")
                time.sleep(0.01)

    thread = threading.Thread(target=trickle)
    thread.start()
    with pytest.raises(LateBodyError):
        heard(ours, 1_000_000)
    ours.close()
    thread.join()


def test_a_line_that_breaks_is_late(ends: Ends) -> None:
    theirs, ours = ends
    theirs.sendall(b"half")
    theirs.close()
    with pytest.raises(LateBodyError):
        heard(ours, 100)


def steadily(theirs: socket.socket, pieces: int, seconds: float) -> threading.Thread:
    """Send a little again and again, after a rest each time."""

    def send() -> None:
        with suppress(OSError):  # we hang up on it
            for _ in range(pieces):
                time.sleep(seconds)
                theirs.sendall(b"x" * SMALLEST)

    thread = threading.Thread(target=send)
    thread.start()
    return thread


def test_who_sends_slowly_but_steadily_may_take_longer_than_any_pause(ends: Ends) -> None:
    theirs, ours = ends
    thread = steadily(theirs, 5, 1.1 * QUICK_SECONDS)
    began = time.monotonic()
    assert sum(map(len, heard(ours, 5 * SMALLEST, 2.0))) == 5 * SMALLEST
    assert time.monotonic() - began > 2.0
    thread.join()


def test_a_line_that_was_quick_and_becomes_slow_is_waited_for(ends: Ends) -> None:
    theirs, ours = ends
    # What has come before a place was free is there at once, however slow the line is.
    ours.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
    theirs.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 20)
    theirs.sendall(b"x" * 7 * SMALLEST)
    thread = steadily(theirs, 8, 0.3)
    length = 15 * SMALLEST
    assert sum(map(len, heard(ours, length, 2.0))) == length
    thread.join()


def test_who_breaks_off_is_answered_and_keeps_the_words_and_the_files_that_are_whole(
    visitor: Visitor, ends: Ends
) -> None:
    theirs, ours = ends
    visitor.fill("/q", {"story": "my words"}, do="files")
    first = Evidence("first.jpg", b"whole")
    data = multipart.body({"token": visitor.token("/s/8/files")}, first, Evidence("second.jpg"))
    theirs.sendall(data[:-20])
    theirs.close()
    with ours.makefile("rb") as stream:
        environ = {
            "gunicorn.socket": ours,
            "wsgi.input": stream,
            "CONTENT_TYPE": multipart.TYPE,
            "CONTENT_LENGTH": str(len(data)),
        }
        answer = visitor.client.post("/s/8/files", environ_overrides=environ)
    assert (answer.status_code, answer.headers["Connection"]) == (400, "close")
    page = visitor.open("/s/8/files")
    assert "first.jpg" in page.response.text
    assert "second.jpg" not in page.response.text
    assert visitor.open("/q").typed["story"] == ["my words"]
