"""Linking: find the reports that may tell of the same incident, and say of two whether they do."""

from http import HTTPStatus
from typing import Final

from flask import Response

from admin import browsers, linking
from admin.keyring import Ring
from admin.links import Verdict
from admin.permissions import Action
from admin.web import browser, guard, once
from admin.web.case import PAGE
from admin.web.case_wording import STATES, VERDICTS, WHYS
from admin.web.context import case_desk
from admin.web.explaining import deciding
from admin.web.folding import fold
from admin.web.rendering import keyed
from forms.moves import VerdictForm
from forms.people import OnceForm
from reporting.ids import CaseId
from reporting.web import labels
from reporting.web.rendering import to

UNFIT: Final = HTTPStatus.UNPROCESSABLE_ENTITY


@guard.requires(Action.LINK_CASES)
def show_links(ring: Ring, case: CaseId) -> Response:
    """Show the reports that one may be compared with."""
    with case_desk(ring) as at:
        found = linking.proposed(at, case)
        marked = linking.marked_alike(at, case, {one.case for one in found})
    return keyed(
        "linking.html",
        case_id=case,
        found=found,
        marked=marked,
        states=STATES,
        whys=WHYS,
        verdicts=VERDICTS,
    )


@guard.requires(Action.LINK_CASES)
def show_pair(ring: Ring, case: CaseId, other: CaseId) -> Response:
    """Show two reports beside each other."""
    return _pair_page(ring, case, other, VerdictForm.of({}))


@guard.requires(Action.LINK_CASES)
def judge_pair(ring: Ring, case: CaseId, other: CaseId) -> Response:
    """Keep what somebody says of two reports, once however often the button is pressed."""
    form = VerdictForm.of(browser.posted(VerdictForm))
    if form.validate():
        with deciding(form, {linking.VERDICT: "verdict"}):
            return _judged(ring, case, other, form)
    return _pair_page(ring, case, other, form, UNFIT)


@guard.requires(Action.LINK_CASES)
def note_told(ring: Ring, case: CaseId) -> Response:
    """Take away the line that says that a report was joined with one's own."""
    browser.posted(OnceForm)
    with case_desk(ring) as at:
        linking.having_told(at, case)
    return to(f"{PAGE.format(case.hex())}#links")


def _judged(ring: Ring, case: CaseId, other: CaseId, form: VerdictForm) -> Response:
    mark = once.mark(form.once.data, "judge", case.hex(), other.hex(), form.verdict.data)
    with case_desk(ring) as at:
        if browsers.take_in(at.session, browser.keys(), mark, at.now):
            linking.judge(at, case, other, Verdict(form.verdict.data))
    return to(f"{PAGE.format(case.hex())}#links")


def _pair_page(
    ring: Ring, case: CaseId, other: CaseId, form: VerdictForm, status: int = HTTPStatus.OK
) -> Response:
    with case_desk(ring) as at:
        pair = linking.compare(at, case, other)
    sides = tuple(
        (side, fold(side.story), tuple(labels.answered(side.answers)))
        for side in (pair.here, pair.there)
    )
    return keyed(
        "comparing.html",
        status,
        case_id=case,
        other_id=other,
        sides=sides,
        why=pair.whys,
        verdict=pair.verdict,
        said=pair.said,
        whys=WHYS,
        form=form,
        states=STATES,
        verdicts=VERDICTS,
        once=once.number(),
    )
