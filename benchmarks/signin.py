"""Measure whether the first step of signing in tells which names exist: pairs in one run.

python -m benchmarks.signin            200 pairs, as served and with Argon2 at its cheapest
python -m benchmarks.signin --pairs 50

Argon2 as served hides small differences behind a quarter of a second; at its cheapest they would
show, so that is the sharper test. No answer is held back here as it would be for names that fail.
"""

import re
import secrets
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http import HTTPStatus
from pathlib import Path

import click
from flask.testing import FlaskClient

import admin.web
from admin import ceremony
from admin.accounts import Newcomer, read_duties
from admin.ceremony import Founder, Place
from admin.factors import OneTimeCodes
from admin.runtime import open_door
from crypto.passphrase import STANDARD, Parameters
from reporting.database import connect
from reporting.settings import Settings
from wsgi import Installation, create_app, utc_now

KNOWN, UNKNOWN = "Aiko Mori", "Iako Miro"
TOKEN = re.compile(r'name="token" value="([0-9a-f]+)"')
SIGN_IN = "/staff/sign-in"
HEAD = (
    "| Argon2 | pairs | known name, median ms | unknown name, median ms | ratio "
    "| pairs in which the known one took longer |\n|---|---|---|---|---|---|"
)


@contextmanager
def door(parameters: Parameters) -> Iterator[FlaskClient]:
    """Found an office of two in a folder of its own; yield a browser at its door."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(Path(folder) / "instance")
        Installation(settings).initialise()
        founders = [
            Founder(
                Newcomer(name, secrets.token_hex(16), OneTimeCodes.make()),
                read_duties("supervisor,manager"),
            )
            for name in (KNOWN, "Daniel Berg")
        ]
        database = connect(settings.database)
        place = Place(settings, database, open_door(settings, parameters))
        ceremony.found(place, founders, utc_now())
        database.engine.dispose()
        staff = partial(admin.web.install, parameters=parameters, pause=lambda _seconds: None)
        app = create_app(settings, utc_now, staff)
        app.config["PREFERRED_URL_SCHEME"] = "https"
        yield app.test_client()
        app.extensions["tomoshibi"].database.engine.dispose()


def refused_ms(client: FlaskClient, token: str, name: str) -> float:
    """Return how long a wrong passphrase for this name takes to be refused."""
    fields = {"token": token, "name": name, "passphrase": "not what anybody chose"}
    began = time.perf_counter()
    answer = client.post(SIGN_IN, data=fields)
    taken = (time.perf_counter() - began) * 1000
    if answer.status_code != HTTPStatus.UNPROCESSABLE_ENTITY:
        raise click.ClickException(f"not refused: {answer.status_code}")
    return taken


def line(label: str, parameters: Parameters, pairs: int) -> str:
    """Measure pairs, the two names in turn first; return a row of the table."""
    known, unknown = [], []
    with door(parameters) as client:
        found = TOKEN.search(client.get(SIGN_IN).text)
        if found is None:
            raise click.ClickException("the page of the first step has no token")
        token = found[1]
        for name in (KNOWN, UNKNOWN):
            refused_ms(client, token, name)  # the first failure of a name is written to the log
        for pair in range(pairs):
            order = [(KNOWN, known), (UNKNOWN, unknown)]
            for name, times in order if pair % 2 else reversed(order):
                times.append(refused_ms(client, token, name))
    middle = statistics.median(known), statistics.median(unknown)
    longer = sum(one > other for one, other in zip(known, unknown, strict=True))
    cells = [label, str(pairs), *(f"{each:.2f}" for each in middle)]
    cells += [f"{middle[0] / middle[1]:.4f}", f"{longer} of {pairs}"]
    return "| " + " | ".join(cells) + " |"


@click.command()
@click.option("--pairs", type=click.IntRange(10, 10_000), default=200, show_default=True)
def main(pairs: int) -> None:
    """Print the table of docs/benchmarks.md."""
    click.echo(HEAD)
    click.echo(line("at its cheapest", Parameters.cheap_for_tests(), pairs))
    click.echo(line("as served", STANDARD, pairs))


if __name__ == "__main__":
    main()
