"""Errors: the one table from what went wrong to the page or place that people see."""

import logging
import secrets
from collections.abc import Callable
from http import HTTPStatus
from typing import Final

from flask import Flask, Response, request
from werkzeug.exceptions import BadRequest, HTTPException

from forms.base import TooLongError, UnknownAnswerError
from forms.wording import msgid
from reporting.errors import (
    AlreadySentError,
    AppealClosedError,
    BusyError,
    ChoicesAlteredError,
    CodeUnknownError,
    DraftChangedError,
    DraftFullError,
    FileGoneError,
    MailboxClosedError,
    MailboxFullError,
    NotTakenBackError,
    TakenBackError,
    UnansweredError,
    VisitGoneError,
)
from reporting.web import echo, headers, visit
from reporting.web.bodies import LateBodyError, LongBodyError
from reporting.web.cookies import NoCookieError
from reporting.web.rendering import page, to
from reporting.web.visit import ForeignEntryError, ForeignFormError, FormTokenError

log = logging.getLogger("tomoshibi")

PAGES: Final = {
    HTTPStatus.BAD_REQUEST: (
        msgid("That did not work"),
        msgid("What reached us was not what our page sends. Please go back and try once more."),
    ),
    HTTPStatus.NOT_FOUND: (
        msgid("There is no such page"),
        msgid("The address may be mistyped. You can begin again at the start page."),
    ),
    HTTPStatus.METHOD_NOT_ALLOWED: (
        msgid("That does not work here"),
        msgid("You can begin again at the start page."),
    ),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: (
        msgid("That is too much at once"),
        msgid("Please go back and make the text shorter. You can write more later."),
    ),
    HTTPStatus.INTERNAL_SERVER_ERROR: (
        msgid("Something broke on our side"),
        msgid("It is not your fault. Please go back, wait a minute and try once more."),
    ),
    HTTPStatus.SERVICE_UNAVAILABLE: (
        msgid("Many people are writing just now"),
        msgid("Please wait a minute and try once more."),
    ),
}
PLACES: Final[dict[type[Exception], str]] = {
    VisitGoneError: "/",
    NoCookieError: "/",
    ForeignEntryError: "/",
    AlreadySentError: "/s/code",
    DraftChangedError: "/s/10",
    MailboxClosedError: "/m",
    CodeUnknownError: "/m#check",
    TakenBackError: "/m/end",
    NotTakenBackError: "/m/end",
    AppealClosedError: "/m/read",
    ChoicesAlteredError: "/m/choices",
}
REFUSALS: Final[dict[type[Exception], HTTPStatus]] = {
    ForeignFormError: HTTPStatus.BAD_REQUEST,
    LateBodyError: HTTPStatus.BAD_REQUEST,
    FileGoneError: HTTPStatus.NOT_FOUND,
}
TOO_LONG: Final = (LongBodyError, TooLongError, DraftFullError)
NOT_SENT: Final[dict[type[Exception], tuple[str, str]]] = {
    UnansweredError: (
        msgid("The team has not answered yet"),
        msgid(
            "Many messages of yours are waiting already. Please wait for the answer; after it you "
            "can write again. What you typed just now was not sent. It stays on the page for "
            "writing for up to 24 hours, or until you leave."
        ),
    ),
    MailboxFullError: (
        msgid("This conversation is full"),
        msgid(
            "No more messages fit here. You can write a new report, which gets its own code. What "
            "you typed just now was not sent. It stays on the page for writing for up to 24 "
            "hours, or until you leave."
        ),
    ),
}


