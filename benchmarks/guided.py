"""Measure the guided form from its first page to the receipt: time, requests and bytes.

python -m benchmarks.guided --database sqlite --rounds 30
"""

import statistics
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import click

from benchmarks.service import HOST, free_port, instance, serving
from benchmarks.visitor import Answer, Browser

# What somebody answers who answers much, screen by screen.
ANSWERS: Mapping[str, Mapping[str, str]] = {
    "1": {"relation": "relative"},
    "1/more": {"third_ok": "yes"},
    "2": {"kinds": "threat"},
    "2/more": {"tactics.threat": "threat.in_person"},
    "3": {"story": "He said my name at the station and told me to stop. " * 8, "language": "en"},
    "4": {"state": "RU", "actor": "police"},
    "4/more": {"basis": "said_so", "channel": "line"},
    "5": {"first_year": "2026", "first_month": "3", "host": "JP", "when": "d7"},
    "5/more": {"prefecture": "JP-13"},
    "6": {"danger": "past", "harm": "fear_self"},
    "7": {"authority": "police"},
    "7/more": {"outcome": "investigating"},
    "8": {"need": "safety", "contact": "code_only"},
    "8/files": {},
    "9": {"c_store": "yes", "c_keep": "3"},
}
HEAD = "| database | journey median ms | p95 ms | page median ms | requests | bytes received |\n"


@dataclass(slots=True)
class Figures:
    """What was measured with one database."""

    journeys_ms: list[float] = field(default_factory=list)
    pages_ms: list[float] = field(default_factory=list)
    requests: int = 0
    size_bytes: int = 0

    def line(self, database: str) -> str:
        """Return the figures as one row of the table in docs/benchmarks.md."""
        p95 = statistics.quantiles(self.journeys_ms, n=20)[-1]
        median, page = statistics.median(self.journeys_ms), statistics.median(self.pages_ms)
        times = f"{median:.0f} | {p95:.0f} | {page:.1f}"
        return f"| {database} | {times} | {self.requests} | {self.size_bytes} |"


@dataclass(slots=True)
class Walk:
    """One person on the way through the form."""

    browser: Browser
    figures: Figures

    def get(self, path: str) -> Answer:
        """Open a page."""
        began = time.perf_counter()
        answer = self.browser.get(path)
        self.figures.pages_ms.append((time.perf_counter() - began) * 1000)
        return self._counted(answer, path, 200)

    def post(self, path: str, fields: dict[str, str]) -> str:
        """Press a button; return where it leads."""
        answer = self._counted(self.browser.post(path, fields), path, 303)
        return answer.location.decode()

    def _counted(self, answer: Answer, path: str, expected: int) -> Answer:
        if answer.status != expected:
            raise click.ClickException(f"{path} answered {answer.status}")
        self.figures.requests += 1
        self.figures.size_bytes += answer.size_bytes
        return answer


def journey(walk: Walk) -> None:
    """Answer every screen that opens, check, send, and see the code."""
    walk.browser.forget()
    walk.figures.requests = walk.figures.size_bytes = 0
    began = time.perf_counter()
    path = "/s/1"
    while path != "/s/10":
        token = walk.get(path).token
        answers = ANSWERS[path.removeprefix("/s/")]
        path = walk.post(path, {"token": token, **answers, "do": "next"})
        if "#" in path:
            raise click.ClickException(f"an answer was refused: {path}")
    token = walk.get(path).token
    walk.get(walk.post(path, {"token": token, "do": "send"}))
    walk.figures.journeys_ms.append((time.perf_counter() - began) * 1000)


@click.command()
@click.option("--database", "databases", type=click.Choice(["sqlite", "postgresql"]), multiple=True)
@click.option("--rounds", default=30, show_default=True, type=click.IntRange(2, 1000))
def main(databases: tuple[str, ...], rounds: int) -> None:
    """Measure, and print a table."""
    lines = []
    for database in databases or ("sqlite", "postgresql"):
        with instance(database) as environment:
            port = free_port()
            tomoshibi = str(Path(sys.executable).parent / "tomoshibi")
            command = [tomoshibi, "serve", "--site", "public", "--port", str(port)]
            with serving(command, environment, port):
                walk = Walk(Browser(HOST, port), Figures())
                journey(walk)  # warm
                walk.figures = Figures()
                for _ in range(rounds):
                    journey(walk)
                walk.browser.close()
                lines.append(walk.figures.line(database))
    click.echo(HEAD + "|---|---|---|---|---|---|\n" + "\n".join(lines))


if __name__ == "__main__":
    main()
