"""Nothing that anybody can ask for changes with reports that are not published."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import product

import pytest
from flask import Flask, Response
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.engine import URL

from reporting import intake
from reporting.models import Case
from reporting.settings import Settings, Site
from reporting.web.context import runtime_of
from tests.builders import Seeds, a_report
from tests.builders_frame import Counting, an_office_that_counts
from tests.builders_staff import the_staff
from tests.conftest import Clock
from tests.publisher import MADE_UP, SECOND, publish, releases
from wsgi import create_app

Answer = tuple[int, list[tuple[str, str]], bytes]
LANGUAGES = ("en", "ja")
GRADED = 45
REPORTS = 50
ARGUMENT = re.compile(r"<(?:[^:<>]+:)?(\w+)>")
# What may stand in an address; files of releases are asked for one by one.
SAMPLES: Mapping[str, tuple[str, ...]] = {
    "code": ("en", "ja", "none"),
    "key": ("1", "9", "2/more", "10"),
    "before": ("1",),
    "file": ("a" * 32,),
    "name": (*releases(), MADE_UP, SECOND, "none"),
    "path": ("manifest.json", "none"),
}
# Made anew for each visitor, and of one length: the key of a visit, and the token of its form.
RANDOM = (
    (re.compile(rb'(name="token" value=")[^"]+'), rb"\1"),
    (re.compile(rb"(__Host-v=)[\w-]{43}"), rb"\1"),
)


@pytest.fixture
def database_url(new_database: Callable[[str], URL]) -> URL:
    """One kind of database is enough for what pages show."""
    return new_database("sqlite")


@pytest.fixture
def counting(app: Flask, seeds: Seeds, clock: Clock) -> Counting:
    publish(runtime_of(app).settings.instance)
    return an_office_that_counts(app, seeds, clock)


def filled(rule: str, chosen: Iterable[str]) -> str:
    """Return the address of a rule with these values in it."""
    for value in chosen:
        rule = ARGUMENT.sub(value, rule, count=1)
    return rule


def addresses(app: Flask) -> Iterator[str]:
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and not rule.rule.startswith("/staff"):
            values = [SAMPLES[name] for name in ARGUMENT.findall(rule.rule)]
            for chosen in product(*values):
                yield filled(rule.rule, chosen)
    for name, files in releases().items():
        yield from (f"/figures/{name}/{path}" for path in files)
    yield from ("/nowhere", "/robots.txt", "/sitemap.xml", "/health")


def seen(app: Flask) -> dict[tuple[str, str], Answer]:
    """Return what a stranger gets at every public address, headers included."""
    stranger = app.test_client(use_cookies=False)
    return {
        (path, language): answer(stranger, path, language)
        for language in LANGUAGES
        for path in addresses(app)
    }


def answer(stranger: FlaskClient, path: str, language: str) -> Answer:
    got = stranger.get(path, headers={"Accept-Language": language})
    headers = [(name, masked(text.encode()).decode()) for name, text in got.headers]
    return got.status_code, headers, masked(got.data)


def masked(data: bytes) -> bytes:
    for pattern, kept in RANDOM:
        data = pattern.sub(kept, data)
    return data


def work_a_week(counting: Counting) -> None:
    """Let reports come, be graded, linked, doubted and taken back, as in any week."""
    graded = [counting.graded() for _ in range(GRADED)]
    counting.judge(graded[0], graded[1])
    counting.take_back(graded[2])
    counting.say(graded[3], "no")
    counting.run_due()
    service = the_staff(counting.app).service
    with service.begin() as session:
        for number in range(REPORTS - GRADED):
            report = a_report(f"Somebody waited at my door, for the {number}th time.")
            intake.store(session, intake.prepare(report, service.desk, counting.office.clock()))


def test_fifty_reports_more_change_no_byte_and_no_header_of_any_public_answer(
    counting: Counting, settings: Settings, clock: Clock
) -> None:
    before = seen(counting.app)
    assert len(before) > 300
    assert {status for status, _, _ in before.values()} >= {200, 303, 404}
    work_a_week(counting)
    assert len(counting.rows()) == GRADED - 3
    after = seen(counting.app)
    assert {address for address in before if before[address] != after[address]} == set()
    # A process that starts now knows no more; it serves the public alone, as in production.
    public = create_app(replace(settings, sites=frozenset({Site.PUBLIC})), clock)
    started = seen(public)
    runtime_of(public).database.engine.dispose()
    assert {address for address in before if before[address] != started[address]} == set()


def test_a_number_that_moved_would_be_seen(app: Flask, clock: Clock) -> None:
    service = runtime_of(app)
    publish(service.settings.instance)

    def count(response: Response) -> Response:
        with service.read() as session:
            cases = session.scalar(select(func.count()).select_from(Case))
        response.headers["X-Cases"] = str(cases)
        return response

    app.after_request(count)
    before = answer(app.test_client(use_cookies=False), "/figures/index.json", "en")
    with service.begin() as session:
        intake.store(session, intake.prepare(a_report(), service.desk, clock()))
    assert answer(app.test_client(use_cookies=False), "/figures/index.json", "en") != before


def test_no_public_answer_has_a_date_of_its_own(counting: Counting) -> None:
    for (path, _), (_, headers, body) in seen(counting.app).items():
        names = {name for name, _ in headers}
        assert not names & {"Last-Modified", "Date", "Age", "Expires"}, path
        assert str(counting.office.clock().date()).encode() not in body, path
