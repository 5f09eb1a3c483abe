"""Reading: what supervisors are told of unusual reading, and their answer to who was stopped."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

from flask import Response

from admin import browsers, overseeing, reading
from admin.digest import What
from admin.keyring import Ring
from admin.permissions import Action
from admin.tripwires import Kind
from admin.web import browser, guard, once
from admin.web.case_wording import UNMASKING
from admin.web.context import desk
from admin.web.rendering import page
from forms.reading import AllowForm
from forms.wording import msgid
from reporting.web.rendering import to

READING: Final = "/staff/reading"
KINDS: Final[Mapping[str, str]] = {
    Kind.STORIES: msgid("reports that nobody gave to them, or that they passed on"),
    Kind.UNMASKED: msgid("names and numbers uncovered"),
    Kind.FILES: msgid("files taken out"),
    Kind.SEARCHES: msgid("searches that found one report or none"),
    Kind.STATE: msgid(
        "reports about one government that nobody gave to them, or that they passed on"
    ),
    Kind.GIVEN: msgid("reports that were given to them"),
    Kind.WORDS: msgid("searches for words, numbers or accounts"),
}
TOLD: Final[Mapping[What, str]] = {
    What.UNMASKED: msgid("Uncovered names and numbers in a story"),
    What.LIMIT: msgid("Came to the limit of a day"),
    What.MORE: msgid("Read much more than on their usual days"),
    What.STOPPED: msgid("Was stopped at twice the limit"),
    What.ALLOWED: msgid("May go on"),
}


@guard.requires(Action.VIEW_READING)
def show_reading(ring: Ring) -> Response:
    """Show what was told of today and of yesterday."""
    return _page(ring, b"", AllowForm.of({}))


@guard.requires(Action.ANSWER_READING)
def allow_reading(ring: Ring, member: bytes) -> Response:
    """Let somebody go on who was stopped."""
    form = AllowForm.of(browser.posted(AllowForm))
    if not form.validate():
        return _page(ring, member, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    mark = once.mark(form.once.data, "allow", member.hex(), form.sentence.data)
    with desk(ring) as at:
        if browsers.take_in(at.session, browser.keys(), mark, at.now):
            reading.allow(at, member, form.sentence.data.strip())
    return to(READING)


def _page(ring: Ring, member: bytes, form: AllowForm, status: int = HTTPStatus.OK) -> Response:
    with desk(ring) as at:
        days = overseeing.look(at)
    return page(
        "reading.html",
        status,
        days=days,
        answered=member,
        form=form,
        once=once.number(),
        told=TOLD,
        details={**KINDS, **UNMASKING},
    )
