"""Translating: the page on which somebody translates the one text that was lent to them."""

from http import HTTPStatus
from typing import Final

from flask import Response

from admin import browsers, translating
from admin.interpreters import End
from admin.keyring import Ring
from admin.permissions import Action
from admin.translating import Waiting
from admin.web import browser, guard, once
from admin.web.case_wording import CANNOT, PLEASE_CHOOSE
from admin.web.context import case_desk, staff
from admin.web.declaring import DECLARATION
from admin.web.rendering import page
from forms.interpreting import CannotForm, TranslatedForm
from reporting import names
from reporting.web import language
from reporting.web.context import now
from reporting.web.rendering import to

SENT: Final = "/staff/translate/sent"
UNFIT: Final = HTTPStatus.UNPROCESSABLE_ENTITY


def of(ring: Ring) -> tuple[Waiting, ...]:
    """Return what stands above the first page of whoever is asked to translate something."""
    with staff().service.read() as session:
        return translating.mine(session, ring, staff().door.pepper, now())


@guard.requires(Action.INTERPRET)
def show_lent(ring: Ring, lent: bytes) -> Response:
    """Show the text."""
    return _page(ring, lent, TranslatedForm.of({}), CannotForm.of({}))


@guard.requires(Action.INTERPRET)
def send_translated(ring: Ring, lent: bytes) -> Response:
    """Send a translation, once however often the button is pressed."""
    form = TranslatedForm.of(browser.posted(TranslatedForm))
    if not form.validate():
        return _page(ring, lent, form, CannotForm.of({}), UNFIT)
    mark = once.mark(form.once.data, "translated", lent.hex())
    words = form.text.data, language.current().code
    with case_desk(ring) as at:
        if browsers.take_in(at.session, browser.keys(), mark, at.now):
            translating.answer(at, staff().door.pepper, lent, words)
    return to(SENT)


@guard.requires(Action.INTERPRET)
def decline_lent(ring: Ring, lent: bytes) -> Response:
    """Say that one cannot; whoever may know somebody in it is asked to declare again."""
    form = CannotForm.of(browser.posted(CannotForm))
    if not form.validate():
        return _page(ring, lent, TranslatedForm.of({}), form, UNFIT)
    mark, why = once.mark(form.once.data, "cannot", lent.hex()), End(form.reason.data)
    with case_desk(ring) as at:
        if browsers.take_in(at.session, browser.keys(), mark, at.now):
            translating.decline(at, staff().door.pepper, lent, why)
    return to(DECLARATION if why is End.CONFLICT else SENT)


@guard.requires(Action.INTERPRET)
def show_sent(_ring: Ring) -> Response:
    """Say that it is done."""
    return page("translated.html")


def _page(
    ring: Ring, lent: bytes, form: TranslatedForm, cannot: CannotForm, status: int = HTTPStatus.OK
) -> Response:
    with case_desk(ring) as at:
        text = translating.look(at, staff().door.pepper, lent)
    return page(
        "translating.html",
        status,
        text=text,
        form=form,
        cannot=cannot,
        reasons={"": PLEASE_CHOOSE, **CANNOT},
        spoken={name.code: name.text for name in names.tongues()},
        once=once.number(),
    )
