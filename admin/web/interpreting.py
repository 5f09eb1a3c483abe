"""Interpreting: the page on which one text of a report is lent to somebody who translates it."""

from http import HTTPStatus
from typing import Final

from flask import Response

from admin import browsers, interpreting
from admin.interpreters import Reason
from admin.interpreting import Wish
from admin.keyring import Ring
from admin.known_names import Rest
from admin.permissions import Action
from admin.web import browser, guard, once
from admin.web.case_wording import INTERPRETER_ENDS, INTERPRETER_REASONS, PLEASE_CHOOSE, RESTS
from admin.web.context import case_desk, staff
from admin.web.explaining import deciding
from admin.web.rendering import page
from forms.interpreting import InterpreterForm, LentForm
from reporting import names
from reporting.ids import CaseId
from reporting.web.rendering import to

PAGE: Final = "/staff/case/{}/interpreter"
PLACES: Final = {interpreting.TO: "to", interpreting.TEXT: "text", interpreting.WHY: "reason"}


@guard.requires(Action.ASK_INTERPRETER)
def show_interpreter(ring: Ring, case: CaseId) -> Response:
    """Show what is lent, and to whom something could be."""
    return _page(ring, case, InterpreterForm.of({}))


@guard.requires(Action.ASK_INTERPRETER)
def ask_interpreter(ring: Ring, case: CaseId) -> Response:
    """Lend one text, once however often the button is pressed."""
    form = InterpreterForm.of(browser.posted(InterpreterForm))
    if form.validate():
        with deciding(form, PLACES):
            return _asked(ring, case, form)
    return _page(ring, case, form, HTTPStatus.UNPROCESSABLE_ENTITY)


@guard.requires(Action.ASK_INTERPRETER)
def take_back_lent(ring: Ring, case: CaseId) -> Response:
    """Take a text back."""
    form = LentForm.of(browser.posted(LentForm))
    mark = once.mark(form.once.data, "lent.back", case.hex(), form.lent.data)
    with case_desk(ring) as at:
        if browsers.take_in(at.session, browser.keys(), mark, at.now):
            interpreting.take_back(at, case, form.lent.number)
    return to(PAGE.format(case.hex()))


def _asked(ring: Ring, case: CaseId, form: InterpreterForm) -> Response:
    mark = once.mark(form.once.data, "lent", case.hex(), form.to.data, form.text.data)
    rest = Rest(form.rest.data or Rest.COVER)
    wish = Wish(form.to.number, form.text.data, Reason(form.reason.data), rest)
    with case_desk(ring) as at:
        if browsers.take_in(at.session, browser.keys(), mark, at.now):
            interpreting.ask(at, staff().door.pepper, case, wish)
    return to(PAGE.format(case.hex()))


def _page(ring: Ring, case: CaseId, form: InterpreterForm, status: int = HTTPStatus.OK) -> Response:
    with case_desk(ring) as at:
        view = interpreting.look(at, case)
    return page(
        "interpreter.html",
        status,
        case_id=case,
        at=view,
        form=form,
        once=once.number(),
        spoken={name.code: name.text for name in names.tongues()},
        reasons={"": PLEASE_CHOOSE, **INTERPRETER_REASONS},
        ends=INTERPRETER_ENDS,
        rests=RESTS,
    )
