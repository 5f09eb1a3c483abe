"""Emergency: the page on which two people decide to tell somebody outside, by voice."""

from http import HTTPStatus
from typing import Final

from flask import Response

from admin import browsers, emergency
from admin.emergencies import Item, Plan, To
from admin.keyring import Ring
from admin.permissions import Action
from admin.web import browser, guard, once
from admin.web.case_wording import EMERGENCY_ITEMS, RECIPIENTS
from admin.web.context import case_desk
from admin.web.explaining import deciding
from admin.web.rendering import page
from forms.emergency import EmergencyForm, SignForm
from reporting.ids import CaseId
from reporting.web import labels
from reporting.web.rendering import to

EMERGENCY: Final = "/staff/case/{}/emergency"
PLACES: Final = {one: one for one in (emergency.RECIPIENT, emergency.NAME, emergency.ITEMS)}


@guard.requires(Action.SIGN_EMERGENCY)
def show_emergency(ring: Ring, case: CaseId) -> Response:
    """Show what is proposed, and what could be."""
    return _page(ring, case, EmergencyForm.of({}))


@guard.requires(Action.SIGN_EMERGENCY)
def propose_emergency(ring: Ring, case: CaseId) -> Response:
    """Sign as the first of two."""
    form = EmergencyForm.of(browser.posted(EmergencyForm))
    if form.validate():
        with deciding(form, PLACES):
            return _proposed(ring, case, form)
    return _page(ring, case, form, HTTPStatus.UNPROCESSABLE_ENTITY)


@guard.requires(Action.SIGN_EMERGENCY)
def sign_emergency(ring: Ring, case: CaseId) -> Response:
    """Sign as the second."""
    form = SignForm.of(browser.posted(SignForm))
    mark = once.mark(form.once.data, "emergency.sign", case.hex(), form.plan.data)
    with case_desk(ring) as at:
        if browsers.take_in(at.session, browser.keys(), mark, at.now):
            emergency.sign(at, case, form.plan.number)
    return to(EMERGENCY.format(case.hex()))


def _proposed(ring: Ring, case: CaseId, form: EmergencyForm) -> Response:
    items = frozenset(map(Item, form.items.data))
    plan = Plan(To(form.to.data), items, form.why.data, form.called.data)
    mark = once.mark(form.once.data, "emergency", case.hex())
    with case_desk(ring) as at:
        if browsers.take_in(at.session, browser.keys(), mark, at.now):
            emergency.propose(at, case, plan)
    return to(EMERGENCY.format(case.hex()))


def _page(ring: Ring, case: CaseId, form: EmergencyForm, status: int = HTTPStatus.OK) -> Response:
    with case_desk(ring) as at:
        view = emergency.look(at, case)
    allowed = {str(to): RECIPIENTS[to] for to in view.allowed}
    return page(
        "emergency.html",
        status,
        case_id=case,
        at=view,
        form=form,
        once=once.number(),
        rules=tuple(labels.answered(view.keep_to)),
        allowed=allowed,
        recipients=RECIPIENTS,
        items=EMERGENCY_ITEMS,
    )
