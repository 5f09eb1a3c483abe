"""Triage: take the next report, say what the first look found, pass it on, agree, look again."""

from http import HTTPStatus
from typing import Final

from flask import Response

from admin import agreements, browsers, letting_go, moves, pull, screen
from admin.gathering import Decision
from admin.keyring import Ring
from admin.permissions import Action, is_allowed
from admin.skips import SkipReason
from admin.web import browser, first_look, guard, once
from admin.web.case import PAGE, case_page
from admin.web.case_wording import MOVES, PASSED_ON, SKIPS, TAKEN_BACK
from admin.web.context import case_desk
from admin.web.explaining import deciding
from admin.web.rendering import keyed
from forms.moves import ActionForm
from forms.people import OnceForm
from forms.triage import KEEP, LookForm, SkipForm, TakeForm, TriageForm
from reporting.ids import CaseId
from reporting.web.rendering import to

MINE: Final = "/staff/list/mine"
DECIDE: Final = "/staff/case/{}/decide/{}"
DONE: Final = "/staff/case/{}/done/{}"
SKIPPED: Final = "skip"
UNDONE: Final = "undo"
UNFIT: Final = HTTPStatus.UNPROCESSABLE_ENTITY
# What the form of the first look itself gives; other moves ask for more on a page of their own.
ASKS_NO_MORE: Final = frozenset({"accept", "escalate"})


@guard.requires(Action.VIEW_LISTS)
def pull_next(ring: Ring) -> Response:
    """Hand out the next report, one however often the button is pressed."""
    form = OnceForm.of(browser.posted(OnceForm))
    with case_desk(ring) as at:
        if not browsers.take_in(at.session, browser.keys(), _mark(form, "next"), at.now):
            return to(MINE)
        case = pull.next_for(at)
    return to(PAGE.format(case.hex()))


@guard.requires(Action.VIEW_LISTS)
def pull_lighter(ring: Ring) -> Response:
    """Hand out the next report that is neither urgent nor high, and has no files."""
    form = OnceForm.of(browser.posted(OnceForm))
    with case_desk(ring) as at:
        if not browsers.take_in(at.session, browser.keys(), _mark(form, "lighter"), at.now):
            return to(MINE)
        case = pull.lighter_for(at)
    return to(PAGE.format(case.hex()))


@guard.requires(Action.PULL_CASE)
def take_case(ring: Ring, case: CaseId) -> Response:
    """Take a report into one's hands."""
    browser.posted(OnceForm)
    with case_desk(ring) as at:
        pull.take(at, case)
    return to(f"{PAGE.format(case.hex())}#decide")


@guard.requires(Action.MOVE_CASE)
def take_over(ring: Ring, case: CaseId) -> Response:
    """Take a report on from the duty desk."""
    form = TakeForm.of(browser.posted(TakeForm))
    with case_desk(ring) as at:
        if browsers.take_in(at.session, browser.keys(), _mark(form, "take", case.hex()), at.now):
            moves.take(at, case, form.rev.number)
    return to(f"{PAGE.format(case.hex())}#decide")


@guard.requires(Action.MOVE_CASE)
def code_case(ring: Ring, case: CaseId) -> Response:
    """Keep what the first look found, and decide with it if it was asked to."""
    form = TriageForm.of(browser.posted(TriageForm))
    if form.validate():
        with deciding(form, first_look.PLACES):
            return _coded(ring, case, form)
    return case_page(ring, case, form, UNFIT)


@guard.requires(Action.PULL_CASE)
def show_skip(ring: Ring, case: CaseId) -> Response:
    """Ask why somebody passes a report on."""
    with case_desk(ring) as at:
        screen.look(at, case)
    return _skip_page(case, SkipForm.of({}))


@guard.requires(Action.PULL_CASE)
def skip_case(ring: Ring, case: CaseId) -> Response:
    """Pass a report on to somebody else."""
    form = SkipForm.of(browser.posted(SkipForm))
    if not form.validate():
        return _skip_page(case, form, UNFIT)
    with case_desk(ring) as at:
        if browsers.take_in(at.session, browser.keys(), _mark(form, "skip", case.hex()), at.now):
            pull.skip(at, case, SkipReason(form.reason.data))
    return to(done_page(case, SKIPPED))


