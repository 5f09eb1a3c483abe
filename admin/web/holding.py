"""Holding: the page on which supervisors hold a report back from being erased, and let it go."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Final

from flask import Response

from admin import browsers, legal_holds, names
from admin.desk import Desk
from admin.hold_asks import HoldAsked
from admin.keyring import Ring
from admin.permissions import Action
from admin.web import browser, guard, once
from admin.web.context import case_desk
from admin.web.explaining import deciding
from admin.web.rendering import page
from forms.holding import HoldForm, LiftForm
from forms.triage import TakeForm
from reporting.ids import CaseId
from reporting.web.rendering import to

PAGE: Final = "/staff/case/{}/hold"
UNFIT: Final = HTTPStatus.UNPROCESSABLE_ENTITY
PLACES: Final = {legal_holds.UNTIL: "until"}
Act = Callable[[Desk, CaseId, int], None]


@guard.requires(Action.HOLD_CASE)
def show_hold(ring: Ring, case: CaseId) -> Response:
    """Show what holds a report back, and what is asked for."""
    return _page(ring, case, HoldForm.of({}))


@guard.requires(Action.HOLD_CASE)
def ask_hold(ring: Ring, case: CaseId) -> Response:
    """Ask a second supervisor to hold a report back."""
    form = HoldForm.of(browser.posted(HoldForm))
    if form.validate():
        with deciding(form, PLACES):
            return _asked(ring, case, form)
    return _page(ring, case, form, UNFIT)


@guard.requires(Action.HOLD_CASE)
def agree_hold(ring: Ring, case: CaseId) -> Response:
    """Hold it back, as the second supervisor."""
    return _acted(ring, case, legal_holds.agree)


@guard.requires(Action.HOLD_CASE)
def refuse_hold(ring: Ring, case: CaseId) -> Response:
    """Let go of what somebody asks for."""
    return _acted(ring, case, legal_holds.call_off)


@guard.requires(Action.HOLD_CASE)
def tell_hold(ring: Ring, case: CaseId) -> Response:
    """Tell the reporter, now that it is allowed."""
    return _acted(ring, case, legal_holds.tell)


@guard.requires(Action.HOLD_CASE)
def lift_hold(ring: Ring, case: CaseId) -> Response:
    """Let it be erased again when its time comes, once somebody said that this is meant."""
    form = LiftForm.of(browser.posted(LiftForm))
    if not form.validate():
        return _page(ring, case, HoldForm.of({}), UNFIT, form)
    return _done(ring, case, form, legal_holds.lift)


def _asked(ring: Ring, case: CaseId, form: HoldForm) -> Response:
    mark = once.mark(form.once.data, "hold", case.hex(), form.rev.data)
    tells = not form.silent.data
    asked = HoldAsked(ring.person.id, form.reason.data.strip(), form.last_day, tells)
    with case_desk(ring) as at:
        if browsers.take_in(at.session, browser.keys(), mark, at.now):
            legal_holds.ask(at, case, asked, form.rev.number)
    return to(PAGE.format(case.hex()))


def _acted(ring: Ring, case: CaseId, act: Act) -> Response:
    return _done(ring, case, TakeForm.of(browser.posted(TakeForm)), act)


def _done(ring: Ring, case: CaseId, form: LiftForm | TakeForm, act: Act) -> Response:
    mark = once.mark(form.once.data, "hold", act.__name__, case.hex(), form.rev.data)
    with case_desk(ring) as at:
        if browsers.take_in(at.session, browser.keys(), mark, at.now):
            act(at, case, form.rev.number)
    return to(PAGE.format(case.hex()))


def _page(
    ring: Ring,
    case: CaseId,
    form: HoldForm,
    status: int = HTTPStatus.OK,
    lifting: LiftForm | None = None,
) -> Response:
    with case_desk(ring) as at:
        shown = legal_holds.look(at, case)
        people = {} if shown.hold is None else _called(at, shown.hold.by, shown.hold.agreed_by)
        people |= {} if shown.asked is None else _called(at, shown.asked.by)
    return page(
        "hold.html",
        status,
        case_id=case,
        one=shown,
        people=people,
        form=form,
        lifting=lifting or LiftForm.of({}),
        once=once.number(),
    )


def _called(at: Desk, *members: bytes) -> dict[bytes, str]:
    return dict(names.all_called(at, members))
