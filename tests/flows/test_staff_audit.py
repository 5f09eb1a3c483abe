"""The log of what staff do: who reads it, and what shows that somebody touched it."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select, update

from reporting.audit_rows import AuditRow, AuditSegment
from tests.builders import Seeds
from tests.builders_staff import (
    NEXT_CODE,
    a_reviewer,
    a_stored_report,
    an_auditor,
    first_page,
    flipped,
    the_staff,
    type_code,
    type_passphrase,
    without_triggers,
    write,
)
from tests.conftest import Clock

DAMAGED = "Rows on this page were altered or emptied"
TOUCHES = ["removed", "altered", "reordered", "cut off"]


def touch(app: Flask, how: str, n: int) -> None:
    """Do to row n of the log what nobody should be able to do unseen."""
    without_triggers(the_staff(app).service.database.engine)
    row = AuditRow.n == n
    with the_staff(app).service.begin() as session:
        match how:
            case "removed":
                session.execute(delete(AuditRow).where(row))
            case "altered":
                session.execute(update(AuditRow).where(row).values(week=202001))
            case "reordered":
                session.execute(update(AuditRow).where(row).values(n=-1))
                session.execute(update(AuditRow).where(AuditRow.n == n + 1).values(n=n))
                session.execute(update(AuditRow).where(AuditRow.n == -1).values(n=n + 1))
            case _:
                session.execute(delete(AuditRow).where(AuditRow.n >= n))


def test_an_auditor_sees_who_did_what_and_no_words(
    app: Flask, auditor: FlaskClient, seeds: Seeds, clock: Clock
) -> None:
    case, _code = a_stored_report(app, clock, story="canary")
    person = a_reviewer(app, seeds)
    reviewer = app.test_client()
    first_page(reviewer, person, clock)
    reviewer.get("/staff/list/received")
    reviewer.get(f"/staff/case/{case}")
    write(reviewer, case, "note", "canary note")
    page = auditor.get("/staff/").text
    for verb in ("login.ok", "queue.viewed", "case.received", "case.opened", "note.added"):
        assert f'<small translate="no">{verb}</small>' in page
    assert person.id.hex()[:8] in page
    assert case[:8] in page
    assert "case.open: caseworker, reviewer" in page
    assert "\u00d71" in page
    assert "canary" not in page
    assert person.name not in page


def test_a_refused_look_is_in_the_log(
    app: Flask, auditor: FlaskClient, seeds: Seeds, clock: Clock
) -> None:
    case, _code = a_stored_report(app, clock)
    assert auditor.get(f"/staff/case/{case}").status_code == 404
    page = auditor.get("/staff/audit").text
    assert "access.denied" in page
    assert "case.open: no rule" in page
    assert case[:8] in page
    reviewer = app.test_client()
    first_page(reviewer, a_reviewer(app, seeds), clock)
    reviewer.get("/staff/case/" + "ab" * 16)
    assert "case.open: no such case" in auditor.get("/staff/audit").text


def test_a_failed_sign_in_is_in_the_log_without_the_name(app: Flask, auditor: FlaskClient) -> None:
    type_passphrase(app.test_client(), "Somebody Else", "a wrong passphrase of good length")
    page = auditor.get("/staff/audit").text
    assert "login.failed" in page
    assert "[passphrase]" in page
    assert "Somebody" not in page


def test_failures_of_one_name_fill_one_row_an_hour(
    app: Flask, client: FlaskClient, seeds: Seeds, clock: Clock
) -> None:
    stranger, person = app.test_client(), an_auditor(app, seeds)
    for _ in range(4):
        type_passphrase(stranger, "Somebody Else", "a wrong passphrase of good length")
    assert first_page(client, person, clock).text.count("login.failed") == 1
    clock.advance(timedelta(hours=1))
    type_passphrase(stranger, "Somebody Else", "a wrong passphrase of good length")
    page = first_page(client, person, clock).text
    assert page.count("login.failed") == 2
    assert "[passphrase] \u00d74" in page


@pytest.mark.parametrize("before", ["9" * 30, "9" * 10, "9" * 5000, "0", "01"])
def test_a_row_that_no_log_can_have_is_no_page(auditor: FlaskClient, before: str) -> None:
    assert auditor.get(f"/staff/audit/{before}").status_code == 404


def test_a_row_further_than_the_log_goes_shows_its_end(auditor: FlaskClient) -> None:
    assert "login.ok" in auditor.get("/staff/audit/999999999").text


def test_a_long_log_goes_back_over_pages(auditor: FlaskClient) -> None:
    for _ in range(150):
        auditor.get("/staff/queue/1-202648-" + "00" * 16)
    newest = auditor.get("/staff/audit").text
    older = re.search(r'href="(/staff/audit/\d+)"', newest)
    assert older
    last = auditor.get(older[1]).text
    assert "login.ok" not in newest
    assert "login.ok" in last
    assert not re.search(r'href="/staff/audit/\d+"', last)
    assert "login.ok" not in auditor.get("/staff/audit/1").text


@pytest.mark.parametrize("how", TOUCHES)
def test_a_touched_log_raises_the_alarm_when_somebody_signs_in(
    app: Flask, client: FlaskClient, seeds: Seeds, clock: Clock, how: str
) -> None:
    case, _code = a_stored_report(app, clock, story="canary")
    person = a_reviewer(app, seeds)
    first_page(client, person, clock)
    for _ in range(3):
        client.get("/staff/list/received")
    touch(app, how, 1 if how == "cut off" else 3)
    other = app.test_client()
    other.set_cookie("__Host-l", "en")
    type_passphrase(other, person.name, person.passphrase)
    clock.advance(NEXT_CODE)
    page = type_code(other, person.code(clock()))
    assert page.status_code == 409
    assert "Stop: something was altered" in page.text
    assert other.get(f"/staff/case/{case}").headers["Location"] == "/staff/sign-in"


@pytest.mark.parametrize("how", ["removed", "altered", "reordered"])
def test_the_auditor_is_told_where_the_log_is_broken(
    app: Flask, auditor: FlaskClient, how: str
) -> None:
    for _ in range(3):
        auditor.get("/staff/audit")
    touch(app, how, 2)
    assert "broken at row 2" in auditor.get("/staff/audit").text


def test_an_emptied_detail_leaves_the_chain_whole(app: Flask, auditor: FlaskClient) -> None:
    without_triggers(the_staff(app).service.database.engine)
    with the_staff(app).service.begin() as session:
        session.execute(update(AuditRow).where(AuditRow.n == 1).values(detail_sealed=None))
    page = auditor.get("/staff/audit").text
    assert "The detail of this row was deleted" in page
    assert "The chain holds from the first row" in page
    assert DAMAGED in page


def test_a_page_of_a_log_that_nobody_touched_says_nothing_of_damage(auditor: FlaskClient) -> None:
    assert DAMAGED not in auditor.get("/staff/audit").text


def test_an_altered_detail_is_said_to_be_altered(app: Flask, auditor: FlaskClient) -> None:
    without_triggers(the_staff(app).service.database.engine)
    with the_staff(app).service.begin() as session:
        first, second = session.scalars(select(AuditRow).order_by(AuditRow.n).limit(2)).all()
        first.detail_sealed = second.detail_sealed
    page = auditor.get("/staff/audit").text
    assert page.count("was altered and does not open") == 1
    assert DAMAGED in page


def test_a_detail_that_its_row_did_not_commit_to_is_said_to_be_altered(
    app: Flask, auditor: FlaskClient
) -> None:
    without_triggers(the_staff(app).service.database.engine)
    with the_staff(app).service.begin() as session:
        row = session.get_one(AuditRow, 1)
        row.commitment = bytes(32)
    assert "was altered and does not open" in auditor.get("/staff/audit").text


def test_a_stretch_whose_key_was_altered_does_not_open(app: Flask, auditor: FlaskClient) -> None:
    with the_staff(app).service.begin() as session:
        for segment in session.scalars(select(AuditSegment)):
            segment.key_sealed = flipped(segment.key_sealed)
    assert "was altered and does not open" in auditor.get("/staff/audit").text
