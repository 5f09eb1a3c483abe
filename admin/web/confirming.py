"""Confirming: before what cannot be undone, a page asks for a second factor again.

Whatever was sent waits in that page, and comes back to the same address with the factor beside it.
The view behind never sees the factor.
"""

from typing import Final

from flask import request

from admin import step_up
from admin.errors import CodeRefusedError
from admin.keyring import Ring
from admin.meter import Meter
from admin.permissions import STEP_UP, Action
from admin.presence import Presence
from admin.second_factors import Offer, Shown
from admin.web import browser
from admin.web.context import staff
from admin.web.problems import WRONG_CODE, WRONG_PASSKEY
from forms.signin import StepUpForm
from reporting.web import bodies
from reporting.web.context import now

FACTOR: Final = "step_up"
NOT_CARRIED: Final = frozenset({browser.TOKEN_FIELD, "passphrase", "current", "chosen", "again"})


class NotConfirmedError(Exception):
    """A second factor has to be shown first: the form to do that with, and what can be shown."""

    def __init__(self, form: StepUpForm, offer: Offer, problem: str = "") -> None:
        super().__init__("not confirmed")
        self.form = form
        self.offer = offer
        self.problem = problem


def require(ring: Ring, action: Action) -> Ring:
    """Let a form for this action pass once a second factor was shown, a moment ago or with it.

    One may come along with any other form too, where as much was read as is usual. Returns the ring
    as it is then. Raises as `ask` does.
    """
    if request.method != "POST":
        return ring
    return ask(ring) if action in STEP_UP or _comes_along() else ring


def ask(ring: Ring) -> Ring:
    """Return the ring of somebody who showed a second factor, a moment ago or with this form.

    Raises NotConfirmedError, SignInEndedError when too many were wrong, and ForeignFormError.
    """
    _require_shown(ring)
    return ring.metered(Meter.of(staff().door.pepper, is_confirmed=True))


def _require_shown(ring: Ring) -> None:
    fields = browser.take_out(StepUpForm)
    here = Presence(ring, browser.keys(), now())
    # Shown along with an earlier press of the same button, it does not have to be right again.
    if step_up.is_fresh(staff(), here):
        return
    form = StepUpForm.of(fields)
    if not fields or not form.validate():
        raise NotConfirmedError(form, step_up.offer(staff(), here))
    shown = Shown(form.step_up.data, form.answer.data)
    try:
        step_up.confirm(staff(), here, shown)
    except CodeRefusedError:
        problem = WRONG_PASSKEY if shown.answer else WRONG_CODE
        again = step_up.offer(staff(), here)
        raise NotConfirmedError(StepUpForm.of({}), again, problem) from None


def _comes_along() -> bool:
    return not bodies.has_files() and FACTOR in browser.sent_fields()


def carried() -> tuple[tuple[str, str], ...]:
    """Return everything that was sent, to be sent again; but no passphrase stands in a page."""
    return tuple(
        (name, value)
        for name, values in browser.sent_fields().items()
        if name not in NOT_CARRIED
        for value in values
    )
