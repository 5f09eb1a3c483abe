"""The commands that ask what noise costs and make it; only they load what makes it."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fractions import Fraction

import click

from admin.attended import attended
from admin.cli_shown import show
from admin.errors import FiguresError
from admin.installation import Installation, started
from admin.prompted import explained, ready
from admin.publication import approvals, drafting, noise, releases
from admin.publication import draw as drawing
from admin.publication.announced import ANOTHER
from admin.publication.approvals import NEEDED, Planned
from reporting.statistics.plan import Plan


def read_fraction(_context: click.Context, _option: click.Parameter, typed: str | None) -> object:
    """Read an exact fraction as it was typed: 1, 4/5 or 0.8."""
    try:
        return None if typed is None else Fraction(typed)
    except (ValueError, ZeroDivisionError):
        raise click.BadParameter("This is no number. Write it as 1, 4/5 or 0.8.") from None


@click.command("plan")
@click.argument("release", required=False)
@click.option("--eps", callback=read_fraction, help="What it may cost; default: 1 for a year.")
@click.option("--announce", is_flag=True, help="Give the kept plan to the public site.")
@click.option("--list", "lists", is_flag=True, help="Show all plans; needs no key.")
@click.pass_obj
def plan(
    installation: Installation, /, release: str | None, eps: Fraction | None, **chosen: bool
) -> None:
    """Plan what is counted of a year, and show what each figure will be worth.

    RELEASE is TOMOSHIBI-JP-2027-A for the year 2027; B and so on is a correction.
    """
    if chosen["lists"]:
        _list(installation)
        return
    if release is None:
        raise click.UsageError("Name a release, such as TOMOSHIBI-JP-2027-A, or use --list.")
    if chosen["announce"]:
        _announce(installation, release)
        return
    made = _composed(installation, release, eps)
    show(made)
    click.confirm("Keep this plan? What was signed under this name is void then", abort=True)
    with attended(installation) as officer, officer.begin() as desk:
        approvals.draft(desk, installation.settings.instance, made)
        releases.announce(desk, release, installation.settings.instance)
    click.echo(f"Kept. Next: tomoshibi stats plan {release} --announce")


@click.command("draw")
@click.argument("release")
@click.pass_obj
def draw(installation: Installation, release: str) -> None:
    """Draw the noisy numbers of a release, once; an officer who signed its plan does it."""
    with attended(installation) as officer:
        drawing.draw(officer, release, _shown)
        with officer.begin() as desk:
            releases.export(desk.session, installation.settings.instance)
    click.echo(f"{release} is drawn, and will not be drawn again.")
    click.echo(f"Next: tomoshibi stats render {release} FOLDER")


def _composed(installation: Installation, release: str, eps: Fraction | None) -> Plan:
    with ready(installation) as database, explained(), database.read() as session:
        found = releases.require_continued(session, installation.settings.instance)
        return drafting.composed(session, found, release, eps, noise.scale_for)


def _announce(installation: Installation, release: str) -> None:
    with ready(installation) as database, explained(), database.read() as session:
        seen = releases.kept(session, release)
    # Whoever types a passphrase now has read what everybody is told.
    show(seen)
    with attended(installation) as officer, officer.begin() as desk:
        releases.require_continued(desk.session, installation.settings.instance)
        if approvals.announce(desk, installation.settings.instance, release).plan != seen:
            raise FiguresError(ANOTHER.format(release))
        releases.announce(desk, release, installation.settings.instance)
    click.echo(f"The plan of {release} is in figures/plan.json. Next, two officers each:")
    click.echo(f"  tomoshibi stats approve {release}")


def _list(installation: Installation) -> None:
    with (
        ready(installation),
        explained(),
        started(installation) as service,
        service.read() as session,
    ):
        found = approvals.plans(session, service.office.follow(session))
    for planned in found:
        click.echo(_line(planned))
    if not found:
        click.echo("There is no plan yet. Next: tomoshibi stats plan TOMOSHIBI-JP-2027-A")


def _line(planned: Planned) -> str:
    made = planned.plan
    public = "announced" if planned.is_announced else "not announced"
    signed = f"{len(planned.signers)} of {NEEDED} signatures"
    state = planned.state or "not drawn"
    return f"{made.release}: tier {made.tier}, costs {made.eps}, {public}, {signed}, {state}"


@contextmanager
def _shown(length: int) -> Iterator[Callable[[int], None]]:
    # Standard output may be read by a script. The steps are as many in every year.
    with click.progressbar(length=length, label="Counting", file=sys.stderr) as bar:
        yield lambda done: bar.update(done - bar.pos)
