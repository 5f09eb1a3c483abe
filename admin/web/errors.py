"""Errors: the one table from what went wrong to the page that says so."""

import logging
import secrets
from collections.abc import Callable
from http import HTTPStatus
from typing import Final

from flask import Blueprint, Response, g, request
from werkzeug.exceptions import BadRequest

from admin.authority import Person, record_alarm, record_refusal
from admin.errors import (
    AccountError,
    AlarmError,
    CodeRefusedError,
    EnoughForTodayError,
    HiddenError,
    InvitationGoneError,
    NotEnrolledError,
    NotHandedOnError,
    NotInForceError,
    NotSignedInError,
    NotVettedError,
    PassphraseError,
    ProposalError,
    SignInEndedError,
    SignInRefusedError,
    StepError,
)
from admin.permissions import Action
from admin.web import browser, confirming, guard, passphrases, signin, wording
from admin.web.confirming import NotConfirmedError
from admin.web.context import staff
from admin.web.declaring import DECLARATION, STANDING
from admin.web.rendering import bare, page, scripted
from admin.web.vetted import LACKS, NO_STEP, STAGES
from forms.base import TooLongError, UnknownAnswerError
from forms.signin import FactorForm, PassphraseForm
from reporting.errors import BusyError, MailboxFullError
from reporting.web import bodies
from reporting.web.context import now
from reporting.web.rendering import to

LOG: Final = logging.getLogger("tomoshibi.staff")
SIGN_IN: Final = "/staff/sign-in"


def install(site: Blueprint) -> None:
    """Give each error its page."""
    site.register_error_handler(NotSignedInError, _not_signed_in)
    site.register_error_handler(HiddenError, _hidden)
    site.register_error_handler(AlarmError, _alarm)
    site.register_error_handler(SignInRefusedError, _refused)
    site.register_error_handler(PassphraseError, passphrases.refused)
    site.register_error_handler(CodeRefusedError, _code_refused)
    site.register_error_handler(SignInEndedError, _ended)
    site.register_error_handler(NotConfirmedError, _not_confirmed)
    site.register_error_handler(NotEnrolledError, _not_enrolled)
    site.register_error_handler(NotHandedOnError, _not_handed_on)
    site.register_error_handler(InvitationGoneError, _invitation_gone)
    site.register_error_handler(ProposalError, _not_possible)
    site.register_error_handler(NotVettedError, _not_vetted)
    site.register_error_handler(NotInForceError, _not_in_force)
    site.register_error_handler(StepError, _no_step)
    site.register_error_handler(EnoughForTodayError, _enough)
    site.register_error_handler(AccountError, _no_account)
    site.register_error_handler(browser.ForeignFormError, _foreign)
    site.register_error_handler(UnknownAnswerError, _foreign)
    site.register_error_handler(TooLongError, _foreign)
    site.register_error_handler(MailboxFullError, _full)
    site.register_error_handler(BusyError, _busy)


def _not_signed_in(_error: NotSignedInError) -> Response:
    if request.method == "POST":
        return page("again.html", 403, problem=wording.TIME_OVER, typed=_typed("text"))
    if browser.would_orphan():
        return bare("enter.html", HTTPStatus.OK, there=request.path)
    return to(SIGN_IN)


def _not_in_force(_error: NotInForceError) -> Response:
    """Lead to the one form that opens, or, where no form helps, to what the team signed."""
    may_declare = g.person.limits.may_practise
    if request.method == "POST":
        return page("again.html", 403, problem=wording.DECLARE_FIRST, typed=_typed("text"))
    return to(DECLARATION if may_declare else STANDING)


def _not_vetted(error: NotVettedError) -> Response:
    return page("not_vetted.html", HTTPStatus.CONFLICT, error=error, lacks=LACKS, stages=STAGES)


def _no_step(error: StepError) -> Response:
    return page("again.html", HTTPStatus.CONFLICT, problem=NO_STEP[error.why], typed="")


def _enough(error: EnoughForTodayError) -> Response:
    refusal = HiddenError(Action.OPEN_CASE, error.case, f"{Action.OPEN_CASE}: cases a day")
    return _noted(refusal, lambda: page("enough.html", HTTPStatus.TOO_MANY_REQUESTS))


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
        _note_alarm(number, g.person)
    return bare("alarm.html", HTTPStatus.CONFLICT, number=number)


def _note_alarm(number: str, person: Person) -> None:
    service = staff().service
    try:
        with service.begin() as session:
            record_alarm(session, service.journal, person, guard.subject(), now())
    except BusyError:
        # The person must be told, whatever else fails; the operator's log has the number.
        LOG.critical("alarm %s could not be written to the audit log", number)


def _refused(_error: SignInRefusedError) -> Response:
    form = PassphraseForm.of({"name": (_typed("name"),)})
    problem = wording.WRONG_NAME_OR_PASSPHRASE
    return page("signin.html", 422, form=form, problem=problem)


def _code_refused(_error: CodeRefusedError) -> Response:
    problem = wording.WRONG_PASSKEY if _typed("answer") else wording.WRONG_CODE
    return signin.factor_page(FactorForm.of({}), problem)


def _ended(_error: SignInEndedError) -> Response:
    return page("signin.html", 422, form=PassphraseForm.of({}), problem=wording.SIGN_IN_ENDED)


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
    return page("again.html", HTTPStatus.CONFLICT, problem=str(error), typed="")


def _no_account(error: AccountError) -> Response:
    return page("again.html", HTTPStatus.CONFLICT, problem=error.message.text, typed="")


def _foreign(_error: Exception) -> Response:
    return page("again.html", 400, problem=wording.NOT_OUR_PAGE, typed=_typed("text"))


def _full(_error: MailboxFullError) -> Response:
    return page("again.html", 409, problem=wording.CONVERSATION_FULL, typed=_typed("text"))


def _busy(_error: BusyError) -> Response:
    response = page("again.html", 503, problem=wording.TOO_BUSY, typed=_typed("text"))
    response.headers["Retry-After"] = "10"
    return response


def _typed(name: str) -> str:
    """Return what was typed into a field, so that no page loses it."""
    try:
        return bodies.fields().get(name, ("",))[0]
    except BadRequest:
        return ""  # what was sent is no form, so nobody typed it into ours
