"""A busy staff site asks people to wait, loses no word and tells of every alarm."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from flask import Flask, Response, g
from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy.engine.interfaces import DBAPIConnection

from admin.admission import followed
from admin.errors import AlarmError
from admin.patience import Patience
from crypto.roles import Role
from reporting.audit import Event, append
from reporting.database import connect
from tests.builders import Seeds
from tests.builders_staff import (
    a_reviewer,
    a_ring,
    a_stored_report,
    an_auditor,
    first_page,
    the_staff,
    token_of,
)
from tests.conftest import Clock


def test_when_too_many_sign_in_at_once_the_next_is_asked_to_wait(
    app: Flask, client: FlaskClient
) -> None:
    patience = Patience(lambda _seconds: None, seconds_for_a_place=0.01)
    app.extensions["tomoshibi.staff"] = replace(the_staff(app), patience=patience)
    token = token_of(client.get("/staff/sign-in"))
    with (
        patience.attempt(b"1"),
        patience.attempt(b"2"),
        patience.attempt(b"3"),
        patience.attempt(b"4"),
    ):
        fields = {"token": token, "name": "Aiko", "passphrase": "anything at all here"}
        page = client.post("/staff/sign-in", data=fields)
    assert page.status_code == 503
    assert page.headers["Retry-After"] == "30"


@contextmanager
def locked(app: Flask, clock: Clock) -> Iterator[None]:
    """Write to the store without end; others give up after a moment instead of ten seconds."""
    service = the_staff(app).service
    service.database.engine.dispose()
    event.listen(service.database.engine, "connect", give_up_soon)
    another_process = connect(service.settings.database)
    with another_process.begin() as session:
        append(session, service.journal, Event("system", "", "due_work.run"), clock())
        yield
    another_process.engine.dispose()


def give_up_soon(raw: DBAPIConnection, _entry: object) -> None:
    cursor = raw.cursor()
    is_sqlite = isinstance(cursor, sqlite3.Cursor)
    cursor.execute("PRAGMA busy_timeout=50" if is_sqlite else "SET lock_timeout = 50")
    cursor.close()
    raw.commit()


def test_when_the_store_is_busy_no_word_is_lost_and_no_refusal_is_given_unwritten(
    app: Flask, client: FlaskClient, seeds: Seeds, clock: Clock
) -> None:
    case, _code = a_stored_report(app, clock)
    reviewer = app.test_client()
    token = token_of(first_page(reviewer, a_reviewer(app, seeds), clock))
    first_page(client, an_auditor(app, seeds), clock)
    with locked(app, clock):
        refused = client.get(f"/staff/case/{case}")
        assert refused.status_code == 503
        assert refused.headers["Retry-After"] == "10"
        typed = {"token": token, "text": "an hour of work"}
        page = reviewer.post(f"/staff/case/{case}/note", data=typed)
        assert page.status_code == 503
        assert "an hour of work</textarea>" in page.text
    assert client.get(f"/staff/case/{case}").status_code == 404


def test_an_alarm_is_told_even_when_it_cannot_be_written_down(
    app: Flask, seeds: Seeds, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    staff = the_staff(app)
    with staff.service.begin() as session:
        ring = a_ring(seeds, followed(session, staff), Role.REVIEWER)
    address = f"/staff/case/{'ab' * 16}"
    with locked(app, clock), app.test_request_context(address):
        app.preprocess_request()
        g.person, g.ring = ring.person, ring
        answer = app.handle_user_exception(AlarmError("altered"))
    assert isinstance(answer, Response)
    assert answer.status_code == 409
    number = re.search(r"<code[^>]*>([0-9a-f]{8})</code>", answer.get_data(as_text=True))
    assert number
    assert f"alarm {number[1]} could not be written" in caplog.text