def install(app: Flask) -> None:
    """Answer every error of both sites with a place or a neutral page, never with its text."""
    for error, path in PLACES.items():
        app.register_error_handler(error, _to(path))
    for error, status in REFUSALS.items():
        app.register_error_handler(error, _refuse(status))
    for error, words in NOT_SENT.items():
        app.register_error_handler(error, _not_sent(*words))
    for error in TOO_LONG:
        app.register_error_handler(error, _too_long)
    app.register_error_handler(NoCookieError, _without_cookie)
    app.register_error_handler(UnknownAnswerError, _not_offered)
    app.register_error_handler(AlreadySentError, _sent_before)
    app.register_error_handler(FormTokenError, _without_token)
    app.register_error_handler(LateBodyError, _late)
    app.register_error_handler(BusyError, _busy)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unexpected)


def neutral(status: HTTPStatus) -> Response:
    """Return the page of a status, in the page's language and without any detail."""
    heading, text = PAGES[status]
    response = page(
        "error.html", status, place="start", heading=heading, text=text, there=PLACES[NoCookieError]
    )
    # Set here, because a page of ours may answer for the other site, whose policy is another.
    return headers.apply_public(response)


def _to(path: str) -> Callable[[Exception], Response]:
    return lambda _error: to(path)


def _refuse(status: HTTPStatus) -> Callable[[Exception], Response]:
    return lambda _error: neutral(status)


def _not_sent(heading: str, text: str) -> Callable[[Exception], Response]:
    return lambda _error: page(
        "error.html", HTTPStatus.CONFLICT, place="read", heading=heading, text=text, there="/m/read"
    )


def _too_long(_error: Exception) -> Response:
    return _given_back(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)


def _without_cookie(_error: Exception) -> Response:
    if request.method != "POST":
        return to("/")
    if not echo.is_possible():
        # A file comes back to nobody: its page is asked for anew, and the file is chosen again.
        return neutral(HTTPStatus.BAD_REQUEST)
    return echo.again(visit.fresh_keys(), HTTPStatus.BAD_REQUEST)


def _without_token(_error: Exception) -> Response:
    if not echo.is_possible():
        return neutral(HTTPStatus.BAD_REQUEST)
    return echo.again(visit.known_keys(), HTTPStatus.BAD_REQUEST)


def _not_offered(_error: Exception) -> Response:
    """Give words back though an answer beside them was refused: the page may be an old one."""
    if not echo.is_possible():
        return neutral(HTTPStatus.BAD_REQUEST)
    return echo.not_offered(visit.known_keys())


def _sent_before(_error: Exception) -> Response:
    if echo.is_possible() and echo.has_words():
        return echo.sent_before(visit.known_keys())
    return to(PLACES[AlreadySentError])


def _busy(_error: Exception) -> Response:
    if request.endpoint == "pages.leave":
        return visit.away()
    return _given_back(HTTPStatus.SERVICE_UNAVAILABLE)


def _given_back(status: HTTPStatus) -> Response:
    """Return a page with every field of the form that could not be taken, if it was one of ours."""
    if not echo.is_possible():
        return neutral(status)
    try:
        visit.sent_fields()
    except (ForeignFormError, BadRequest):
        return neutral(status)
    return echo.again(visit.keys_for_again(), status)


def _late(_error: Exception) -> Response:
    response = neutral(HTTPStatus.BAD_REQUEST)
    # Whatever still arrives on this connection belongs to no request any more.
    response.headers["Connection"] = "close"
    return response


def _http(error: HTTPException) -> Response:
    code = HTTPStatus(error.code or HTTPStatus.INTERNAL_SERVER_ERROR)
    response = neutral(code if code in PAGES else HTTPStatus.BAD_REQUEST)
    if code is HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        # What was not read is not waited for either.
        response.headers["Connection"] = "close"
    allowed = dict(error.get_headers()).get("Allow")
    if allowed is not None:
        response.headers["Allow"] = allowed
    return response


def _unexpected(error: Exception) -> Response:
    # The type and a random number: enough to find it again, and nobody's words.
    log.error("%s %s", type(error).__name__, secrets.token_hex(4))
    if request.endpoint == "pages.leave":
        # Whatever is broken, who wants to leave must get away; the draft dies of age.
        return visit.away()
    return neutral(HTTPStatus.INTERNAL_SERVER_ERROR)
