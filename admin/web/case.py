"""Case: one report, and the words that staff add to it."""

from flask import Response

from admin import casework
from admin.casework import Words
from admin.keyring import Ring
from admin.permissions import Action
from admin.web import browser, guard
from admin.web.context import staff
from admin.web.rendering import page
from forms.casework import WordsForm
from reporting.ids import CaseId
from reporting.web import language
from reporting.web.context import now
from reporting.web.rendering import to


@guard.requires(Action.OPEN_CASE)
def open_case(ring: Ring, case: CaseId) -> Response:
    """Show a report."""
    service = staff().service
    with service.begin() as session:
        view = casework.open_case(session, ring, service.journal, case, now())
    return page("case.html", case=view, form=WordsForm.of({}))


@guard.requires(Action.ADD_NOTE)
def add_note(ring: Ring, case: CaseId) -> Response:
    """Add a note for colleagues."""
    form = WordsForm.of(browser.posted(WordsForm))
    if not form.validate():
        return page("note.html", 422, case_id=case, form=form)
    service = staff().service
    with service.begin() as session:
        casework.add_note(session, ring, service.journal, _words(case, form), now())
    return to(f"/staff/case/{case.hex()}#notes")


@guard.requires(Action.SEND_MESSAGE)
def reply(ring: Ring, case: CaseId) -> Response:
    """Answer the reporter."""
    form = WordsForm.of(browser.posted(WordsForm))
    if not form.validate():
        return page("reply.html", 422, case_id=case, form=form)
    service = staff().service
    with service.begin() as session:
        casework.reply(session, ring, service.journal, _words(case, form), now())
    return to(f"/staff/case/{case.hex()}#messages")


def _words(case: CaseId, form: WordsForm) -> Words:
    return Words(case, form.text.data, language.current().code)
