"""Measure a file up and down over HTTP, beside the bare lock and the same upload left open.

python -m benchmarks.upload --database sqlite --megabytes 500
"""

import os
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import repeat
from pathlib import Path

import click

from benchmarks.plain import command as plain_command
from benchmarks.service import HOST, Service, free_port, instance, serving
from benchmarks.visitor import Browser
from crypto.envelope import Ctx, make_key
from crypto.stream import SLICE_BYTES, ChunkSink

MEGABYTE = 1_000_000
PIECE = os.urandom(1 << 18)
ROUNDS = 3
HEAD = (
    "| database | stored | up MB/s | down MB/s | RSS MiB before | most while up | most while down |"
    "\n|---|---|---|---|---|---|---|"
)


@dataclass(slots=True)
class Figures:
    """What was measured of one way to store a file."""

    database: str
    stored: str
    up: float = 0.0
    down: float = 0.0
    rss_before: float = 0.0
    rss_up: float = 0.0
    rss_down: float = 0.0

    def line(self) -> str:
        """Return the figures as one row of the table in docs/benchmarks.md."""
        rss = (self.rss_before, self.rss_up, self.rss_down)
        cells = (self.database, self.stored, f"{self.up:.0f}", f"{self.down:.0f}")
        return "| " + " | ".join((*cells, *(f"{value:.0f}" for value in rss))) + " |"


def pieces(size_bytes: int) -> Iterator[bytes]:
    """Yield a file that was never whole in memory."""
    yield from repeat(PIECE, size_bytes // len(PIECE))
    yield PIECE[: size_bytes % len(PIECE)]


def bare_lock(size_bytes: int) -> float:
    """Return the MB/s of locking alone."""
    began = time.perf_counter()
    sink = ChunkSink(make_key(), Ctx("file", "file_piece", "slice_sealed", bytes(16)), len)
    for piece in pieces(size_bytes):
        sink.write(piece)
    sink.finish()
    return size_bytes / MEGABYTE / (time.perf_counter() - began)


def into_mailbox(browser: Browser) -> None:
    """Send a report and open its mailbox, where files can be fetched again."""
    form = browser.get("/q")
    fields = {"token": form.token, "story": "hello", "c_store": "yes", "do": "next"}
    browser.post("/q", fields)
    browser.post("/s/10", {"token": browser.get("/s/10").token, "do": "send"})
    code = browser.get("/s/code").receipt
    fields = {"token": browser.get("/m").token, "code": code, "keep": "hour", "do": "next"}
    browser.post("/m", fields)


def measure(service: Service, figures: Figures, size_bytes: int) -> None:
    """Send files and fetch them, one after the other; keep the fastest of each."""
    browser = Browser(HOST, service.port)
    into_mailbox(browser)
    figures.rss_before = service.rss_mib()
    with service.watching_rss() as most:
        for _ in range(ROUNDS):
            token = browser.get("/m/files").token
            began = time.perf_counter()
            answer = browser.upload("/m/files", token, pieces(size_bytes), size_bytes)
            taken = time.perf_counter() - began
            if answer.status != 303 or b"check" in answer.location:  # noqa: PLR2004 - see other
                raise click.ClickException(f"an upload failed: {answer.status}")
            figures.up = max(figures.up, size_bytes / MEGABYTE / taken)
    figures.rss_up = most()
    if figures.stored == "locked":
        with service.watching_rss() as most:
            for path in browser.get("/m/files").links("/m/files/")[:ROUNDS]:
                began = time.perf_counter()
                fetched = browser.download(path)
                taken = time.perf_counter() - began
                if fetched != size_bytes:
                    raise click.ClickException(f"a download failed: {fetched} bytes came")
                figures.down = max(figures.down, size_bytes / MEGABYTE / taken)
        figures.rss_down = most()
    browser.close()


@click.command()
@click.option("--database", "databases", type=click.Choice(["sqlite", "postgresql"]), multiple=True)
@click.option("--megabytes", default=200, show_default=True, type=click.IntRange(1, 2000))
def main(databases: tuple[str, ...], megabytes: int) -> None:
    """Measure, and print a table beside the floors of the same run."""
    rows = []
    size_bytes = megabytes * MEGABYTE
    tomoshibi = [str(Path(sys.executable).parent / "tomoshibi")]
    ways = {"locked": tomoshibi, "open": plain_command()}
    for database in databases or ("sqlite", "postgresql"):
        for stored, program in ways.items():
            with instance(database) as environment:
                allowed = {"TOMOSHIBI_FILE_MB": "2148", "TOMOSHIBI_FILES_MB": "10000"}
                port = free_port()
                command = [*program, "serve", "--site", "public", "--port", str(port)]
                with serving(command, {**environment, **allowed}, port) as service:
                    figures = Figures(database, stored)
                    measure(service, figures, size_bytes)
                    rows.append(figures)
    click.echo(
        f"bare lock, nothing kept: {bare_lock(size_bytes):.0f} MB/s; pieces of {SLICE_BYTES}"
    )
    click.echo(HEAD)
    click.echo("\n".join(row.line() for row in rows))


if __name__ == "__main__":
    main()
