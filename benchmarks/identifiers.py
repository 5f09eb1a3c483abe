"""Measure what one token costs, and how quickly an identifier is found among 100,000 tokens.

make bench                            both databases
python -m benchmarks.identifiers --database sqlite --tokens 100000 --rounds 60

The tokens are rows of true length with bytes that open nowhere, but for three, which are of reports
that their reporters let the team compare. What is found is opened and looked at as on the pages.
"""

import secrets
from collections.abc import Callable
from typing import Final

import click
from sqlalchemy import insert, select

from admin import acts, identified, identifying
from admin.identifying import Typed
from admin.links import Kind
from admin.permissions import Action
from benchmarks.crowd import Crowd, entered, fill, settings_of, settle
from benchmarks.queue import Times, require
from benchmarks.search import forget_counts
from benchmarks.service import instance
from crypto.passphrase import STANDARD
from crypto.roles import Group
from reporting.case_rows import LinkTokenRow
from reporting.ids import CaseId
from reporting.models import Case, State

HEAD: Final = (
    "| database | tokens | what | median ms | p95 ms | CPU ms | times a look in vain |\n"
    "|---|---|---|---|---|---|---|"
)
PHONE: Final = "+81 90 1234 5678"
HITS: Final = 3
SHARE: Final = 0.02
BOX_BYTES: Final = 256 + 74
AT_ONCE: Final = 5000


def marked(crowd: Crowd) -> tuple[CaseId, bytes]:
    """Mark one number in a few reports; return the last of them, and the token."""
    with crowd.staff.service.read() as session:
        found = session.scalars(select(Case.id).where(Case.state == State.TRIAGED)).all()
    case, token = CaseId(b""), b""
    for one in found:
        case = CaseId(one)
        with crowd.desk(crowd.ring) as desk:
            key = identifying.key_for(desk, case)
        token = identified.token_of(key, Kind.PHONE, PHONE, STANDARD)
        with crowd.desk(crowd.ring) as desk:
            identifying.mark(desk, case, Typed(Kind.PHONE, PHONE, token))
            if len(identified.by_token(desk, Kind.PHONE, token)) == HITS:
                return case, token
    raise click.ClickException("too few reports are there for them")


def crowded(crowd: Crowd, count: int) -> None:
    """Store so many tokens of other identifiers."""
    with crowd.desk(crowd.ring) as desk:
        epoch = desk.verified.epoch(Group.CASEWORK).id
        for begin in range(0, count, AT_ONCE):
            rows = [
                {
                    "id": secrets.token_bytes(16),
                    "token": secrets.token_bytes(16),
                    "epoch_id": epoch,
                    "box_sealed": secrets.token_bytes(BOX_BYTES),
                }
                for _ in range(min(AT_ONCE, count - begin))
            ]
            desk.session.execute(insert(LinkTokenRow), rows)


def measured(crowd: Crowd, case: CaseId, token: bytes, rounds: int) -> list[Times]:
    """Measure looks and one token; the first is a look in vain, which the others stand beside."""

    def search(wanted: bytes, hits: int) -> None:
        with crowd.desk(crowd.ring) as desk:
            require(len(identified.by_token(desk, Kind.PHONE, wanted)) == hits, "search")

    def beside() -> None:
        with crowd.desk(crowd.ring) as desk:
            there = acts.begin(desk, case, Action.LINK_CASES)
            require(len(identified.beside(desk, there)) == HITS - 1, "beside")

    def one_token() -> None:
        with crowd.desk(crowd.ring) as desk:
            key = identifying.key_for(desk, case)
        identified.token_of(key, Kind.PHONE, PHONE, STANDARD)

    asked: dict[str, Callable[[], None]] = {
        "look in vain": lambda: search(secrets.token_bytes(16), 0),
        f"look with {HITS} reports": lambda: search(token, HITS),
        "open a report, and count the others": beside,
        "make one token": one_token,
    }
    return [_timed(crowd, what, act, rounds) for what, act in asked.items()]


def _timed(crowd: Crowd, what: str, act: Callable[[], None], rounds: int) -> Times:
    times = Times(what)
    for _ in range(rounds):
        forget_counts(crowd)
        with times.once():
            act()
    return times


@click.command()
@click.option("--database", "databases", type=click.Choice(["sqlite", "postgresql"]), multiple=True)
@click.option("--tokens", default=100_000, show_default=True)
@click.option("--rounds", type=click.IntRange(5, 1000), default=60, show_default=True)
def main(databases: tuple[str, ...], tokens: int, rounds: int) -> None:
    """Print the table of docs/benchmarks.md."""
    lines = []
    for database in databases or ("sqlite", "postgresql"):
        with instance(database) as environment:
            crowd = entered(settings_of(environment))
            fill(crowd, 0, SHARE)
            case, token = marked(crowd)
            crowded(crowd, tokens)
            settle(crowd.staff.service.database.engine)
            found = measured(crowd, case, token, rounds)
            crowd.staff.service.database.engine.dispose()
        lines += [one.line(database, tokens, found[0].median) for one in found]
    click.echo("\n".join([HEAD, *lines]))


if __name__ == "__main__":
    main()
