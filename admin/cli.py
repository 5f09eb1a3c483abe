"""The staff side's duties of the command `tomoshibi`; only here are people prompted."""

import json
import sys
from dataclasses import asdict
from functools import partial
from typing import Final

import click

from admin import (
    accounts,
    browsers,
    ceremony,
    demo,
    demo_figures,
    doctor,
    joining,
    passphrases,
    spent,
    upkeep,
)
from admin.accounts import Duties, Newcomer
from admin.ceremony import Founder, Place
from admin.cli_audit import audit_group
from admin.cli_backup import backup_command, prune, restore_command
from admin.cli_call import call_group
from admin.cli_stats import stats_group
from admin.errors import AccountError, CodeRefusedError
from admin.factors import OneTimeCodes
from admin.installation import Installation, started
from admin.prompted import WRONG_CODE, explained
from admin.prompted import ready as _ready
from admin.publication import frame
from admin.runtime import open_door
from admin.samples import sample_reports
from crypto.passphrase import STANDARD
from reporting import drafts, listing, retention, withdrawal
from reporting.database import Scrubbed
from reporting.settings import is_loopback

TRACES: Final = {
    Scrubbed.GONE: "Nothing of them is left in the database's files.",
    Scrubbed.IN_USE: "The database was in use and still holds traces. Run this again in a minute.",
    Scrubbed.FREED: "Their place in PostgreSQL's files is free; other rows will overwrite it.",
}
_explained = partial(explained, "")


def commands() -> tuple[click.Command, ...]:
    """Return the commands that wsgi adds to its own."""
    return (
        *(demo_command, genesis, audit_group, call_group, maintain, doctor_command),
        *(backup_command, restore_command, prune, stats_group),
    )


@click.command("demo")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object, for scripts.")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
@click.pass_obj
def demo_command(installation: Installation, host: str, port: int, *, as_json: bool) -> None:
    """Make an instance with sample staff and sample reports, once, and say how to sign in."""
    if not is_loopback(host):
        raise click.UsageError("A demonstration is for this machine only. Use --host 127.0.0.1.")
    with _explained():
        people = demo.people(installation)
    _load_samples(installation)
    officer = next(person for person in people if demo.DRAWS in person.roles)
    place = demo_figures.Place(installation.settings.instance, officer.passphrase, STANDARD)
    demo_figures.publish(place, installation.clock())
    public = f"http://{host}:{port}/"
    origin = installation.settings.staff_origin
    staff = f"{origin}/staff/" if origin else f"{public}staff/"
    shown = [asdict(person) for person in people]
    if as_json:
        click.echo(json.dumps({"public": public, "staff": staff, "people": shown}))
        return
    click.echo(f"Public site: {public}\nStaff site:  {staff}")
    click.echo(f"Figures:     {public}figures (invented; signed with {demo_figures.SEEDS}, which")
    click.echo(f"             opens with the passphrase of {officer.name})")
    for person in people:
        click.echo(f"\n{person.name} ({', '.join(person.roles)})")
        click.echo(f"  passphrase:  {person.passphrase}\n  TOTP secret: {person.totp_secret}")


def _load_samples(installation: Installation) -> None:
    with started(installation) as service:
        if demo.has_reports(service):
            return
        # Standard output may be read by a script.
        reports = sample_reports()
        with click.progressbar(reports, label="Sample reports", file=sys.stderr) as bar:
            demo.load_reports(service, bar)


@click.command("genesis")
@click.option(
    "--founder",
    "founders",
    multiple=True,
    metavar="NAME=ROLES",
    help="One of the people here, twice or more: 'Aiko Mori=supervisor,reviewer'",
)
@click.pass_obj
def genesis(installation: Installation, founders: tuple[str, ...]) -> None:
    """Found the office: two people or more make their keys, one after the other."""
    with _ready(installation) as database, _explained():
        door = open_door(installation.settings, STANDARD)
        with database.read() as session:
            if accounts.is_founded(session):
                raise AccountError("This instance has its office already.")
        named = [_named(founder) for founder in founders]
        ceremony.check_fit(named)
        present = [Founder(_newcomer(installation, name), duties) for name, duties in named]
        place = Place(installation.settings, database, door)
        people = ceremony.found(place, present, installation.clock())
    click.echo("\nWrite these numbers down, each its own: they tell true keys from false ones.")
    for (name, _part), person in zip(named, people, strict=True):
        click.echo(f"{name}\n  {' '.join(person.fingerprint)}")
    click.echo("\nThe office is founded. Next: tomoshibi doctor")


def _named(text: str) -> tuple[str, Duties]:
    """Read a founder as typed: the name, and the roles; all founders are roster managers."""
    name, _, roles = text.rpartition("=")
    return accounts.read_name(name), accounts.read_duties(f"{roles},manager")


def _newcomer(installation: Installation, name: str) -> Newcomer:
    click.echo(f"\nNow {name}, alone at the keyboard.")
    passphrase = click.prompt(
        f"Passphrase of {name}",
        hide_input=True,
        confirmation_prompt="The same passphrase again",
        value_proc=partial(_good_passphrase, name),
    )
    codes = OneTimeCodes.make()
    click.echo(f"Secret for the app: {codes.text}\n{codes.address(name)}")
    click.echo("It is shown this once. Put it into the app now.")
    while True:
        try:
            code = click.prompt("Code that the app shows", hide_input=True)
            return Newcomer(name, passphrase, codes.accept(code, installation.clock()))
        except CodeRefusedError:
            click.echo(WRONG_CODE, err=True)


def _good_passphrase(name: str, typed: str) -> str:
    try:
        return passphrases.read_passphrase(typed, name)
    except AccountError as error:
        raise click.UsageError(str(error)) from error


@click.command()
@click.option(
    "--as",
    "name",
    default="",
    metavar="NAME",
    help="Do what needs the keys of this member of the team too: warn, and erase what is over.",
)
@click.pass_obj
def maintain(installation: Installation, name: str) -> None:
    """Delete what has expired, and scrub it from the disk; safe at any time."""
    now = installation.clock()
    with _ready(installation) as database:
        with database.begin() as session:
            sign_ins = browsers.sweep(session, now)
            links = joining.sweep(session, now)
            spent.sweep(session, now)
            withdrawal.sweep(session, now)
            listing.sweep(session, now)
            over = frame.destroy_due(session, now)
        with database.begin() as session:
            frame.rewrite(session)
        swept = retention.sweep(database, (drafts.sweep,), now)
    click.echo(
        f"Deleted: {swept.rows} expired drafts and mailbox visits, {sign_ins} sign-ins, "
        f"{links} links to join."
    )
    for year in over:
        click.echo(f"What the figures of {year} were counted from is destroyed.")
    click.echo(TRACES[swept.scrubbed])
    if name:
        upkeep.with_keys_of(installation, name)


@click.command("doctor")
@click.pass_obj
def doctor_command(installation: Installation) -> None:
    """Check this installation; for each failure say what to do next."""
    findings = list(doctor.examine(installation))
    for finding in findings:
        click.echo(f"{'FAILS' if finding.advice else 'good '}  {finding.name}")
        if finding.advice:
            click.echo(f"       {finding.advice}")
    if any(finding.advice for finding in findings):
        raise click.exceptions.Exit(1)
