"""Serving: run a site in gunicorn's threads, without an access log, sweeping in every worker."""

import gc
import selectors
import socket
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from types import MappingProxyType
from typing import ClassVar, Final

import gunicorn.http.wsgi
from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter
from gunicorn.glogging import Logger
from gunicorn.http.message import Request
from gunicorn.workers.base import Worker
from gunicorn.workers.gthread import TConn, ThreadWorker
from typing_extensions import override

from reporting import process, retention
from reporting.web.arriving import Come, come
from reporting.web.bodies import CLOCK_SECONDS
from reporting.web.budgets import THREADS
from reporting.web.context import runtime
from reporting.web.lateness import CLOCK, TICK_SECONDS, Clock

HEADER_SECONDS: Final = 15.0
GOODBYE_SECONDS: Final = 2.0
GOODBYE_PIECES: Final = 64
PIECE_BYTES: Final = 65_536
SENDING_BYTES: Final = 262_144
MOST_ARRIVING: Final = 400
MOST_GOODBYES: Final = 32
CONNECTIONS: Final = 1_200
Hooks = Mapping[str, object]
REQUESTS_BEFORE_RENEWAL: Final = 50_000  # what lingers in a worker's memory does not grow old


@dataclass(frozen=True, slots=True)
class Serving:
    """Where to listen and with how many processes."""

    host: str
    port: int
    workers: int

    @property
    def bind(self) -> str:
        """The address as gunicorn writes it."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def serve(app: Flask, serving: Serving) -> None:
    """Serve until a signal stops the process; what expired is swept away in every worker."""
    with app.app_context():
        running = runtime()

    def begin_worker(_arbiter: Arbiter, _worker: Worker) -> None:
        running.database.forget_connections()

    def sweep_in_background(_worker: Worker) -> None:
        never = threading.Event()
        work = (never, running.database, running.sweeps, running.clock)
        threading.Thread(target=retention.sweep_until, args=work, daemon=True).start()

    # What is there before the first visitor stays: to look through it again holds up a whole page.
    gc.collect()
    gc.freeze()
    hooks = {"post_fork": begin_worker, "post_worker_init": sweep_in_background}
    run_gunicorn(app, serving, hooks)


def run_gunicorn(app: Flask, serving: Serving, hooks: Hooks = MappingProxyType({})) -> None:
    """Run gunicorn with our settings and none from files, the command line or the environment."""
    process.allow_files(CONNECTIONS + THREADS)
    gunicorn.http.wsgi.Response = _NamelessResponse
    _Gunicorn(app, serving, hooks).run()


class Silent(Logger):
    """A log without addresses and requests: gunicorn writes both when a request is malformed."""

    def warning(self, msg: str, *args: object, **kwargs: object) -> None:
        """Say nothing: what gunicorn warns of is what visitors send."""

    def exception(self, msg: str, *_args: object, **_kwargs: object) -> None:
        """Keep the sentence, drop the request in it and the trace."""
        super().error(msg.partition("%")[0])


@dataclass(slots=True)
class Arrival:
    """A connection whose request is still coming, and until when it may."""

    conn: TConn
    began: float
    until: float
    received: bytearray = field(default_factory=bytearray)


class PatientWorker(ThreadWorker):
    """A threaded worker that no visitor can stop by being slow.

    Gunicorn gives each connection a thread, which waits for head and body, and says goodbye in the
    loop that serves everybody. Here that loop collects the request and a thread gets it whole (all
    but files); goodbyes have a limit, and are said in the thread.
    """

    clock: ClassVar[Clock] = CLOCK
    header_seconds: ClassVar[float] = HEADER_SECONDS
    body_seconds: ClassVar[float] = CLOCK_SECONDS
    most_arriving: ClassVar[int] = MOST_ARRIVING
    goodbye_seconds: ClassVar[float] = GOODBYE_SECONDS
    goodbye_pieces: ClassVar[int] = GOODBYE_PIECES
    # Beyond so many at once an answer may be cut off for who still sends what nobody reads.
    goodbyes: ClassVar[threading.Semaphore] = threading.Semaphore(MOST_GOODBYES)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self._arriving: dict[int, Arrival] = {}
        self._next_look = 0.0

    @override
    def enqueue_req(self, conn: TConn) -> None:
        """Give a connection to a thread once its request is here."""
        if not conn.initialized:
            # A page fits in whole, so that a thread never waits for somebody who reads slowly.
            conn.sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SENDING_BYTES)
        now = time.monotonic()
        arrival = Arrival(conn, now, now + self.header_seconds)
        if self._has_come(arrival):
            self._hand_over(arrival)
            return
        self._arriving[id(arrival)] = arrival
        self.poller.register(conn.sock, selectors.EVENT_READ, partial(self._more, arrival))
        if len(self._arriving) > self.most_arriving:
            # Who has been silent longest makes room for who comes now.
            self._end(next(iter(self._arriving.values())))

    @override
    def murder_pending(self) -> None:
        """End what is late; gunicorn calls this each time round its loop."""
        super().murder_pending()
        now = time.monotonic()
        if now < self._next_look:
            return
        self._next_look = now + TICK_SECONDS
        for arrival in list(self._arriving.values()):
            if arrival.until < now or not (self.alive or arrival.received):
                self._end(arrival)

    def _more(self, arrival: Arrival, _socket: socket.socket) -> None:
        if self._has_come(arrival):
            self._forget(arrival)
            self._hand_over(arrival)

    def _has_come(self, arrival: Arrival) -> bool:
        try:
            piece = arrival.conn.sock.recv(PIECE_BYTES, socket.MSG_DONTWAIT)
        except BlockingIOError:
            return False
        except OSError:
            return True  # a thread will find out the same, and hang up
        arrival.received += piece
        state = come(arrival.received)
        if state is Come.BODY_MISSING:
            arrival.until = arrival.began + self.body_seconds
        return not piece or state is Come.ENOUGH

    def _hand_over(self, arrival: Arrival) -> None:
        conn = arrival.conn
        conn.init()
        conn.parser.unreader.unread(bytes(arrival.received))
        conn.data_ready = True
        super().enqueue_req(conn)

    def _end(self, arrival: Arrival) -> None:
        self._forget(arrival)
        if come(arrival.received) is Come.HEAD_MISSING:
            self.nr_conns -= 1
            arrival.conn.close()
            return
        # Its head is here, so a thread can answer that the rest came too late.
        with suppress(OSError):
            arrival.conn.sock.shutdown(socket.SHUT_RD)
        self._hand_over(arrival)

    def _forget(self, arrival: Arrival) -> None:
        del self._arriving[id(arrival)]
        self.poller.unregister(arrival.conn.sock)

    @override
    def handle(self, conn: TConn) -> object:
        """Read a request and answer it; the head must be here in time."""
        with self.clock.on(conn.sock, self.header_seconds):
            outcome: object = super().handle(conn)
        if outcome is False:
            self._say_goodbye(conn.sock)
        return outcome

    @override
    def handle_request(self, req: Request, conn: TConn) -> object:
        """Answer a request whose head is complete; its body has a clock of its own."""
        self.clock.forget(conn.sock)
        outcome: object = super().handle_request(req, conn)
        return outcome

    def _say_goodbye(self, connection: socket.socket) -> None:
        with suppress(OSError):
            connection.shutdown(socket.SHUT_WR)
            if self.goodbyes.acquire(blocking=False):
                try:
                    self._read_to_the_end(connection)
                finally:
                    self.goodbyes.release()
            # Now gunicorn, which waits for the end of the connection too, finds it at once.
            connection.shutdown(socket.SHUT_RD)

    def _read_to_the_end(self, connection: socket.socket) -> None:
        # What is left unread would make the kernel cut off the end of the answer.
        with self.clock.on(connection, self.goodbye_seconds):
            for _piece in range(self.goodbye_pieces):
                if not connection.recv(PIECE_BYTES):
                    break


class _NamelessResponse(gunicorn.http.wsgi.Response):
    """An answer that does not say which server wrote it; gunicorn has no setting for that."""

    def default_headers(self) -> list[str]:
        lines: list[str] = super().default_headers()
        return [line for line in lines if not line.startswith("Server:")]


class _Gunicorn(BaseApplication):
    """Gunicorn that is told everything here."""

    def __init__(self, app: Flask, serving: Serving, hooks: Hooks) -> None:
        self._app = app
        self._serving = serving
        self._hooks = hooks
        super().__init__()

    @override
    def load_config(self) -> None:
        settings: Hooks = {
            "bind": self._serving.bind,
            "workers": self._serving.workers,
            "worker_class": PatientWorker,
            "threads": THREADS,
            "worker_connections": CONNECTIONS,
            "preload_app": True,
            "accesslog": None,  # nobody is logged for visiting
            "loglevel": "warning",
            "logger_class": Silent,
            "control_socket_disable": True,
            "max_requests": REQUESTS_BEFORE_RENEWAL,
            "max_requests_jitter": REQUESTS_BEFORE_RENEWAL // 10,
            **self._hooks,
        }
        for name, value in settings.items():
            self.cfg.set(name, value)

    @override
    def load(self) -> Flask:
        return self._app
