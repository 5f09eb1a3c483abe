"""Measure what a search costs at 100,000 reports, and the figures of the team of the newest.

make bench                            both databases
python -m benchmarks.search --database sqlite --cases 100000 --rounds 20

Without the page around it, in one process. Reports that are over have headers here as they have
after years of work; of a search by words five hundred texts are opened.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

import click
from sqlalchemy import delete, insert, select

from admin import figures, header_records, indexing, searching
from admin.header_records import FLOOR_BYTES
from admin.headers import Source, header_of
from admin.list_rules import Look
from admin.reading_rows import ReadingRow
from admin.sought import Sought
from admin.visibility import Matter
from admin.work import of_facets
from benchmarks.crowd import OVER, Crowd, entered, fill, make_known, settings_of, settle
from benchmarks.queue import Times, require
from benchmarks.service import instance
from crypto.roles import Role
from reporting import places, records
from reporting.case_rows import HeaderRow
from reporting.models import Case, CaseWrap, State, Wrapped
from reporting.triage import Level
from wsgi import utc_now

HEAD: Final = (
    "| database | reports | what | median ms | p95 ms | CPU ms here | times a number |\n"
    "|---|---|---|---|---|---|---|"
)
ANSWERS: Final = {"kinds": ("threat",), "state": ("CN",)}
NOWHERE: Final = "IS"
INSERTED_AT_ONCE: Final = 5000


def give_headers(crowd: Crowd) -> None:
    """Write the headers of reports that are over."""
    over = select(Case.id, Case.rev, Case.state, Case.level, Case.received_week, CaseWrap.epoch_id)
    is_case = (CaseWrap.case_id == Case.id) & (CaseWrap.wrapped == Wrapped.CASE)
    work = of_facets(ANSWERS, utc_now())
    source = Source(0, "en", ANSWERS, Matter(frozenset({"CN"})))
    plain = header_of(source, work)
    keys = indexing.keys_of(crowd.ring)
    with crowd.desk(crowd.ring) as desk:
        found = desk.session.execute(
            over.join(CaseWrap, is_case).where(Case.state.in_(list(OVER)))
        ).all()
        for begin in range(0, len(found), INSERTED_AT_ONCE):
            rows = []
            for case, rev, state, level, week, epoch in found[begin : begin + INSERTED_AT_ONCE]:
                header = replace(plain, state=State(state), level=Level(level), week=week)
                record, place = header_records.written(header), places.header(case, rev)
                box = records.close(keys[epoch].headers, record, place, FLOOR_BYTES)
                rows.append({"case_id": case, "epoch_id": epoch, "rev": rev, "box_sealed": box})
            desk.session.execute(insert(HeaderRow), rows)


def measured(crowd: Crowd, rounds: int) -> list[Times]:
    """Measure every kind of search."""
    with crowd.desk(crowd.ring) as desk:
        some = desk.session.scalars(select(Case.id).where(Case.state == State.ACTIVE)).first()
    require(some is not None, "a report")
    number = Sought(number=bytes(some or b"").hex()[:8])
    kinds: dict[str, tuple[Sought, Callable[[searching.Found], bool]]] = {
        "by number": (number, lambda found: len(found.rows) == 1),
        "by codes, page of fifty": (Sought(country="CN"), lambda found: len(found.rows) > 0),
        "by codes, ten thousand headers": (
            Sought(country=NOWHERE),
            lambda found: found.asked == searching.MOST_ASKED,
        ),
        "by words, five hundred texts": (
            Sought(words="nothing like it", states=frozenset({"active"})),
            lambda found: found.read == searching.MOST_READ,
        ),
    }
    times = []
    for what, (sought, is_fit) in kinds.items():
        one = Times(f"search {what}")
        for _ in range(rounds):
            forget_counts(crowd)
            with one.once(), crowd.desk(crowd.ring) as desk:
                found = searching.search(Look(desk), sought, None)
            require(is_fit(found), what)
        times.append(one)
    return [*times, figured(crowd, rounds)]


def forget_counts(crowd: Crowd) -> None:
    """Let nobody have searched yet today: whoever finds nothing so often is stopped."""
    with crowd.desk(crowd.ring) as desk:
        desk.session.execute(delete(ReadingRow))


def figured(crowd: Crowd, rounds: int) -> Times:
    """Measure what supervisors are told of the team, which comes of ten thousand headers."""
    one = Times("figures of the team, ten thousand headers")
    person = replace(crowd.ring.person, roles=frozenset({Role.SUPERVISOR}))
    ring = replace(crowd.ring, person=person)
    for _ in range(rounds):
        with one.once(), crowd.desk(ring) as desk:
            found = figures.of(desk, None)
        require(any(level.waiting for level in found), "figures")
    return one


@click.command()
@click.option("--database", "databases", type=click.Choice(["sqlite", "postgresql"]), multiple=True)
@click.option("--cases", default=100_000, show_default=True)
@click.option("--share", default=1.0, show_default=True, help="Of the reports still worked on.")
@click.option("--rounds", type=click.IntRange(5, 1000), default=20, show_default=True)
def main(databases: tuple[str, ...], cases: int, share: float, rounds: int) -> None:
    """Print the table of docs/benchmarks.md."""
    lines = []
    for database in databases or ("sqlite", "postgresql"):
        with instance(database) as environment:
            crowd = entered(settings_of(environment))
            fill(crowd, cases, share)
            make_known(crowd)
            give_headers(crowd)
            settle(crowd.staff.service.database.engine)
            times = measured(crowd, rounds)
            lines += [one.line(database, cases, times[0].median) for one in times]
            crowd.staff.service.database.engine.dispose()
    click.echo("\n".join([HEAD, *lines]))


if __name__ == "__main__":
    main()
