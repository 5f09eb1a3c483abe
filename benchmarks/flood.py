"""Measure what honest reporters meet while fifty hostile clients do what they can.

make bench                 every database, in quiet and in the flood
python -m benchmarks.flood --database sqlite --seconds 10
"""

import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path

import click

from benchmarks.service import HOST, Service, free_port, instance, serving
from benchmarks.visitor import Browser

HONEST = 4
STORY = "He said my name at the station and told me to stop. " * 8
HEAD = (
    "| database | around | reports | refused | median s | p95 s | longest s | RSS MiB | threads |\n"
    "|---|---|---|---|---|---|---|---|---|"
)


@dataclass(slots=True)
class Figures:
    """What honest people met."""

    around: str
    seconds: list[float] = field(default_factory=list)
    refused: int = 0
    rss_mib: float = 0.0
    threads: int = 0

    def line(self, database: str) -> str:
        """Return the figures as one row of the table in docs/benchmarks.md."""
        cells = [
            database,
            self.around,
            str(len(self.seconds)),
            str(self.refused),
            f"{statistics.median(self.seconds):.2f}",
            f"{statistics.quantiles(self.seconds, n=20)[-1]:.2f}",
            f"{max(self.seconds):.2f}",
            f"{self.rss_mib:.0f}",
            str(self.threads),
        ]
        return "| " + " | ".join(cells) + " |"


@contextmanager
def flood(port: int) -> Iterator[None]:
    """Let fifty hostile clients at the service until the block ends."""
    command = [sys.executable, "-m", "tests.hostile", str(port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as hostile:  # noqa: S603 - ours
        try:
            assert hostile.stdout  # noqa: S101 - it was asked for
            hostile.stdout.readline()
            time.sleep(1)
            yield
        finally:
            hostile.kill()


def report(port: int, figures: Figures) -> None:
    """Send one whole report as somebody new, who has a connection of their own."""
    browser = Browser(HOST, port)
    began = time.perf_counter()
    form = browser.get("/q")
    fields = {"token": form.token, "story": STORY, "kinds": "threat", "c_store": "yes"}
    saved = browser.post("/q", {**fields, "do": "next"})
    check = browser.get("/s/10")
    sent = browser.post("/s/10", {"token": check.token, "do": "send"})
    code = browser.get("/s/code")
    browser.close()
    statuses = (form.status, saved.status, check.status, sent.status, code.status)
    figures.refused += statuses != (200, 303, 200, 303, 200)
    figures.seconds.append(time.perf_counter() - began)


def report_until(deadline: float, port: int, figures: Figures) -> None:
    """Send one report after another until the time is over."""
    while time.monotonic() < deadline:
        report(port, figures)


def measure(service: Service, figures: Figures, seconds: float) -> None:
    """Let honest people report for so long."""
    deadline = time.monotonic() + seconds
    people = [
        threading.Thread(target=report_until, args=(deadline, service.port, figures))
        for _ in range(HONEST)
    ]
    for person in people:
        person.start()
    for person in people:
        person.join()
    figures.rss_mib = service.rss_mib()
    figures.threads = service.threads()


@click.command()
@click.option("--database", "databases", type=click.Choice(["sqlite", "postgresql"]), multiple=True)
@click.option("--seconds", default=8.0, show_default=True)
def main(databases: tuple[str, ...], seconds: float) -> None:
    """Measure in quiet and in the flood, and print a table."""
    lines = []
    for database in databases or ("sqlite", "postgresql"):
        with instance(database) as environment:
            port = free_port()
            tomoshibi = str(Path(sys.executable).parent / "tomoshibi")
            command = [tomoshibi, "serve", "--site", "public", "--port", str(port)]
            with serving(command, environment, port) as service:
                for around, others in (("quiet", nullcontext()), ("flood", flood(port))):
                    figures = Figures(around)
                    with others:
                        measure(service, figures, seconds)
                    lines.append(figures.line(database))
    click.echo(HEAD)
    click.echo("\n".join(lines))


if __name__ == "__main__":
    main()
