"""The page of the evidence: what came in, what was done with it, and looking at it with care."""

import hashlib
import io
import re
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import func, select, update
from werkzeug.test import TestResponse

from admin import evidence
from admin.cleaning import turns
from crypto.roles import Role
from reporting import intake
from reporting.case_rows import CustodyRow
from reporting.file_rows import FileRow, Piece
from reporting.settings import FileLimits, Settings
from tests import hidden_words
from tests.builders import Seeds, a_report
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
from tests.deciders import a_team
from tests.flows.test_staff_files import Sent, a_report_with
from tests.hidden_words import Canaries
from tests.multipart import Evidence
from tests.stepping_up import ASKS, confirm
from tests.visitor import Page
from tests.walks import on_one

SAID = Canaries()
PHOTO = Evidence("at the door.jpg", hidden_words.a_jpeg(SAID), "image/jpeg")
LETTER = Evidence("letter.pdf", hidden_words.a_pdf(SAID), "application/pdf")
OFFICE = Evidence("list.docx", b"PK\x03\x04" + bytes(60), "application/msword")
HEIC = Evidence("IMG_0001.HEIC", b"\0\0\0\x18ftypheic" + bytes(60), "image/heic")
WORDS = Evidence("note.txt", b"He stood there for an hour.", "text/plain")
BROKEN = Evidence("broken.png", hidden_words.a_png(Canaries())[:200], "image/png")
PREVIEW = "blurred"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """The same instance, which takes few files and small ones."""
    return replace(settings, files=FileLimits(3, 3_000_000, 5_000_000))


def where(sent: Sent) -> str:
    return f"/staff/case/{sent.case}/evidence"


def page_of(client: FlaskClient, sent: Sent) -> Page:
    answer = client.get(where(sent))
    assert answer.status_code == 200, answer.text
    return Page(answer)


def numbers_on(page: Page) -> list[str]:
    """Return the numbers of the files on the page of the evidence, in their order."""
    checks = [form.attributes["action"] for form in page.all("form")]
    return [re.findall("[0-9a-f]{32}", at)[-1] for at in checks if at.endswith("/check")]


def press(client: FlaskClient, sent: Sent, what: str, number: int = 0) -> TestResponse:
    """Press a button of a file on the page of the evidence."""
    page = page_of(client, sent)
    address = f"{where(sent)}/{numbers_on(page)[number]}/{what}"
    return sent_from(page, client, address)


def sent_from(page: Page, client: FlaskClient, address: str) -> TestResponse:
    """Send the form of a page that goes to an address."""
    forms = page.all("form", action=address)
    assert forms, f"there is no such button: {address}"
    inside = [one for one in page.all("input") if forms[0] in one.around]
    fields = {one.attributes["name"]: one.attributes["value"] for one in inside}
    return client.post(address, data=fields, buffered=True)


def steps(page: Page) -> list[str]:
    return [one.text for one in page.within("ol") if one.tag == "li"]


def rows(app: Flask, *models: type[FileRow | Piece | CustodyRow]) -> list[int]:
    with the_staff(app).service.read() as session:
        return [session.scalars(select(func.count()).select_from(one)).one() for one in models]


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


def test_a_picture_is_blurred_until_somebody_asks_and_then_grey_and_then_in_colour(
    app: Flask, reviewer: FlaskClient, seeds: Seeds
) -> None:
    sent = a_report_with(app, PHOTO)
    press(reviewer, sent, "clean")
    page = page_of(reviewer, sent)
    (number,) = numbers_on(page)
    (picture,) = page.all("img")
    assert picture.attributes["src"] == f"{where(sent)}/{number}/{PREVIEW}"
    for made in ("grey", "colour"):
        assert reviewer.get(f"{where(sent)}/{number}/{made}").status_code == 404
    assert reviewer.get(f"{where(sent)}/{number}/shown").status_code == 404

    shown = Page(reviewer.get(press(reviewer, sent, "show").headers["Location"]))
    assert shown.one("img").attributes["src"].endswith("/grey")
    assert reviewer.get(f"{where(sent)}/{number}/colour").status_code == 404
    grey = Image.open(io.BytesIO(reviewer.get(shown.one("img").attributes["src"]).data))
    assert grey.mode == "L"

    again = sent_from(shown, reviewer, f"{where(sent)}/{number}/show")
    coloured = Page(reviewer.get(again.headers["Location"]))
    assert coloured.one("img").attributes["src"].endswith("/colour")
    assert "looked at pictures today: 2" in coloured.one("main").text
    copy = reviewer.get(coloured.one("img").attributes["src"])
    assert SAID.found_in(hidden_words.unpacked(copy.data)) == []

    assert "Shown in grey" in steps(page_of(reviewer, sent))[-2]
    assert "Shown in colour" in steps(page_of(reviewer, sent))[-1]
    assert noted(app, seeds, sent.case).count("file.shown") == 2


