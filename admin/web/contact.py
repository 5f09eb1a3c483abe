"""Contact: the page on which somebody asks to read how a reporter can be reached, and reads it."""

from http import HTTPStatus
from typing import Final

from flask import Response

from admin import browsers, contact
from admin.contact_asks import Reason
from admin.keyring import Ring
from admin.permissions import Action
from admin.web import browser, guard, once
from admin.web.case_wording import CONTACT_REASONS
from admin.web.context import case_desk
from admin.web.rendering import page
from forms.answers import Answers
from forms.contact import AnsweredForm, AskForm, OpenForm
from reporting.ids import CaseId
from reporting.web import labels
from reporting.web.rendering import to

CONTACT: Final = "/staff/case/{}/contact"


@guard.requires(Action.OPEN_CONTACT)
def show_contact(ring: Ring, case: CaseId) -> Response:
    """Show what is asked, and what the reporter wants kept to."""
    return _page(ring, case, AskForm.of({}))


@guard.requires(Action.OPEN_CONTACT)
def ask_contact(ring: Ring, case: CaseId) -> Response:
    """Ask a second person; or, where it is urgent, open at once and ask them to come behind."""
    form = AskForm.of(browser.posted(AskForm))
    if not form.validate():
        return _page(ring, case, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    reason, opens = Reason(form.reason.data), form.do.data == "open"
    mark = once.mark(form.once.data, "contact", case.hex())
    with case_desk(ring) as at:
        if not browsers.take_in(at.session, browser.keys(), mark, at.now):
            return to(CONTACT.format(case.hex()))
        if not opens:
            contact.ask(at, case, reason, form.why.data)
            return to(CONTACT.format(case.hex()))
        found = contact.open_first(at, case, reason, form.why.data)
    return _page(ring, case, AskForm.of({}), found)


@guard.requires(Action.OPEN_CONTACT)
def answer_contact(ring: Ring, case: CaseId) -> Response:
    """Say as the second person whether a colleague may read it."""
    form = AnsweredForm.of(browser.posted(AnsweredForm))
    mark = once.mark(form.once.data, "contact.answer", case.hex(), form.ask.data)
    with case_desk(ring) as at:
        if browsers.take_in(at.session, browser.keys(), mark, at.now):
            contact.answer(at, case, form.ask.number, agrees=form.agrees.data == "yes")
    return to(CONTACT.format(case.hex()))


@guard.requires(Action.OPEN_CONTACT)
def open_contact(ring: Ring, case: CaseId) -> Response:
    """Show how the reporter can be reached; a page that no address leads to again."""
    form = OpenForm.of(browser.posted(OpenForm))
    with case_desk(ring) as at:
        found = contact.open_agreed(at, case, form.ask.number)
    return _page(ring, case, AskForm.of({}), found)


def _page(
    ring: Ring,
    case: CaseId,
    form: AskForm,
    found: Answers | None = None,
    status: int = HTTPStatus.OK,
) -> Response:
    with case_desk(ring) as at:
        view = contact.look(at, case)
    return page(
        "contact.html",
        status,
        case_id=case,
        at=view,
        form=form,
        once=once.number(),
        rules=tuple(labels.answered(view.keep_to)),
        reasons=CONTACT_REASONS,
        is_opened=found is not None,
        found=tuple(labels.answered(found or {})),
    )
