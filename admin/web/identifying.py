"""Identifying: mark what stands in a report and may stand in others, and ask whether one may."""

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Final

from flask import Response

from admin import browsers, identified, identifiers, identifying, link_asking
from admin.identifiers import UnfitError
from admin.identifying import Typed
from admin.keyring import Ring
from admin.links import Kind
from admin.permissions import Action
from admin.web import browser, guard, once
from admin.web.case_wording import KINDS, PLEASE_CHOOSE
from admin.web.context import case_desk, staff
from admin.web.explaining import deciding
from admin.web.rendering import keyed
from crypto.passphrase import CoresTakenError
from forms.identifying import HANDLE, SERVICES, IdentifierForm, MarkedForm
from forms.people import OnceForm
from forms.wording import Message, msgid
from reporting.ids import CaseId
from reporting.web.rendering import to

PAGE: Final = "/staff/case/{}/identifiers"
VALUE: Final = "value"
TOO_BUSY: Final = msgid("Too many are being looked up just now. Please try again in a moment.")


@guard.requires(Action.MARK_IDENTIFIER)
def show_identifiers(ring: Ring, case: CaseId) -> Response:
    """Show what is marked in a report."""
    return _page(ring, case, IdentifierForm.of({}))


@guard.requires(Action.MARK_IDENTIFIER)
def mark_identifier(ring: Ring, case: CaseId) -> Response:
    """Mark something more, once however often the button is pressed."""
    form = IdentifierForm.of(browser.posted(IdentifierForm))
    if form.validate():
        with naming(form), deciding(form, {identifying.VALUE: VALUE}):
            return _marked(ring, case, form)
    return _page(ring, case, form, HTTPStatus.UNPROCESSABLE_ENTITY)


@guard.requires(Action.MARK_IDENTIFIER)
def remove_identifier(ring: Ring, case: CaseId) -> Response:
    """Take something off again."""
    form = MarkedForm.of(browser.posted(MarkedForm))
    mark = once.mark(form.once.data, "unmark", case.hex(), form.row.data)
    with case_desk(ring) as at:
        if browsers.take_in(at.session, browser.keys(), mark, at.now):
            identifying.remove(at, case, form.row.number)
    return to(PAGE.format(case.hex()))


@guard.requires(Action.SEND_MESSAGE)
def ask_link(ring: Ring, case: CaseId) -> Response:
    """Ask the reporter whether the team may compare, with one press."""
    form = OnceForm.of(browser.posted(OnceForm))
    mark = once.mark(form.once.data, "ask.link", case.hex())
    with case_desk(ring) as at:
        if browsers.take_in(at.session, browser.keys(), mark, at.now):
            link_asking.ask(at, case)
    return to(f"/staff/case/{case.hex()}#links")


def _marked(ring: Ring, case: CaseId, form: IdentifierForm) -> Response:
    kind, value = Kind(form.kind.data), typed_value(form)
    with case_desk(ring) as at:
        key = identifying.key_for(at, case)
    # Between two units of work: nobody else waits for a quarter of a second.
    token = identified.token_of(key, kind, value, staff().door.parameters)
    mark = once.mark(form.once.data, "mark", case.hex(), token.hex())
    with case_desk(ring) as at:
        if browsers.take_in(at.session, browser.keys(), mark, at.now):
            identifying.mark(at, case, Typed(kind, value, token))
    return to(PAGE.format(case.hex()))


def typed_value(form: IdentifierForm) -> str:
    """Return what was typed, with the service that an account is at."""
    value = form.value.data.strip()
    return identifiers.account(form.service.data, value) if form.kind.data == HANDLE else value


@contextmanager
def naming(form: IdentifierForm) -> Iterator[None]:
    """Go on behind the block with a problem in the form, where no token was made."""
    try:
        yield
    except UnfitError as error:
        form.refuse(VALUE, Message(error.sentence))
    except CoresTakenError:
        form.refuse(VALUE, Message(TOO_BUSY))


def _page(ring: Ring, case: CaseId, form: IdentifierForm, status: int = HTTPStatus.OK) -> Response:
    with case_desk(ring) as at:
        view = identifying.look(at, case)
    return keyed(
        "identifiers.html",
        status,
        case_id=case,
        at=view,
        not_agreed=identifying.NOT_AGREED,
        form=form,
        identifier_kinds={"": PLEASE_CHOOSE, **KINDS},
        services={"": "-", **SERVICES},
        once=once.number(),
    )
