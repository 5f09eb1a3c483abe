"""Passphrases: the pages on which somebody changes their own."""

from typing import Final

from flask import Response, request

from admin import own_keys
from admin.errors import PassphraseError
from admin.keyring import Ring
from admin.own_keys import Typed
from admin.web import browser, guard
from admin.web.context import staff
from admin.web.rendering import page
from forms.passphrases import NewPassphraseForm, SecondPassphraseForm
from reporting.web.context import now
from reporting.web.rendering import to

FORCE: Final = "/staff/me/force"
KEPT: Final = "/staff/me/kept"


@guard.signed_in
def show_change(_ring: Ring) -> Response:
    """Ask for the passphrase in use and a new one."""
    return page("passphrase.html", form=NewPassphraseForm.of({}), problem="")


@guard.signed_in
def change_passphrase(ring: Ring) -> Response:
    """Change the passphrase of whoever is signed in."""
    form = NewPassphraseForm.of(browser.posted(NewPassphraseForm))
    if not form.validate():
        return page("passphrase.html", 422, form=form, problem="")
    own_keys.change_passphrase(staff(), ring, _typed(form), now())
    return to(KEPT)


@guard.signed_in
def show_force(_ring: Ring) -> Response:
    """Explain the passphrase for being forced, and ask for one."""
    return page("force.html", form=SecondPassphraseForm.of({}), problem="")


@guard.signed_in
def change_force(ring: Ring) -> Response:
    """Set the passphrase for being forced, or take it away."""
    form = SecondPassphraseForm.of(browser.posted(SecondPassphraseForm))
    if not form.validate():
        return page("force.html", 422, form=form, problem="")
    if form.chosen.data or form.again.data:
        own_keys.set_decoy(staff(), ring, _typed(form), now())
    else:
        own_keys.clear_decoy(staff(), ring, form.current.data, now())
    return to(KEPT)


@guard.signed_in
def passphrase_kept(_ring: Ring) -> Response:
    """Say that it is done, and not what."""
    return page("kept.html")


def refused(error: PassphraseError) -> Response:
    """Say on the same page why a passphrase was not taken."""
    if request.path == FORCE:
        form = SecondPassphraseForm.of({})
        return page("force.html", 422, form=form, problem=str(error))
    return page("passphrase.html", 422, form=NewPassphraseForm.of({}), problem=str(error))


def _typed(form: NewPassphraseForm | SecondPassphraseForm) -> Typed:
    return Typed(form.current.data, form.chosen.data, form.again.data)
