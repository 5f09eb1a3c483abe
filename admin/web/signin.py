"""Sign-in: the two steps in, the way out, and the choice of a language before both."""

from http import HTTPStatus
from typing import Final

from flask import Response, request
from werkzeug.exceptions import NotFound

from admin import sessions
from admin.errors import SignInEndedError
from admin.keyring import Ring
from admin.patience import COME_AGAIN_SECONDS
from admin.second_factors import Offer, Shown
from admin.sessions import Credentials
from admin.web import browser, guard, problems
from admin.web.context import staff
from admin.web.rendering import bare, page, scripted
from forms.base import Form
from forms.signin import FactorForm, PassphraseForm
from reporting.errors import BusyError
from reporting.web import cookies, language
from reporting.web.context import now, runtime
from reporting.web.rendering import to

HOME: Final = "/staff/"
SIGN_IN: Final = "/staff/sign-in"
CODE: Final = "/staff/sign-in/code"
FULL: Final = HTTPStatus.SERVICE_UNAVAILABLE


@guard.anybody
def to_home() -> Response:
    """Lead to the first page, from its address without the slash."""
    return to(HOME)


@guard.anybody
def show_passphrase() -> Response:
    """Ask for name and passphrase."""
    if browser.would_orphan():
        return bare("enter.html", HTTPStatus.OK, there=SIGN_IN)
    return page("signin.html", form=PassphraseForm.of({}), problem="")


@guard.anybody
def take_passphrase() -> Response:
    """Take the first step."""
    form = PassphraseForm.of(browser.posted(PassphraseForm))
    if not form.validate():
        return page("signin.html", 422, form=form, problem="")
    credentials = Credentials(form.name.data, form.passphrase.data)
    browser.give(sessions.begin(staff(), credentials, browser.token(), now()))
    return to(CODE)


@guard.anybody
def show_code() -> Response:
    """Ask for the second factor."""
    return factor_page(FactorForm.of({}), "", HTTPStatus.OK)


@guard.anybody
def take_code() -> Response:
    """Take the second step."""
    form = FactorForm.of(browser.posted(FactorForm))
    if not form.validate():
        return factor_page(form, "")
    shown = Shown(form.code.data, form.answer.data)
    browser.give(sessions.finish(staff(), browser.token(), shown, now()))
    browser.remember(staff().door.pepper)
    return to(HOME)


def factor_page(
    form: FactorForm, problem: str, status: int = HTTPStatus.UNPROCESSABLE_ENTITY
) -> Response:
    """Show the page of the second step, with what this person has."""
    offer = _offer()
    show = scripted if offer.options else page
    return show("code.html", status, form=form, problem=problem, offer=offer)


def door_full(name: str) -> Response:
    """Give the step back that could not be tried, and say when to come again."""
    if request.endpoint == f"staff.{take_code.__name__}":
        try:
            response = factor_page(FactorForm.of({}), problems.DOOR_FULL, FULL)
        except BusyError:
            # Not even what this person has can be looked up: a code is asked for like of anybody.
            offer = Offer(takes_code=True)
            form, problem = FactorForm.of({}), problems.DOOR_FULL
            response = page("code.html", FULL, form=form, problem=problem, offer=offer)
    else:
        form = PassphraseForm.of({"name": (name,)})
        response = page("signin.html", FULL, form=form, problem=problems.DOOR_FULL)
    response.headers["Retry-After"] = str(COME_AGAIN_SECONDS)
    return response


def _offer() -> Offer:
    """Return what to ask for; of a browser that took no first step, a code like of anybody."""
    try:
        return sessions.offer(staff(), browser.token(), now())
    except (SignInEndedError, browser.NoTokenError):
        return Offer(takes_code=True)


@guard.leaving
def sign_out(_ring: Ring) -> Response:
    """End the sign-in of this browser."""
    browser.posted(Form)
    sessions.end(staff(), browser.token())
    browser.take_back()
    return to(SIGN_IN)


@guard.anybody
def choose_language(code: str) -> Response:
    """Let the browser remember a language."""
    if language.named(code) is None:
        raise NotFound
    response = to(HOME)
    cookies.LANGUAGE.put(response, code, runtime().settings.transport)
    return response
