"""Serving: run a site in gunicorn's threads, without an access log, sweeping in every worker."""

import threading
from dataclasses import dataclass
from typing import Final

import gunicorn.http.wsgi
from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter
from gunicorn.workers.base import Worker
from typing_extensions import override

from reporting import retention
from reporting.runtime import Runtime

THREADS: Final = 16
SWEEP_SECONDS: Final = 600.0
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


def serve(app: Flask, runtime: Runtime, serving: Serving) -> None:
    """Serve until a signal stops the process."""
    gunicorn.http.wsgi.Response = _NamelessResponse
    _Gunicorn(app, runtime, serving).run()


class _NamelessResponse(gunicorn.http.wsgi.Response):  # type: ignore[misc] - gunicorn is untyped
    """An answer that does not say which server wrote it; gunicorn has no setting for that."""

    def default_headers(self) -> list[str]:
        lines: list[str] = super().default_headers()
        return [line for line in lines if not line.startswith("Server:")]


class _Gunicorn(BaseApplication):  # type: ignore[misc] - gunicorn is untyped
    """Gunicorn with our settings and none from files, the command line or the environment."""

    def __init__(self, app: Flask, runtime: Runtime, serving: Serving) -> None:
        self._app = app
        self._runtime = runtime
        self._serving = serving
        super().__init__()

    @override
    def load_config(self) -> None:
        settings = {
            "bind": self._serving.bind,
            "workers": self._serving.workers,
            "worker_class": "gthread",
            "threads": THREADS,
            "preload_app": True,
            "accesslog": None,  # nobody is logged for visiting
            "loglevel": "warning",
            "control_socket_disable": True,
            "max_requests": REQUESTS_BEFORE_RENEWAL,
            "max_requests_jitter": REQUESTS_BEFORE_RENEWAL // 10,
            "post_fork": self._begin_worker,
            "post_worker_init": self._sweep_in_background,
        }
        for name, value in settings.items():
            self.cfg.set(name, value)

    @override
    def load(self) -> Flask:
        return self._app

    def _begin_worker(self, _arbiter: Arbiter, _worker: Worker) -> None:
        # Connections opened before the fork belong to the parent: forget them, do not close them.
        self._runtime.database.engine.dispose(close=False)

    def _sweep_in_background(self, _worker: Worker) -> None:
        threading.Thread(target=self._sweep_for_ever, name="sweep", daemon=True).start()

    def _sweep_for_ever(self) -> None:
        never = threading.Event()
        while not never.wait(SWEEP_SECONDS):
            retention.sweep(self._runtime.database, self._runtime.clock())
