"""Errors: the one table from what went wrong to the page or place that people see."""

import logging
import re
import secrets
from collections.abc import Callable
from http import HTTPStatus
from typing import Final

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from forms.base import UnknownAnswerError
from forms.wording import msgid
from reporting.errors import (
    AlreadySentError,
    BusyError,
    CodeUnknownError,
    DraftFullError,
    MailboxClosedError,
    MailboxFullError,
    VisitGoneError,
)
from reporting.web import headers, visit
from reporting.web.bodies import LateBodyError
from reporting.web.rendering import page, to
from reporting.web.visit import ForeignEntryError, ForeignFormError, FormTokenError, NoCookieError

# What buttons and choices send; everything else is somebody's words and is shown as such.
_CODE: Final = re.compile(r"[a-z_-]{1,40}")
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
    MailboxClosedError: "/m",
    CodeUnknownError: "/m#check",
}
REFUSALS: Final[dict[type[Exception], HTTPStatus]] = {
    UnknownAnswerError: HTTPStatus.BAD_REQUEST,
    ForeignFormError: HTTPStatus.BAD_REQUEST,
    LateBodyError: HTTPStatus.BAD_REQUEST,
    DraftFullError: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    MailboxFullError: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
}


def install(app: Flask) -> None:
    """Answer every error of both sites with a place or a neutral page, never with its text."""
    for error, path in PLACES.items():
        app.register_error_handler(error, _to(path))
    for error, status in REFUSALS.items():
        app.register_error_handler(error, _refuse(status))
    app.register_error_handler(NoCookieError, _without_cookie)
    app.register_error_handler(FormTokenError, _without_token)
    app.register_error_handler(LateBodyError, _late)
    app.register_error_handler(BusyError, _busy)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unexpected)


def neutral(status: HTTPStatus) -> Response:
    """Return the page of a status, in the page's language and without any detail."""
    title, text = PAGES[status]
    response = page("error.html", status, place="start", heading=title, text=text)
    # Set here, because a page of ours may answer for the other site, whose policy is another.
    return headers.apply_public(response)


def _to(path: str) -> Callable[[Exception], Response]:
    return lambda _error: to(path)


def _refuse(status: HTTPStatus) -> Callable[[Exception], Response]:
    return lambda _error: neutral(status)


def _without_cookie(_error: Exception) -> Response:
    if request.method != "POST":
        return to("/")
    return _again(visit.fresh_keys().form_token)


def _without_token(_error: Exception) -> Response:
    return _again(visit.known_keys().form_token)


def _busy(_error: Exception) -> Response:
    if request.endpoint == "pages.leave":
        return visit.away()
    if request.method != "POST":
        return neutral(HTTPStatus.SERVICE_UNAVAILABLE)
    return _again(visit.known_keys().form_token, HTTPStatus.SERVICE_UNAVAILABLE)


def _again(token: str, status: HTTPStatus = HTTPStatus.BAD_REQUEST) -> Response:
    """Give back every field with a fresh token: nothing was written, pressing again goes on."""
    fields = visit.sent_fields()
    fields.pop(visit.PROOF_FIELD, None)
    typed = [(name, value) for name, values in fields.items() for value in values]
    response = page(
        "again.html",
        status,
        busy=status is HTTPStatus.SERVICE_UNAVAILABLE,
        codes=[pair for pair in typed if _CODE.fullmatch(pair[1])],
        words=[pair for pair in typed if not _CODE.fullmatch(pair[1])],
        action=request.path,
        token=token,
    )
    return headers.apply_public(response)


def _late(_error: Exception) -> Response:
    response = neutral(HTTPStatus.BAD_REQUEST)
    # Whatever still arrives on this connection belongs to no request any more.
    response.headers["Connection"] = "close"
    return response


def _http(error: HTTPException) -> Response:
    code = HTTPStatus(error.code or HTTPStatus.INTERNAL_SERVER_ERROR)
    response = neutral(code if code in PAGES else HTTPStatus.BAD_REQUEST)
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
