"""What the commands for figures show of a plan before somebody keeps or signs it."""

from typing import Final

import click

from reporting.statistics import worth
from reporting.statistics.plan import Plan, encode
from reporting.statistics.worth import Worth

WHOLE: Final = "the total"


def show(made: Plan) -> None:
    """Show a plan whole: what it costs, how far off each of its figures will be, and its bytes."""
    click.echo(f"{made.release}: tier {made.tier}, costs {made.eps} of a year of {made.eps_year}")
    for one in worth.expected(made):
        click.echo(f"  {_named(one)}: off by up to {one.margin}; shown from {one.threshold} on")
    click.echo("So far off a figure is in 95 of 100 cases at most. Below the other it stays blank.")
    click.echo("Word for word, as it is announced, signed and published:")
    click.echo(encode(made).decode())
    click.echo(f"The SHA-256 of this plan is {made.digest}")


def _named(one: Worth) -> str:
    return " and ".join(dim.lower() for dim in one.dims) or WHOLE
