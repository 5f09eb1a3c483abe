"""Lost keys: a link for somebody who has to make their keys anew."""

from flask import Response

from admin import browsers, directory, joining
from admin.keyring import Ring
from admin.permissions import Action
from admin.web import browser, guard, once
from admin.web.context import desk
from admin.web.people import link_for
from admin.web.rendering import page
from forms.people import OnceForm


@guard.requires(Action.INVITE)
def ask_for_new_keys(ring: Ring, member: bytes) -> Response:
    """Make a link for somebody whose keys are lost, and show it this one time."""
    form = OnceForm.of(browser.posted(OnceForm))
    mark = once.mark(form.once.data, "new-keys", member.hex())
    with desk(ring) as at:
        name = directory.person(at, member).called
        if not browsers.take_in(at.session, browser.keys(), mark, at.now):
            return page("invited.html", name=name, link="")
        token = joining.invite_again(at, member)
    return page("invited.html", name=name, link=link_for(token))
