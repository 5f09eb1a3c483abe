"""Case: one report, and the words that staff add to it."""

from http import HTTPStatus
from typing import Final

from flask import Response

from admin import (
    besides,
    browsers,
    casework,
    gathering,
    interpreting,
    link_panel,
    overview,
    own_notes,
    ready_texts,
    screen,
    unmasking,
)
from admin.casework import CaseView, Words
from admin.desk import Desk
from admin.keyring import Ring
from admin.permissions import Action
from admin.web import allowing, browser, first_look, guard, once, planning_words
from admin.web.case_wording import (
    INTERPRETER_ENDS,
    REASONS,
    STATE_LINKS,
    VERDICTS,
    VERIFICATIONS,
)
from admin.web.context import case_desk, staff
from admin.web.folding import fold
from admin.web.own_words import spoken
from admin.web.rendering import keyed, page
from admin.web.wording import FLAGS
from forms.casework import ReplyForm, WordsForm
from forms.triage import TriageForm
from reporting import threads
from reporting.ids import CaseId
from reporting.web import labels, language
from reporting.web.context import now
from reporting.web.rendering import to

PAGE: Final = "/staff/case/{}"


@guard.requires(Action.OPEN_CASE)
def open_case(ring: Ring, case: CaseId) -> Response:
    """Show a report."""
    return case_page(ring, case, None)


def case_page(
    ring: Ring, case: CaseId, found: TriageForm | None, status: int = HTTPStatus.OK
) -> Response:
    """Show a report, with what somebody just said of it or with what is known."""
    with case_desk(ring) as at:
        view = _opened(at, case)
        shown, head = screen.of(at, view.opened), overview.of(at, view.opened)
        links = link_panel.of(at, view.opened)
        beside = besides.of(at, view.opened)
        left = gathering.still_open(view.opened.work, at.now)
    older = threads.excerpt(view.messages).older
    form = found or TriageForm.of(first_look.fields(shown.triage, view.answers))
    return keyed(
        "case.html",
        status,
        case=view,
        at=shown,
        left=left,
        older_messages=view.messages[:older],
        newest_messages=view.messages[older:],
        head=head,
        links=links,
        verdicts=VERDICTS,
        story=fold(unmasking.shown(view.opened.work, ring.person.id, view.story)),
        is_covered=unmasking.shown(view.opened.work, ring.person.id, view.story) != view.story,
        answers=tuple(labels.answered(view.answers)),
        keep_to=tuple(labels.answered(view.keep_to)),
        reasons=tuple(labels.reason(reason) for reason in view.judgement.reasons),
        flags=tuple(FLAGS[flag] for flag in view.judgement.flags),
        allowed=allowing.of(view.choices),
        form=form,
        words=ReplyForm.of({"language": (shown.language,)}),
        beside=beside,
        ready=ready_texts.answers(shown.language, quietly=beside.is_watched),
        spoken=spoken(shown.language),
        once=once.number(),
        **first_look.words(form),
        **planning_words.WORDS,
        verifications=VERIFICATIONS,
        state_links=STATE_LINKS,
        ends=INTERPRETER_ENDS,
        why_moved=REASONS,
    )


def _opened(at: Desk, case: CaseId) -> CaseView:
    """Open a report, and put to it what came back from those who translate."""
    view = casework.open_case(at.session, at.ring, at.journal, case, at.now)
    there = interpreting.gather(at, view.opened)
    return view if there is view.opened else casework.shown_again(at.session, there)


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


@guard.requires(Action.ADD_NOTE)
def add_own_note(ring: Ring, case: CaseId) -> Response:
    """Keep a note for oneself alone, once however often the button is pressed."""
    form = WordsForm.of(browser.posted(WordsForm))
    if not form.validate():
        return page("own_note.html", 422, case_id=case, form=form, once=once.number())
    with case_desk(ring) as at:
        if browsers.take_in(at.session, browser.keys(), _mark("own", case, form), at.now):
            own_notes.add(at, case, form.text.data)
    return to(f"/staff/case/{case.hex()}#notes")


def _mark(kind: str, case: CaseId, form: WordsForm) -> str:
    return once.mark(form.once.data, kind, case.hex(), form.text.data)


def _words(case: CaseId, form: WordsForm) -> Words:
    return Words(case, form.text.data, language.current().code)
