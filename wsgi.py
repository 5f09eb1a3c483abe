"""The composition root: builds the sites from settings, and the command `tomoshibi`.

It knows every package and no package knows it. What can read a report is imported only where the
staff site is asked for, so a public process never has it in memory.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib import import_module
from typing import Final

import click
from flask import Flask
from typing_extensions import override

from migrations.upgrade import is_current, upgrade
from reporting import process, web
from reporting.database import connect
from reporting.errors import ReportingError, SettingsError
from reporting.runtime import RECEIPT_PEPPER_FILE, Runtime, start, write_pepper
from reporting.settings import Settings, Site, Transport, is_loopback
from reporting.web import budgets
from reporting.web.serving import Serving, serve

STAFF_PEPPER_FILE: Final = "staff.pepper"
OWN_COMMANDS: Final = ("init", "serve")


def utc_now() -> datetime:
    """Tell the time; the only clock of the whole system."""
    return datetime.now(UTC)  # noqa: TID251 - this is the one clock that the rule protects


def install_staff(app: Flask, runtime: Runtime) -> None:
    """Add the staff site; only here does a web process load what can open a report."""
    import_module("admin.web").install(app, runtime)


def create_app(
    settings: Settings | None = None,
    clock: Callable[[], datetime] = utc_now,
    staff: Callable[[Flask, Runtime], None] = install_staff,
) -> Flask:
    """Build the public site, the staff site or both, as the settings say.

    Raises SettingsError or OfficeError, whose texts say what an operator has to do next.
    """
    settings = settings or Settings.from_environment(os.environ)
    runtime = start(settings, clock)
    app = Flask("tomoshibi", static_folder=None, template_folder=None)
    web.install(app, runtime)
    if Site.STAFF in settings.sites:
        staff(app, runtime)
    budgets.check(app)
    return app


@dataclass(frozen=True, slots=True)
class Installation:
    """One installation, as the commands of both sides use it."""

    settings: Settings
    clock: Callable[[], datetime] = utc_now

    def initialise(self) -> None:
        """Make folder, peppers and tables where they are missing; what exists is kept.

        Raises SettingsError where a migration cannot carry over what is there.
        """
        self.settings.instance.mkdir(mode=0o700, parents=True, exist_ok=True)
        for name in (RECEIPT_PEPPER_FILE, STAFF_PEPPER_FILE):
            write_pepper(self.settings.instance / name)
        engine = connect(self.settings.database).engine
        try:
            upgrade(engine)
        except RuntimeError as error:
            # A migration imports nothing of ours, so it has no error of ours to raise.
            raise SettingsError(str(error)) from error
        finally:
            engine.dispose()

    def is_current(self) -> bool:
        """Say whether the database has every migration this program knows."""
        engine = connect(self.settings.database).engine
        try:
            return is_current(engine)
        finally:
            engine.dispose()

    def start(self) -> Runtime:
        """Start the service; raises SettingsError or OfficeError that say what to do next."""
        return start(self.settings, self.clock)


class Commands(click.Group):
    """The command `tomoshibi`: two commands of its own, the rest from the staff side."""

    @override
    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*super().list_commands(ctx), *_staff_commands()})

    @override
    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        # `serve` must not even import the staff side: the public process would have it in memory.
        if cmd_name in OWN_COMMANDS:
            return super().get_command(ctx, cmd_name)
        return _staff_commands().get(cmd_name)

    @override
    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except ReportingError as error:
            raise click.ClickException(str(error)) from error


def _staff_commands() -> dict[str, click.Command]:
    commands: tuple[click.Command, ...] = import_module("admin.cli").commands()
    return {command.name or "": command for command in commands}


@click.group(cls=Commands)
@click.version_option(package_name="tomoshibi")
@click.pass_context
def main(context: click.Context) -> None:
    """Tomoshibi: report what a foreign government does to people abroad."""
    os.umask(0o077)
    process.harden()
    context.obj = Installation(Settings.from_environment(os.environ))


@main.command()
@click.pass_obj
def init(installation: Installation) -> None:
    """Make the instance folder: keys outside the database, and the tables inside it."""
    installation.initialise()
    click.echo(f"Ready: {installation.settings.instance}")
    click.echo("Print receipt.pepper and keep it in a safe: without it no code finds its mailbox.")
    click.echo(
        "Next: tomoshibi genesis --founder 'NAME=supervisor,reviewer' --founder 'NAME=steward'"
    )


@main.command("serve")
@click.option("--site", type=click.Choice(["public", "staff", "both"]), default="both")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
@click.option("--workers", type=click.IntRange(1, 64), default=2, show_default=True)
@click.pass_obj
def serve_command(
    installation: Installation, site: str, host: str, port: int, workers: int
) -> None:
    """Serve the public site, the staff site under /staff, or both on one address."""
    process.refuse_debugging(os.environ)
    settings = installation.settings
    sites = frozenset(Site) if site == "both" else frozenset({Site(site)})
    check_address(settings, sites, host)
    app = create_app(replace(settings, sites=sites))
    click.echo(f"Serving on http://{host}:{port}/")
    serve(app, Serving(host, port, workers))


def check_address(settings: Settings, sites: frozenset[Site], host: str) -> None:
    """Refuse to send cookies without Secure over anything but this machine or an onion service."""
    if settings.transport is Transport.LOOPBACK and not is_loopback(host):
        raise SettingsError(
            "TOMOSHIBI_TRANSPORT=loopback is for demonstrations on this machine only. "
            "Use --host 127.0.0.1, or serve https behind a proxy."
        )
    if settings.transport is Transport.ONION and not settings.onion_address:
        raise SettingsError(
            "TOMOSHIBI_TRANSPORT=onion answers under one address only. Name it in TOMOSHIBI_ONION."
        )
    if settings.transport is Transport.ONION and Site.STAFF in sites:
        raise SettingsError(
            "Over a plain onion address only the public site is served. Use --site public, "
            "and serve the staff site over https."
        )