def test_show_pressed_twice_is_one_look(app: Flask, reviewer: FlaskClient) -> None:
    sent = a_report_with(app, PHOTO)
    press(reviewer, sent, "clean")
    page = page_of(reviewer, sent)
    for _ in range(2):
        address = f"{where(sent)}/{numbers_on(page)[0]}/show"
        assert sent_from(page, reviewer, address).status_code == 303
    assert [step for step in steps(page_of(reviewer, sent)) if "Shown" in step][1:] == []


def test_even_the_blurred_picture_is_in_the_log(
    app: Flask, reviewer: FlaskClient, seeds: Seeds
) -> None:
    sent = a_report_with(app, PHOTO)
    press(reviewer, sent, "clean")
    (number,) = numbers_on(page_of(reviewer, sent))
    assert "file.previewed" not in noted(app, seeds, sent.case)
    assert reviewer.get(f"{where(sent)}/{number}/{PREVIEW}").status_code == 200
    assert noted(app, seeds, sent.case)[-1] == "file.previewed"


def test_what_one_asked_for_is_shown_for_a_while_and_to_nobody_else(
    app: Flask, seeds: Seeds, clock: Clock
) -> None:
    team = a_team(app, seeds, clock)
    reviewer, somebody = team.aiko.client, team.ren.client
    sent = a_report_with(app, PHOTO)
    press(reviewer, sent, "clean")
    (number,) = numbers_on(page_of(reviewer, sent))
    press(reviewer, sent, "show")
    grey = f"{where(sent)}/{number}/grey"
    assert [one.get(grey).status_code for one in (reviewer, somebody)] == [200, 404]
    clock.advance(evidence.LOOKING - timedelta(seconds=1))
    assert reviewer.get(grey).status_code == 200
    clock.advance(timedelta(seconds=1))
    assert reviewer.get(grey).status_code == 404


@on_one
def test_a_picture_is_sent_as_a_picture_and_as_nothing_else(
    app: Flask, reviewer: FlaskClient
) -> None:
    sent = a_report_with(app, PHOTO)
    press(reviewer, sent, "clean")
    page = page_of(reviewer, sent)
    assert "img-src 'self'" in page.response.headers["Content-Security-Policy"]
    assert "img-src" not in reviewer.get("/staff/").headers["Content-Security-Policy"]
    answer = reviewer.get(f"{where(sent)}/{numbers_on(page)[0]}/{PREVIEW}")
    assert answer.mimetype == "image/jpeg"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Content-Disposition" not in answer.headers
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none';")
    assert policy.endswith("sandbox")


@on_one
def test_of_a_photo_that_cannot_be_cleaned_the_warning_says_so(
    app: Flask, reviewer: FlaskClient
) -> None:
    sent = a_report_with(app, HEIC)
    (number,) = numbers_on(page_of(reviewer, sent))
    warning = reviewer.get(f"/staff/case/{sent.case}/file/{number}").text
    assert "No clean copy can be made of it here" in warning
    assert "show your second factor again" in warning
    assert "have a clean copy made" not in warning


@pytest.mark.parametrize("file", [OFFICE, Evidence("clip.mp4", b"\0\0\0\x18ftypmp42", "video/mp4")])
def test_what_can_start_something_asks_for_a_second_factor_first(
    app: Flask, reviewer: FlaskClient, seeds: Seeds, clock: Clock, file: Evidence
) -> None:
    sent = a_report_with(app, file)
    (number,) = numbers_on(page_of(reviewer, sent))
    address = f"/staff/case/{sent.case}/file/{number}"
    warning = reviewer.get(address)
    assert "A file can be an attack on you" in warning.text
    assert "show your second factor again" in warning.text
    refused = reviewer.post(address, data={"token": token_of(warning)})
    assert ASKS in refused.text
    assert file.data not in refused.data
    assert "file.downloaded" not in noted(app, seeds, sent.case)
    confirm(app, reviewer, clock)
    assert taken_out(reviewer, address).data == file.data
    assert "file.downloaded" in noted(app, seeds, sent.case)
    assert "The original was taken out" in steps(page_of(reviewer, sent))[-1]


@pytest.mark.parametrize("file", [PHOTO, WORDS])
@on_one
def test_what_starts_nothing_is_behind_a_warning_alone(
    app: Flask, reviewer: FlaskClient, file: Evidence
) -> None:
    sent = a_report_with(app, file)
    (number,) = numbers_on(page_of(reviewer, sent))
    address = f"/staff/case/{sent.case}/file/{number}"
    warning = reviewer.get(address)
    assert "A file can be an attack on you" in warning.text
    assert "second factor" not in warning.text
    assert ("have a clean copy made" in warning.text) is (file is PHOTO)
    assert reviewer.post(address, data={}).status_code == 400
    assert taken_out(reviewer, address).data == file.data


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
