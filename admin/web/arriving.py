"""Arriving: the page behind a link, for somebody who has no keys yet."""

from http import HTTPStatus
from typing import Final

from flask import Response, request

from admin import accounts, joining, passphrases
from admin.accounts import Duties, Newcomer
from admin.errors import InvitationGoneError
from admin.factors import SECRET_BYTES, OneTimeCodes
from admin.joining import Link
from admin.web import browser, guard
from admin.web.context import staff
from admin.web.explaining import explaining
from admin.web.rendering import bare, page
from crypto.envelope import Secret
from forms.base import UnknownAnswerError
from forms.joining import JoinForm
from reporting.web.context import now

TOKEN_BYTES: Final = 32
NOTHING_YET: Final = Duties(frozenset())


@guard.anybody
def show_join(token: str) -> Response:
    """Greet somebody new, and ask for a passphrase and the first code of their app."""
    if browser.would_orphan():
        return bare("enter.html", HTTPStatus.OK, there=request.path)
    return _join_page(_link(_read(token)), JoinForm.of({}), OneTimeCodes.make())


@guard.anybody
def take_join(token: str) -> Response:
    """Make the keys of somebody new, and show the numbers to compare."""
    form = JoinForm.of(browser.posted(JoinForm))
    codes, carried = carried_codes(form.secret.data), _read(token)
    link = _link(carried)
    if form.validate():
        with explaining(form):
            return _joined(carried, link, form, codes)
    return _join_page(link, form, codes, HTTPStatus.UNPROCESSABLE_ENTITY)


def _joined(carried: Secret, link: Link, form: JoinForm, codes: OneTimeCodes) -> Response:
    passphrase = passphrases.read_passphrase(form.passphrase.data, link.name)
    used = codes.accept(form.code.data, now())
    newcomer = Newcomer(link.name, passphrase, used)
    prepared = accounts.prepare(staff().door, newcomer, link.member)
    service = staff().service
    with service.begin() as session:
        joining.join(session, service, carried, prepared, now())
    fingerprint = prepared.listed(NOTHING_YET).fingerprint
    return page("waiting.html", fingerprint=fingerprint, is_new=True)


def _join_page(
    link: Link, form: JoinForm, codes: OneTimeCodes, status: int = HTTPStatus.OK
) -> Response:
    # The secret stands in the page alone, which nothing keeps: no row here could give it away.
    return page(
        "join.html",
        status,
        form=form,
        name=link.name,
        until=link.until,
        secret=codes.secret.reveal().hex(),
        typed=codes.text,
        address=codes.address(link.name),
    )


def _link(carried: Secret) -> Link:
    with staff().service.read() as session:
        return joining.look(session, carried, now())


def _read(token: str) -> Secret:
    try:
        carried = bytes.fromhex(token)
    except ValueError:
        raise InvitationGoneError from None
    if len(carried) != TOKEN_BYTES:
        raise InvitationGoneError
    return Secret(carried)


def carried_codes(secret: str) -> OneTimeCodes:
    """Return the codes of a secret that a page of ours gave out; raise UnknownAnswerError."""
    if len(secret) != 2 * SECRET_BYTES:
        raise UnknownAnswerError
    return OneTimeCodes(Secret(bytes.fromhex(secret)))