@guard.requires(Action.MOVE_CASE)
def undo_case(ring: Ring, case: CaseId) -> Response:
    """Take back what one decided a moment ago."""
    form = OnceForm.of(browser.posted(OnceForm))
    with case_desk(ring) as at:
        if browsers.take_in(at.session, browser.keys(), _mark(form, "undo", case.hex()), at.now):
            moves.undo(at, case)
    return to(done_page(case, UNDONE))


@guard.requires(Action.COUNTERSIGN)
def countersign_case(ring: Ring, case: CaseId) -> Response:
    """Agree to what a colleague wants to do."""
    form = ActionForm.of(browser.posted(ActionForm))
    mark = _mark(form, "countersign", case.hex(), form.action.data, form.survivor.data)
    with case_desk(ring) as at:
        if browsers.take_in(at.session, browser.keys(), mark, at.now):
            survivor = form.survivor.number
            agreements.countersign(at, case, form.action.data, survivor)
    return to(f"{PAGE.format(case.hex())}#decide")


@guard.requires(Action.COUNTERSIGN)
def take_back_agreement(ring: Ring, case: CaseId) -> Response:
    """Agree no more to what a colleague has not done yet."""
    form = ActionForm.of(browser.posted(ActionForm))
    mark = _mark(form, "countersign undo", case.hex(), form.action.data)
    with case_desk(ring) as at:
        if browsers.take_in(at.session, browser.keys(), mark, at.now):
            agreements.take_back(at, case, form.action.data)
    return to(f"{PAGE.format(case.hex())}#decide")


@guard.requires(Action.COUNTERSIGN)
def look_again(ring: Ring, case: CaseId) -> Response:
    """Say as the second person whether it was right."""
    form = LookForm.of(browser.posted(LookForm))
    if not form.validate():
        return to(f"{PAGE.format(case.hex())}#decide")
    agrees = form.agrees.data == "yes"
    with case_desk(ring) as at:
        if browsers.take_in(at.session, browser.keys(), _mark(form, "look", case.hex()), at.now):
            agreements.second_look(at, case, agrees=agrees)
    return to(f"{PAGE.format(case.hex())}#decide")


@guard.requires(Action.MOVE_CASE)
def show_done(ring: Ring, case: CaseId, move: str) -> Response:
    """Say what was done, and offer to take it back and to go on. Nothing is looked up for it."""
    said = {SKIPPED: PASSED_ON, UNDONE: TAKEN_BACK, **MOVES}
    with case_desk(ring) as at:
        may_undo = screen.may_take_back(at, move)
        opens = move != SKIPPED and screen.still_opens(at, move)
    return keyed(
        "done.html",
        case_id=case,
        said=said.get(move, TAKEN_BACK),
        may_undo=may_undo,
        opens=opens,
        may_pull=is_allowed(Action.PULL_CASE, ring.person.marks),
        once=once.number(),
    )


def done_page(case: CaseId, move: str) -> str:
    """Return the address of the page that says that something was done."""
    return DONE.format(case.hex(), move)


def _coded(ring: Ring, case: CaseId, form: TriageForm) -> Response:
    move = form.do.data
    mark = _mark(form, "code", case.hex(), form.rev.data, move)
    is_theirs = True
    with case_desk(ring) as at:
        if browsers.take_in(at.session, browser.keys(), mark, at.now):
            found = first_look.found_in(form)
            is_theirs = letting_go.code(at, case, form.rev.number, found)
            if is_theirs and move in ASKS_NO_MORE:
                # What was just kept is what is decided about.
                moves.make(at, case, Decision(move, form.rev.number + 1))
    if not is_theirs:
        return to("/staff/")
    if move == KEEP:
        return to(f"{PAGE.format(case.hex())}#decide")
    return to(done_page(case, move) if move in ASKS_NO_MORE else DECIDE.format(case.hex(), move))


def _skip_page(case: CaseId, form: SkipForm, status: int = HTTPStatus.OK) -> Response:
    return keyed("skip.html", status, case_id=case, form=form, skips=SKIPS, once=once.number())


def _mark(
    form: OnceForm | SkipForm | ActionForm | LookForm | TakeForm | TriageForm, *what: str
) -> str:
    return once.mark(form.once.data, *what)
