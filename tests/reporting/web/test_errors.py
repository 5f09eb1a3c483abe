import logging
from collections.abc import Iterator
from dataclasses import replace
from http import HTTPStatus

import pytest
from flask import Flask, abort

from forms.base import UnknownAnswerError
from reporting.errors import (
    AlreadySentError,
    CodeUnknownError,
    DraftChangedError,
    DraftFullError,
    MailboxClosedError,
    MailboxFullError,
    UnansweredError,
    VisitGoneError,
)
from reporting.languages import OFFERED
from reporting.settings import Settings, Site
from reporting.web.bodies import LateBodyError
from reporting.web.context import runtime_of
from reporting.web.cookies import NoCookieError
from reporting.web.errors import PAGES
from reporting.web.visit import ForeignEntryError, ForeignFormError
from tests.builders import Seeds, an_office
from tests.conftest import Clock
from tests.visitor import Page, Visitor
from wsgi import create_app

TELLING = "canary-7f3a"


@pytest.fixture
def staff_only(settings: Settings, seeds: Seeds, clock: Clock) -> Iterator[Flask]:
    """A process that serves no public page."""
    an_office(settings, seeds)
    made = create_app(
        replace(settings, sites=frozenset({Site.STAFF})), clock, lambda _app, _runtime: None
    )
    yield made
    runtime_of(made).database.engine.dispose()


def failing(app: Flask, error: BaseException) -> None:
    def view() -> str:
        raise error

    app.add_url_rule("/fails", view_func=view)


@pytest.mark.parametrize(
    ("error", "place"),
    [
        (VisitGoneError, "/"),
        (NoCookieError, "/"),
        (ForeignEntryError, "/"),
        (AlreadySentError, "/s/code"),
        (DraftChangedError, "/s/10"),
        (MailboxClosedError, "/m"),
        (CodeUnknownError, "/m#check"),
    ],
)
def test_what_has_another_place_leads_there(
    app: Flask, visitor: Visitor, error: type[Exception], place: str
) -> None:
    failing(app, error(TELLING))
    answer = visitor.get("/fails")
    assert (answer.status_code, answer.headers["Location"]) == (303, place)


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (UnknownAnswerError, 400),
        (ForeignFormError, 400),
        (LateBodyError, 400),
        (DraftFullError, 413),
        (RuntimeError, 500),
    ],
)
def test_every_other_error_has_a_page_that_says_nothing_of_it(
    app: Flask, visitor: Visitor, error: type[Exception], status: int
) -> None:
    failing(app, error(TELLING))
    answer = visitor.get("/fails")
    assert answer.status_code == status
    assert TELLING not in answer.text
    assert Page(answer).heading == PAGES[HTTPStatus(status)][0]


@pytest.mark.parametrize(
    ("error", "heading"),
    [
        (UnansweredError, "The team has not answered yet"),
        (MailboxFullError, "This conversation is full"),
    ],
)
def test_words_that_cannot_be_sent_now_lead_back_to_the_conversation(
    app: Flask, visitor: Visitor, error: type[Exception], heading: str
) -> None:
    failing(app, error(TELLING))
    page = visitor.open("/fails")
    assert page.response.status_code == 409
    assert page.heading == heading
    assert page.one("a", href="/m/read").text == "Go back"
    assert TELLING not in page.response.text


@pytest.mark.parametrize("status", sorted(PAGES))
def test_each_status_has_its_page_with_leave_and_all_languages(
    app: Flask, visitor: Visitor, status: int
) -> None:
    app.add_url_rule("/fails", view_func=lambda: abort(status))
    answer = visitor.get("/fails")
    page = Page(answer)
    assert answer.status_code == status
    assert page.title == "Sorry · Tomoshibi"
    assert len(page.all("a", **{"class": "leave"})) == 1
    offered = {link.attributes["lang"] for link in page.within("nav") if link.tag == "a"}
    assert offered == {offer.code for offer in OFFERED}


@pytest.mark.parametrize("status", [401, 403, 406, 415, 418, 429])
def test_every_other_refusal_looks_like_a_plain_400(
    app: Flask, visitor: Visitor, status: int
) -> None:
    app.add_url_rule("/fails", view_func=lambda: abort(status))
    assert visitor.get("/fails").status_code == 400


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "BREW"])
@pytest.mark.parametrize("path", ["/", "/q", "/m", "/leave"])
def test_a_method_that_a_page_does_not_know_gets_a_page_and_the_list(
    visitor: Visitor, method: str, path: str
) -> None:
    answer = visitor.client.open(path, method=method, headers=visitor.headers)
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]
    assert Page(answer).heading == "That does not work here"


@pytest.mark.parametrize(
    "path", ["/nowhere", "/q/", "/s//0", "/s/11", "/M", "/%ff%fe", "/s/code/try/x", "/.env"]
)
def test_an_address_that_is_not_ours_gets_the_neutral_page(visitor: Visitor, path: str) -> None:
    answer = visitor.get(path)
    assert answer.status_code == 404
    assert Page(answer).heading == "There is no such page"


def test_the_log_says_the_type_and_a_number_and_nobodys_words(
    app: Flask, visitor: Visitor, caplog: pytest.LogCaptureFixture
) -> None:
    failing(app, ValueError(TELLING))
    with caplog.at_level(logging.DEBUG):
        visitor.get("/fails?" + TELLING)
    (line,) = caplog.messages
    name, number = line.split(" ")
    assert name == "ValueError"
    assert len(number) == 8
    assert TELLING not in caplog.text
    assert "Traceback" not in caplog.text


def test_an_empty_favicon_spares_browsers_an_error(visitor: Visitor) -> None:
    answer = visitor.get("/favicon.ico")
    assert (answer.status_code, answer.data) == (204, b"")


def test_error_pages_of_a_staff_only_process_do_not_point_to_public_pages(
    staff_only: Flask,
) -> None:
    page = Page(Visitor(staff_only.test_client()).get("/q"))
    assert page.response.status_code == 404
    assert [link.attributes["href"] for link in page.all("a")] == ["#main"]
