"""The queue as reviewers see it, through HTTP."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from reporting.models import CasePart, Part
from tests.builders_staff import a_stored_report, the_staff
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
    page = reviewer.get("/staff/").text
    assert cases_shown(page) == [urgent, older, newer]
    assert "Reports on this page: 3" in page


def test_an_empty_queue_says_so(reviewer: FlaskClient) -> None:
    assert "Nothing is waiting." in reviewer.get("/staff/").text


def test_a_long_queue_goes_on_over_pages_without_gap_or_repeat(
    app: Flask, reviewer: FlaskClient, clock: Clock
) -> None:
    kinds = [("other",), ("threat",), ("physical", "family")]
    stored = {a_stored_report(app, clock, kinds=kinds[n % 3])[0] for n in range(110)}
    seen: list[str] = []
    address = "/staff/"
    for _ in range(3):
        page = reviewer.get(address).text
        seen += cases_shown(page)
        following = re.search(r'href="(/staff/queue/[^"]+)"', page)
        address = following[1] if following else ""
    assert address == ""
    assert len(seen) == 110
    assert set(seen) == stored


@pytest.mark.parametrize("place", ["9-202648-00", "1-202648", "x", "1-0202648-" + "00" * 16])
def test_a_place_that_is_none_is_no_page(reviewer: FlaskClient, place: str) -> None:
    assert reviewer.get(f"/staff/queue/{place}").status_code == 404


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
    page = reviewer.get("/staff/").text
    assert sorted(cases_shown(page)) == sorted([good, bad])
    assert page.count("This report was altered") == 1
    assert reviewer.get(f"/staff/case/{bad}").status_code == 409
