"""Looking at evidence with care: blurred at first, and in colour for whoever asks twice."""

import io
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from admin import evidence
from reporting.settings import FileLimits, Settings
from tests import hidden_words
from tests.builders import Seeds
from tests.builders_staff import noted, taken_out, token_of
from tests.conftest import Clock
from tests.deciders import a_team
from tests.evidence import (
    HEIC,
    OFFICE,
    PHOTO,
    PREVIEW,
    SAID,
    WORDS,
    a_report_with,
    numbers_on,
    page_of,
    press,
    sent_from,
    steps,
    where,
)
from tests.multipart import Evidence
from tests.stepping_up import ASKS, confirm
from tests.visitor import Page
from tests.walks import on_one


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """The same instance, which takes few files and small ones."""
    return replace(settings, files=FileLimits(3, 3_000_000, 5_000_000))


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
