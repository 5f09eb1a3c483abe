"""Whole: the page of a report as a whole, and the same on paper without names."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

from flask import Response

from admin import browsers, open_questions, paper, whole
from admin.keyring import Ring
from admin.known_names import Rest
from admin.permissions import Action
from admin.web import browser, guard, knowing_words, once, summing, whole_words
from admin.web.case_wording import (
    CONTACT_REASONS,
    CUSTODY,
    HANDING_REASONS,
    MOVES,
    RECIPIENTS,
    STATE_LINKS,
    STATES,
    VERDICTS,
    VERIFICATIONS,
)
from admin.web.context import case_desk
from admin.web.explaining import deciding
from admin.web.rendering import keyed, page
from admin.whole import Whole
from admin.work_codes import TASKS
from forms import days
from forms.whole import QuestionForm, SettleForm
from reporting.ids import CaseId
from reporting.web import language
from reporting.web.context import now
from reporting.web.rendering import to

PAGE: Final = "/staff/case/{}/whole"
PLACES: Final = {open_questions.QUESTION: "question"}
UNFIT: Final = HTTPStatus.UNPROCESSABLE_ENTITY


def spelled(when: str) -> str:
    """Return a day, a month or a year as the page's language writes it; nothing stays nothing."""
    return language.day(days.first(when)) if days.is_day(when) else language.month(when)


WORDS: Final[Mapping[str, object]] = {
    "parts": whole_words.PARTS,
    "recorded": knowing_words.RECORDED,
    "relations": whole_words.OF_PART,
    "places": whole_words.PLACES,
    "tactics": whole_words.TACTIC_LABELS,
    "whats": whole_words.WHATS,
    "file_kinds": whole_words.FILE_KINDS,
    "deeds": CUSTODY,
    "moves": MOVES,
    "states": STATES,
    "state_links": STATE_LINKS,
    "verifications": VERIFICATIONS,
    "verdicts": VERDICTS,
    "task_kinds": TASKS,
    "recipients": RECIPIENTS,
    "contact_reasons": CONTACT_REASONS,
    "handing_reasons": HANDING_REASONS,
    "spelled": spelled,
}


@guard.requires(Action.OPEN_CASE)
def show_whole(ring: Ring, case: CaseId) -> Response:
    """Show a report as a whole."""
    return _page(ring, case, QuestionForm.of({}))


@guard.requires(Action.PRINT_CASE)
def print_whole(ring: Ring, case: CaseId) -> Response:
    """Show a report as a whole as it is printed: without names."""
    return _paper(ring, case, Rest.COVER)


@guard.requires(Action.PRINT_CASE)
def print_described(ring: Ring, case: CaseId) -> Response:
    """Show it as it is printed, with the words that only describe somebody."""
    return _paper(ring, case, Rest.LEAVE)


@guard.requires(Action.WORK_ON_CASE)
def ask_unknown(ring: Ring, case: CaseId) -> Response:
    """Write down what nobody knows yet, once however often the button is pressed."""
    form = QuestionForm.of(browser.posted(QuestionForm))
    if form.validate():
        with deciding(form, PLACES), case_desk(ring) as at:
            mark = once.mark(form.once.data, "unknown", case.hex(), form.asked)
            if browsers.take_in(at.session, browser.keys(), mark, at.now):
                open_questions.ask(at, case, form.asked)
            return to(f"{PAGE.format(case.hex())}#unknowns")
    return _page(ring, case, form, UNFIT)


@guard.requires(Action.WORK_ON_CASE)
def show_unknown(ring: Ring, case: CaseId, number: int) -> Response:
    """Ask for the answer to an open question."""
    return _unknown_page(ring, case, number, SettleForm.of({}))


@guard.requires(Action.WORK_ON_CASE)
def settle_unknown(ring: Ring, case: CaseId, number: int) -> Response:
    """Answer an open question, or drop it."""
    form = SettleForm.of(browser.posted(SettleForm))
    if not form.validate():
        return _unknown_page(ring, case, number, form, UNFIT)
    mark = once.mark(form.once.data, "settle", case.hex(), str(number), form.said)
    with case_desk(ring) as at:
        if browsers.take_in(at.session, browser.keys(), mark, at.now):
            open_questions.settle(at, case, number, form.said)
    return to(f"{PAGE.format(case.hex())}#unknowns")


def _page(ring: Ring, case: CaseId, form: QuestionForm, status: int = HTTPStatus.OK) -> Response:
    with case_desk(ring) as at:
        shown = whole.look(at, case)
    return keyed("whole.html", status, form=form, once=once.number(), **_values(shown))


def _paper(ring: Ring, case: CaseId, rest: Rest) -> Response:
    with case_desk(ring) as at:
        made = paper.of(at, case, rest)
    stamp = {"printed_by": ring.person.name, "now": now()}
    about = {"standing": made.standing, "leaves": rest is Rest.LEAVE}
    return page("whole_print.html", HTTPStatus.OK, **stamp, **about, **_values(made.whole))


def _unknown_page(
    ring: Ring, case: CaseId, number: int, form: SettleForm, status: int = HTTPStatus.OK
) -> Response:
    with case_desk(ring) as at:
        asked = whole.look_to_write(at, case).unknowns
        unknown = open_questions.find(asked, case, number)
    return keyed(
        "unknown.html",
        status,
        case_id=case,
        number=number,
        unknown=unknown,
        form=form,
        once=once.number(),
    )


def _values(shown: Whole) -> dict[str, object]:
    return {"case_id": shown.view.id, "at": shown, "sum": summing.of(shown.view), "words": WORDS}
