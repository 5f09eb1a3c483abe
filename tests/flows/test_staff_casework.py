"""What reviewers read of a report through HTTP, and for whom there is none."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select

from crypto.roles import Role
from reporting.audit_rows import AuditRow
from reporting.models import Case, CasePart, CaseWrap, Part
from tests.builders import Seeds
from tests.builders_staff import (
    a_member,
    a_reviewer,
    a_stored_report,
    an_auditor,
    drop_the_log,
    first_page,
    the_staff,
    write,
)
from tests.conftest import Clock

STORY = "They waited at my door. <b>Again</b> https://example.org/"


def test_a_reviewer_reads_a_report_whose_words_stay_words(
    app: Flask, reviewer: FlaskClient, clock: Clock
) -> None:
    case, _code = a_stored_report(app, clock, story=STORY, kinds=("family", "threat"))
    page = reviewer.get(f"/staff/case/{case}")
    assert page.status_code == 200
    assert "&lt;b&gt;Again&lt;/b&gt; https://example.org/" in page.text
    assert 'href="https' not in page.text
    assert '<div class="words" translate="no" dir="auto" lang="en">They waited' in page.text
    assert "Pressure on family or friends" in page.text
    assert "given" in page.text


def test_a_report_without_words_says_so(app: Flask, reviewer: FlaskClient, clock: Clock) -> None:
    case, _code = a_stored_report(app, clock, story="")
    assert "Nothing was written" in reviewer.get(f"/staff/case/{case}").text


@pytest.mark.parametrize("gone", [CaseWrap, CasePart])
def test_a_report_that_lost_a_part_is_not_shown(
    app: Flask, reviewer: FlaskClient, clock: Clock, gone: type[CaseWrap] | type[CasePart]
) -> None:
    case, _code = a_stored_report(app, clock, story=STORY)
    with the_staff(app).service.begin() as session:
        session.execute(delete(gone))
    page = reviewer.get(f"/staff/case/{case}")
    assert page.status_code == 409
    assert "Nothing was opened" in page.text
    assert "They waited" not in page.text


def test_parts_of_two_reports_cannot_be_swapped(
    app: Flask, reviewer: FlaskClient, clock: Clock
) -> None:
    one, _ = a_stored_report(app, clock, story="first")
    two, _ = a_stored_report(app, clock, story="second")
    with the_staff(app).service.begin() as session:
        first, second = (
            session.get_one(CasePart, (bytes.fromhex(case), Part.STORY)) for case in (one, two)
        )
        first.content_sealed, second.content_sealed = second.content_sealed, first.content_sealed
    assert reviewer.get(f"/staff/case/{one}").status_code == 409


def test_for_an_auditor_no_report_exists(
    app: Flask, client: FlaskClient, seeds: Seeds, clock: Clock
) -> None:
    case, _code = a_stored_report(app, clock)
    first_page(client, an_auditor(app, seeds), clock)
    real, made_up = (client.get(f"/staff/case/{name}") for name in (case, "ab" * 16))
    assert real.status_code == made_up.status_code == 404
    assert real.data == made_up.data
    assert sorted(real.headers) == sorted(made_up.headers)
    assert client.get("/staff/queue/1-202648-" + "00" * 16).data == real.data


def test_a_missing_report_is_the_same_page_for_everybody(
    app: Flask, seeds: Seeds, clock: Clock
) -> None:
    case, _code = a_stored_report(app, clock)
    reviewer, auditor = app.test_client(), app.test_client()
    first_page(reviewer, a_reviewer(app, seeds), clock)
    first_page(auditor, an_auditor(app, seeds), clock)
    missing = reviewer.get("/staff/case/" + "ab" * 16)
    forbidden = auditor.get(f"/staff/case/{case}")
    assert missing.data == forbidden.data
    assert missing.headers == forbidden.headers
    assert reviewer.get("/staff/audit").data == forbidden.data


@pytest.mark.parametrize("kind", ["note", "reply"])
def test_nobody_writes_to_a_report_that_is_missing(reviewer: FlaskClient, kind: str) -> None:
    assert write(reviewer, "ab" * 16, kind, "hello").status_code == 404


def test_a_caseworker_finds_nothing_until_something_is_handed_over(
    app: Flask, client: FlaskClient, seeds: Seeds, clock: Clock
) -> None:
    case, _code = a_stored_report(app, clock)
    client.set_cookie("__Host-l", "en")
    first_page(client, a_member(app, seeds, "Mika", Role.CASEWORKER), clock)
    assert case not in client.get("/staff/list/mine").text
    assert client.get("/staff/list/received").status_code == 404
    assert client.get(f"/staff/case/{case}").status_code == 404


def test_if_the_log_cannot_be_written_nothing_is_shown(
    app: Flask, reviewer: FlaskClient, clock: Clock
) -> None:
    case, _code = a_stored_report(app, clock, story=STORY)
    drop_the_log(app)
    for address in (f"/staff/case/{case}", "/staff/list/received"):
        page = reviewer.get(address)
        assert page.status_code in {500, 503}
        assert "They waited" not in page.text
        assert case not in page.text


def test_the_first_opening_is_told_from_later_ones(
    app: Flask, reviewer: FlaskClient, clock: Clock
) -> None:
    case, _code = a_stored_report(app, clock)
    with the_staff(app).service.read() as session:
        before = len(session.scalars(select(AuditRow)).all())
    reviewer.get(f"/staff/case/{case}")
    reviewer.get(f"/staff/case/{case}")
    with the_staff(app).service.read() as session:
        assert len(session.scalars(select(AuditRow)).all()) == before + 3
        assert session.get_one(Case, bytes.fromhex(case)).rev == 1
