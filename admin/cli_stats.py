"""The commands for published figures; what makes noise is loaded for its own commands only."""

from importlib import import_module
from typing import Final

import click
from typing_extensions import override

from admin.attended import attended
from admin.cli_releases import keys, publish, render, sign, verify
from admin.cli_resume import mend, resume
from admin.cli_shown import show
from admin.installation import Installation
from admin.prompted import explained, ready
from admin.publication import approvals, burning, reconcile, releases
from admin.publication.approvals import NEEDED
from admin.publication.booked import Reason
from admin.publication.reconcile import Failing

NOISY: Final = ("draw", "plan")
FAILING: Final = (
    "No report and no row was changed. A row that a report left behind which is gone was marked: it"
    " leaves when a caseworker signs in next, and no draw begins before. Open each report that is"
    " named here and grade it anew. Then run this again."
)


class Stats(click.Group):
    """A group of commands, two of which load OpenDP: a quarter of a gigabyte for all the others."""

    @override
    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*super().list_commands(ctx), *NOISY})

    @override
    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in NOISY:
            return super().get_command(ctx, cmd_name)
        command: click.Command = getattr(import_module("admin.cli_draw"), cmd_name)
        return command


@click.group("stats", cls=Stats)
def stats_group() -> None:
    """Plan, draw and publish figures that give nobody away."""


@stats_group.command("approve")
@click.argument("release")
@click.pass_obj
def approve(installation: Installation, release: str) -> None:
    """Sign a plan that is announced; two officers do, each alone at the keyboard."""
    with ready(installation) as database, explained(), database.read() as session:
        plan = releases.signable(session, release, installation.settings.instance)
    show(plan)
    click.confirm("Does the public page say the same? Nobody takes a signature back", abort=True)
    with attended(installation) as officer, officer.begin() as desk:
        instance = installation.settings.instance
        planned = approvals.approve(desk, instance, release, plan.digest)
    click.echo(f"{len(planned.signers)} of {NEEDED} signatures over {planned.plan.digest}")
    if planned.is_approved:
        click.echo(f"Next, from 16 April on: tomoshibi stats draw {release}")
    else:
        click.echo(f"Next, by somebody else: tomoshibi stats approve {release}")


@stats_group.command("reconcile")
@click.argument("year", type=int)
@click.pass_obj
def reconcile_command(installation: Installation, year: int) -> None:
    """Check that every report that is to be counted has its row; a supervisor does this."""
    with attended(installation) as officer, officer.begin() as desk:
        found = reconcile.failing(desk, year)
    tell(found, year)


@stats_group.command("burn")
@click.argument("release")
@click.option(
    "--reason",
    required=True,
    type=click.Choice([reason.value for reason in Reason]),
    help="crash: the draw did not end. check: margins, files or signatures do not hold. code,"
    " codelist: they were wrong. How the numbers look is no reason.",
)
@click.pass_obj
def burn(installation: Installation, release: str, reason: str) -> None:
    """Give up a release for good; what it cost stays spent, and everybody can see that.

    A draw that did not end is given up by one officer, one that did by two.
    """
    with attended(installation) as officer, officer.begin() as desk:
        releases.require_continued(desk.session, installation.settings.instance)
        is_burnt = burning.burn(desk, release, Reason(reason))
        releases.export(desk.session, installation.settings.instance)
    if not is_burnt:
        click.echo(f"1 of {NEEDED} signatures. It was drawn, so one officer alone does not end it.")
        click.echo("Next, by somebody else, if it is really so:")
        click.echo(f"  tomoshibi stats burn {release} --reason {reason}")
        return
    click.echo(f"{release} will never be published. Its tables are shown as missing. Next:")
    click.echo(f"  tomoshibi stats render {release} FOLDER")


for command in (keys, mend, publish, render, resume, sign, verify):
    stats_group.add_command(command)


def tell(found: Failing, year: int) -> None:
    """Say which reports fail, and end with 1 if any does."""
    for case in found.cases:
        click.echo(case.hex())
    if found.has_others:
        click.echo("Others fail that are not for you. Let another supervisor run this too.")
    if found.cases or found.has_others:
        click.echo(FAILING)
        raise click.exceptions.Exit(1)
    click.echo(f"Every report that is to be counted in {year} has its row.")
