"""Flooding: the page about reports that all look the same, and the step that sets them aside."""

from functools import partial
from http import HTTPStatus
from typing import Final

from flask import Response

from admin import browsers, floods
from admin.keyring import Ring
from admin.permissions import Action
from admin.web import browser, guard, once
from admin.web.case_wording import REASONS
from admin.web.context import case_desk
from admin.web.rendering import keyed
from forms.moves import REASONS as REASON_CODES
from forms.moves import ConfirmForm, FloodForm
from reporting.ids import CaseId
from reporting.web.rendering import to

PAGE: Final = "/staff/case/{}/flood"
DONE: Final = "/staff/case/{}/flood/done/{}"
NONE_LEFT: Final = "none"
UNFIT: Final = HTTPStatus.UNPROCESSABLE_ENTITY


@guard.requires(Action.COUNTERSIGN)
def show_flood(ring: Ring, case: CaseId) -> Response:
    """Show what looks the same as a report."""
    return _page(ring, case, FloodForm.of({}))


@guard.requires(Action.COUNTERSIGN)
def propose_flood(ring: Ring, case: CaseId) -> Response:
    """Propose to set aside what looks the same."""
    form = FloodForm.of(browser.posted(FloodForm))
    if not form.validate():
        return _page(ring, case, form, UNFIT)
    if _is_first(ring, once.mark(form.once.data, "flood", case.hex(), form.reason.data)):
        floods.propose(partial(case_desk, ring), case, form.reason.data)
    return to(PAGE.format(case.hex()))


@guard.requires(Action.COUNTERSIGN)
def confirm_flood(ring: Ring, case: CaseId) -> Response:
    """Set aside what a colleague proposed."""
    form = ConfirmForm.of(browser.posted(ConfirmForm))
    proposal = form.proposal.number
    if not _is_first(ring, once.mark(form.once.data, "confirm", case.hex(), form.proposal.data)):
        return to(PAGE.format(case.hex()))
    left = floods.confirm(partial(case_desk, ring), case, proposal)
    named = "-".join(one.hex()[:8] for one in left)
    return to(DONE.format(case.hex(), named or NONE_LEFT))


@guard.requires(Action.COUNTERSIGN)
def show_flood_done(_ring: Ring, case: CaseId, left: tuple[str, ...]) -> Response:
    """Say what was left out. Nothing is looked up for it."""
    return keyed("flood_done.html", case_id=case, left=left)


def _is_first(ring: Ring, mark: str) -> bool:
    """Say whether a button is pressed for the first time."""
    with case_desk(ring) as at:
        return browsers.take_in(at.session, browser.keys(), mark, at.now)


def _page(ring: Ring, case: CaseId, form: FloodForm, status: int = HTTPStatus.OK) -> Response:
    with case_desk(ring) as at:
        flood = floods.look(at, case)
    return keyed(
        "flood.html",
        status,
        case_id=case,
        flood=flood,
        is_own=flood.proposal is not None and flood.proposal.by == ring.person.id,
        form=form,
        reasons={code: REASONS[code] for code in REASON_CODES[floods.SETS_ASIDE]},
        why=REASONS.get("" if flood.proposal is None else flood.proposal.reason, ""),
        once=once.number(),
    )
