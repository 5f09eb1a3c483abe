"""The floors: what a page of equal size, and sealing with a commit, cost at the very least."""

import statistics
import sys
import time

from flask import Flask

from forms.answers import GivenConsent, Report
from reporting import intake
from reporting.runtime import start
from reporting.settings import Settings
from reporting.web.serving import Serving, run_gunicorn
from wsgi import utc_now

ROUNDS = 300


def bare_flask(port: int, size_bytes: int) -> None:
    """Serve one page of `size_bytes` that a template renders, and nothing else."""
    app = Flask(__name__)
    source = "<p>{{ word }}</p>" * 10 + "x" * max(0, size_bytes - 100)
    template = app.jinja_env.from_string(source)

    @app.get("/")
    def page() -> str:
        return template.render(word="hello")

    run_gunicorn(app, Serving("127.0.0.1", port, 1))


def seal_and_commit(environment: dict[str, str]) -> float:
    """Return the median milliseconds to seal one report and commit it, without HTTP."""
    runtime = start(Settings.from_environment(_ours(environment)), utc_now)
    given = {"c_store": GivenConsent("yes", "0" * 64, "en")}
    report = Report("short", {"kinds": ("threat",)}, "x" * 400, {}, "en", given)
    taken = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        sealed = intake.prepare(report, runtime.desk, runtime.clock())
        with runtime.begin() as session:
            intake.store(session, sealed)
        taken.append((time.perf_counter() - began) * 1000)
    runtime.database.engine.dispose()
    return statistics.median(taken)


def _ours(environment: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in environment.items() if name.startswith("TOMOSHIBI_")}


def command(port: int, size_bytes: int) -> list[str]:
    """Return the command that serves the bare page in a process of its own."""
    return [sys.executable, "-m", "benchmarks.floors", str(port), str(size_bytes)]


if __name__ == "__main__":
    bare_flask(int(sys.argv[1]), int(sys.argv[2]))
