"""Story: what is covered in the reporter's own words, and what they are in another language."""

from http import HTTPStatus

from flask import Response

from admin import browsers, casework, screen, unmasking
from admin.casework import Words
from admin.keyring import Ring
from admin.permissions import Action
from admin.web import browser, guard, once
from admin.web.case import PAGE
from admin.web.case_wording import UNMASKING
from admin.web.context import case_desk
from admin.web.rendering import keyed, page
from forms.casework import WordsForm
from forms.triage import UnmaskForm
from reporting.ids import CaseId
from reporting.web import language
from reporting.web.rendering import to


@guard.requires(Action.UNMASK)
def show_unmask(ring: Ring, case: CaseId) -> Response:
    """Ask why somebody wants to read what is covered."""
    with case_desk(ring) as at:
        screen.look(at, case)
    return _unmask_page(case, UnmaskForm.of({}))


@guard.requires(Action.UNMASK)
def unmask_case(ring: Ring, case: CaseId) -> Response:
    """Uncover a story for this person."""
    form = UnmaskForm.of(browser.posted(UnmaskForm))
    if not form.validate():
        return _unmask_page(case, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    mark = once.mark(form.once.data, "unmask", case.hex())
    with case_desk(ring) as at:
        if browsers.take_in(at.session, browser.keys(), mark, at.now):
            unmasking.unmask(at, case, form.reason.data)
    return to(f"{PAGE.format(case.hex())}#story")


@guard.requires(Action.ADD_NOTE)
def add_translation(ring: Ring, case: CaseId) -> Response:
    """Keep a translation of the reporter's words into the language of this page."""
    form = WordsForm.of(browser.posted(WordsForm))
    if not form.validate():
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        return page("translation.html", status, case_id=case, form=form, once=once.number())
    mark = once.mark(form.once.data, "translation", case.hex(), form.text.data)
    words = Words(case, form.text.data, language.current().code)
    with case_desk(ring) as at:
        if browsers.take_in(at.session, browser.keys(), mark, at.now):
            casework.translate(at.session, ring, at.journal, words, at.now)
    return to(f"{PAGE.format(case.hex())}#story")


def _unmask_page(case: CaseId, form: UnmaskForm, status: int = HTTPStatus.OK) -> Response:
    return keyed(
        "unmask.html", status, case_id=case, form=form, reasons=UNMASKING, once=once.number()
    )
