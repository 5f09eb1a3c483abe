"""Unmoved: the pages that say why a report was not moved, beside what was typed for it."""

from http import HTTPStatus
from typing import Final

from flask import Response, g

from admin import names
from admin.errors import InHandError, MovedOnError
from admin.next_case import SENTENCES, NothingNextError
from admin.transitions import NotNowError
from admin.web import guard, typed
from admin.web.case import PAGE
from admin.web.context import case_desk
from admin.web.rendering import page
from forms.wording import msgid
from reporting.web.context import now

CONFLICT: Final = HTTPStatus.CONFLICT
MINUTE_SECONDS: Final = 60
IN_HAND: Final = msgid("A colleague has this report in hand at the moment. Please take another.")


def moved_on(error: MovedOnError) -> Response:
    """Say who was quicker."""
    return page("moved_on.html", CONFLICT, typed=typed.words(), there=_there(), **quicker(error))


def quicker(error: MovedOnError) -> dict[str, object]:
    """Return who was quicker, and how many minutes ago."""
    with case_desk(g.ring) as at:
        by = names.called(at, error.by) if error.by else ""
    return {"by": by, "minutes": int((now() - error.at).total_seconds()) // MINUTE_SECONDS}


def in_hand(_error: InHandError) -> Response:
    """Say that a colleague has the report in hand."""
    return page("not_now.html", CONFLICT, sentence=IN_HAND, typed=typed.words(), there=_there())


def not_now(error: NotNowError) -> Response:
    """Say what stands against the move."""
    sentence = error.sentence
    return page("not_now.html", CONFLICT, sentence=sentence, typed=typed.words(), there=_there())


def nothing_next(error: NothingNextError) -> Response:
    """Say why there is no next report."""
    return page("nothing_next.html", sentence=SENTENCES[error.why])


def _there() -> str:
    return PAGE.format(guard.subject().hex())
