"""Case: one report, and the words that staff add to it."""

import hashlib
import secrets
from dataclasses import replace
from typing import Final

from flask import Response

from admin import browsers, casework
from admin.casework import Words
from admin.keyring import Ring
from admin.permissions import Action
from admin.web import browser, guard
from admin.web.context import staff
from admin.web.rendering import page
from admin.web.wording import FLAGS
from crypto.envelope import lp
from forms.casework import ReplyForm, WordsForm
from forms.choices import CHANGEABLE
from reporting.ids import CaseId
from reporting.web import labels, language
from reporting.web.context import now
from reporting.web.rendering import to

ONCE_BYTES: Final = 8


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
        once=_new_number(),
    )


@guard.requires(Action.ADD_NOTE)
def add_note(ring: Ring, case: CaseId) -> Response:
    """Add a note for colleagues, once however often the button is pressed."""
    form = WordsForm.of(browser.posted(WordsForm))
    if not form.validate():
        return page("note.html", 422, case_id=case, form=form, once=_new_number())
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
        return page("reply.html", 422, case_id=case, form=form, once=_new_number())
    service = staff().service
    with service.begin() as session:
        if browsers.take_in(session, browser.keys(), _mark("reply", case, form), now()):
            words = replace(_words(case, form), asks=bool(form.asks.data))
            casework.reply(session, ring, service.journal, words, now())
    return to(f"/staff/case/{case.hex()}#messages")


def _new_number() -> str:
    return secrets.token_hex(ONCE_BYTES)


def _mark(kind: str, case: CaseId, form: WordsForm | ReplyForm) -> str:
    """Return what tells a button pressed twice from words that are meant to be sent again."""
    if not form.once.data:
        return _new_number()
    # With the words: a page shown again by the way back may carry its old number and new words.
    parts = (kind, case.hex(), form.once.data, form.text.data)
    sent = lp(*(part.encode() for part in parts))
    return hashlib.sha256(sent).hexdigest()[: 4 * ONCE_BYTES]


def _words(case: CaseId, form: WordsForm | ReplyForm) -> Words:
    return Words(case, form.text.data, language.current().code)
