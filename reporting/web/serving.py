"""Serving: run a site in gunicorn's threads, without an access log, sweeping in every worker."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import gunicorn.http.wsgi
from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter
from gunicorn.glogging import Logger
from gunicorn.workers.base import Worker
from typing_extensions import override

from reporting import retention
from reporting.web.context import runtime

THREADS: Final = 16
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
            "worker_class": "gthread",
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
