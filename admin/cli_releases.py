"""The commands for folders of releases: write, sign, publish and check them.

Signing and checking need no installation: one happens on a machine that is on no network, the other
on anybody's.
"""

from pathlib import Path
from typing import Final

import click

from admin import passphrases
from admin.attended import attended
from admin.errors import AccountError
from admin.installation import Installation
from admin.prompted import explained, ready
from admin.publication import releases, shelf
from crypto import publishing, seeds
from crypto.envelope import OpenError
from crypto.passphrase import STANDARD
from crypto.publishing import Seeds
from reporting.statistics.correspondence import Said

NEW: Final = click.Path(path_type=Path)
FILE: Final = click.Path(exists=True, dir_okay=False, path_type=Path)
FOLDER: Final = click.Path(exists=True, file_okay=False, path_type=Path)
PUBLIC: Final = ".public"
CLOSED: Final = "The passphrase does not open {}. Try again, or take the file from its copy."


@click.command("render")
@click.argument("release")
@click.argument("folder", type=FOLDER)
@click.option(
    "--why",
    type=(str, str),
    metavar="JAPANESE ENGLISH",
    help="Why there is another version: a line in each language, for everybody to read.",
)
@click.pass_obj
def render(
    installation: Installation, release: str, folder: Path, why: tuple[str, str] | None
) -> None:
    """Write the files of a release that was drawn into a new folder inside FOLDER."""
    instance = installation.settings.instance
    note = Said(*why) if why else None
    with ready(installation) as database, explained(), database.read() as session:
        made = releases.rendered(session, release, instance, note)
        shelf.write(folder / made.name, made.files)
    click.echo(f"{len(made.files)} files in {folder / made.name}")
    click.echo("Carry the folder to the machine that signs. There:")
    click.echo(f"  tomoshibi stats sign {made.name} --keys FILE")


@click.command("keys")
@click.argument("file", type=NEW)
def keys(file: Path) -> None:
    """Make the two private keys of releases in a new FILE, on the machine that signs."""
    public = file.with_name(file.name + PUBLIC)
    with explained():
        for path in (file, public):
            shelf.require_free(path)
        typed = click.prompt(
            "Passphrase of the private keys",
            hide_input=True,
            confirmation_prompt="The same passphrase again",
            value_proc=_good_passphrase,
        )
        made = publishing.make_seeds()
        shelf.keep(file, seeds.write(made, typed, STANDARD))
        shelf.keep(public, made.public().encode().encode())
    click.echo(made.public().encode(), nl=False)
    click.echo(f"Private: {file}. Keep a copy of it elsewhere, and the passphrase apart from both.")
    click.echo(f"Public: {public}. Copy it to the instance folder, where it is release.keys.")


@click.command("sign")
@click.argument("folder", type=FOLDER)
@click.option("--keys", "file", required=True, type=FILE, help="What `stats keys` wrote.")
def sign(folder: Path, file: Path) -> None:
    """Check a rendered folder whole and sign it; needs nothing but the folder and the keys."""
    with explained():
        one = shelf.signable(folder)
        click.echo(f"{one.name}: the SHA-256 of its plan is {one.plan.digest}")
        made = _opened(file)
        shelf.require_rendered(folder, one, made.public())
        shelf.put(folder, publishing.sign(made, one.manifest))
    click.echo("Signed. Carry the folder back. There:")
    click.echo(f"  tomoshibi stats verify {folder.name} --keys {shelf.KEYS}")
    click.echo(f"From 1 July {one.plan.period + 1} on:")
    click.echo(f"  tomoshibi stats publish {folder.name}")


@click.command("publish")
@click.argument("folder", type=FOLDER)
@click.pass_obj
def publish(installation: Installation, folder: Path) -> None:
    """Check a signed folder, put it where the public site reads it, and book it."""
    instance = installation.settings.instance
    with explained():
        one = shelf.read(folder, instance / shelf.KEYS)
    with attended(installation) as officer:
        with officer.begin() as desk:
            releases.publish(desk, one, instance)
        releases.place(one, instance)
        with officer.begin() as desk:
            releases.export(desk.session, instance)
    click.echo(f"{one.name} is public. Next: copy {shelf.RELEASES}, {shelf.FIGURES} and")
    click.echo(
        f"{shelf.KEYS} from here to the instance folder of the public site, if it has its own."
    )


@click.command("verify")
@click.argument("folder", type=FOLDER)
@click.option("--keys", "file", required=True, type=FILE, help="The two public keys.")
def verify(folder: Path, file: Path) -> None:
    """Check a release whole: signatures, every file, and that its tables follow from the draw."""
    with explained():
        one = shelf.read(folder, file)
    click.echo(f"{one.name} holds: both signatures, {len(one.files)} files, every table.")
    if one.synthetic:
        click.echo("All its numbers are invented.")


def _opened(file: Path) -> Seeds:
    typed = click.prompt("Passphrase of the private keys", hide_input=True)
    try:
        return seeds.read(file.read_bytes(), typed, STANDARD)
    except OpenError:
        raise click.ClickException(CLOSED.format(file)) from None


def _good_passphrase(typed: str) -> str:
    try:
        return passphrases.read_passphrase(typed)
    except AccountError as error:
        raise click.UsageError(str(error)) from error
