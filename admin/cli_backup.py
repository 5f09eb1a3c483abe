"""The commands for copies of an office: make both archives, bring them back, delete old ones."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final, TypeVar

import click

from admin import backup, passphrases, restore
from admin.backup import Target
from admin.errors import AccountError
from admin.installation import Installation, started
from admin.prompted import explained, ready
from admin.restore import Place, Restored, Source
from admin.runtime import open_door
from crypto.passphrase import STANDARD
from reporting.clock import minute_text

Item = TypeVar("Item")
NEW_FILE: Final = click.Path(path_type=Path)
OLD_FILE: Final = click.Path(exists=True, dir_okay=False, path_type=Path)
FOLDER: Final = click.Path(exists=True, file_okay=False, path_type=Path)
FINAL: Final = (
    "What is erased is final after {} days: until then the keys archive could bring it back."
)


@click.command("backup")
@click.option("--vault", required=True, type=NEW_FILE, help="New file for what is locked.")
@click.option("--keys", required=True, type=NEW_FILE, help="New file for what opens it.")
@click.pass_obj
def backup_command(installation: Installation, vault: Path, keys: Path) -> None:
    """Write the two archives of a backup; only both together bring an office back."""
    settings = installation.settings
    with ready(installation), explained():
        door = open_door(settings, STANDARD)
        with started(installation) as service:
            passphrase = click.prompt(
                "Passphrase for the keys archive",
                hide_input=True,
                confirmation_prompt="The same passphrase again",
                value_proc=_good_passphrase,
            )
            target = Target(vault, keys, passphrase, door)
            backup.make(service, target, installation.clock(), _shown)
    click.echo(f"Both archives are made: {vault} and {keys}.")
    click.echo(FINAL.format(settings.backups.keys_days))
    click.echo("Keep the two in different places, and run `tomoshibi prune` there every day.")


@click.command("restore")
@click.option("--vault", required=True, type=OLD_FILE, help="The vault archive.")
@click.option("--keys", required=True, type=OLD_FILE, help="The newest keys archive there is.")
@click.pass_obj
def restore_command(installation: Installation, vault: Path, keys: Path) -> None:
    """Bring an office back from both archives into a new, empty instance."""
    settings = installation.settings
    with ready(installation) as database, explained():
        place = Place(settings, database, installation.clock())
        restore.require_new(place)
        door = open_door(settings, STANDARD)
        passphrase = click.prompt("Passphrase of the keys archive", hide_input=True)
        restored = restore.restore(place, Source(vault, keys, passphrase, door), _shown)
    _tell(restored)


@click.command("prune")
@click.argument("folder", type=FOLDER)
@click.pass_obj
def prune(installation: Installation, folder: Path) -> None:
    """Delete the archives in a folder that may not be brought back any more."""
    lives = installation.settings.backups
    gone, kept = backup.prune(folder, lives, installation.clock())
    click.echo(f"Deleted: {gone} archives. Still in their time: {kept}.")
    click.echo(FINAL.format(lives.keys_days))


def _good_passphrase(typed: str) -> str:
    try:
        return passphrases.read_passphrase(typed)
    except AccountError as error:
        raise click.UsageError(str(error)) from error


def _shown(items: Iterator[Item], length: int) -> Iterator[Item]:
    # Standard output may be read by a script.
    with click.progressbar(items, length=length, label="Rows", file=sys.stderr) as bar:
        yield from bar


def _tell(restored: Restored) -> None:
    made = minute_text(restored.since)
    click.echo(f"The office is back as it was at {made}: {restored.reports} reports.")
    click.echo("Everybody signs in anew. Drafts that were not sent are gone.")
    click.echo(
        f"What was erased or taken back after {made} is back as well: erase it again at once, and"
        " tell the reporters."
    )
    click.echo(
        "If a plan of figures was ever announced, bring figures, releases and release.keys back"
        " into the instance folder: they tell whether a year was drawn since."
    )
    if restored.dropped:
        click.echo(f"Not brought back: {restored.dropped} reports that have no keys any more.")
    if not restored.is_one_moment:
        click.echo(
            "The archives were made at different times. Messages, notes and work are as the vault"
            " archive has them: let whoever works on a report read it anew."
        )
    for case in restored.lost:
        click.echo(
            f"Lost: report {case.hex()}. The vault archive does not have what its keys open."
        )
    if restored.lost_files:
        click.echo(f"Lost: {restored.lost_files} files that the vault archive does not have.")
