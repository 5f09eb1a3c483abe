"""Deciding: the page on which somebody makes one move of a report, and what it asks for."""

from http import HTTPStatus
from typing import Final

from flask import Response

from admin import browsers, drafts, gathering, link_panel, moves, ready_texts, screen, terms
from admin.drafts import Draft
from admin.errors import HiddenError
from admin.facts import NOTHING_OPEN, Closing, Handover
from admin.gathering import PROPOSES, Decision
from admin.keyring import Ring
from admin.permissions import Action
from admin.ready_texts import ReadyText, Use
from admin.screen import Screen
from admin.terms import Outcome
from admin.transitions import TABLE
from admin.web import browser, guard, once
from admin.web.case_wording import (
    HOW_SURE,
    HOW_SURE_OF_STATE,
    MOVES,
    OUTCOME,
    OUTCOMES,
    PLEASE_CHOOSE,
    REASONS,
    STATE_LINKS,
    STATES,
    VERIFICATIONS,
)
from admin.web.context import case_desk
from admin.web.explaining import deciding
from admin.web.grading import MAINS, WORDS, fields_of, grade_in, main_in, main_of, mains_of
from admin.web.rendering import keyed
from admin.web.triage import done_page
from admin.work import Prepared
from forms import moves as asked_for
from forms.moves import DECLINES, MoveForm
from reporting.ids import CaseId
from reporting.web.rendering import to

# The fields of the form that satisfy a guard, by its code; the first is where a problem stands.
FIELDS: Final = {
    "reason": ("reason",),
    "wake_cause": ("reason",),
    "message_ready": ("message",),
    "assignee_fit": ("assignee",),
    "handover_note": ("done", "promised", "next"),
    "next_check_set": ("next_check",),
    "same_incident": ("survivor",),
    "both_readable": ("survivor",),
    "survivor_live": ("survivor",),
    "closing_complete": ("outcome", "verification", "state_link"),
    "grade_complete": ("verification_basis",),
    "grade_agreed": ("verification",),
}
USES: Final = {
    "decline": Use.DECLINE,
    "decline_t": Use.DECLINE,
    "watch": Use.WATCH,
    "propose_close": Use.CLOSE,
}
UNFIT: Final = HTTPStatus.UNPROCESSABLE_ENTITY


@guard.requires(Action.MOVE_CASE)
def show_decision(ring: Ring, case: CaseId, move: str) -> Response:
    """Ask what a move needs."""
    return _page(ring, case, move)


@guard.requires(Action.MOVE_CASE)
def decide(ring: Ring, case: CaseId, move: str) -> Response:
    """Make a move, once however often the button is pressed."""
    form = MoveForm.of(browser.posted(MoveForm))
    if form.validate():
        with deciding(form, _places(move)):
            return _made(ring, case, move, form)
    return _page(ring, case, move, form, UNFIT)


def _made(ring: Ring, case: CaseId, move: str, form: MoveForm) -> Response:
    mark = once.mark(form.once.data, "move", case.hex(), move, form.rev.data, form.reason.data)
    with case_desk(ring) as at:
        if browsers.take_in(at.session, browser.keys(), mark, at.now):
            # What no words go with needs nothing of the report but what the move itself looks at.
            shown = screen.look(at, case) if move in USES else None
            words = None if shown is None else _message(move, form, shown, ring.person.id)
            moves.make(at, case, _decision(move, form, words))
    return to(done_page(case, move))


def _decision(move: str, form: MoveForm, message: Prepared | None) -> Decision:
    return Decision(
        name=move,
        rev=form.rev.number,
        reason=form.reason.data,
        message=message,
        handover=Handover(form.done.data, form.promised.data, form.next.data),
        next_check=form.check_day,
        closing=_closing(form),
        assignee=form.assignee.number,
        survivor=form.survivor.number,
        grade=grade_in(form) if move == PROPOSES else None,
        main=main_in(form),
    )


def _closing(form: MoveForm) -> Closing:
    """Return the codes of the form; how long a report is kept follows from its outcome."""
    outcome = form.outcome.data
    kept = str(terms.class_of(Outcome(outcome))) if outcome else ""
    return Closing(outcome, form.verification.data, form.state_link.data, kept)


