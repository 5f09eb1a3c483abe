"""Errors: the one table from what went wrong to the page that says so."""

import logging
import secrets
from collections.abc import Callable
from contextlib import suppress
from http import HTTPStatus
from typing import Final

from flask import Blueprint, Response, g, request
from werkzeug.exceptions import BadRequest

from admin import reading, unopened
from admin.authority import Person, record_alarm, record_refusal
from admin.errors import (
    AccountError,
    AlarmError,
    AlteredError,
    CodeRefusedError,
    EnoughForTodayError,
    FiguresError,
    HiddenError,
    InHandError,
    InvitationGoneError,
    MovedOnError,
    NotEnrolledError,
    NotHandedOnError,
    NotInForceError,
    NotSignedInError,
    NotVettedError,
    OverLimitError,
    PassphraseError,
    ProposalError,
    SignInEndedError,
    SignInRefusedError,
    StaffError,
    StepError,
)
from admin.next_case import NothingNextError
from admin.permissions import Action
from admin.transitions import NotNowError
from admin.web import (
    browser,
    confirming,
    guard,
    limits,
    passphrases,
    problems,
    publishing,
    signin,
    typed,
    unmoved,
    wording,
)
from admin.web.confirming import NotConfirmedError
from admin.web.context import case_desk, desk, staff
from admin.web.declaring import DECLARATION, STANDING
from admin.web.rendering import bare, page, scripted
from admin.web.vetted import LACKS, NO_STEP, STAGES
from forms.base import TooLongError, UnknownAnswerError
from forms.signin import FactorForm, PassphraseForm
from reporting.errors import BusyError, MailboxFullError
from reporting.web.bodies import LongBodyError
from reporting.web.context import now
from reporting.web.rendering import to

LOG: Final = logging.getLogger("tomoshibi.staff")
SIGN_IN: Final = "/staff/sign-in"
DOOR: Final = ("staff.take_passphrase", "staff.take_code")


def install(site: Blueprint) -> None:
    """Give each error its page."""
    for error, answer in ANSWERS:
        site.register_error_handler(error, answer)


def _not_signed_in(_error: NotSignedInError) -> Response:
    if request.method == "POST":
        return page("again.html", 403, problem=problems.TIME_OVER, typed=typed.words())
    if browser.would_orphan():
        return bare("enter.html", HTTPStatus.OK, there=request.path)
    return to(SIGN_IN)


def _not_in_force(_error: NotInForceError) -> Response:
    """Lead to the one form that opens, or, where no form helps, to what the team signed."""
    may_declare = g.person.limits.may_practise
    if request.method == "POST":
        return page("again.html", 403, problem=problems.DECLARE_FIRST, typed=typed.words())
    return to(DECLARATION if may_declare else STANDING)


def _not_vetted(error: NotVettedError) -> Response:
    return page("not_vetted.html", HTTPStatus.CONFLICT, error=error, lacks=LACKS, stages=STAGES)


def _no_step(error: StepError) -> Response:
    return page("again.html", HTTPStatus.CONFLICT, problem=NO_STEP[error.why], typed=typed.words())


def _enough(error: EnoughForTodayError) -> Response:
    refusal = HiddenError(Action.OPEN_CASE, error.case, f"{Action.OPEN_CASE}: cases a day")
    return _noted(refusal, lambda: page("enough.html", HTTPStatus.TOO_MANY_REQUESTS))


def _over_limit(error: OverLimitError) -> Response:
    try:
        # What was refused was rolled back when the error left it; this is a new unit of work.
        with desk(g.ring) as at:
            reading.tell(at, error.kind)
    except BusyError as busy:  # pragma: no cover - only between two units of work
        return _busy(busy)
    return limits.page_of(error)


def _hidden(error: HiddenError) -> Response:
    return _noted(error, hidden_page)


def _noted(refusal: HiddenError, answer: Callable[[], Response]) -> Response:
    # The refused unit of work was rolled back when the error left it; this is a new one.
    service = staff().service
    try:
        with service.begin() as session:
            record_refusal(session, service.journal, g.person, refusal, now())
    except BusyError as busy:
        # Whatever was asked for: the same answer to all that cannot be written down now.
        return _busy(busy)
    return answer()


@guard.anybody
def nowhere(**_address: str) -> Response:
    """Answer every address under /staff that is no page."""
    return hidden_page()


def hidden_page() -> Response:
    """Show that there is nothing here, in the same bytes whatever the reason."""
    return bare("hidden.html", HTTPStatus.NOT_FOUND)


def _alarm(error: AlarmError) -> Response:
    number = secrets.token_hex(4)
    LOG.critical("alarm %s: %s", number, error)
    if "person" in g:
        asked = (request.view_args or {}).get("case", b"")
        case = error.case if isinstance(error, AlteredError) else asked
        _note_alarm(number, g.person, case or guard.subject())
        _leave_out(case)
    return bare("alarm.html", HTTPStatus.CONFLICT, number=number)


