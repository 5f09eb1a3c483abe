"""Files of a reporter, as the team sees them and takes them out, through HTTP."""

import hashlib
import os
import re
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from admin.permissions import FIRST_READERS
from crypto.roles import Role
from reporting.database import Base
from reporting.file_rows import FileRow, Piece
from reporting.models import VisitRow
from reporting.settings import FileLimits, Settings
from tests import multipart
from tests.builders import Seeds
from tests.builders_staff import (
    a_member,
    drop_the_log,
    first_page,
    flipped,
    noted,
    send_files,
    taken_out,
    the_staff,
    token_of,
)
from tests.conftest import Clock
from tests.evidence import a_report_with
from tests.multipart import Evidence
from tests.stepping_up import confirm
from tests.visitor import Page

PHOTO = Evidence("花見 <b> at home.jpg", b"\xff\xd8\xff canary of a photo \0\r\n--", "image/jpeg")
VIDEO = Evidence("call.mp4", b"\xff\xd8\xff" + os.urandom(2_499_997), "video/mp4")
LETTER = Evidence("what you can do.pdf", b"%PDF-1.7 canary of a letter", "application/pdf")
NO_FILE = "0" * 32
# One kind of database is enough for what pages look like.
on_one = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """The same instance, which takes few files and small ones."""
    return replace(settings, files=FileLimits(3, 3_000_000, 5_000_000))


def rows(app: Flask) -> list[int]:
    """Return how many visits, files and pieces of files there are."""
    models: list[type[Base]] = [VisitRow, FileRow, Piece]
    with the_staff(app).service.read() as session:
        return [session.scalars(select(func.count()).select_from(one)).one() for one in models]


def shown(client: FlaskClient, case: str) -> Page:
    return Page(client.get(f"/staff/case/{case}"))


def doors(page: Page) -> list[str]:
    """Return the addresses of the files on a page."""
    links = [link.attributes["href"] for link in page.all("a")]
    return [address for address in links if re.search(r"/files?/[0-9a-f]{32}$", address)]


def test_a_reviewer_sees_what_each_file_is_and_takes_it_out_byte_for_byte(
    app: Flask, reviewer: FlaskClient
) -> None:
    sent = a_report_with(app, PHOTO, VIDEO)
    sent.reporter.attach("/m/files", LETTER)
    page = shown(reviewer, sent.case)
    told = page.one("section", id="shared").text
    for file, size in ((PHOTO, "27 bytes"), (VIDEO, "2.5 MB"), (LETTER, "27 bytes")):
        assert file.name in told
        assert f"{size} · {file.media_type}" in told
        assert hashlib.sha256(file.data).hexdigest() in told
    assert told.count("Reporter") == 3
    originals = {taken_out(reviewer, address).data for address in doors(page)}
    assert originals == {PHOTO.data, VIDEO.data, LETTER.data}


@on_one
def test_a_file_is_given_out_as_something_to_keep_under_a_name_that_tells_nothing(
    app: Flask, reviewer: FlaskClient, clock: Clock
) -> None:
    sent = a_report_with(app, PHOTO, Evidence("photo.jpg.exe", b"MZ", "text/html"))
    for address in doors(shown(reviewer, sent.case)):
        confirm(app, reviewer, clock)
        answer = taken_out(reviewer, address)
        name = answer.headers["Content-Disposition"].removeprefix("attachment; filename=")
        assert name in {f"{address[-32:-24]}.jpg", f"{address[-32:-24]}.bin"}
        assert answer.mimetype == "application/octet-stream"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.content_length == len(answer.data)


@on_one
def test_a_name_is_shown_as_the_words_of_somebody_else(app: Flask, reviewer: FlaskClient) -> None:
    sent = a_report_with(app, PHOTO)
    page = shown(reviewer, sent.case)
    (name,) = [element for element in page.all("span") if element.text == PHOTO.name]
    assert name.attributes == {"class": "words", "translate": "no", "dir": "auto"}


def test_taking_a_file_out_is_in_the_log_each_time_and_the_reporter_is_not_named(
    app: Flask, reviewer: FlaskClient, seeds: Seeds
) -> None:
    sent = a_report_with(app, PHOTO)
    (address,) = doors(shown(reviewer, sent.case))
    for _ in range(2):
        taken_out(reviewer, address)
    taking = ["evidence.viewed", "evidence.viewed", "file.downloaded"]
    assert noted(app, seeds, sent.case)[-7:] == ["case.opened", *taking, *taking]


