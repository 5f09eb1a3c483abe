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


def is_possible() -> bool:
    """Say whether a form of the public site was sent to where it belongs."""
    is_form = request.method == "POST" and request.mimetype != bodies.FILES
    return is_form and request.path in FORMS


def again(keys: VisitKeys, status: HTTPStatus) -> Response:
    """Give back every field with the token of these keys: nothing of it was saved.

    Raises ForeignFormError for another site's form, and BadRequest for what is no form.
    """
    fields = visit.sent_fields()
    echo = FORMS[request.path].echo(fields)
    button = tuple((visit.DO_FIELD, do) for do in fields.get(visit.DO_FIELD, ())[:1])
    heading, text = REASONS[status]
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
    )
    return headers.apply_public(response)
