"""Nobody adds a file for somebody else, or once the report is sent, and nothing is left of it."""

from datetime import timedelta

import pytest
from flask import Flask

from reporting.web.context import runtime_of
from tests import multipart
from tests.builders_files import rows
from tests.conftest import Clock
from tests.filing import FILES, LETTER, PHOTO, STORY, add, names, number_of, post
from tests.visitor import Page, Visitor


@pytest.fixture
def page(visitor: Visitor) -> Page:
    """The page for files, with a whole short report behind it."""
    return visitor.fill("/q", STORY, do="files")


@pytest.mark.usefixtures("page")
@pytest.mark.parametrize("token", ["", "0" * 32, "あ", "another's"])
def test_files_with_no_token_or_a_foreign_one_are_refused_and_nothing_is_stored(
    app: Flask, visitor: Visitor, token: str
) -> None:
    if token == "another's":
        token = Visitor(app.test_client()).token("/q")
    answer = post(visitor, FILES, multipart.body({"token": token}, PHOTO))
    assert answer.status_code == 400
    assert Page(answer).heading == "That did not work"
    assert rows(runtime_of(app)) == (0, 0)
    assert names(visitor.open(FILES)) == []


@pytest.mark.usefixtures("page")
@pytest.mark.parametrize("origin", ["cross-site", "same-site", "none"])
def test_files_from_another_site_are_refused(app: Flask, visitor: Visitor, origin: str) -> None:
    body = multipart.body({"token": visitor.token(FILES)}, PHOTO)
    assert post(visitor, FILES, body, Sec_Fetch_Site=origin).status_code == 400
    assert rows(runtime_of(app)) == (0, 0)
    assert post(visitor, FILES, body, Sec_Fetch_Site="same-origin").status_code == 303


def test_files_without_a_cookie_are_refused_and_bring_none(
    app: Flask, visitor: Visitor, page: Page
) -> None:
    token = page.all("input", name="token")[0].attributes["value"]
    stranger = Visitor(app.test_client())
    answer = post(stranger, FILES, multipart.body({"token": token}, PHOTO))
    assert answer.status_code == 400
    assert "Set-Cookie" not in answer.headers
    assert rows(runtime_of(app)) == (0, 0)
    assert names(visitor.open(FILES)) == []


@pytest.mark.usefixtures("page")
@pytest.mark.parametrize(
    "body",
    [b"", b"story=words", multipart.head(PHOTO) + b"x\r\n" + multipart.before({"token": "late"})],
)
def test_what_our_page_does_not_send_is_refused(app: Flask, visitor: Visitor, body: bytes) -> None:
    assert post(visitor, FILES, body).status_code == 400
    assert rows(runtime_of(app)) == (0, 0)


@pytest.mark.usefixtures("page")
@pytest.mark.parametrize("fields", [{"gone": "x"}, {"gone": ""}, {"do": "drop"}, {"files": "x"}])
def test_a_button_that_is_not_on_the_page_does_nothing(
    visitor: Visitor, fields: dict[str, str]
) -> None:
    add(visitor, PHOTO)
    assert visitor.post(FILES, {"token": visitor.token(FILES), **fields}).status_code == 400
    assert names(visitor.open(FILES)) == ["car.jpg"]


@pytest.mark.usefixtures("page")
def test_nobody_takes_a_file_of_somebody_else_away(app: Flask, visitor: Visitor) -> None:
    gone = number_of(add(visitor, PHOTO), "car.jpg")
    other = Visitor(app.test_client())
    other.fill("/q", STORY, do="files")
    other.post(FILES, {"token": other.token(FILES), "gone": gone})
    assert names(visitor.open(FILES)) == ["car.jpg"]


@pytest.mark.usefixtures("page")
def test_a_file_that_was_taken_away_in_another_window_is_no_trouble(visitor: Visitor) -> None:
    gone = number_of(add(visitor, PHOTO), "car.jpg")
    token = visitor.token(FILES)
    for _window in range(2):
        answer = visitor.post(FILES, {"token": token, "gone": gone})
        assert answer.headers["Location"] == FILES


@pytest.mark.usefixtures("page")
def test_once_the_report_is_sent_nothing_is_added_and_nothing_taken_away(
    app: Flask, visitor: Visitor
) -> None:
    gone = number_of(add(visitor, PHOTO), "car.jpg")
    token = visitor.token(FILES)
    visitor.fill("/s/10", {}, "send")
    body = multipart.body({"token": token}, LETTER)
    answers = [post(visitor, FILES, body), visitor.get(FILES)]
    answers += [visitor.post(FILES, {"token": token, **more}) for more in ({}, {"gone": gone})]
    assert {answer.headers["Location"] for answer in answers} == {"/s/code"}
    assert rows(runtime_of(app)) == (1, 1)


def test_files_that_come_after_the_day_of_a_draft_begin_a_new_one(
    visitor: Visitor, page: Page, clock: Clock
) -> None:
    token = page.all("input", name="token")[0].attributes["value"]
    clock.advance(timedelta(hours=25))
    assert visitor.get(FILES).headers["Location"] == "/"
    assert (
        post(visitor, FILES, multipart.body({"token": token}, PHOTO)).headers["Location"] == FILES
    )
    assert names(visitor.open(FILES)) == ["car.jpg"]
    assert visitor.open("/q").typed["story"] == [""]


def test_there_is_no_page_for_files_before_there_is_a_draft(visitor: Visitor) -> None:
    assert visitor.get(FILES).headers["Location"] == "/"
    visitor.get("/q")
    assert visitor.get(FILES).headers["Location"] == "/"
