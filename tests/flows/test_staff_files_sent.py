"""Files that the team sends to a reporter, through HTTP."""

import re
import shutil
from dataclasses import replace
from io import BytesIO
from typing import NamedTuple

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from reporting.settings import FileLimits, Settings
from tests import multipart
from tests.builders import Seeds
from tests.builders_staff import noted, send_files, token_of
from tests.evidence import a_report_with
from tests.flows.test_staff_files import LETTER, PHOTO, VIDEO, doors, on_one, rows, shown
from tests.multipart import Evidence
from tests.visitor import Page

TOO_LARGE = Evidence("film.mov", bytes(3_000_001), "video/quicktime")


class Usage(NamedTuple):
    """What the system says about a disk."""

    total: int
    used: int
    free: int


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """The same instance, which takes few files and small ones."""
    return replace(settings, files=FileLimits(3, 3_000_000, 5_000_000))


def taken(client: FlaskClient, address: str) -> bytes:
    """Take a file out, to its last byte."""
    data: bytes = client.get(address, buffered=True).data
    return data


def problem(answer: TestResponse) -> list[str]:
    assert answer.status_code == 422
    page = Page(answer)
    return [link.text for link in page.within("section") if link.tag == "a"]


def cut_off(client: FlaskClient, case: str, form: bytes, length: int) -> TestResponse:
    """Send so much of a form, and hang up."""
    return client.post(
        f"/staff/case/{case}/files",
        input_stream=BytesIO(form[:length]),
        content_length=len(form),
        content_type=multipart.TYPE,
    )


def test_files_for_the_reporter_are_found_with_the_code_and_each_is_in_the_log(
    app: Flask, reviewer: FlaskClient, seeds: Seeds
) -> None:
    sent = a_report_with(app, PHOTO)
    answer = send_files(reviewer, sent.case, LETTER, VIDEO)
    assert answer.headers["Location"] == f"/staff/case/{sent.case}#shared"
    assert noted(app, seeds, sent.case) == ["file.sent", "file.sent"]
    page = sent.reporter.open("/m/files")
    told = page.one("ul").text
    assert told.count("The team") == 2
    assert LETTER.name in told
    assert {taken(sent.reporter.client, address) for address in doors(page)} == {
        LETTER.data,
        VIDEO.data,
    }
    assert len(doors(shown(reviewer, sent.case))) == 3


@on_one
def test_the_reporter_is_never_told_who_sent_a_file(app: Flask, reviewer: FlaskClient) -> None:
    sent = a_report_with(app)
    send_files(reviewer, sent.case, LETTER)
    assert "Aiko" not in sent.reporter.get("/m/files").text


@on_one
def test_who_chose_no_file_is_told_so(app: Flask, reviewer: FlaskClient, seeds: Seeds) -> None:
    sent = a_report_with(app)
    assert problem(send_files(reviewer, sent.case)) == ["Please choose a file first."]
    assert noted(app, seeds, sent.case) == []


def test_a_file_too_large_is_told_and_the_others_are_sent(
    app: Flask, reviewer: FlaskClient, seeds: Seeds
) -> None:
    sent = a_report_with(app)
    before = rows(app)
    told = problem(send_files(reviewer, sent.case, PHOTO, TOO_LARGE, LETTER))
    assert told == ["A file is larger than this site takes, so it was not sent."]
    assert noted(app, seeds, sent.case) == ["file.sent", "file.sent"]
    assert [row - was for row, was in zip(rows(app), before, strict=True)] == [0, 2, 2]


def test_each_side_has_a_limit_of_its_own(app: Flask, reviewer: FlaskClient) -> None:
    sent = a_report_with(app)
    sent.reporter.attach("/m/files", PHOTO, PHOTO, PHOTO)
    assert send_files(reviewer, sent.case, LETTER, LETTER, LETTER).status_code == 303
    full = ["This conversation holds as many files of the team as it can."]
    assert problem(send_files(reviewer, sent.case, LETTER)) == full
    other = a_report_with(app)
    assert problem(send_files(reviewer, other.case, VIDEO, VIDEO, VIDEO)) == full
    assert len(doors(other.reporter.open("/m/files"))) == 2


@on_one
def test_when_the_disk_is_nearly_full_files_are_refused_and_words_are_not(
    app: Flask, reviewer: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = a_report_with(app)
    before = rows(app)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: Usage(10**12, 10**12, 10**8))
    full = "The disk is nearly full, so files are refused. Tell the operator."
    assert problem(send_files(reviewer, sent.case, LETTER)) == [full]
    assert rows(app) == before
    fields = {"token": token_of(reviewer.get("/staff/")), "text": "hello"}
    assert reviewer.post(f"/staff/case/{sent.case}/reply", data=fields).status_code == 303


@on_one
def test_a_refusal_in_another_language_is_in_that_language(
    app: Flask, reviewer: FlaskClient
) -> None:
    sent = a_report_with(app)
    reviewer.set_cookie("__Host-l", "ja")
    page = Page(send_files(reviewer, sent.case))
    assert page.one("html").attributes["lang"] == "ja"
    assert not re.search(r"[A-Za-z]{4,}", page.one("main").text)


@on_one
def test_files_without_the_token_of_this_browser_are_refused(
    app: Flask, reviewer: FlaskClient
) -> None:
    sent = a_report_with(app)
    before, address = rows(app), f"/staff/case/{sent.case}/files"
    token = token_of(reviewer.get("/staff/"))
    for fields in ({}, {"token": "0" * 32}):
        form = multipart.body(fields, LETTER)
        answer = reviewer.post(address, data=form, content_type=multipart.TYPE)
        assert answer.status_code == 400
    form = multipart.body({"token": token}, LETTER)
    foreign = {"Sec-Fetch-Site": "cross-site"}
    answer = reviewer.post(address, data=form, content_type=multipart.TYPE, headers=foreign)
    assert answer.status_code == 400
    assert reviewer.post(address, data={"token": token}).status_code == 400
    assert rows(app) == before


def test_what_breaks_off_leaves_nothing_but_the_files_before_it(
    app: Flask, reviewer: FlaskClient, seeds: Seeds
) -> None:
    sent = a_report_with(app)
    before = rows(app)
    form = multipart.body({"token": token_of(reviewer.get("/staff/"))}, LETTER, VIDEO)
    assert cut_off(reviewer, sent.case, form, len(form) - 300_000).status_code == 400
    assert [row - was for row, was in zip(rows(app), before, strict=True)] == [0, 1, 1]
    assert noted(app, seeds, sent.case) == ["file.sent"]
    (address,) = doors(sent.reporter.open("/m/files"))
    assert taken(sent.reporter.client, address) == LETTER.data
