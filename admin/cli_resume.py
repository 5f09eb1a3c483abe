"""The commands that bring figures in order again, from what was signed; two officers do that."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import click

from admin.attended import attended
from admin.cli_releases import FOLDER
from admin.desk import Desk
from admin.installation import Installation
from admin.prompted import explained, ready
from admin.publication import mending, originals, releases, resuming, shelf
from admin.publication.booked import Event, written
from admin.publication.originals import Originals

SECOND: Final = "Now somebody else of the publication group:"
NONE_LACKING: Final = (
    "Nothing here was booked that the database does not know. Go on only if you both know that"
    " nothing was drawn since these archives were made."
)

NO_NUMBERS: Final = (
    "The numbers of {0} are not here. If it was signed, say no, and name its folder: tomoshibi"
    " stats resume FOLDER. Without it nothing of {0} can be published but that it was given up."
)
SAME: Final = "Put it back?"
SAME_PLANS: Final = f"{SAME} Does the public page say the same of each plan?"


@click.command("resume")
@click.argument("folders", nargs=-1, type=FOLDER)
@click.pass_obj
def resume(installation: Installation, folders: tuple[Path, ...]) -> None:
    """Book again what was booked before the database was put back; nothing is drawn for it.

    FOLDERS are signed releases that are not among the published ones. Two officers do this
    together.
    """
    instance = installation.settings.instance
    with ready(installation) as database, explained(), database.read() as session:
        found = _gathered(instance, folders)
        rows = resuming.missing(session, instance, found, installation.clock())
        lost = resuming.without_numbers(session, found, rows)
    _tell(rows, lost)
    with _together(installation) as (first, second):
        resuming.resume(first, second, instance, found)
        releases.export(first.session, instance)
    click.echo("The ledger goes on from here. Look at it: tomoshibi stats plan --list")


@contextmanager
def _together(installation: Installation) -> Iterator[tuple[Desk, Desk]]:
    """Let two officers in, one after the other, and open one unit of work for both."""
    with attended(installation) as first:
        resuming.require_officer(first)
        click.echo(SECOND)
        with attended(installation) as second, first.begin() as desk:
            yield desk, second.desk(desk.session)


def _gathered(instance: Path, folders: tuple[Path, ...]) -> Originals:
    brought = tuple(shelf.read(folder, instance / shelf.KEYS) for folder in folders)
    return originals.gather(instance, brought)


def _tell(rows: tuple[Event, ...], lost: tuple[str, ...]) -> None:
    for row in rows:
        click.echo(f"{row.release} was {row.state}; it costs {written(row.eps)} of {row.scope}")
    if not rows:
        click.echo(NONE_LACKING)
    for name in lost:
        click.echo(NO_NUMBERS.format(name))
    click.confirm("Book this again? It stays spent, and is never drawn anew", abort=True)


@click.command("mend")
@click.argument("folders", nargs=-1, type=FOLDER)
@click.pass_obj
def mend(installation: Installation, folders: tuple[Path, ...]) -> None:
    """Put back rows of figures that somebody altered in the database, from what is signed.

    FOLDERS are signed releases that are not among the published ones. Two officers do this
    together.
    """
    instance = installation.settings.instance
    with ready(installation) as database, explained(), database.read() as session:
        found = _gathered(instance, folders)
        wrong = mending.altered(session, instance, found, installation.clock())
    for made in wrong.plans:
        click.echo(f"The SHA-256 of the plan {made.release} as it was given out is {made.digest}")
    click.echo(f"Not as it was signed or given out: {', '.join(wrong.named)}")
    click.confirm(SAME_PLANS if wrong.plans else SAME, abort=True)
    with _together(installation) as (first, second):
        mending.mend(first, second, instance, found)
        releases.export(first.session, instance)
    click.echo("It is as it was. Find out who altered it: tomoshibi audit verify")
