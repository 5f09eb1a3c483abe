"""Commands that call people: who is on call, and the run that a timer makes."""

import secrets
from typing import Final

import click

from admin import call_health, calls, on_call
from admin.installation import Installation
from admin.on_call import LANGUAGES, Called
from admin.prompted import explained, ready
from admin.rota import Hours

_CHANCE: Final = secrets.SystemRandom().random


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
        click.echo(f"{person.name}: {hours} ({person.language or 'all languages'})")
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
    settings = installation.settings
    with ready(installation) as database, explained():
        if not on_call.load(settings.instance):
            click.echo("Nobody is on call.")
            return
        problems = calls.run(calls.open_post(settings, _CHANCE), database, installation.clock())
    if problems:
        # No name and no address: this goes into the log of the machine.
        raise click.ClickException(" ".join(sorted(set(problems))))
    click.echo("Looked.")
