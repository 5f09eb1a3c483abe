"""Leaving: the page on which somebody is let go, and what is seen to afterwards."""

from typing import Final

from flask import Response

from admin import leaving
from admin.keyring import Ring
from admin.leaving import Item
from admin.permissions import Action
from admin.web import browser, guard
from admin.web.context import desk
from admin.web.rendering import page
from admin.web.wording import TO_SEE_TO
from forms.base import Form
from forms.leaving import SeenToForm
from reporting.web.rendering import to

PAGE: Final = "/staff/people/{}/leaving"


@guard.requires(Action.REMOVE_PERSON)
def show_leaving(ring: Ring, member: bytes) -> Response:
    """Show how far somebody's leaving has come."""
    with desk(ring) as at:
        shown = leaving.look(at, member)
    may_confirm = shown.leaving.may_be_confirmed_by(ring.person.id)
    return page("leaving.html", one=shown, to_see_to=TO_SEE_TO, may_confirm=may_confirm)


@guard.requires(Action.REMOVE_PERSON)
def start_leaving(ring: Ring, member: bytes) -> Response:
    """Let somebody go."""
    browser.posted(Form)
    with desk(ring) as at:
        leaving.start(at, member)
    return to(PAGE.format(member.hex()))


@guard.requires(Action.REMOVE_PERSON)
def tick_leaving(ring: Ring, member: bytes) -> Response:
    """Keep what is seen to."""
    form = SeenToForm.of(browser.posted(SeenToForm))
    with desk(ring) as at:
        leaving.tick(at, member, map(Item, form.items.data))
    return to(PAGE.format(member.hex()))


@guard.requires(Action.REMOVE_PERSON)
def confirm_leaving(ring: Ring, member: bytes) -> Response:
    """Confirm that everything is seen to."""
    browser.posted(Form)
    with desk(ring) as at:
        leaving.confirm(at, member)
    return to(PAGE.format(member.hex()))
