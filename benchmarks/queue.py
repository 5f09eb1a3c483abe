"""Measure what the queue costs at 100,000 reports: a list, all counts, Next and a decision.

make bench                            both databases
python -m benchmarks.queue --database sqlite --cases 100000 --rounds 60

One process, without a network between: the pages are asked for as a browser asks for them. Whoever
is recused from half of the reports is measured below the pages, and beside them the others.
"""

import re
import secrets
import statistics
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import Final

import click
from flask.testing import FlaskClient
from pyotp import TOTP
from sqlalchemy import delete, func, select

from admin import lists, pull
from admin.keyring import Ring
from admin.list_rules import Look
from admin.permissions import CASEWORKER, REVIEWER
from admin.recusal import Card
from benchmarks.crowd import STATES, Crowd, entered, fill, make_known, settings_of, settle
from benchmarks.service import instance
from reporting.case_rows import LeaseRow
from reporting.models import Case, State
from wsgi import utc_now

HEAD: Final = (
    "| database | reports | what | median ms | p95 ms | CPU ms here | times an empty page |\n"
    "|---|---|---|---|---|---|---|"
)
HIDDEN: Final = re.compile(r'name="(token|once|rev)" value="(\w+)"')
CHECKED: Final = re.compile(r'name="(\w+)" value="([\w-]+)"[^>]* checked')
CODED: Final = {
    "level": "3",
    "level_reason": "as it stands",
    "do": "accept",
    "rest_no": "yes",
    "harm_soon": "no",
    # Where the reporter said yes to a danger, nothing but a yes or a word of its own answers it.
    "as_told": "yes",
}
EMPTY_PAGE: Final = "/staff/practice"
# Nobody owns more, and whoever reads more in a day is asked for their second factor again.
DECISIONS: Final = {"assign": 10, "mis_triage": 20}
MOST_ACCEPTED: Final = 20
REASON: Final = "overlooked"
LISTS: Final = (
    "triaged",
    "mine",
    "waiting",
    "approvals",
    "second_look",
    "set_aside",
    "overdue",
    "now",
    "replies",
)


@dataclass(slots=True)
class Times:
    """How long the same thing took, again and again."""

    what: str
    ms: list[float] = field(default_factory=list)
    cpu_ms: list[float] = field(default_factory=list)

    @contextmanager
    def once(self) -> Iterator[None]:
        """Take the time of the block."""
        began, worked = time.perf_counter(), time.process_time()
        yield
        self.cpu_ms.append((time.process_time() - worked) * 1000)
        self.ms.append((time.perf_counter() - began) * 1000)

    @property
    def median(self) -> float:
        """The one in the middle."""
        return statistics.median(self.ms)

    def line(self, database: str, count: int, floor: float) -> str:
        """Return the figures as one row of the table in docs/benchmarks.md."""
        p95 = statistics.quantiles(self.ms, n=20)[-1]
        cells = [database, f"{count:,}", self.what, f"{self.median:.1f}", f"{p95:.1f}"]
        cells += [f"{statistics.median(self.cpu_ms):.1f}", f"{self.median / floor:.1f}"]
        return "| " + " | ".join(cells) + " |"


def signed_in(crowd: Crowd) -> FlaskClient:
    """Let a reviewer, caseworker and supervisor sign in with a browser."""
    client, person = crowd.app.test_client(), crowd.people["Daniel Berg"]
    first = {"name": person.name, "passphrase": person.passphrase}
    client.post("/staff/sign-in", data=first | hidden(client, "/staff/sign-in"))
    second = {"code": TOTP(person.totp_secret).at(utc_now())}
    client.post("/staff/sign-in/code", data=second | hidden(client, "/staff/sign-in"))
    if client.get("/staff/").status_code != HTTPStatus.OK:
        raise click.ClickException("nobody came in")
    return client


def hidden(client: FlaskClient, page: str) -> Mapping[str, str]:
    """Return the hidden fields of a page's form."""
    return dict(HIDDEN.findall(client.get(page).text))


def measured(crowd: Crowd, rounds: int) -> list[Times]:
    """Measure everything; the first is the empty page that the others stand beside."""
    client = signed_in(crowd)
    pages = {"an empty page": EMPTY_PAGE, "home with all counts": "/staff/"}
    pages |= {"new reports": "/staff/list/received"}
    pages |= {f"list {name}": f"/staff/list/{name}" for name in LISTS}
    found = [of_page(client, what, page, rounds) for what, page in pages.items()]
    found.append(of_next(crowd, client, rounds))
    found += [
        of_decision(crowd, client, name, min(rounds, most)) for name, most in DECISIONS.items()
    ]
    found += recused(crowd, rounds)
    # Last: what is accepted as urgent stands before Next from then on.
    return [*found, of_acceptance(crowd, client, min(rounds, MOST_ACCEPTED))]


def of_page(client: FlaskClient, what: str, page: str, rounds: int) -> Times:
    """Measure a page."""
    times = Times(what)
    for _ in range(rounds):
        with times.once():
            answer = client.get(page)
        require(answer.status_code == HTTPStatus.OK, what)
    return times


def of_next(crowd: Crowd, client: FlaskClient, rounds: int) -> Times:
    """Measure being handed the next report."""
    times = Times("Next")
    for _ in range(rounds):
        form = hidden(client, "/staff/")
        with times.once():
            answer = client.post("/staff/next", data=form)
        require("/staff/case/" in answer.headers.get("Location", ""), "Next")
        give_back(crowd)
    return times


