"""Measure complete short reports over HTTP: form, check, send, receipt.

make bench                 every database with 1, 2 and 4 workers
python -m benchmarks.submit --database sqlite --workers 2 --seconds 10
"""

import os
import statistics
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

import click

from benchmarks import floors
from benchmarks.service import HOST, free_port, instance, serving
from benchmarks.visitor import Browser

STORY = "He said my name at the station and told me to stop. " * 8
VISITORS = 8


@dataclass(slots=True)
class Figures:
    """What was measured with one database and one number of workers."""

    database: str
    workers: int
    latencies_ms: list[float] = field(default_factory=list)
    send_ms: list[float] = field(default_factory=list)
    page_bytes: int = 0
    per_second: float = 0.0
    cpu_ms: float = 0.0
    rss_mib: float = 0.0

    def line(self) -> str:
        """Return the figures as one row of the table in docs/benchmarks.md."""
        cells = [
            self.database,
            str(self.workers),
            f"{self.per_second:.0f}",
            f"{statistics.median(self.latencies_ms):.1f}",
            f"{_p95(self.latencies_ms):.1f}",
            f"{statistics.median(self.send_ms):.1f}",
            f"{self.cpu_ms:.1f}",
            f"{self.rss_mib:.0f}",
        ]
        return "| " + " | ".join(cells) + " |"


HEAD = (
    "| database | workers | reports/s | median ms | p95 ms | send POST median ms "
    "| server CPU-ms a report | RSS MiB |\n|---|---|---|---|---|---|---|---|"
)


def report(browser: Browser, figures: Figures) -> None:
    """Send one complete short report as a new visitor."""
    browser.forget()
    began = time.perf_counter()
    form = browser.get("/q")
    fields = {
        "token": form.token,
        "story": STORY,
        "kinds": "threat",
        "c_store": "yes",
        "do": "next",
    }
    saved = browser.post("/q", fields)
    check = browser.get("/s/10")
    sending = time.perf_counter()
    sent = browser.post("/s/10", {"token": check.token, "do": "send"})
    figures.send_ms.append((time.perf_counter() - sending) * 1000)
    code = browser.get("/s/code")
    statuses = (form.status, saved.status, check.status, sent.status, code.status)
    if statuses != (200, 303, 200, 303, 200):
        raise click.ClickException(f"a report failed: {statuses}")
    figures.latencies_ms.append((time.perf_counter() - began) * 1000)
    figures.page_bytes = len(form.body)


def visit_until(deadline: float, port: int, figures: Figures) -> None:
    """Send one report after another until the time is over."""
    browser = Browser(HOST, port)
    while time.monotonic() < deadline:
        report(browser, figures)
    browser.close()


def load(port: int, figures: Figures, seconds: float, visitors: int) -> float:
    """Let visitors send reports at once; return how many seconds that took."""
    began = time.monotonic()
    threads = [
        threading.Thread(target=visit_until, args=(began + seconds, port, figures))
        for _ in range(visitors)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.monotonic() - began


def measure(environment: dict[str, str], figures: Figures, seconds: float) -> None:
    """Fill the figures: latency with one visitor, throughput with eight."""
    port = free_port()
    tomoshibi = str(Path(sys.executable).parent / "tomoshibi")
    command = [tomoshibi, "serve", "--site", "public", "--port", str(port)]
    with serving([*command, "--workers", str(figures.workers)], environment, port) as service:
        load(port, Figures("", 0), 1, VISITORS)  # warm
        load(port, figures, seconds / 2, 1)
        crowd = Figures("", 0)
        before = service.cpu_seconds()
        took = load(port, crowd, seconds, VISITORS)
        figures.per_second = len(crowd.latencies_ms) / took
        figures.cpu_ms = (service.cpu_seconds() - before) * 1000 / len(crowd.latencies_ms)
        figures.rss_mib = service.rss_mib()


def bare_page_ms(size_bytes: int) -> float:
    """Return the median milliseconds of a bare Flask page of this size over HTTP."""
    port = free_port()
    with serving(floors.command(port, size_bytes), dict(os.environ), port):
        browser = Browser(HOST, port)
        taken = []
        for _ in range(floors.ROUNDS):
            began = time.perf_counter()
            browser.get("/")
            taken.append((time.perf_counter() - began) * 1000)
        browser.close()
    return statistics.median(taken)


def _p95(values: list[float]) -> float:
    return statistics.quantiles(values, n=20)[-1] if len(values) > 1 else values[0]


@click.command()
@click.option("--database", "databases", type=click.Choice(["sqlite", "postgresql"]), multiple=True)
@click.option("--workers", "counts", type=click.IntRange(1, 16), multiple=True)
@click.option("--seconds", default=8.0, show_default=True)
def main(databases: tuple[str, ...], counts: tuple[int, ...], seconds: float) -> None:
    """Measure, and print a table beside the two floors of the same run."""
    lines = []
    for database in databases or ("sqlite", "postgresql"):
        with instance(database) as environment:
            floor = floors.seal_and_commit(environment)
            rows = [Figures(database, workers) for workers in counts or (1, 2, 4)]
            with click.progressbar(rows, label=database, file=sys.stderr) as bar:
                for figures in bar:
                    measure(environment, figures, seconds)
            lines += [figures.line() for figures in rows]
            page = bare_page_ms(rows[0].page_bytes)
            median = statistics.median(rows[0].latencies_ms)
            lines.append(
                f"| {database} floors | - | - | {5 * page + floor:.1f} | - | {floor:.1f} | - | - |"
            )
            click.echo(
                f"{database}: form page {rows[0].page_bytes} bytes; bare page {page:.2f} ms; "
                f"bare seal and commit {floor:.2f} ms; a report takes "
                f"{median / (5 * page + floor):.2f} times five bare pages and one bare commit",
                err=True,
            )
    click.echo(HEAD)
    click.echo("\n".join(lines))


if __name__ == "__main__":
    main()
