"""Demo: a made-up instance, served in its own process, and the people who work there."""

import base64
import itertools
import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fcntl import LOCK_EX, flock
from pathlib import Path
from typing import Final

from pyotp import HOTP

from crypto.envelope import Secret
from forms.answers import Report
from reporting import drafts, intake
from reporting.database import connect
from reporting.errors import VisitGoneError
from reporting.languages import LOCALE
from reporting.runtime import Runtime
from reporting.settings import Settings, Transport
from reporting.visit_keys import keys_from
from tests import pseudo
from tests.browser.neutral import LEAVE_URL
from wsgi import create_app, utc_now

STEP_SECONDS: Final = 30
SECONDS_TO_START: Final = 180.0
LATE_SECONDS: Final = 25  # in its last seconds a step's predecessor is as good as refused


@dataclass
class Worker:
    """Somebody on the staff, with what they know and the telephone that shows their codes."""

    name: str
    passphrase: str
    secret: str
    role: str  # the first they have
    last_step: int = 0

    def next_step(self) -> int:
        """Return the earliest time step whose code the site takes and has not seen."""
        now = int(utc_now().timestamp())
        return max(self.last_step + 1, (now - LATE_SECONDS) // STEP_SECONDS)

    def code(self) -> str:
        """Show a code that works, waiting for one when all were used."""
        step = self.next_step()
        while step > int(utc_now().timestamp()) // STEP_SECONDS + 1:
            time.sleep(0.2)
        self.last_step = step
        return HOTP(self.secret).at(step)


@dataclass(frozen=True)
class Demo:
    """A served demonstration: where it is, who works there, and what its database holds."""

    address: str
    settings: Settings
    workers: tuple[Worker, ...]

    def somebody(self, role: str) -> Worker:
        """Return who has this role, of several the one whose next code comes first."""
        return min((worker for worker in self.workers if worker.role == role), key=Worker.next_step)

    def keeps_draft_of(self, cookie: str) -> bool:
        """Say whether the database has a row that this cookie opens."""
        keys = keys_from(Secret(base64.urlsafe_b64decode(cookie)))
        database = connect(self.settings.database)
        try:
            with database.read() as session:
                drafts.find(session, keys, utc_now())
        except VisitGoneError:
            return False
        finally:
            database.engine.dispose()
        return True

    def receive(self, reports: Iterable[Report]) -> None:
        """Take reports in as the form does, without filling it in for each."""
        runtime: Runtime = create_app(self.settings, utc_now).extensions["tomoshibi"]
        with runtime.database.begin() as session:
            for report in reports:
                intake.store(session, intake.prepare(report, runtime.desk, utc_now()))
        runtime.database.engine.dispose()


@contextmanager
def served(folder: Path, made: Path) -> Iterator[Demo]:
    """Serve a copy of a demonstration from a folder until the block ends.

    Whoever comes first makes it in `made`; it knows no port.
    """
    port = _free_port()
    settings = Settings(
        folder / "instance",
        transport=Transport.LOOPBACK,
        leave_url=LEAVE_URL,
        staff_origin=f"http://localhost:{port}",
    )
    people = _copied(made, settings.instance)
    process = subprocess.Popen(
        [*_command(), "serve", "--port", str(port), "--workers", "1"],
        env=_environment(settings),
        stdout=subprocess.DEVNULL,
    )
    try:
        _wait_for(port)
        yield Demo(f"http://127.0.0.1:{port}", settings, people)
    finally:
        process.terminate()
        process.wait()


def _copied(made: Path, instance: Path) -> tuple[Worker, ...]:
    """Copy what is made once a run, after it is whole."""
    made.mkdir(exist_ok=True)
    told = made / "told.json"
    with (made / "lock").open("w") as lock:
        flock(lock, LOCK_EX)
        if not told.exists():
            told.write_bytes(_made(Settings(made / "instance", transport=Transport.LOOPBACK)))
    shutil.copytree(made / "instance", instance)
    return tuple(
        Worker(one["name"], one["passphrase"], one["totp_secret"], (one["roles"] or ["trainee"])[0])
        for one in json.loads(told.read_bytes())["people"]
    )


def _made(settings: Settings) -> bytes:
    """Make the demonstration, and return what the command tells."""
    pseudo.install(settings.instance / LOCALE.name, settings.instance.parent)
    told = subprocess.run(
        [*_command(), "demo", "--json"],
        env=_environment(settings),
        check=True,
        capture_output=True,
    )
    return told.stdout


def _command() -> list[str]:
    return [sys.executable, "-c", "from wsgi import main; main(prog_name='tomoshibi')"]


def _environment(settings: Settings) -> dict[str, str]:
    """Return this process's environment with the settings of the demonstration and no others."""
    kept = {name: text for name, text in os.environ.items() if not name.startswith("TOMOSHIBI_")}
    return kept | {
        "TOMOSHIBI_INSTANCE": str(settings.instance),
        "TOMOSHIBI_TRANSPORT": settings.transport,
        "TOMOSHIBI_LEAVE_URL": settings.leave_url,
        "TOMOSHIBI_STAFF_ORIGIN": settings.staff_origin,
    }


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + SECONDS_TO_START
    for _attempt in itertools.count():
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        assert time.monotonic() < deadline, "the demonstration does not answer"
        time.sleep(0.05)
