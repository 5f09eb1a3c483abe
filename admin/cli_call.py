"""Commands that call people: who is on call, and the run that a timer makes."""

import secrets
from typing import Final

import click

from admin import call_health, calls, on_call, on_team
from admin.errors import AlarmError
from admin.installation import Installation, started
from admin.on_call import LANGUAGES, Called
from admin.prompted import explained, ready
from admin.rota import Hours
from reporting.errors import OfficeError

_CHANCE: Final = secrets.SystemRandom().random
NOBODY_LEFT: Final = "Nobody who is on call is on the team today. Run `tomoshibi call add`."
NOT_KNOWN: Final = "The roster or the standing of people was altered: everybody is called."


@click.group("call")
def call_group() -> None:
    """Call people by e-mail when somebody should sign in; the mail says nothing else."""


@call_group.command("add")
@click.argument("name")
@click.argument("address")
@click.option("--language", type=click.Choice(LANGUAGES), help="One language; default: all.")
@click.option("--hours", "texts", multiple=True, help='"fri-sun 20:00-08:00"; default: always.')
@click.pass_obj
def add(
    installation: Installation,
    name: str,
    address: str,
    language: str | None,
    texts: tuple[str, ...],
) -> None:
    """Call somebody from now on. NAME is what this list calls them: make one up."""
    try:
        hours = tuple(Hours.read(text) for text in texts)
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    with explained():
        on_call.add(installation.settings.instance, Called(name, address, language or "", hours))
    click.echo(f"{name} is on call. Next: tomoshibi call test {name}")


@call_group.command("bind")
@click.argument("name")
@click.argument("number")
@click.pass_obj
def bind(installation: Installation, name: str, number: str) -> None:
    """Call somebody only while they are on the team. NUMBER stands on the page about them."""
    with explained():
        on_call.bind(installation.settings.instance, name, number)
    click.echo(f"{name} is called while they are on the team.")


@call_group.command("remove")
@click.argument("name")
@click.pass_obj
def remove(installation: Installation, name: str) -> None:
    """Call somebody no more."""
    with explained():
        on_call.remove(installation.settings.instance, name)
    click.echo(f"{name} is not called any more.")


@call_group.command("list")
@click.pass_obj
def list_all(installation: Installation) -> None:
    """Show who is called when, without their addresses, and when nobody is."""
    for person in on_call.load(installation.settings.instance):
        hours = ", ".join(one.text for one in person.hours) or "always"
        bound = "while on the team" if person.member else "until you remove them"
        click.echo(f"{person.name}: {hours} ({person.language or 'all languages'}, {bound})")
    weak = call_health.weak_hours(installation.settings)
    click.echo(weak or "At every hour somebody is on call.")


@call_group.command("test")
@click.argument("name")
@click.pass_obj
def test(installation: Installation, name: str) -> None:
    """Call somebody now; the mail is like every other one."""
    with explained():
        post = calls.open_post(installation.settings, _CHANCE)
        calls.practise(post, name, installation.clock())
    click.echo(f"The mail server took the call to {name}. Ask whether it came.")


@call_group.command("run")
@click.pass_obj
def run(installation: Installation) -> None:
    """Look what waits and call whoever is due; let a timer do this every two minutes."""
    settings, problems = installation.settings, list[str]()
    with ready(installation) as database, explained():
        listed = on_call.readable(settings.instance, problems.append)
        people = _fit(installation, listed, problems)
        if not (listed or problems):
            click.echo("Nobody is on call.")
            return
        if not people:
            problems.append(NOBODY_LEFT)
        post = calls.open_post(settings, _CHANCE)
        problems += calls.run(post, database, people, installation.clock())
    if problems:
        # No name and no address: this goes into the log of the machine.
        raise click.ClickException(" ".join(sorted(set(problems))))
    click.echo("Looked.")


def _fit(
    installation: Installation, people: tuple[Called, ...], problems: list[str]
) -> tuple[Called, ...]:
    """Return whom to call of these; where nobody can tell who is on the team, all of them."""
    if not any(person.member for person in people):
        return people
    try:
        with started(installation) as service, service.read() as session:
            return on_team.fit(session, service.office.follow(session), people)
    except (OfficeError, AlarmError):
        # Better one call too many than an urgent report that nobody reads.
        problems.append(NOT_KNOWN)
        return people
