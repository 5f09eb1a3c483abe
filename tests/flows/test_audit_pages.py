"""The auditor's pages: what is looked for, and what is checked."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, update
from werkzeug.test import TestResponse

from admin import sifting
from admin.models import CheckpointRow
from reporting.audit import Event, append
from reporting.audit_rows import AuditRow
from tests.builders import Seeds
from tests.builders_audit import AIKO, REN, STRANGER, countersigned, everybody_knows, rows
from tests.builders_staff import (
    a_reviewer,
    a_stored_report,
    first_page,
    the_staff,
    token_of,
    without_triggers,
)
from tests.conftest import Clock
from tests.flows.test_staff_audit import touch

SHOWN = re.compile(r'<td>[^<]*<br><small translate="no">([a-z_.]+)</small></td>')
ROW = re.compile(r'<th scope="row">([\d,]+)</th>')
WIDE_WEEK = "".join(chr(ord(digit) + 0xFEE0) for digit in "202649")
FOUND = "/staff/audit/found"


def look_for(auditor: FlaskClient, **asked: str) -> TestResponse:
    """Send the form of the page that asks what is looked for."""
    token = token_of(auditor.get(FOUND))
    return auditor.post(FOUND, data={"token": token, **asked})


def verbs_on(page: TestResponse) -> list[str]:
    return SHOWN.findall(page.text)


@pytest.fixture
def busy(app: Flask, auditor: FlaskClient, clock: Clock) -> FlaskClient:
    """An auditor of a log in which Aiko did three things over two weeks."""
    service = the_staff(app).service
    for subject, verb in ((b"\xab" * 16, "case.opened"), (b"\xcd" * 16, "note.added")):
        with service.begin() as session:
            event = Event(AIKO.id.hex(), "intake", verb, subject)
            append(session, service.journal, event, clock())
    clock.now = clock.now.replace(month=12, day=1)
    with service.begin() as session:
        event = Event(AIKO.id.hex(), "intake", "case.opened", b"\xcd" * 16)
        append(session, service.journal, event, clock())
    clock.now = clock.now.replace(month=11, day=24, hour=9, minute=40)
    return auditor


@pytest.mark.parametrize(
    ("asked", "verbs"),
    [
        ({"verb": "case.opened"}, ["case.opened", "case.opened"]),
        ({"subject": "cdcd"}, ["case.opened", "note.added"]),
        ({"actor": AIKO.id.hex()[:8]}, ["case.opened", "note.added", "case.opened"]),
        ({"actor": AIKO.id.hex()[:8].upper() + " ", "verb": "note.added"}, ["note.added"]),
        ({"first_week": "2026-W49"}, ["case.opened"]),
        ({"last_week": "2026w48", "verb": "case.opened"}, ["case.opened"]),
        ({"first_week": WIDE_WEEK, "last_week": "2026-W49"}, ["case.opened"]),
        ({"verb": "erased"}, []),
    ],
)
def test_only_what_is_looked_for_is_shown(
    busy: FlaskClient, asked: dict[str, str], verbs: list[str]
) -> None:
    page = look_for(busy, **asked)
    assert page.status_code == 200
    assert verbs_on(page) == verbs
    assert ("Nothing was found" in page.text) is (not verbs)


def test_what_was_looked_for_stays_in_the_form_and_in_no_address(busy: FlaskClient) -> None:
    page = look_for(busy, subject="cdcd", verb="note.added", first_week="2026-W48")
    assert 'name="subject" value="cdcd"' in page.text
    assert '<option value="note.added" selected>' in page.text
    assert 'name="first_week" value="2026-W48"' in page.text
    assert not re.search(r'(href|action)="[^"]*cdcd', page.text)


def test_the_log_keeps_by_what_somebody_looked_and_not_for_what(busy: FlaskClient) -> None:
    look_for(busy, subject="cdcd", last_week="2026-W48")
    page = busy.get("/staff/audit").text
    assert "[subject, week]" in page
    assert "cdcd]" not in page


@pytest.mark.parametrize(
    ("field", "typed", "says"),
    [
        ("actor", "Aiko Mori", "only the beginning of a number"),
        ("subject", "ab-cd", "only the beginning of a number"),
        ("first_week", "last week", "a week like 2026-W48"),
        ("last_week", "2026-W54", "a week like 2026-W48"),
    ],
)
def test_what_cannot_be_looked_for_is_explained(
    busy: FlaskClient, field: str, typed: str, says: str
) -> None:
    page = look_for(busy, **{field: typed})
    assert page.status_code == 422
    assert says in page.text
    assert f'value="{typed}"' in page.text


@pytest.mark.parametrize("before", ["0", "-1", "1234567890", "x"])
def test_a_row_to_go_on_from_that_no_page_offers_is_refused(busy: FlaskClient, before: str) -> None:
    assert look_for(busy, before=before).status_code == 400


def test_a_long_search_goes_on_where_it_stopped(
    app: Flask, auditor: FlaskClient, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sifting, "MOST_EXAMINED", 150)
    rows(the_staff(app).service, clock, 1, "erased")
    rows(the_staff(app).service, clock, 249)
    page = look_for(auditor, verb="erased")
    assert verbs_on(page) == []
    assert "Rows looked at: 150." in page.text
    go_on = re.search(r'name="before" value="(\d+)"', page.text)
    assert go_on
    last = look_for(auditor, verb="erased", before=go_on[1])
    assert verbs_on(last) == ["erased"]
    assert 'name="before"' not in last.text


def test_no_row_is_left_out_where_one_page_of_finds_ends(
    app: Flask, auditor: FlaskClient, clock: Clock
) -> None:
    rows(the_staff(app).service, clock, 230)
    found, before = list[str](), ""
    for _ in range(3):
        page = look_for(auditor, verb="due_work.run", before=before)
        found += ROW.findall(page.text)
        go_on = re.search(r'name="before" value="(\d+)"', page.text)
        before = go_on[1] if go_on else ""
    newest = int(found[0])
    assert [int(row) for row in found] == list(range(newest, newest - 230, -1))
    assert not before


def test_a_row_that_does_not_open_is_shown_whatever_is_looked_for(
    app: Flask, busy: FlaskClient
) -> None:
    without_triggers(the_staff(app).service.database.engine)
    with the_staff(app).service.begin() as session:
        session.execute(update(AuditRow).where(AuditRow.n == 2).values(detail_sealed=None))
        session.execute(update(AuditRow).where(AuditRow.n == 3).values(detail_sealed=b"noise"))
    page = look_for(busy, verb="erased").text
    assert "The detail of this row was deleted" in page
    assert "was altered and does not open" in page


def test_the_check_says_who_signed_what_and_when(
    app: Flask, auditor: FlaskClient, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    everybody_knows(monkeypatch)
    countersigned(the_staff(app).service, clock, AIKO, REN, STRANGER)
    page = auditor.get("/staff/audit/check").text
    assert "The chain holds from the first row to row 6." in page
    for person in (AIKO, REN, STRANGER):
        assert f'<code translate="no">{person.id.hex()[:8]}</code>' in page
    assert page.count("<td>holds</td>") == 2
    assert page.count("cannot be checked") == 2  # the stranger's, and whose keys nobody knows here
    assert "November 24, 2026" in page
    assert 'role="alert"' not in page
    assert "checked this log" in auditor.get("/staff/audit").text


def test_the_check_of_a_log_that_nobody_signed_says_so(app: Flask, auditor: FlaskClient) -> None:
    with the_staff(app).service.begin() as session:
        session.execute(delete(CheckpointRow))
    assert "Nobody has signed yet." in auditor.get("/staff/audit/check").text


@pytest.mark.parametrize("how", ["removed", "altered", "reordered", "cut off"])
def test_the_check_shows_what_was_done_to_rows_that_somebody_signed(
    app: Flask,
    auditor: FlaskClient,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
    how: str,
) -> None:
    everybody_knows(monkeypatch)
    service = the_staff(app).service
    rows(service, clock, 3)
    countersigned(service, clock, AIKO)
    touch(app, how, 3)
    assert 'role="alert"' in auditor.get("/staff/audit/check").text


def test_the_check_shows_signatures_that_do_not_hold_and_rows_that_were_emptied(
    app: Flask, auditor: FlaskClient, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    everybody_knows(monkeypatch)
    service = the_staff(app).service
    rows(service, clock, 2)
    countersigned(service, clock, AIKO)
    without_triggers(service.database.engine)
    with service.begin() as session:
        session.execute(update(AuditRow).where(AuditRow.n == 2).values(detail_sealed=None))
    touch(app, "cut off", 4)
    page = auditor.get("/staff/audit/check").text
    assert "Rows that lost their detail: 1, the first of them row 2." in page
    assert "Signatures that do not hold: 1." in page
    assert "cut off or rewritten before this row" in page
    assert "The chain holds from the first row to row 4." in page


def test_who_reads_reports_finds_none_of_these_pages(
    app: Flask, client: FlaskClient, seeds: Seeds, clock: Clock
) -> None:
    token = token_of(first_page(client, a_reviewer(app, seeds), clock))
    a_stored_report(app, clock)
    for address in ("/staff/audit/check", FOUND):
        assert client.get(address).status_code == 404
    for address in (FOUND, "/staff/audit/export"):
        assert client.post(address, data={"token": token}).status_code == 404


@pytest.mark.parametrize("address", [FOUND, "/staff/audit/export"])
def test_a_form_that_is_not_ours_is_refused(auditor: FlaskClient, address: str) -> None:
    assert auditor.post(address, data={"token": "00" * 16}).status_code == 400
    assert auditor.post(address, data="words", content_type="text/plain").status_code == 400
