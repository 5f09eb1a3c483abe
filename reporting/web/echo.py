"""Echo: give back what was typed when it could not be taken, with a button that tries again."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

from flask import Response, request

from forms import guided, questionnaire
from forms.base import Form
from forms.evidence import RemoveForm
from forms.mailbox import AppealForm, ChoiceForm, CodeForm, WithdrawForm, WriteForm
from forms.report import STORY_CHARACTERS, NoFields, ShortForm, TryForm
from forms.wording import msgid
from reporting.visit_keys import VisitKeys
from reporting.web import bodies, headers, visit
from reporting.web.rendering import page

FORMS: Final[Mapping[str, type[Form]]] = {
    "/q": ShortForm,
    "/s/10": NoFields,
    "/s/8/files": RemoveForm,
    "/m/files": NoFields,
    "/s/code": NoFields,
    "/s/code/try": TryForm,
    "/m": CodeForm,
    "/m/write": WriteForm,
    "/m/appeal": AppealForm,
    "/m/choices": ChoiceForm,
    "/m/end": WithdrawForm,
    **{f"/s/{key}": guided.everything_of(key) for key in questionnaire.ORDER},
}
ONCE_MORE: Final = msgid("Please press the button once more")
REASONS: Final = {
    HTTPStatus.BAD_REQUEST: (
        ONCE_MORE,
        msgid(
            "Your browser did not send the small key that belongs to this page. Perhaps the page "
            "was open for a long time. Nothing is lost, and nothing was saved yet."
        ),
    ),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: (
        msgid("That is too much at once"),
        msgid(
            "Nothing is lost, but nothing was saved either. Please make the text shorter, at most "
            "%(limit)s characters, and press the button once more. You can write more later."
        ),
    ),
    HTTPStatus.SERVICE_UNAVAILABLE: (
        ONCE_MORE,
        msgid(
            "Many people are writing just now. Nothing is lost: please wait a minute, then press "
            "the button."
        ),
    ),
}

Reason = tuple[str, str]
NOT_OFFERED: Final[Reason] = (
    ONCE_MORE,
    msgid(
        "One of the answers on the page is not offered any more. Nothing is lost, and nothing was "
        "saved yet. Please press the button once more."
    ),
)
SENT_BEFORE: Final[Reason] = (
    msgid("Your report was sent already"),
    msgid(
        "What you typed on this page is not in it, and was not saved. Please copy it. With your "
        "code you can open your mailbox and send it to us there."
    ),
)


def is_possible() -> bool:
    """Say whether a form of the public site was sent to where it belongs."""
    is_form = request.method == "POST" and request.mimetype != bodies.FILES
    return is_form and request.path in FORMS


def not_offered(keys: VisitKeys) -> Response:
    """Give back what was sent without the answers, fields and button that we do not offer."""
    return _again(keys, HTTPStatus.BAD_REQUEST, NOT_OFFERED)


def sent_before(keys: VisitKeys) -> Response:
    """Give back words that came after their report was sent."""
    return _again(keys, HTTPStatus.CONFLICT, SENT_BEFORE, there="/s/code")


def has_words() -> bool:
    """Say whether somebody typed anything into the form that was sent."""
    words = FORMS[request.path].echo(visit.sent_fields()).words
    return any(text.strip() for _name, text in words)


def again(keys: VisitKeys, status: HTTPStatus) -> Response:
    """Give back every field with the token of these keys: nothing of it was saved.

    Raises ForeignFormError for another site's form, and BadRequest for what is no form.
    """
    dos = visit.sent_fields().get(visit.DO_FIELD, ())[:1]
    return _again(keys, status, REASONS[status], tuple((visit.DO_FIELD, do) for do in dos))


def _again(
    keys: VisitKeys,
    status: HTTPStatus,
    reason: Reason,
    button: tuple[tuple[str, str], ...] = (),
    there: str = "",
) -> Response:
    echo = FORMS[request.path].echo(visit.sent_fields())
    heading, text = reason
    response = page(
        "again.html",
        status,
        heading=heading,
        text=text,
        limit=STORY_CHARACTERS,
        codes=echo.codes + button,
        words=echo.words,
        action=request.path,
        token=keys.form_token,
        there=there,
    )
    return headers.apply_public(response)