def of_acceptance(crowd: Crowd, client: FlaskClient, rounds: int) -> Times:
    """Measure accepting a new report with all that was coded of it, the most usual decision."""
    times, new = Times("decision accept"), select(Case.id).where(Case.state == State.RECEIVED)
    with crowd.staff.service.read() as session:
        found = session.scalars(new.order_by(func.random()).limit(rounds)).all()
    for case in found:
        page = f"/staff/case/{case.hex()}"
        client.post(f"{page}/take", data=hidden(client, page))
        text = client.get(page).text
        if 'name="level"' not in text:
            continue  # a report of the demonstration that does not exist for them
        form = {**dict(HIDDEN.findall(text)), **dict(CHECKED.findall(text)), **CODED}
        with times.once():
            answer = client.post(f"{page}/code", data=form)
        require(answer.headers.get("Location", "").endswith("/done/accept"), "accept")
    require(len(times.ms) > 1, times.what)
    return times


def of_decision(crowd: Crowd, client: FlaskClient, name: str, rounds: int) -> Times:
    """Measure a decision about triaged reports, from the press of its button to its commit."""
    times, triaged = Times(f"decision {name}"), select(Case.id).where(Case.state == State.TRIAGED)
    with crowd.staff.service.read() as session:
        found = session.scalars(triaged.order_by(func.random()).limit(rounds)).all()
    for case in found:
        page = f"/staff/case/{case.hex()}/decide/{name}"
        if "rev" not in (fields := hidden(client, page)):
            continue  # a report of the demonstration that does not exist for them
        form = {**fields, "assignee": "", "reason": REASON}
        with times.once():
            answer = client.post(page, data=form)
        require(answer.status_code == HTTPStatus.SEE_OTHER, f"{name}: {answer.status_code}")
    require(len(times.ms) > 1, times.what)
    return times


def recused(crowd: Crowd, rounds: int) -> list[Times]:
    """Measure the same for somebody from whom half of the reports are hidden."""
    asked: dict[str, Callable[[Ring], object]] = {
        f"{who}: {what}": lambda ring, act=act: act(crowd, ring)
        for who in ("sees all", "recused from half", "recused, one language")
        for what, act in (("list", _list), ("all counts", _counts), ("Next", _next))
    }
    cards = {"sees all": (), "recused from half": STATES[:1], "recused, one language": STATES[:1]}
    found = []
    for what, act in asked.items():
        who = what.split(":")[0]
        languages = ("en",) if "language" in who else ("en", "ja")
        ring, times = with_card(crowd.ring, cards[who], languages), Times(what)
        for _ in range(rounds):
            with times.once():
                act(ring)
            give_back(crowd)
        found.append(times)
    return found


def with_card(ring: Ring, states: tuple[str, ...], languages: tuple[str, ...]) -> Ring:
    """Return somebody's keys as a reviewer and caseworker with these ties and languages."""
    nothing = frozenset[str]()
    card = Card(
        states=frozenset(states),
        organisations=nothing,
        noted=nothing,
        languages=frozenset(languages),
        region="",
        is_woman=True,
        in_government=False,
        until=utc_now().date().replace(year=utc_now().year + 1),
    )
    roles = frozenset({REVIEWER, CASEWORKER})
    person = replace(ring.person, card=card, roles=roles, id=secrets.token_bytes(16))
    return replace(ring, person=person)


def give_back(crowd: Crowd) -> None:
    """Let nobody have anything in hand."""
    with crowd.staff.service.begin() as session:
        session.execute(delete(LeaseRow))


def require(is_so: bool, what: str) -> None:  # noqa: FBT001 - reads as a sentence
    """Stop at what did not work: it would look quick."""
    if not is_so:
        raise click.ClickException(f"failed: {what}")


def _list(crowd: Crowd, ring: Ring) -> None:
    with crowd.desk(ring) as desk:
        require(len(lists.triaged(desk)) > 0, "a list")


def _counts(crowd: Crowd, ring: Ring) -> None:
    with crowd.desk(ring) as desk:
        look = Look(desk)
        look.scan.expect(lists.blind_names(look))
        lists.counts(look)


def _next(crowd: Crowd, ring: Ring) -> None:
    with crowd.desk(ring) as desk:
        pull.next_for(desk)


@click.command()
@click.option("--database", "databases", type=click.Choice(["sqlite", "postgresql"]), multiple=True)
@click.option("--cases", default=100_000, show_default=True)
@click.option("--share", default=1.0, show_default=True, help="Of the reports still worked on.")
@click.option("--rounds", type=click.IntRange(5, 1000), default=60, show_default=True)
def main(databases: tuple[str, ...], cases: int, share: float, rounds: int) -> None:
    """Print the table of docs/benchmarks.md."""
    lines = []
    for database in databases or ("sqlite", "postgresql"):
        with instance(database) as environment:
            crowd, began = entered(settings_of(environment)), time.perf_counter()
            fill(crowd, cases, share)
            settle(crowd.staff.service.database.engine)
            filled = time.perf_counter()
            known = make_known(crowd)
            settle(crowd.staff.service.database.engine)
            took = (time.perf_counter() - filled) * 1000 / known
            click.echo(
                f"{database}: sealed in {filled - began:.0f} s, {took:.1f} ms a header", err=True
            )
            times = measured(crowd, rounds)
            lines += [one.line(database, cases, times[0].median) for one in times]
            crowd.staff.service.database.engine.dispose()
    click.echo("\n".join([HEAD, *lines]))


if __name__ == "__main__":
    main()
