"""The page of the evidence: what came in, what was done with it, and for whom it is there."""

import hashlib
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from crypto.roles import Role
from reporting import intake
from reporting.case_rows import CustodyRow
from reporting.file_rows import FileRow, Piece
from reporting.settings import FileLimits, Settings
from tests.builders import Seeds, a_report
from tests.builders_staff import (
    a_member,
    drop_the_log,
    first_page,
    flipped,
    noted,
    send_files,
    the_staff,
    token_of,
)
from tests.conftest import Clock
from tests.evidence import (
    LETTER,
    PHOTO,
    PREVIEW,
    WORDS,
    a_report_with,
    numbers_on,
    page_of,
    press,
    rows,
    steps,
    where,
)
from tests.walks import on_one


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """The same instance, which takes few files and small ones."""
    return replace(settings, files=FileLimits(3, 3_000_000, 5_000_000))


def test_every_file_is_listed_with_both_its_hashes_and_where_it_came_from(
    app: Flask, reviewer: FlaskClient, seeds: Seeds
) -> None:
    sent = a_report_with(app, PHOTO, WORDS)
    send_files(reviewer, sent.case, LETTER)
    page = page_of(reviewer, sent)
    told = page.one("main").text
    with the_staff(app).service.read() as session:
        boxes = session.scalars(select(FileRow.box_sha256)).all()
    for file in (PHOTO, WORDS):
        assert file.name in told
        assert hashlib.sha256(file.data).hexdigest() in told
        assert f"{len(file.data):,} bytes" in told
    assert LETTER.name not in told
    assert sum(box is not None and box.hex() in told for box in boxes) == 2
    assert len(steps(page)) == 2
    assert all("Received from the reporter" in step for step in steps(page))
    assert noted(app, seeds, sent.case)[-1] == "evidence.viewed"


@on_one
def test_who_it_happened_to_stands_there_as_the_reporter_said(
    app: Flask, reviewer: FlaskClient, clock: Clock
) -> None:
    service, answers = the_staff(app).service, {"kinds": ("threat",), "relation": ("witness",)}
    sealed = intake.prepare(replace(a_report(), answers=answers), service.desk, clock())
    with service.begin() as session:
        intake.store(session, sealed)
    case = bytes(sealed.case["id"])  # type: ignore[arg-type]
    told = reviewer.get(f"/staff/case/{case.hex()}/evidence").text
    assert "The reporter sent no files." in told
    assert "Who did this happen to?" in told
    assert "I saw or heard it" in told


def test_a_file_that_is_unchanged_is_said_to_be_and_the_check_is_kept(
    app: Flask, reviewer: FlaskClient, seeds: Seeds
) -> None:
    sent = a_report_with(app, PHOTO)
    answer = press(reviewer, sent, "check")
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith(f"{where(sent)}#file-")
    (_came, checked) = steps(page_of(reviewer, sent))
    assert "Checked: it is unchanged" in checked
    assert "Aiko Mori" in checked
    assert "file.verified" in noted(app, seeds, sent.case)


def test_a_check_pressed_twice_is_one_check(app: Flask, reviewer: FlaskClient) -> None:
    sent = a_report_with(app, PHOTO)
    page = page_of(reviewer, sent)
    (number,) = numbers_on(page)
    once = page.all("input", name="once")[0].attributes["value"]
    fields = {"token": token_of(page.response), "once": once}
    for _ in range(2):
        assert reviewer.post(f"{where(sent)}/{number}/check", data=fields).status_code == 303
    assert len(steps(page_of(reviewer, sent))) == 2


@pytest.mark.parametrize("what", ["a piece", "the hash that stands in clear"])
def test_a_difference_is_an_alarm_and_is_kept_as_well(
    app: Flask, reviewer: FlaskClient, seeds: Seeds, what: str
) -> None:
    sent = a_report_with(app, PHOTO)
    with the_staff(app).service.begin() as session:
        if what == "a piece":
            piece = session.scalars(select(Piece)).one()
            piece.slice_sealed = flipped(piece.slice_sealed)
        else:
            session.execute(update(FileRow).values(box_sha256=bytes(32)))
    answer = press(reviewer, sent, "check")
    assert answer.status_code == 409
    assert "alarm" in answer.text.lower()
    assert noted(app, seeds, sent.case)[-2:] == ["file.verified", "alarm.raised"]
    assert "it is NOT what came in" in steps(page_of(reviewer, sent))[-1]


ACTS = ("check", "clean", "show", "copy", "shown", PREVIEW, "grey", "colour")


def attempts(client: FlaskClient, at: str, token: str) -> list[TestResponse]:
    """Try everything that there is to do with a file, and the page of all of them."""
    fields = {"check": {"once": "ab"}, "show": {"once": "ab", "colour": ""}}
    found = [client.get(at.rpartition("/")[0])]
    for act in ACTS:
        typed = {"token": token, **fields.get(act, {})}
        send = client.get if act in ACTS[4:] else client.post
        found.append(send(f"{at}/{act}", data=typed if send == client.post else None))
    return found


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ADMINISTRATOR, Role.CASEWORKER])
def test_for_whom_the_report_is_not_there_its_evidence_is_not_either(
    app: Flask, reviewer: FlaskClient, seeds: Seeds, clock: Clock, role: Role
) -> None:
    sent = a_report_with(app, PHOTO)
    press(reviewer, sent, "clean")
    (number,) = numbers_on(page_of(reviewer, sent))
    somebody = app.test_client()
    home = first_page(somebody, a_member(app, seeds, "Mika", role), clock)
    missing = somebody.get("/staff/nothing")
    before = rows(app, FileRow, Piece, CustodyRow)
    for answer in attempts(somebody, f"{where(sent)}/{number}", token_of(home)):
        assert (answer.status_code, answer.data) == (404, missing.data)
    assert rows(app, FileRow, Piece, CustodyRow) == before


def test_a_file_of_another_report_is_none_of_this_one(app: Flask, reviewer: FlaskClient) -> None:
    one, other = a_report_with(app, PHOTO), a_report_with(app, WORDS)
    press(reviewer, one, "clean")
    page = page_of(reviewer, one)
    (number,) = numbers_on(page)
    tried = attempts(reviewer, f"{where(other)}/{number}", token_of(page.response))[1:]
    assert {answer.status_code for answer in tried} == {404}
    assert len(steps(page_of(reviewer, other))) == 1


def test_if_the_log_cannot_be_written_nothing_is_shown(app: Flask, reviewer: FlaskClient) -> None:
    sent = a_report_with(app, PHOTO)
    press(reviewer, sent, "clean")
    page = page_of(reviewer, sent)
    (number,) = numbers_on(page)
    drop_the_log(app)
    tried = attempts(reviewer, f"{where(sent)}/{number}", token_of(page.response))
    for answer in tried:
        assert answer.status_code in {303, 404, 500, 503}
        assert b"JFIF" not in answer.data
        assert PHOTO.name not in answer.text


def test_an_altered_record_of_what_was_done_is_an_alarm(app: Flask, reviewer: FlaskClient) -> None:
    sent = a_report_with(app, PHOTO)
    press(reviewer, sent, "check")
    (number,) = numbers_on(page_of(reviewer, sent))
    with the_staff(app).service.begin() as session:
        row = session.scalars(select(CustodyRow)).one()
        row.content_sealed = flipped(row.content_sealed)
    assert reviewer.get(where(sent)).status_code == 409
    assert reviewer.get(f"{where(sent)}/{number}/grey").status_code == 409
