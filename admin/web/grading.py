"""Grading: the page on which a report is graded, and a second person agrees or does not."""

from http import HTTPStatus
from typing import Final

from flask import Response

from admin import browsers, grading, regrading
from admin.cases import Opened
from admin.counted import Main
from admin.grades import Grade
from admin.grading import Said
from admin.keyring import Ring
from admin.permissions import Action
from admin.publication.facets import Several
from admin.web import browser, guard, once
from admin.web.case_wording import (
    GRADE_PARTS,
    PLEASE_CHOOSE,
    STANDINGS_OF_GRADES,
    STATE_LINKS,
    TARGETS,
    TRUST,
    VERIFICATIONS,
)
from admin.web.context import case_desk
from admin.web.explaining import deciding
from admin.web.rendering import page
from admin.web.wording import KINDS
from forms.base import Fields
from forms.grading import BASIS_CHARACTERS, AnswerForm, GradeForm
from forms.moves import MoveForm
from reporting import names
from reporting.ids import CaseId
from reporting.web import language
from reporting.web.rendering import to

PAGE: Final = "/staff/case/{}/grade"
MAINS: Final = ("main_tactic", "main_state", "main_target")
PLACES: Final = {one: one for one in (grading.VERIFICATION, grading.SOURCES, *MAINS)}
UNFIT: Final = HTTPStatus.UNPROCESSABLE_ENTITY
# The words of the fields of a grade, for whichever form holds them.
WORDS: Final = {
    "verifications": VERIFICATIONS,
    "state_links": STATE_LINKS,
    "trust": TRUST,
    "please_choose": {"": PLEASE_CHOOSE},
    "basis_limit": BASIS_CHARACTERS,
}


@guard.requires(Action.GRADE_CASE)
def show_grade(ring: Ring, case: CaseId) -> Response:
    """Show the grade that holds, and all before it."""
    return _page(ring, case)


@guard.requires(Action.GRADE_CASE)
def give_grade(ring: Ring, case: CaseId) -> Response:
    """Give another grade, once however often the button is pressed."""
    form = GradeForm.of(browser.posted(GradeForm))
    if form.validate():
        with deciding(form, PLACES):
            return _given(ring, case, form)
    return _page(ring, case, form, UNFIT)


@guard.requires(Action.GRADE_CASE)
def answer_grade(ring: Ring, case: CaseId) -> Response:
    """Agree as the second person, or say no."""
    form = AnswerForm.of(browser.posted(AnswerForm))
    if not form.validate():
        return _page(ring, case, form, UNFIT)
    agrees = form.agrees.data == "yes"
    said = Said(form.version.number, agrees, "" if agrees else form.words.data)
    mark = once.mark(form.once.data, "grade.answer", case.hex(), form.agrees.data, said.words)
    with case_desk(ring) as at:
        if browsers.take_in(at.session, browser.keys(), mark, at.now):
            grading.answer(at, case, said)
    return to(PAGE.format(case.hex()))


def grade_in(form: GradeForm | MoveForm) -> Grade:
    """Return the grade that a form holds, whole or not."""
    return Grade(
        verification=form.verification.data,
        state_link=form.state_link.data,
        reliable=int(form.reliable.data or 0),
        credible=int(form.credible.data or 0),
        sources=form.sources.number,
        verification_basis=form.verification_basis.data,
        state_link_basis=form.state_link_basis.data,
    )


def fields_of(grade: Grade | None) -> Fields:
    """Return the fields of a form as they begin with a grade."""
    if grade is None:
        return {}
    return {
        "verification": (grade.verification,),
        "state_link": (grade.state_link,),
        "reliable": (str(grade.reliable),),
        "credible": (str(grade.credible),),
        "sources": (str(grade.sources),),
        "verification_basis": (grade.verification_basis,),
        "state_link_basis": (grade.state_link_basis,),
    }


def _given(ring: Ring, case: CaseId, form: GradeForm) -> Response:
    typed = (part for parts in form.typed(checked=False).values() for part in parts)
    mark = once.mark(form.once.data, "grade", case.hex(), *typed)
    with case_desk(ring) as at:
        if browsers.take_in(at.session, browser.keys(), mark, at.now):
            grading.give(at, case, grade_in(form), form.after.number, main_in(form))
    return to(PAGE.format(case.hex()))


def _page(
    ring: Ring,
    case: CaseId,
    form: GradeForm | AnswerForm | None = None,
    status: int = HTTPStatus.OK,
) -> Response:
    with case_desk(ring) as at:
        view = grading.look(at, case)
    begun = GradeForm.of({**fields_of(view.present), **main_of(view.main)})
    return page(
        "grade.html",
        status,
        case_id=case,
        at=view,
        form=form if isinstance(form, GradeForm) else begun,
        answer=form if isinstance(form, AnswerForm) else AnswerForm.of({}),
        once=once.number(),
        parts=GRADE_PARTS,
        standings=STANDINGS_OF_GRADES,
        **_words_of(view.several),
        **WORDS,
    )


def main_in(form: GradeForm | MoveForm) -> Main:
    """Return what a form says comes first."""
    return Main(form.main_tactic.data, form.main_state.data, form.main_target.data)


def mains_of(there: Opened) -> dict[str, object]:
    """Return what a page needs to ask what comes first in a report."""
    several = regrading.several_of(there)
    return {"several": several, **_words_of(several)}


def _words_of(several: Several) -> dict[str, object]:
    tag = language.current().code
    origins = {one: names.country(one, tag).text for one in several.origins}
    return {"tactics": KINDS, "targets": TARGETS, "origins": origins}


def main_of(main: Main) -> Fields:
    """Return the fields of a form as they begin with what comes first."""
    chosen = zip(MAINS, (main.tactic, main.origin, main.target), strict=True)
    return {name: (code,) for name, code in chosen}