def _note_alarm(number: str, person: Person, subject: bytes) -> None:
    service = staff().service
    try:
        with service.begin() as session:
            record_alarm(session, service.journal, person, subject, now())
    except BusyError:
        # The person must be told, whatever else fails; the operator's log has the number.
        LOG.critical("alarm %s could not be written to the audit log", number)


def _leave_out(case: bytes) -> None:
    """Let lists leave out a report that does not open; who looks at one next does it otherwise."""
    with suppress(BusyError, StaffError), case_desk(g.ring) as at:
        unopened.leave_out(at, case)


def _refused(_error: SignInRefusedError) -> Response:
    form = PassphraseForm.of({"name": (typed.into("name"),)})
    problem = problems.WRONG_NAME_OR_PASSPHRASE
    return page("signin.html", 422, form=form, problem=problem)


def _code_refused(_error: CodeRefusedError) -> Response:
    problem = problems.WRONG_PASSKEY if typed.into("answer") else problems.WRONG_CODE
    return signin.factor_page(FactorForm.of({}), problem)


def _ended(_error: SignInEndedError) -> Response:
    return page("signin.html", 422, form=PassphraseForm.of({}), problem=problems.SIGN_IN_ENDED)


def _not_confirmed(error: NotConfirmedError) -> Response:
    show = scripted if error.offer.options else page
    return show(
        "confirm.html",
        form=error.form,
        offer=error.offer,
        problem=error.problem,
        carried=confirming.carried(),
    )


def _not_enrolled(error: NotEnrolledError) -> Response:
    fingerprint = error.fingerprint
    return page("waiting.html", HTTPStatus.FORBIDDEN, fingerprint=fingerprint, is_new=False)


def _not_handed_on(error: NotHandedOnError) -> Response:
    return page("awaited.html", HTTPStatus.CONFLICT, whom=wording.WHO_HAS[error.what])


def _invitation_gone(_error: InvitationGoneError) -> Response:
    return bare("gone.html", HTTPStatus.NOT_FOUND)


def _not_possible(error: ProposalError) -> Response:
    return page("again.html", HTTPStatus.CONFLICT, problem=str(error), typed=typed.words())


def _no_account(error: AccountError) -> Response:
    words = typed.words()
    return page("again.html", HTTPStatus.CONFLICT, problem=error.message.text, typed=words)


def _foreign(_error: Exception) -> Response:
    return page("again.html", 400, problem=problems.NOT_OUR_PAGE, typed=typed.words())


def _too_long(_error: Exception) -> Response:
    return page("again.html", 413, problem=problems.TOO_LONG, typed=typed.words())


def _full(_error: MailboxFullError) -> Response:
    return page("again.html", 409, problem=wording.CONVERSATION_FULL, typed=typed.words())


def _busy(_error: BusyError) -> Response:
    if request.endpoint in DOOR:
        return signin.door_full(_name_for_again())
    response = page("again.html", 503, problem=problems.TOO_BUSY, typed=typed.words())
    response.headers["Retry-After"] = "10"
    return response


def _name_for_again() -> str:
    """Return the name that was typed at the door, unless another site's page sent it."""
    try:
        return typed.into("name") if browser.sent_fields() else ""
    except (browser.ForeignFormError, BadRequest):
        return ""


ANSWERS: Final = (
    (NotSignedInError, _not_signed_in),
    (HiddenError, _hidden),
    (AlarmError, _alarm),
    (SignInRefusedError, _refused),
    (PassphraseError, passphrases.refused),
    (CodeRefusedError, _code_refused),
    (SignInEndedError, _ended),
    (NotConfirmedError, _not_confirmed),
    (NotEnrolledError, _not_enrolled),
    (NotHandedOnError, _not_handed_on),
    (InvitationGoneError, _invitation_gone),
    (ProposalError, _not_possible),
    (NotVettedError, _not_vetted),
    (NotInForceError, _not_in_force),
    (StepError, _no_step),
    (EnoughForTodayError, _enough),
    (OverLimitError, _over_limit),
    (AccountError, _no_account),
    (MovedOnError, unmoved.moved_on),
    (InHandError, unmoved.in_hand),
    (NotNowError, unmoved.not_now),
    (NothingNextError, unmoved.nothing_next),
    (FiguresError, publishing.stopped),
    (browser.ForeignFormError, _foreign),
    (UnknownAnswerError, _foreign),
    (TooLongError, _too_long),
    (LongBodyError, _too_long),
    (MailboxFullError, _full),
    (BusyError, _busy),
)