def test_if_the_log_cannot_be_written_no_file_is_given_out_and_none_is_sent(
    app: Flask, reviewer: FlaskClient
) -> None:
    sent = a_report_with(app, PHOTO)
    (address,) = doors(shown(reviewer, sent.case))
    form = multipart.body({"token": token_of(reviewer.get("/staff/"))}, LETTER)
    before, here = rows(app), f"/staff/case/{sent.case}/files"
    token = {"token": token_of(reviewer.get("/staff/"))}
    drop_the_log(app)
    taking = reviewer.post(address, data=token)
    sending = reviewer.post(here, data=form, content_type=multipart.TYPE)
    for answer in (reviewer.get(address), taking, sending):
        assert answer.status_code in {500, 503}
        assert b"canary" not in answer.data
    assert rows(app) == before


def test_a_file_of_the_reporter_is_marked_until_somebody_opens_the_report(
    app: Flask, reviewer: FlaskClient
) -> None:
    sent = a_report_with(app)
    assert "new message" not in reviewer.get("/staff/list/received").text
    sent.reporter.attach("/m/files", PHOTO)
    assert "new message" in reviewer.get("/staff/list/received").text
    shown(reviewer, sent.case)
    assert "new message" not in reviewer.get("/staff/list/received").text


@pytest.mark.parametrize("role", sorted(set(Role) - FIRST_READERS))
def test_for_everybody_else_there_is_neither_a_file_nor_a_way_to_send_one(
    app: Flask, reviewer: FlaskClient, seeds: Seeds, clock: Clock, role: Role
) -> None:
    sent = a_report_with(app, PHOTO)
    (address,) = doors(shown(reviewer, sent.case))
    somebody = app.test_client()
    mika = a_member(app, seeds, "Mika", role)
    first_page(somebody, mika, clock)
    before = rows(app)
    missing = somebody.get("/staff/nothing")
    for answer in (somebody.get(address), send_files(somebody, sent.case, LETTER)):
        assert answer.status_code == 404
        assert answer.data == missing.data
        assert answer.headers == missing.headers
    assert rows(app) == before
    assert noted(app, seeds, sent.case, mika)[-2:] == ["access.denied", "access.denied"]


def test_who_is_not_signed_in_gets_nothing_and_leaves_nothing(
    app: Flask, reviewer: FlaskClient
) -> None:
    sent = a_report_with(app, PHOTO)
    (address,) = doors(shown(reviewer, sent.case))
    stranger, before = app.test_client(), rows(app)
    asked = stranger.get(address)
    assert (asked.status_code, asked.headers["Location"]) == (303, "/staff/sign-in")
    form = multipart.body({"token": "0" * 32}, LETTER)
    given = stranger.post(f"/staff/case/{sent.case}/files", data=form, content_type=multipart.TYPE)
    assert given.status_code == 403
    assert rows(app) == before


def test_a_report_that_was_taken_back_gives_no_file_and_takes_none(
    app: Flask, reviewer: FlaskClient
) -> None:
    sent = a_report_with(app, PHOTO)
    (address,) = doors(shown(reviewer, sent.case))
    sent.reporter.fill("/m/end", {"word": "erase"})
    before, missing = rows(app), reviewer.get("/staff/nothing")
    assert reviewer.get(address).data == missing.data
    assert send_files(reviewer, sent.case, LETTER).data == missing.data
    assert rows(app) == before


def test_a_file_of_another_report_is_the_page_of_a_file_that_never_was(
    app: Flask, reviewer: FlaskClient
) -> None:
    one, other = a_report_with(app, PHOTO), a_report_with(app, LETTER)
    (address,) = doors(shown(reviewer, one.case))
    moved = reviewer.get(address.replace(one.case, other.case))
    never = reviewer.get(f"/staff/case/{one.case}/file/{NO_FILE}")
    assert (moved.status_code, moved.data, moved.headers) == (404, never.data, never.headers)
    assert taken_out(reviewer, address).data == PHOTO.data


def test_of_an_altered_file_no_byte_is_given_out_and_the_alarm_is_raised(
    app: Flask, reviewer: FlaskClient, seeds: Seeds
) -> None:
    sent = a_report_with(app, VIDEO)
    (address,) = doors(shown(reviewer, sent.case))
    with the_staff(app).service.begin() as session:
        last = session.scalars(select(Piece).order_by(Piece.id.desc())).first()
        assert last
        last.slice_sealed = flipped(last.slice_sealed)
    token = {"token": token_of(reviewer.get("/staff/"))}
    for answer in (reviewer.get(address), reviewer.post(address, data=token)):
        assert answer.status_code == 409
        assert "Nothing was opened" in answer.text
        assert VIDEO.data[:32] not in answer.data
        assert noted(app, seeds, sent.case)[-2:] == ["evidence.viewed", "alarm.raised"]
