"""Knowing: the page that says what is recorded of a report, and on which it is recorded anew."""

from http import HTTPStatus
from typing import Final

from flask import Response

from admin import browsers, letting_go, recoding
from admin.errors import MovedOnError
from admin.keyring import Ring
from admin.permissions import Action
from admin.recoding import Anew
from admin.web import browser, first_look, guard, once, typed, unmoved
from admin.web.context import case_desk
from admin.web.explaining import deciding
from admin.web.knowing_words import RECORDED, SOURCES, saying
from admin.web.rendering import keyed
from forms.triage import WHY_CHARACTERS, RecodeForm
from reporting.ids import CaseId
from reporting.web import labels
from reporting.web.rendering import to

PAGE: Final = "/staff/case/{}/known"
PLACES: Final = {**first_look.PLACES, recoding.RISES: "level", recoding.SAME: "why"}
UNFIT: Final = HTTPStatus.UNPROCESSABLE_ENTITY


@guard.requires(Action.RECODE_CASE)
def show_known(ring: Ring, case: CaseId) -> Response:
    """Show what is recorded of a report, and what was before."""
    return _page(ring, case)


@guard.requires(Action.RECODE_CASE)
def record_known(ring: Ring, case: CaseId) -> Response:
    """Record it anew, once however often the button is pressed."""
    form = RecodeForm.of(browser.posted(RecodeForm))
    if form.validate():
        try:
            with deciding(form, PLACES):
                return _recorded(ring, case, form)
        except MovedOnError as error:
            # On the same page as it is now, with everything that was typed or chosen.
            late = {"typed": typed.words(), **unmoved.quicker(error)}
            return _page(ring, case, form, unmoved.CONFLICT, late)
    return _page(ring, case, form, UNFIT)


def _recorded(ring: Ring, case: CaseId, form: RecodeForm) -> Response:
    mark = once.mark(form.once.data, "known", case.hex(), form.rev.data)
    is_theirs = True
    with case_desk(ring) as at:
        if browsers.take_in(at.session, browser.keys(), mark, at.now):
            number = max(form.message.number, 0)
            anew = Anew(first_look.found_in(form), form.why.data.strip(), number)
            is_theirs = letting_go.recode(at, case, form.rev.number, anew)
    return to(f"{PAGE.format(case.hex())}#recorded" if is_theirs else "/staff/")


def _page(
    ring: Ring,
    case: CaseId,
    form: RecodeForm | None = None,
    status: int = HTTPStatus.OK,
    late: dict[str, object] | None = None,
) -> Response:
    with case_desk(ring) as at:
        view = recoding.look(at, case)
    form = form or RecodeForm.of(first_look.fields(view.triage, view.answers))
    return keyed(
        "known.html",
        status,
        case_id=case,
        at=view,
        form=form,
        is_late=late is not None,
        once=once.number(),
        answers=tuple(labels.answered(view.answers)),
        recorded=RECORDED,
        sources=SOURCES,
        saying=saying,
        why_limit=WHY_CHARACTERS,
        **first_look.words(form),
        **(late or {}),
    )