def _message(move: str, form: MoveForm, shown: Screen, me: bytes) -> Prepared | None:
    """Return the words that were chosen: own ones that were read, or a ready text.

    A reason to decline has its own ready text, unless the reporter's device may be watched.
    """
    own = _own(shown, me).get(form.message.data)
    if own is not None:
        return Prepared(own.language, own.text, written_by=me, read_by=own.read_by)
    texts = {text.code: text for text in _texts(move, shown)}
    code = form.reason.data if form.reason.data in DECLINES else form.message.data
    if len(texts) == 1 and _is_watched(shown):
        code = next(iter(texts))
    if code not in texts:
        return None
    return Prepared(shown.language, texts[code].texts[shown.language], code)


def _texts(move: str, shown: Screen) -> tuple[ReadyText, ...]:
    """Return the ready texts that go with a move."""
    if move not in USES:
        return ()
    return ready_texts.for_move(USES[move], shown.language, quietly=_is_watched(shown))


def _own(shown: Screen, me: bytes) -> dict[str, Draft]:
    """Return the own words of this person that a second reader agreed to, by their number."""
    if _is_watched(shown):
        return {}
    found = (one for one in shown.there.work.drafts if one.by == me and one.is_read)
    return {one.id.hex(): one for one in found if one.language == shown.language}


def _is_watched(shown: Screen) -> bool:
    return drafts.is_watched(shown.there.facets.answers)


def _page(
    ring: Ring, case: CaseId, move: str, form: MoveForm | None = None, status: int = HTTPStatus.OK
) -> Response:
    if move not in TABLE.transitions:
        raise HiddenError(Action.MOVE_CASE, case, f"{move}: no rule")
    with case_desk(ring) as at:
        shown = screen.look_to_decide(at, case)
        people = screen.assignees(at, shown) if "assignee" in _asked(move) else {}
        others = link_panel.joinable(at, shown.there) if "survivor" in _asked(move) else ()
        left = gathering.still_open(shown.there.work, at.now)
    own, work = _own(shown, ring.person.id) if move in USES else {}, shown.there.work
    grade, begun = work.grades.grade, {**fields_of(work.grades.begun), **main_of(work.main)}
    return keyed(
        "decide.html",
        status,
        case_id=case,
        name=move,
        form=form or MoveForm.of(begun if move == PROPOSES else {}),
        once=once.number(),
        rev=shown.rev,
        left=left if "no_open_work" in TABLE.transitions[move].guards else NOTHING_OPEN,
        asked=_asked(move),
        reasons={code: REASONS[code] for code in asked_for.REASONS.get(move, ())},
        people=people,
        others=others,
        states=STATES,
        outcomes={"": PLEASE_CHOOSE, **OUTCOMES},
        texts=_texts(move, shown),
        own=tuple(own.values()),
        is_reviewed=ready_texts.is_reviewed(shown.language),
        is_decline=USES.get(move) is Use.DECLINE,
        language_of_texts=shown.language if move in USES else "",
        closing=_proposed(shown) if move == "approve_close" else (),
        grade=grade if move == "approve_close" else None,
        last_message=shown.last_message,
        moves=MOVES,
        **mains_of(shown.there),
        **WORDS,
    )


def _proposed(shown: Screen) -> tuple[tuple[str, str], ...]:
    """Return what a colleague proposes to close a report with, as message ids."""
    coded = shown.closing
    return (
        (OUTCOME, OUTCOMES.get(coded.outcome, "")),
        (HOW_SURE, VERIFICATIONS.get(coded.verification, "")),
        (HOW_SURE_OF_STATE, STATE_LINKS.get(coded.state_link, "")),
    )


def _places(move: str) -> dict[str, str]:
    """Return beside which field it stands when a guard asks for something."""
    places = {code: names[0] for code, names in FIELDS.items()} | {name: name for name in MAINS}
    # What is still open stands above the form, and the problem beside its first field.
    places |= {"no_open_work": "outcome" if move == PROPOSES else "next_check"}
    return places | ({"message_ready": "reason"} if USES.get(move) is Use.DECLINE else {})


def _asked(move: str) -> frozenset[str]:
    """Return the fields that a move asks for; the message of a decline follows from its reason."""
    rule = TABLE.transitions[move]
    codes = {*rule.guards, *(code for more in rule.guards_for.values() for code in more)}
    fields = {name for code in codes for name in FIELDS.get(code, ())}
    return frozenset(fields - ({"message"} if USES.get(move) is Use.DECLINE else set()))
