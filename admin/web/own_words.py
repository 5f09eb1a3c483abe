"""Own words: answer a reporter, and read what a colleague wants to answer."""

from http import HTTPStatus
from typing import Final

from flask import Response

from admin import browsers, drafts, own_words, ready_texts, screen
from admin.casework import Words
from admin.keyring import Ring
from admin.own_words import Reading
from admin.permissions import Action
from admin.web import browser, guard, once
from admin.web.context import case_desk
from admin.web.rendering import page
from forms.casework import DraftForm, ReadingForm, ReplyForm
from forms.validators import is_blank
from reporting import names
from reporting.ids import CaseId
from reporting.languages import OFFERED
from reporting.web import labels
from reporting.web.rendering import to

DRAFT: Final = "/staff/case/{}/words/{}"
MESSAGES: Final = "/staff/case/{}#messages"
UNFIT: Final = HTTPStatus.UNPROCESSABLE_ENTITY


@guard.requires(Action.SEND_MESSAGE)
def reply(ring: Ring, case: CaseId) -> Response:
    """Answer the reporter, once however often the button is pressed."""
    fields = browser.posted(ReplyForm)
    form = ReplyForm.of(fields)
    ready, answer_in = _ready(ring, case, form)
    if ready:
        form = ReplyForm.of({**fields, "text": (ready.text,)})
    if not form.validate():
        return page(
            "reply.html",
            UNFIT,
            case_id=case,
            form=form,
            once=once.number(),
            spoken=spoken(answer_in),
        )
    text, chosen = form.text.data, _language(form.language.data, answer_in)
    words = ready or Words(case, text, chosen, asks=bool(form.asks.data))
    mark = once.mark(form.once.data, "reply", case.hex(), text)
    with case_desk(ring) as at:
        if browsers.take_in(at.session, browser.keys(), mark, at.now):
            do = own_words.prepare if form.do.data == "prepare" else own_words.answer
            do(at, words)
    return to(MESSAGES.format(case.hex()))


@guard.requires(Action.READ_WORDS)
def show_draft(ring: Ring, case: CaseId, draft: bytes) -> Response:
    """Show a message that is not sent yet."""
    return _page(ring, case, draft)


@guard.requires(Action.SEND_MESSAGE)
def change_draft(ring: Ring, case: CaseId, draft: bytes) -> Response:
    """Write one's own message anew, send it, or throw it away."""
    form = DraftForm.of(browser.posted(DraftForm))
    if not form.validate():
        return _page(ring, case, draft, form, UNFIT)
    mark = once.mark(form.once.data, "draft", draft.hex(), form.do.data, form.text.data)
    with case_desk(ring) as at:
        if not browsers.take_in(at.session, browser.keys(), mark, at.now):
            return to(MESSAGES.format(case.hex()))
        if form.do.data == "discard":
            own_words.discard(at, case, draft)
            return to(MESSAGES.format(case.hex()))
        chosen = _language(form.language.data, screen.look(at, case).language)
        own_words.edit(at, draft, Words(case, form.text.data, chosen))
        if form.do.data == "send":
            own_words.send(at, case, draft)
            return to(MESSAGES.format(case.hex()))
    return to(DRAFT.format(case.hex(), draft.hex()))


@guard.requires(Action.READ_WORDS)
def read_draft(ring: Ring, case: CaseId, draft: bytes) -> Response:
    """Agree to a colleague's message, or send it back."""
    form = ReadingForm.of(browser.posted(ReadingForm))
    if not form.validate():
        return _page(ring, case, draft, form, UNFIT)
    comment = "" if form.agrees.data == "yes" else form.comment.data
    mark = once.mark(form.once.data, "reading", draft.hex(), form.agrees.data, comment)
    with case_desk(ring) as at:
        if browsers.take_in(at.session, browser.keys(), mark, at.now):
            own_words.read(at, case, Reading(draft, form.digest.number, comment))
    return to(DRAFT.format(case.hex(), draft.hex()))


def spoken(first: str) -> dict[str, str]:
    """Return the languages that words can be in and their names, that of the answer first."""
    names_of = {offer.code: offer.name for offer in OFFERED}
    return {first: names_of.get(first, _tongue(first)), **names_of}


def _ready(ring: Ring, case: CaseId, form: ReplyForm) -> tuple[Words | None, str]:
    """Return the ready text that was chosen if nothing was typed, and the language to answer in."""
    with case_desk(ring) as at:
        shown = screen.look(at, case)
    answer_in, code = shown.language, form.ready.data
    quietly = drafts.is_watched(shown.there.facets.answers)
    offered = {one.code: one for one in ready_texts.answers(answer_in, quietly=quietly)}
    if not is_blank(form.text.data) or code not in offered:
        return None, answer_in
    asks = offered[code].use is ready_texts.Use.ASK
    text = ready_texts.text_of(code, answer_in)
    return Words(case, text, answer_in, asks=asks, code=code), answer_in


def _page(
    ring: Ring,
    case: CaseId,
    number: bytes,
    form: DraftForm | ReadingForm | None = None,
    status: int = HTTPStatus.OK,
) -> Response:
    with case_desk(ring) as at:
        seen = own_words.look(at, case, number)
    typed = {"text": (seen.draft.text,), "language": (seen.draft.language,)}
    return page(
        "draft.html",
        status,
        case_id=case,
        at=seen,
        form=form if isinstance(form, DraftForm) else DraftForm.of(typed),
        reading=form if isinstance(form, ReadingForm) else ReadingForm.of({}),
        once=once.number(),
        rules=tuple(labels.answered(seen.keep_to)),
        spoken=spoken(seen.draft.language),
        named=spoken(seen.draft.language)[seen.draft.language],
    )


def _language(chosen: str, answer_in: str) -> str:
    """Return the language that words are said to be in, or else the one to answer in."""
    return chosen if chosen in {answer_in, *(offer.code for offer in OFFERED)} else answer_in


def _tongue(code: str) -> str:
    return {name.code: name.text for name in names.tongues()}.get(code, code)
