"""The staff side's part of the command `tomoshibi`; only here are people prompted."""

import json
import sys
import time
from dataclasses import asdict
from functools import partial
from typing import Final

import click

from admin import accounts, browsers, demo, doctor
from admin.accounts import Founding, Newcomer, Voucher
from admin.cli_audit import audit_group
from admin.errors import AccountError, CodeRefusedError
from admin.factors import OneTimeCodes
from admin.installation import Installation, started
from admin.prompted import WRONG_CODE, explained
from admin.prompted import ready as _ready
from admin.runtime import open_door, open_staff
from admin.samples import sample_reports
from admin.sessions import Credentials
from crypto.passphrase import STANDARD
from reporting import drafts, retention
from reporting.database import Scrubbed
from reporting.models import Group
from reporting.settings import is_loopback

TRACES: Final = {
    Scrubbed.GONE: "Nothing of them is left in the database's files.",
    Scrubbed.IN_USE: "The database was in use and still holds traces. Run this again in a minute.",
    Scrubbed.FREED: "Their place in PostgreSQL's files is free; other rows will overwrite it.",
}
REFUSED: Final = "Name and passphrase of the person who vouches do not belong together. Try again."
_explained = partial(explained, REFUSED)


def commands() -> tuple[click.Command, ...]:
    """Return the commands that wsgi adds to its own."""
    return (demo_command, staff_group, audit_group, maintain, doctor_command)


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
    public = f"http://{host}:{port}/"
    shown = [asdict(person) for person in people]
    if as_json:
        click.echo(json.dumps({"public": public, "staff": f"{public}staff/", "people": shown}))
        return
    click.echo(f"Public site: {public}\nStaff site:  {public}staff/")
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


@click.group("staff")
def staff_group() -> None:
    """Look after the people who work with reports."""


@staff_group.command("add")
@click.argument("name")
@click.option("--groups", required=True, help="intake,casework or audit")
@click.pass_obj
def add(installation: Installation, name: str, groups: str) -> None:
    """Add a person. The first one founds the office; later ones need somebody who vouches."""
    with _ready(installation) as database, _explained():
        name, wanted = accounts.read_name(name), accounts.read_groups(groups)
        door = open_door(installation.settings, STANDARD)
        with database.read() as session:
            is_founded = accounts.is_founded(session)
            accounts.check_free(session, door, name)
        if is_founded:
            _invite(installation, name, wanted)
        else:
            accounts.check_founder(wanted)
            founding = Founding(installation.settings, database, door)
            accounts.found(founding, _newcomer(installation, name, wanted), installation.clock())
    click.echo(f"{name} has joined: {', '.join(sorted(wanted))}. Next: tomoshibi doctor")


def _invite(installation: Installation, name: str, groups: frozenset[Group]) -> None:
    newcomer = _newcomer(installation, name, groups)
    click.echo(f"Now somebody who holds {', '.join(sorted(groups))} vouches for {name}.")
    credentials = Credentials(
        click.prompt("Their name"), click.prompt("Their passphrase", hide_input=True)
    )
    code = click.prompt("Their one-time code", hide_input=True)
    with started(installation) as service:
        staff = open_staff(service, STANDARD, time.sleep)
        accounts.invite(staff, newcomer, Voucher(credentials, code), installation.clock())


def _newcomer(installation: Installation, name: str, groups: frozenset[Group]) -> Newcomer:
    passphrase = click.prompt(
        f"Passphrase of {name}",
        hide_input=True,
        confirmation_prompt="The same passphrase again",
        value_proc=_good_passphrase,
    )
    codes = OneTimeCodes.make()
    click.echo(f"Secret for the app: {codes.text}\n{codes.address(name)}")
    click.echo("It is shown this once. Put it into the app now.")
    while True:
        try:
            code = click.prompt("Code that the app shows", hide_input=True)
            return Newcomer(name, passphrase, codes.accept(code, installation.clock()), groups)
        except CodeRefusedError:
            click.echo(WRONG_CODE, err=True)


def _good_passphrase(typed: str) -> str:
    try:
        return accounts.read_passphrase(typed)
    except AccountError as error:
        raise click.UsageError(str(error)) from error


@click.command()
@click.pass_obj
def maintain(installation: Installation) -> None:
    """Delete what has expired, and scrub it from the disk; safe at any time."""
    now = installation.clock()
    with _ready(installation) as database:
        with database.begin() as session:
            sign_ins = browsers.sweep(session, now)
        swept = retention.sweep(database, (drafts.sweep,), now)
    click.echo(f"Deleted: {swept.rows} expired drafts and mailbox visits, {sign_ins} sign-ins.")
    click.echo(TRACES[swept.scrubbed])


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
