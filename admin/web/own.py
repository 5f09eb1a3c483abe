"""Own: the page that everybody has about themself: second factors, and where they are signed in."""

from http import HTTPStatus
from typing import Final

from flask import Response

from admin import openings, own_factors, own_sessions
from admin.accounts import Duties
from admin.factors import OneTimeCodes
from admin.keyring import Ring
from admin.own_factors import Made
from admin.permissions import Action
from admin.presence import Presence
from admin.web import browser, guard
from admin.web.arriving import carried_codes
from admin.web.context import desk, is_page, staff
from admin.web.explaining import explaining
from admin.web.rendering import page, scripted
from forms.base import Form
from forms.own import CodesForm, EndForm, PasskeyForm, RemoveForm
from forms.wording import msgid
from reporting.web.context import now
from reporting.web.rendering import to

ME: Final = "/staff/me"
UNFIT: Final = HTTPStatus.UNPROCESSABLE_ENTITY
# Linked where this installation has them.
MORE: Final = (
    ("/staff/me/passphrase", msgid("Change your passphrase")),
    ("/staff/me/force", msgid("If somebody forces you to sign in")),
    ("/staff/me/declaration", msgid("What ties you have")),
)


@guard.signed_in
def me(ring: Ring) -> Response:
    """Show somebody what is known of them here, and where they are signed in."""
    here, person = _here(ring), ring.person
    with staff().service.read() as session:
        signed_in = own_sessions.view(session, person.id, here.keys.row)
        opened = openings.of(session, ring, here.now)
    return page(
        "me.html",
        duties=Duties(person.roles, person.is_manager),
        fingerprint=ring.fingerprint,
        own=own_factors.view(here),
        takes_passkeys=bool(_origin()),
        signed_in=signed_in,
        exposure=opened,
        wants_rest=opened.wants_rest(here.now),
        more=[(address, title) for address, title in MORE if is_page(address)],
    )


@guard.requires(Action.CHANGE_FACTORS)
def add_passkey(ring: Ring) -> Response:
    """Ask for a new passkey, or add the one that was made."""
    fields = browser.posted(PasskeyForm)
    form = PasskeyForm.of(fields)
    if fields and form.validate():
        with explaining(form):
            made = Made(form.made.data, form.label.data)
            own_factors.add_passkey(staff(), _here(ring), form.passphrase.data, made)
            return to(ME)
    return _passkey_page(ring, form, UNFIT if fields else HTTPStatus.OK)


@guard.requires(Action.CHANGE_FACTORS)
def renew_codes(ring: Ring) -> Response:
    """Ask for a code of a new secret, or let its codes be the ones that count."""
    fields = browser.posted(CodesForm)
    form = CodesForm.of(fields)
    codes = carried_codes(form.secret.data) if fields else OneTimeCodes.make()
    if fields and form.validate():
        with explaining(form):
            used = codes.accept(form.code.data, now())
            own_factors.renew_codes(staff(), _here(ring), form.passphrase.data, used)
            return to(ME)
    return page(
        "codes.html",
        UNFIT if fields else HTTPStatus.OK,
        form=form,
        # In the page alone, which nothing keeps, until a code shows that the app has it.
        secret=codes.secret.reveal().hex(),
        typed=codes.text,
        address=codes.address(ring.person.name),
    )


@guard.requires(Action.CHANGE_FACTORS)
def remove_factor(ring: Ring) -> Response:
    """Ask for the passphrase, or take a second factor away."""
    fields = browser.posted(RemoveForm)
    form = RemoveForm.of(fields)
    is_sent = "passphrase" in fields
    if is_sent and form.validate():
        with explaining(form):
            own_factors.remove(staff(), _here(ring), form.passphrase.data, form.which.data)
            return to(ME)
    own = own_factors.view(_here(ring))
    return page("remove_factor.html", UNFIT if is_sent else HTTPStatus.OK, form=form, own=own)


@guard.signed_in
def end_session(ring: Ring) -> Response:
    """End one of one's own sign-ins."""
    form = EndForm.of(browser.posted(EndForm))
    with desk(ring) as at:
        own_sessions.end_one(at, bytes.fromhex(form.row.data))
    return to(ME)


@guard.signed_in
def end_other_sessions(ring: Ring) -> Response:
    """End all of one's own sign-ins but this one."""
    browser.posted(Form)
    with desk(ring) as at:
        own_sessions.end_others(at, browser.keys().row)
    return to(ME)


@guard.requires(Action.END_SESSIONS)
def end_sessions_of(ring: Ring, member: bytes) -> Response:
    """End every sign-in of somebody."""
    browser.posted(Form)
    with desk(ring) as at:
        own_sessions.end_all(at, member)
    return to(f"/staff/people/{member.hex()}")


def _here(ring: Ring) -> Presence:
    return Presence(ring, browser.keys(), now())


def _origin() -> str:
    return staff().service.settings.staff_origin


def _passkey_page(ring: Ring, form: PasskeyForm, status: int) -> Response:
    """Show the form; a passkey that was made already is kept, and asked for no second time."""
    is_made = bool(form.made.data) and not form.made.errors
    if is_made or not _origin():
        return page("passkey.html", status, form=form, is_made=is_made, options="")
    with staff().service.begin() as session:
        options = own_factors.ask_passkey(session, _here(ring), _origin())
    return scripted("passkey.html", status, form=form, is_made=False, options=options)
