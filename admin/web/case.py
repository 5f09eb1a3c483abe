"""Case: one report, and the words that staff add to it."""

from dataclasses import replace

from flask import Response

from admin import browsers, casework
from admin.casework import Words
from admin.keyring import Ring
from admin.permissions import Action
from admin.web import browser, guard, once
from admin.web.context import staff
from admin.web.rendering import page
from admin.web.wording import FLAGS
from forms.casework import ReplyForm, WordsForm
from forms.choices import CHANGEABLE
from reporting.ids import CaseId
from reporting.web import labels, language
from reporting.web.context import now
from reporting.web.rendering import to


@guard.requires(Action.OPEN_CASE)
def open_case(ring: Ring, case: CaseId) -> Response:
    """Show a report."""
    service = staff().service
    with service.begin() as session:
        view = casework.open_case(session, ring, service.journal, case, now())
    return page(
        "case.html",
        case=view,
        answers=tuple(labels.answered(view.answers)),
        keep_to=tuple(labels.answered(view.keep_to)),
        reasons=tuple(labels.reason(reason) for reason in view.judgement.reasons),
        flags=tuple(FLAGS[flag] for flag in view.judgement.flags),
        choices=CHANGEABLE,
        form=ReplyForm.of({}),
        once=once.number(),
    )


@guard.requires(Action.ADD_NOTE)
def add_note(ring: Ring, case: CaseId) -> Response:
    """Add a note for colleagues, once however often the button is pressed."""
    form = WordsForm.of(browser.posted(WordsForm))
    if not form.validate():
        return page("note.html", 422, case_id=case, form=form, once=once.number())
    service = staff().service
    with service.begin() as session:
        if browsers.take_in(session, browser.keys(), _mark("note", case, form), now()):
            casework.add_note(session, ring, service.journal, _words(case, form), now())
    return to(f"/staff/case/{case.hex()}#notes")


@guard.requires(Action.SEND_MESSAGE)
def reply(ring: Ring, case: CaseId) -> Response:
    """Answer the reporter, once however often the button is pressed."""
    form = ReplyForm.of(browser.posted(ReplyForm))
    if not form.validate():
        return page("reply.html", 422, case_id=case, form=form, once=once.number())
    service = staff().service
    with service.begin() as session:
        if browsers.take_in(session, browser.keys(), _mark("reply", case, form), now()):
            words = replace(_words(case, form), asks=bool(form.asks.data))
            casework.reply(session, ring, service.journal, words, now())
    return to(f"/staff/case/{case.hex()}#messages")


def _mark(kind: str, case: CaseId, form: WordsForm | ReplyForm) -> str:
    return once.mark(form.once.data, kind, case.hex(), form.text.data)


def _words(case: CaseId, form: WordsForm | ReplyForm) -> Words:
    return Words(case, form.text.data, language.current().code)
