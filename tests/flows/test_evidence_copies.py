"""Clean copies of evidence: they carry nothing, and are kept beside the original."""

import hashlib
import re
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from admin.cleaning import turns
from reporting.file_rows import FileRow
from reporting.settings import FileLimits, Settings
from tests import hidden_words
from tests.builders import Seeds
from tests.builders_staff import noted, taken_out, the_staff, token_of
from tests.conftest import Clock
from tests.evidence import (
    BROKEN,
    HEIC,
    LETTER,
    OFFICE,
    PHOTO,
    PREVIEW,
    SAID,
    WORDS,
    Sent,
    a_report_with,
    numbers_on,
    page_of,
    press,
    rows,
    steps,
    where,
)
from tests.multipart import Evidence
from tests.stepping_up import confirm
from tests.walks import on_one


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """The same instance, which takes few files and small ones."""
    return replace(settings, files=FileLimits(3, 3_000_000, 5_000_000))


def test_a_clean_copy_of_a_picture_carries_nothing_and_is_kept_beside_the_original(
    app: Flask, reviewer: FlaskClient, seeds: Seeds
) -> None:
    sent = a_report_with(app, PHOTO)
    assert press(reviewer, sent, "clean").status_code == 303
    page = page_of(reviewer, sent)
    assert "A clean copy was made" in steps(page)[-1]
    assert not page.all("form", action=f"{where(sent)}/{numbers_on(page)[0]}/clean")
    answer = press(reviewer, sent, "copy")
    name = answer.headers["Content-Disposition"].removeprefix("attachment; filename=")
    assert re.fullmatch(r"[0-9a-f]{8}\.jpg", name)
    assert answer.mimetype == "application/octet-stream"
    assert SAID.found_in(hidden_words.unpacked(answer.data)) == []
    assert hashlib.sha256(answer.data).hexdigest() in page_of(reviewer, sent).one("main").text
    verbs = noted(app, seeds, sent.case)
    assert {"file.cleaned", "file.copy_downloaded"} <= set(verbs)
    see_original(reviewer, sent, PHOTO)


def see_original(client: FlaskClient, sent: Sent, file: Evidence) -> None:
    """Take the original out and see that it is what was sent."""
    (number, *_others) = numbers_on(page_of(client, sent))
    assert taken_out(client, f"/staff/case/{sent.case}/file/{number}").data == file.data


def test_a_clean_copy_of_a_document_is_there_to_take_out_and_not_to_show(
    app: Flask, reviewer: FlaskClient
) -> None:
    sent = a_report_with(app, LETTER)
    assert press(reviewer, sent, "clean").status_code == 303
    page = page_of(reviewer, sent)
    assert "What was filled into forms" in page.one("main").text
    assert page.all("img") == []
    (number,) = numbers_on(page)
    assert page.all("form", action=f"{where(sent)}/{number}/show") == []
    fields = {"token": token_of(page.response), "once": "ab", "colour": ""}
    assert reviewer.post(f"{where(sent)}/{number}/show", data=fields).status_code == 404
    for picture in ("grey", "colour", PREVIEW):
        assert reviewer.get(f"{where(sent)}/{number}/{picture}").status_code == 404
    answer = press(reviewer, sent, "copy")
    assert answer.headers["Content-Disposition"].endswith(".pdf")
    assert SAID.found_in(hidden_words.unpacked(answer.data)) == []


def test_cleaning_twice_makes_one_copy(app: Flask, reviewer: FlaskClient) -> None:
    sent = a_report_with(app, PHOTO)
    page = page_of(reviewer, sent)
    (number,) = numbers_on(page)
    fields = {"token": token_of(page.response)}
    for _ in range(2):
        answer = reviewer.post(f"{where(sent)}/{number}/clean", data=fields)
        assert answer.status_code == 303
    assert rows(app, FileRow) == [4]
    assert [step for step in steps(page_of(reviewer, sent)) if "copy was made" in step][1:] == []


def test_the_reporter_sees_no_copy_and_may_send_as_much_as_before(
    app: Flask, reviewer: FlaskClient
) -> None:
    sent = a_report_with(app)
    sent.reporter.attach("/m/files", PHOTO)
    before = sent.reporter.get("/m/files").text
    assert press(reviewer, sent, "clean").status_code == 303
    doors = re.findall(r'href="/m/file/[0-9a-f]+"|/m/files/[0-9a-f]{32}', before)
    after = sent.reporter.get("/m/files").text
    assert doors == re.findall(r'href="/m/file/[0-9a-f]+"|/m/files/[0-9a-f]{32}', after)
    sent.reporter.attach("/m/files", WORDS, WORDS)
    assert len(numbers_on(page_of(reviewer, sent))) == 3
    assert "note.txt" in sent.reporter.get("/m/files").text


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (OFFICE, "No clean copy can be made of this kind of file."),
        (HEIC, "Of a photo in HEIC the reporter can send you a JPEG"),
        (BROKEN, "No clean copy could be made"),
        (
            Evidence("bomb.bmp", b"BM" + b"\xff\xff\xff\x7f" * 12, "image/bmp"),
            "No clean copy could be made",
        ),
    ],
)
@on_one
def test_what_cannot_be_cleaned_is_said_kindly_and_the_original_stays(
    app: Flask, reviewer: FlaskClient, clock: Clock, file: Evidence, words: str
) -> None:
    sent = a_report_with(app, file)
    answer = press(reviewer, sent, "clean")
    assert answer.status_code == 409
    assert words in answer.text
    assert rows(app, FileRow) == [1]
    assert reviewer.get("/staff/").status_code == 200
    confirm(app, reviewer, clock)
    see_original(reviewer, sent, file)


@on_one
def test_while_others_are_at_it_one_is_asked_to_come_again(
    app: Flask, reviewer: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = a_report_with(app, PHOTO)
    monkeypatch.setattr("os.cpu_count", lambda: 1)
    monkeypatch.setattr(turns, "_STEP_SECONDS", 1.0)
    with turns.taken(the_staff(app).service.settings.instance):
        answer = press(reviewer, sent, "clean")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "10"
    assert press(reviewer, sent, "clean").status_code == 303


@on_one
def test_when_the_disk_is_nearly_full_no_copy_is_kept(
    app: Flask, reviewer: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = a_report_with(app, PHOTO)
    page_of(reviewer, sent)
    monkeypatch.setattr("shutil.disk_usage", lambda _path: _Full())
    answer = press(reviewer, sent, "clean")
    assert answer.status_code == 409
    assert "There is no room to keep a copy." in answer.text
    page = page_of(reviewer, sent)
    assert "was not kept: there was no room" in steps(page)[-1]
    assert "A clean copy was tried" not in page.one("main").text  # the file is not to blame
    assert rows(app, FileRow) == [1]


class _Full:
    total, used, free = 10**12, 10**12, 10**8


def test_a_report_taken_back_takes_its_copies_along_and_brings_them_back(
    app: Flask, reviewer: FlaskClient
) -> None:
    sent = a_report_with(app, PHOTO)
    press(reviewer, sent, "clean")
    sent.reporter.fill("/m/end", {"word": "erase"})
    assert reviewer.get(where(sent)).status_code == 404
    sent.reporter.fill("/m/end", {}, do="undo")
    answer = press(reviewer, sent, "copy")
    assert answer.status_code == 200
    assert SAID.found_in(hidden_words.unpacked(answer.data)) == []
