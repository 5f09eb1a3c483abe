"""A served instance in processes of its own, and visitors who speak plain HTTP to it."""

import http.client
import itertools
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

from reporting.settings import Settings
from tests import multipart
from tests.multipart import Evidence

HOST = "127.0.0.1"
COMMAND = [sys.executable, "-c", "from wsgi import main; main(prog_name='tomoshibi')"]
TOKEN = re.compile(r'name="token" value="([0-9a-f]+)"')
FORM = "application/x-www-form-urlencoded"
PIECE_BYTES = 1 << 18
GROUPS = re.compile(r"(?:\d[\s\u200a]*){32}")


@dataclass(frozen=True)
class Served:
    """A running server: where it listens, its processes, and what they printed."""

    port: int
    process: subprocess.Popen[bytes]
    log: Path

    @property
    def pids(self) -> list[int]:
        """The server's process and its workers."""
        return [self.process.pid, *workers_of(self.process.pid)]

    def kill(self) -> None:
        """Stop every process at once, as a power cut does to programs."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


@dataclass
class Visitor:
    """A browser without script: a cookie jar and one page at a time."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, path: str) -> "Page":
        return self._ask("GET", path, b"", "")

    def post(self, path: str, page: "Page", **fields: str) -> "Page":
        return self._ask("POST", path, urlencode({"token": page.token, **fields}).encode(), FORM)

    def attach(self, path: str, page: "Page", *files: Evidence) -> "Page":
        """Choose files on a page and send them."""
        form = multipart.body({"token": page.token}, *files)
        return self._ask("POST", path, form, multipart.TYPE)

    def stream(self, path: str, page: "Page", film: "Film") -> "Page":
        """Send a file that is made while it goes and is nowhere whole, behind one that is."""
        first = multipart.body({"token": page.token}, film.behind).removesuffix(multipart.END)
        around = (first + multipart.head(film.called), b"\r\n" + multipart.END)
        length = film.size_bytes + sum(map(len, around))
        whole = itertools.chain(around[:1], film.pieces, around[1:])
        return self._ask("POST", path, whole, multipart.TYPE, length)

    def take(self, path: str) -> bytes:
        """Fetch a file to its last byte."""
        return b"".join(self.pieces(path))

    def take_out(self, path: str) -> bytes:
        """Fetch a file to its last byte as the staff do, from the page that warns of it."""
        typed = urlencode({"token": self.get(path).token}).encode()
        with self._answered("POST", path, typed, {"Content-Type": FORM}) as answer:
            assert answer.status == 200, answer.status
            return answer.read()

    def pieces(self, path: str) -> Iterator[bytes]:
        """Fetch a file piece by piece."""
        with self._answered("GET", path, b"", {}) as answer:
            assert answer.status == 200, answer.status
            while piece := answer.read(PIECE_BYTES):
                yield piece

    def _ask(
        self, method: str, path: str, body: bytes | Iterable[bytes], kind: str, length: int = 0
    ) -> "Page":
        headers = {"Content-Type": kind} if kind else {}
        if length:
            headers["Content-Length"] = str(length)
        with self._answered(method, path, body, headers) as answer:
            text = answer.read().decode()
            cookies = answer.headers.get_all("Set-Cookie", [])
            location = answer.headers.get("Location", "")
        for line in cookies:
            name, _, rest = line.partition("=")
            self.cookies[name] = rest.partition(";")[0]
        return Page(answer.status, location, text)

    @contextmanager
    def _answered(
        self, method: str, path: str, body: bytes | Iterable[bytes], headers: Mapping[str, str]
    ) -> Iterator[http.client.HTTPResponse]:
        jar = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        common = {"Cookie": jar, "Accept-Language": "en"}
        with closing(http.client.HTTPConnection(HOST, self.port, timeout=120)) as connection:
            connection.request(method, path, body or None, {**common, **headers})
            with connection.getresponse() as answer:
                yield answer


@dataclass(frozen=True)
class Film:
    """A large file that is made while it is sent, behind one that is there."""

    behind: Evidence
    called: Evidence
    size_bytes: int
    pieces: Iterable[bytes] = field(repr=False)


@dataclass(frozen=True)
class Page:
    """What came back."""

    status: int
    location: str
    text: str = field(repr=False)

    @property
    def token(self) -> str:
        found = TOKEN.search(self.text)
        assert found, self.text
        return found[1]

    @property
    def code(self) -> str:
        """The 32 digits of the receipt on this page."""
        found = GROUPS.search(re.sub("<[^>]+>", "", self.text))
        assert found, self.text
        return re.sub(r"\D", "", found[0])


@contextmanager
def served(settings: Settings, *options: str, folder: Path) -> Iterator[Served]:
    """Serve an instance until the block ends; temporary files go into `folder`."""
    port = free_port()
    environment = {
        **os.environ,
        "TOMOSHIBI_INSTANCE": str(settings.instance),
        "TOMOSHIBI_DATABASE": settings.database_url,
        "TOMOSHIBI_TRANSPORT": "loopback",
        "TMPDIR": str(folder),
    }
    log = folder / "server.log"
    with log.open("ab") as output:
        process = subprocess.Popen(
            [*COMMAND, "serve", "--port", str(port), *options],
            env=environment,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    running = Served(port, process, log)
    try:
        wait_for(running)
        yield running
    finally:
        process.terminate()
        process.wait(timeout=120)


def begun(visitor: Visitor, story: str) -> Page:
    """Fill in the short form; return the page to check it on."""
    form = visitor.get("/q")
    kept = visitor.post("/q", form, story=story, kinds="threat", c_store="yes", do="next")
    assert kept.location == "/s/10", kept
    return visitor.get("/s/10")


def reported(visitor: Visitor, story: str) -> str:
    """Send a report; return the code that was shown for it."""
    begun(visitor, story)
    return send(visitor)


def send(visitor: Visitor) -> str:
    """Send the draft; return the code that is shown for it."""
    sent = visitor.post("/s/10", visitor.get("/s/10"), do="send")
    assert (sent.status, sent.location) == (303, "/s/code"), sent
    return visitor.get("/s/code").code


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def wait_for(running: Served) -> None:
    # A busy machine traces what a server imports, and takes its time; a broken one ends at once.
    deadline = time.monotonic() + 180
    while True:
        assert running.process.poll() is None, running.log.read_text()
        assert time.monotonic() < deadline, "the server did not start"
        with socket.socket() as probe:
            if probe.connect_ex((HOST, running.port)) == 0:
                return
        time.sleep(0.05)


def workers_of(pid: int) -> list[int]:
    shown = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", str(pid)],  # noqa: S607 - ps stands elsewhere on each system
        capture_output=True,
        text=True,
        check=False,
    )
    return [int(word) for word in shown.stdout.split()]
