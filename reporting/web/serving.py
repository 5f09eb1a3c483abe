"""Serving: run a site in gunicorn's threads, without an access log, sweeping in every worker."""

import socket
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
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

from reporting import retention
from reporting.web.context import runtime
from reporting.web.lateness import CLOCK, Clock

THREADS: Final = 16
HEADER_SECONDS: Final = 15.0
GOODBYE_SECONDS: Final = 2.0
GOODBYE_PIECES: Final = 64
PIECE_BYTES: Final = 65_536
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

    hooks = {"post_fork": begin_worker, "post_worker_init": sweep_in_background}
    run_gunicorn(app, serving, hooks)


def run_gunicorn(app: Flask, serving: Serving, hooks: Hooks = MappingProxyType({})) -> None:
    """Run gunicorn with our settings and none from files, the command line or the environment."""
    gunicorn.http.wsgi.Response = _NamelessResponse
    _Gunicorn(app, serving, hooks).run()


class Silent(Logger):
    """A log without addresses and requests: gunicorn writes both when a request is malformed."""

    def warning(self, msg: str, *args: object, **kwargs: object) -> None:
        """Say nothing: what gunicorn warns of is what visitors send."""

    def exception(self, msg: str, *_args: object, **_kwargs: object) -> None:
        """Keep the sentence, drop the request in it and the trace."""
        super().error(msg.partition("%")[0])


class PatientWorker(ThreadWorker):
    """A threaded worker that no visitor can stop by being slow.

    Gunicorn waits without a limit for the rest of a request's head, one thread for each, and for
    its last goodbye in the loop that serves everybody. Here both have a limit, in the thread.
    """

    clock: ClassVar[Clock] = CLOCK
    header_seconds: ClassVar[float] = HEADER_SECONDS
    goodbye_seconds: ClassVar[float] = GOODBYE_SECONDS
    goodbye_pieces: ClassVar[int] = GOODBYE_PIECES

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
        # What is left unread would make the kernel cut off the end of the answer.
        with suppress(OSError), self.clock.on(connection, self.goodbye_seconds):
            connection.shutdown(socket.SHUT_WR)
            for _piece in range(self.goodbye_pieces):
                if not connection.recv(PIECE_BYTES):
                    break
            # Now gunicorn, which waits for the end of the connection too, finds it at once.
            connection.shutdown(socket.SHUT_RD)


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
