"""The queue as reviewers see it, through HTTP."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import ColumnElement, delete, true, update

from admin import cards, queue
from reporting import records
from reporting.models import Case, CasePart, CaseWrap, Mailbox, Part, Wrapped
from tests.builders import Seeds
from tests.builders_cases import CALM, Office, a_card
from tests.builders_recusal import file
from tests.builders_staff import a_reviewer, a_stored_report, first_page, reseal_facets, the_staff
from tests.conftest import Clock


def cases_shown(page: str) -> list[str]:
    return re.findall(r'href="/staff/case/([0-9a-f]{32})"', page)


def test_the_queue_shows_the_most_urgent_first_and_then_the_oldest(
    app: Flask, reviewer: FlaskClient, clock: Clock
) -> None:
    newer, _ = a_stored_report(app, clock, kinds=("other",))
    clock.advance(timedelta(days=-14))
    older, _ = a_stored_report(app, clock, kinds=("other",))
    clock.advance(timedelta(days=14))
    urgent, _ = a_stored_report(app, clock, kinds=("physical", "family"))
    page = reviewer.get("/staff/list/received").text
    assert cases_shown(page) == [urgent, older, newer]
    assert "Reports on this page: 3" in page


def test_an_empty_queue_says_so(reviewer: FlaskClient) -> None:
    assert "Nothing is waiting." in reviewer.get("/staff/list/received").text


def test_a_long_queue_goes_on_over_pages_without_gap_or_repeat(
    app: Flask, reviewer: FlaskClient, clock: Clock
) -> None:
    kinds = [("other",), ("threat",), ("physical", "family")]
    stored = {a_stored_report(app, clock, kinds=kinds[n % 3])[0] for n in range(110)}
    seen: list[str] = []
    address = "/staff/list/received"
    for _ in range(3):
        page = reviewer.get(address).text
        seen += cases_shown(page)
        following = re.search(r'href="(/staff/queue/[^"]+)"', page)
        address = following[1] if following else ""
    assert address == ""
    assert len(seen) == 110
    assert set(seen) == stored


def test_what_does_not_exist_for_somebody_fills_no_page_and_begins_none(
    app: Flask, seeds: Seeds, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "PAGE_CASES", 2)
    recused = replace(a_card(clock), states=frozenset({"CN"}))
    monkeypatch.setattr(cards, "own", lambda *_about: recused)
    office, seen = Office(app, clock, {}), []
    told = [file(office, {**CALM, "state": (state,)}, {}).hex() for state in ["RU", "CN"] * 3]
    client = app.test_client()
    app.config["PREFERRED_URL_SCHEME"] = "https"
    first_page(client, a_reviewer(app, seeds), clock)
    address = "/staff/list/received"
    while address:
        page = client.get(address).text
        seen.append(cases_shown(page))
        following = re.search(r'href="(/staff/queue/[^"]+)"', page)
        address = following[1] if following else ""
        assert not any(hidden in page for hidden in told[1::2])
    assert [len(cases) for cases in seen] == [2, 1]
    assert sorted(case for cases in seen for case in cases) == sorted(told[::2])


@pytest.mark.parametrize("place", ["9-202648-00", "1-202648", "x", "1-0202648-" + "00" * 16])
def test_a_place_that_is_none_is_no_page(reviewer: FlaskClient, place: str) -> None:
    assert reviewer.get(f"/staff/queue/{place}").status_code == 404


def marked_as_altered(app: Flask, reviewer: FlaskClient, bad: str, good: str) -> None:
    """Check that the queue shows both reports, one as altered, and that this one stays closed."""
    page = reviewer.get("/staff/list/received").text
    assert sorted(cases_shown(page)) == sorted([good, bad])
    assert page.count("This report was altered") == 1
    answer = reviewer.get(f"/staff/case/{bad}")
    assert answer.status_code == 409
    assert "said my name" not in answer.text
    assert reviewer.get(f"/staff/case/{good}").status_code == 200
    with the_staff(app).service.read() as session:
        assert session.get_one(Case, bytes.fromhex(bad)).rev == 0


@pytest.mark.parametrize("said", [{"level": 1}, {"level": 3}, {"received_week": 202001}])
def test_a_report_moved_in_the_queue_is_marked_and_stays_closed(
    app: Flask, reviewer: FlaskClient, clock: Clock, said: dict[str, int]
) -> None:
    good, _ = a_stored_report(app, clock)
    bad, _ = a_stored_report(app, clock)
    with the_staff(app).service.begin() as session:
        session.execute(update(Case).where(Case.id == bytes.fromhex(bad)).values(said))
    marked_as_altered(app, reviewer, bad, good)


MISSING = [
    (CaseWrap, CaseWrap.wrapped == Wrapped.CASE),
    (CaseWrap, CaseWrap.wrapped == Wrapped.CONTACT),
    *((CasePart, CasePart.part == part) for part in Part),
    (Mailbox, true()),
]


@pytest.mark.parametrize("gone", MISSING)
def test_a_report_that_lost_a_row_is_marked_and_stays_closed(
    app: Flask,
    reviewer: FlaskClient,
    clock: Clock,
    gone: tuple[type[CaseWrap | CasePart | Mailbox], ColumnElement[bool]],
) -> None:
    good, _ = a_stored_report(app, clock)
    bad, _ = a_stored_report(app, clock)
    model, which = gone
    with the_staff(app).service.begin() as session:
        session.execute(delete(model).where(model.case_id == bytes.fromhex(bad), which))
    marked_as_altered(app, reviewer, bad, good)


@pytest.mark.parametrize("said", [{"kinds": ["unheard of"]}, {"received": "yesterday"}])
def test_a_report_that_no_form_of_ours_made_is_marked_and_stays_closed(
    app: Flask, client: FlaskClient, seeds: Seeds, clock: Clock, said: dict[str, records.Json]
) -> None:
    good, _ = a_stored_report(app, clock)
    bad, _ = a_stored_report(app, clock)
    reseal_facets(app, seeds, bad, **said)
    client.set_cookie("__Host-l", "en")
    first_page(client, a_reviewer(app, seeds), clock)
    marked_as_altered(app, client, bad, good)


def test_one_altered_report_does_not_hide_the_others(
    app: Flask, reviewer: FlaskClient, clock: Clock
) -> None:
    good, _ = a_stored_report(app, clock)
    bad, _ = a_stored_report(app, clock)
    with the_staff(app).service.begin() as session:
        session.execute(
            update(CasePart)
            .where(CasePart.case_id == bytes.fromhex(bad), CasePart.part == Part.FACETS)
            .values(content_sealed=b"\x01\x02" + bytes(1200))
        )
    page = reviewer.get("/staff/list/received").text
    assert sorted(cases_shown(page)) == sorted([good, bad])
    assert page.count("This report was altered") == 1
    assert reviewer.get(f"/staff/case/{bad}").status_code == 409
