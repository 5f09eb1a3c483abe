import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest
from gunicorn.config import Config
from gunicorn.workers.gthread import TConn

from reporting.web.lateness import Clock
from reporting.web.serving import PatientWorker, Silent

REQUEST = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
Ends = tuple[socket.socket, socket.socket]


class Hasty(PatientWorker):
    """The same worker with a fraction of its patience."""

    clock = Clock(0.01)
    header_seconds = 0.2
    goodbye_seconds = 0.2
    goodbye_pieces = 2
    goodbyes = threading.Semaphore(1)


@pytest.fixture
def ends() -> Iterator[Ends]:
    """A browser's end and our end of a connection."""
    theirs, ours = socket.socketpair()
    theirs.settimeout(10)
    yield theirs, ours
    theirs.close()
    ours.close()


@pytest.fixture
def worker() -> Iterator[Hasty]:
    """A worker whose answer to everything is 204."""
    cfg = Config()
    made = Hasty(0, 0, [], None, 30, cfg, Silent(cfg))
    made.wsgi = answer
    yield made
    made.tmp.close()


def answer(_environ: object, start: Callable[[str, list[tuple[str, str]]], object]) -> list[bytes]:
    start("204 No Content", [])
    return []


def handled(worker: Hasty, ours: socket.socket) -> object:
    return worker.handle(TConn(worker.cfg, ours, ("", 0), ("", 0)))


def trickle(theirs: socket.socket) -> threading.Thread:
    """Send one more byte of a header every hundredth of a second, without end."""

    def send() -> None:
        with suppress(OSError):  # we hang up on it
            while True:
                theirs.send(b"x")
                time.sleep(0.01)

    thread = threading.Thread(target=send)
    thread.start()
    return thread


def test_a_connection_that_is_in_time_stays_open(ends: Ends) -> None:
    theirs, ours = ends
    clock = Clock(0.01)
    with clock.on(ours, 0.1):
        clock.forget(ours)
        time.sleep(0.3)
    theirs.send(b"x")
    assert ours.recv(1) == b"x"


def test_a_late_connection_is_read_no_more_but_can_still_be_answered(ends: Ends) -> None:
    theirs, ours = ends
    with Clock(0.01).on(ours, 0.1):
        assert ours.recv(1) == b""
    ours.send(b"sorry")
    assert theirs.recv(5) == b"sorry"


def test_the_clock_does_not_mind_a_connection_that_is_gone(ends: Ends) -> None:
    theirs, ours = ends
    clock = Clock(0.01)
    ours.close()
    with clock.on(ours, 0.05):
        time.sleep(0.2)
    with clock.on(theirs, 0.05):
        assert theirs.recv(1) == b""


def test_a_head_that_is_begun_and_never_finished_gives_its_thread_back(
    worker: Hasty, ends: Ends
) -> None:
    theirs, ours = ends
    theirs.send(b"G")
    began = time.monotonic()
    assert handled(worker, ours) is False
    assert time.monotonic() - began < 5


def test_a_head_that_trickles_gives_its_thread_back(worker: Hasty, ends: Ends) -> None:
    theirs, ours = ends
    thread = trickle(theirs)
    began = time.monotonic()
    assert handled(worker, ours) is False
    ours.close()
    thread.join()
    assert time.monotonic() - began < 5


def test_the_second_request_of_a_connection_has_to_be_in_time_too(
    worker: Hasty, ends: Ends
) -> None:
    theirs, ours = ends
    connection = TConn(worker.cfg, ours, ("", 0), ("", 0))
    theirs.send(REQUEST)
    assert worker.handle(connection) is True
    assert theirs.recv(100).startswith(b"HTTP/1.1 204")
    theirs.send(REQUEST[:-1])
    assert worker.handle(connection) is False


def test_an_answer_may_take_longer_than_a_head(worker: Hasty, ends: Ends) -> None:
    theirs, ours = ends

    def slow(environ: object, start: Callable[[str, list[tuple[str, str]]], object]) -> list[bytes]:
        time.sleep(0.5)
        return answer(environ, start)

    worker.wsgi = slow
    theirs.send(REQUEST)
    assert handled(worker, ours) is True


@pytest.mark.parametrize("goodbye", ["leaves", "stays", "talks"])
def test_a_goodbye_takes_no_longer_than_it_may(worker: Hasty, ends: Ends, goodbye: str) -> None:
    theirs, ours = ends
    theirs.send(REQUEST.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
    threads = []
    if goodbye == "leaves":
        theirs.shutdown(socket.SHUT_WR)
    if goodbye == "talks":
        theirs.send(b"x" * 10_000)
        threads.append(trickle(theirs))
    began = time.monotonic()
    assert handled(worker, ours) is False
    # Whoever closes the connection now, in the loop that serves everybody, waits for nobody.
    ours.close()
    assert time.monotonic() - began < 5
    for thread in threads:
        thread.join()
    assert theirs.recv(100).startswith(b"HTTP/1.1 204")


def test_beyond_so_many_goodbyes_at_once_nobody_is_waited_for(worker: Hasty, ends: Ends) -> None:
    theirs, ours = ends
    theirs.send(REQUEST.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
    with worker.goodbyes:
        assert handled(worker, ours) is False
    ours.close()
    assert theirs.recv(100).startswith(b"HTTP/1.1 204")
