"""Measure what the pages of figures cost: a page, a file, and reading all folders anew.

make bench
python -m benchmarks.figures --rounds 200

In one process and without a network between, as somebody without cookies asks. Three releases, one
of them with tables of two dimensions, are made up as for the tests.
"""

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import click
from flask import Flask
from flask.testing import FlaskClient

from benchmarks.queue import require
from reporting.settings import Settings, Site
from reporting.statistics.shelf import Shelf
from tests.builders import Seeds, an_office
from tests.publisher import MADE_UP, SECOND, publish
from wsgi import Installation, create_app

HEAD: Final = "| what | bytes | median ms | p95 ms |\n|---|---|---|---|"
NEWEST: Final = f"/figures/{SECOND}.v1"
PATHS: Final = {
    "page, thirteen tables (tier M)": "/figures",
    "page, six tables (tier S)": f"/figures/{MADE_UP}.v2",
    "plan": "/figures/plan",
    "method": "/figures/method",
    "one CSV": f"{NEWEST}/data/tactic-by-origin.csv",
    "the printed report": f"{NEWEST}/report.en.html",
    "index.json": "/figures/index.json",
}


def served(folder: Path) -> Flask:
    """Return a public site that has published three releases."""
    settings = Settings(folder / "instance", sites=frozenset({Site.PUBLIC}))
    Installation(settings).initialise()
    an_office(settings, Seeds.make())
    publish(settings.instance)
    return create_app(settings)


def line(name: str, size_bytes: int, rounds: int, act: Callable[[], object]) -> str:
    """Measure one act so often, once more to begin with, and return a row of the table."""
    act()
    times = []
    for _ in range(rounds):
        began = time.perf_counter()
        act()
        times.append((time.perf_counter() - began) * 1000)
    middle, late = statistics.median(times), statistics.quantiles(times, n=20)[-1]
    return f"| {name} | {size_bytes:,} | {middle:.2f} | {late:.2f} |"


def measured(app: Flask, instance: Path, rounds: int) -> Iterator[str]:
    """Yield the rows of the table."""
    client = app.test_client(use_cookies=False)
    for name, path in PATHS.items():
        yield line(name, len(got(client, path)), rounds, lambda path=path: got(client, path))
    known = client.get("/figures/index.json").headers["ETag"]
    again = {"If-None-Match": known}
    yield line(
        "the same, unchanged (304)", 0, rounds, lambda: got(client, "/figures/index.json", again)
    )
    folders = sum(
        path.stat().st_size for path in instance.rglob("releases/*/**/*") if path.is_file()
    )
    yield line(
        "reading three folders anew",
        folders,
        max(5, rounds // 20),
        lambda: Shelf(instance).shelved(),
    )


def got(client: FlaskClient, path: str, headers: dict[str, str] | None = None) -> bytes:
    """Ask for something and require an answer."""
    answer = client.get(path, headers={"Accept-Language": "en", **(headers or {})})
    require(answer.status_code in {200, 304}, path)
    return answer.data


@click.command()
@click.option("--rounds", type=click.IntRange(5, 10_000), default=200, show_default=True)
def main(rounds: int) -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as folder:
        app = served(Path(folder))
        print(HEAD)
        for row in measured(app, Path(folder) / "instance", rounds):
            print(row)


if __name__ == "__main__":
    main()
