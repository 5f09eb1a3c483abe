"""What an auditor takes away: the log in a file that can be checked without this system."""

import json

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update
from werkzeug.test import TestResponse

from crypto.chain import GENESIS, Link, verify
from reporting.audit_rows import AuditRow, AuditSegment
from tests.builders_audit import AIKO, countersigned, everybody_knows, rows
from tests.builders_staff import flipped, the_staff, token_of, without_triggers
from tests.conftest import Clock
from tests.flows.test_staff_audit import touch


def taken_out(auditor: FlaskClient) -> tuple[TestResponse, list[dict[str, object]]]:
    """Take out the log; return the answer and its lines."""
    token = token_of(auditor.get("/staff/audit/check"))
    answer = auditor.post("/staff/audit/export", data={"token": token})
    return answer, [json.loads(line) for line in answer.data.splitlines()]


def a_link(line: dict[str, object]) -> Link:
    n, week = line["n"], line["week"]
    assert isinstance(n, int)
    assert isinstance(week, int)
    segment, commitment, prev, digest = (
        bytes.fromhex(str(line[name])) for name in ("segment", "commitment", "prev", "hash")
    )
    return Link(n, week, segment, commitment, prev, digest)


def test_what_is_taken_out_can_be_checked_without_this_system(
    app: Flask, auditor: FlaskClient, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    everybody_knows(monkeypatch)
    service = the_staff(app).service
    rows(service, clock, 120)
    head = countersigned(service, clock, AIKO)
    answer, lines = taken_out(auditor)
    assert answer.status_code == 200
    assert answer.mimetype == "application/octet-stream"
    assert answer.headers["Content-Disposition"] == "attachment; filename=log.jsonl"
    first, signed, at_sign_in, *events, last = lines
    assert (at_sign_in["kind"], at_sign_in["standing"]) == ("checkpoint", "unknown")
    assert (signed["kind"], signed["standing"], signed["n"]) == ("checkpoint", "holds", head.n)
    links = [a_link(line) for line in events]
    end = verify(links, GENESIS)
    assert end.n == first["rows"] == last["rows"] == len(events)
    assert end.hash.hex() == first["hash"]
    assert links[head.n - 1].hash == head.hash
    assert (first["kind"], first["broken_at"], last["kind"]) == ("log", 0, "end")
    assert events[-1]["verb"] == "audit.exported"
    assert {line["detail"] for line in events} == {"readable"}


def test_what_is_taken_out_says_what_is_damaged(app: Flask, auditor: FlaskClient) -> None:
    for _ in range(3):
        auditor.get("/staff/audit")
    without_triggers(the_staff(app).service.database.engine)
    with the_staff(app).service.begin() as session:
        session.execute(update(AuditRow).where(AuditRow.n == 1).values(detail_sealed=None))
        session.execute(update(AuditRow).where(AuditRow.n == 2).values(detail_sealed=b"noise"))
        session.execute(update(AuditRow).where(AuditRow.n == 3).values(week=202001))
    _answer, (first, *others) = taken_out(auditor)
    events = [line for line in others if line["kind"] == "row"]
    assert first["broken_at"] == 3
    assert [line["detail"] for line in events[:3]] == ["emptied", "altered", "readable"]
    assert "verb" not in events[0]


def test_what_is_taken_out_ends_where_it_began_to_be(
    app: Flask, auditor: FlaskClient, clock: Clock
) -> None:
    token = token_of(auditor.get("/staff/audit/check"))
    answer = auditor.post("/staff/audit/export", data={"token": token}, buffered=False)
    rows(the_staff(app).service, clock, 5)
    lines = [json.loads(line) for line in answer.data.splitlines()]
    assert lines[-2]["verb"] == "audit.exported"


def test_a_log_that_is_cut_off_while_it_is_taken_out_has_fewer_rows_than_it_says(
    app: Flask, auditor: FlaskClient
) -> None:
    auditor.get("/staff/audit")
    token = token_of(auditor.get("/staff/audit/check"))
    answer = auditor.post("/staff/audit/export", data={"token": token}, buffered=False)
    touch(app, "cut off", 2)
    lines = [json.loads(line) for line in answer.data.splitlines()]
    assert [line["kind"] for line in lines] == ["log", "checkpoint", "row", "end"]
    assert lines[-1]["rows"] == 5


def test_a_stretch_whose_key_was_altered_is_taken_out_as_altered(
    app: Flask, auditor: FlaskClient
) -> None:
    auditor.get("/staff/audit")  # what is noted from now on goes into the stretch this begins
    with the_staff(app).service.begin() as session:
        for segment in session.query(AuditSegment):
            segment.key_sealed = flipped(segment.key_sealed)
    _answer, lines = taken_out(auditor)
    assert {line["detail"] for line in lines if line["kind"] == "row"} == {"altered"}
