"""Limits: the pages for whoever read as much today as is usual, and the way on from there."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

from flask import Response, g, request

from admin import step_up
from admin.errors import OverLimitError
from admin.keyring import Ring
from admin.presence import Presence
from admin.tripwires import Kind, Verdict
from admin.web import browser, confirming, guard
from admin.web.context import staff
from admin.web.rendering import page, scripted
from forms.reading import GoOnForm
from forms.signin import StepUpForm
from forms.wording import msgid
from reporting.web.context import now
from reporting.web.rendering import to

MUCH: Final = HTTPStatus.TOO_MANY_REQUESTS
GO_ON: Final = "/staff/go-on"
READ: Final[Mapping[Kind, str]] = {
    Kind.STORIES: msgid(
        "Today you opened %(count)s reports that nobody had given to you, or that you passed on."
    ),
    Kind.UNMASKED: msgid("Today you uncovered names and numbers in %(count)s stories."),
    Kind.FILES: msgid("Today you took out %(count)s files."),
    Kind.SEARCHES: msgid("Today %(count)s of your searches found one report or none."),
    Kind.STATE: msgid(
        "Today you opened %(count)s reports about one government that nobody had given to you, or"
        " that you passed on."
    ),
    Kind.GIVEN: msgid("Today you opened %(count)s reports that were given to you."),
    Kind.WORDS: msgid(
        "Today you looked %(count)s times for words, numbers or accounts that stand in reports."
    ),
}
AS_USUAL: Final = msgid("That is as many as is usual in a day.")
MUCH_FOR_YOU: Final = msgid("That is much more than on most of your own days.")


def page_of(error: OverLimitError) -> Response:
    """Ask for a second factor, with what was sent waiting, or say that it stops for today."""
    sentence, limit = READ[error.kind], error.limit
    if error.verdict is Verdict.STOP:
        return page("stopped.html", MUCH, sentence=sentence, limit=limit * 2)
    here = Presence(g.ring, browser.keys(), now())
    is_form = request.method == "POST"
    offer = step_up.offer(staff(), here)
    show = scripted if offer.options else page
    return show(
        "much.html",
        MUCH,
        sentence=sentence,
        limit=limit,
        measure=MUCH_FOR_YOU if error.is_own else AS_USUAL,
        offer=offer,
        form=StepUpForm.of({}),
        is_fresh=step_up.is_fresh(staff(), here),
        action=request.path if is_form else GO_ON,
        carried=confirming.carried() if is_form else (("there", request.path),),
    )


@guard.signed_in
def go_on(ring: Ring) -> Response:
    """Go on to a page, once a second factor was shown."""
    confirming.ask(ring)
    form = GoOnForm.of(browser.posted(GoOnForm))
    return to(form.there.data or "/staff/")
