"""Proposals: one that waits, and a roster manager's yes or no."""

from http import HTTPStatus

from flask import Response

from admin import browsers, membership, proposals
from admin.keyring import Ring
from admin.permissions import Action
from admin.web import browser, guard, once
from admin.web.context import desk
from admin.web.people import PEOPLE
from admin.web.rendering import page
from forms.people import OnceForm, SignForm
from reporting.web.rendering import to


@guard.requires(Action.SIGN_ROSTER)
def show_proposal(ring: Ring, proposal: bytes) -> Response:
    """Show what a colleague proposes."""
    return _proposal_page(ring, proposal, SignForm.of({}))


@guard.requires(Action.SIGN_ROSTER)
def sign_proposal(ring: Ring, proposal: bytes) -> Response:
    """Sign what stood on the page, and nothing else."""
    form = SignForm.of(browser.posted(SignForm))
    if not form.validate():
        return _proposal_page(ring, proposal, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    mark = once.mark(form.once.data, "sign", form.shown.data)
    with desk(ring) as at:
        if browsers.take_in(at.session, browser.keys(), mark, at.now):
            proposals.sign(at, proposal, form.shown.data)
    return to(PEOPLE)


@guard.requires(Action.SIGN_ROSTER)
def decline_proposal(ring: Ring, proposal: bytes) -> Response:
    """Take a proposal away unsigned."""
    form = OnceForm.of(browser.posted(OnceForm))
    mark = once.mark(form.once.data, "decline", proposal.hex())
    with desk(ring) as at:
        if browsers.take_in(at.session, browser.keys(), mark, at.now):
            membership.decline(at, proposal)
    return to(PEOPLE)


def _proposal_page(
    ring: Ring, proposal: bytes, form: SignForm, status: int = HTTPStatus.OK
) -> Response:
    with desk(ring) as at:
        shown = proposals.find(at, proposal)
    return page("proposal.html", status, one=shown, form=form, once=once.number())
