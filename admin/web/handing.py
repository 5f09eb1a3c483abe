"""Handing: the page on which two people hand a report to somebody its reporter did not want."""

from http import HTTPStatus
from typing import Final

from flask import Response

from admin import browsers, handing
from admin.handed import Reason
from admin.keyring import Ring
from admin.permissions import Action
from admin.web import browser, guard, once
from admin.web.case_wording import HANDING_REASONS
from admin.web.context import case_desk
from admin.web.explaining import deciding
from admin.web.rendering import page
from forms.handing import HandedForm, HandingForm
from reporting.ids import CaseId
from reporting.web.rendering import to

PAGE: Final = "/staff/case/{}/hand"
PLACES: Final = {handing.TO: "to"}


@guard.requires(Action.HAND_CASE)
def show_handing(ring: Ring, case: CaseId) -> Response:
    """Show what is proposed, and what could be."""
    return _page(ring, case, HandingForm.of({}))


@guard.requires(Action.HAND_CASE)
def propose_handing(ring: Ring, case: CaseId) -> Response:
    """Name somebody, as the first of two."""
    form = HandingForm.of(browser.posted(HandingForm))
    if form.validate():
        with deciding(form, PLACES):
            return _proposed(ring, case, form)
    return _page(ring, case, form, HTTPStatus.UNPROCESSABLE_ENTITY)


@guard.requires(Action.HAND_CASE)
def agree_handing(ring: Ring, case: CaseId) -> Response:
    """Agree, as the second."""
    form = HandedForm.of(browser.posted(HandedForm))
    mark = once.mark(form.once.data, "hand.agree", case.hex(), form.handed.data)
    with case_desk(ring) as at:
        if browsers.take_in(at.session, browser.keys(), mark, at.now):
            handing.agree(at, case, form.handed.number)
    return to(PAGE.format(case.hex()))


@guard.requires(Action.HAND_CASE)
def take_back_handing(ring: Ring, case: CaseId) -> Response:
    """Hand it to nobody any more."""
    form = HandedForm.of(browser.posted(HandedForm))
    mark = once.mark(form.once.data, "hand.back", case.hex(), form.handed.data)
    with case_desk(ring) as at:
        if browsers.take_in(at.session, browser.keys(), mark, at.now):
            handing.take_back(at, case, form.handed.number)
    return to(f"/staff/case/{case.hex()}")


def _proposed(ring: Ring, case: CaseId, form: HandingForm) -> Response:
    mark = once.mark(form.once.data, "hand", case.hex(), form.to.data)
    with case_desk(ring) as at:
        if browsers.take_in(at.session, browser.keys(), mark, at.now):
            handing.propose(at, case, form.to.number, Reason(form.reason.data))
    return to(PAGE.format(case.hex()))


def _page(ring: Ring, case: CaseId, form: HandingForm, status: int = HTTPStatus.OK) -> Response:
    with case_desk(ring) as at:
        view = handing.look(at, case)
    return page(
        "handing.html",
        status,
        case_id=case,
        at=view,
        form=form,
        once=once.number(),
        reasons=HANDING_REASONS,
    )
