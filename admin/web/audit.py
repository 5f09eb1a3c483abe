"""Audit: the log for those who check it, what is looked for in it, and a copy to take away."""

from http import HTTPStatus
from typing import Final

from flask import Response

from admin import oversight
from admin.audit import Weeks
from admin.keyring import Ring
from admin.permissions import Action
from admin.sifting import Filter
from admin.web import browser, guard
from admin.web.context import staff
from admin.web.rendering import page
from admin.web.wording import STANDINGS
from forms.base import Form
from forms.sifting import SiftForm
from reporting.web import downloads
from reporting.web.context import now

EXTRACT_NAME: Final = "log.jsonl"


@guard.requires(Action.VIEW_AUDIT)
def log(ring: Ring) -> Response:
    """Show the newest rows of the log."""
    return log_page(ring, None)


@guard.requires(Action.VIEW_AUDIT)
def log_before(ring: Ring, before: int) -> Response:
    """Show older rows of the log."""
    return log_page(ring, before)


def log_page(ring: Ring, before: int | None) -> Response:
    """Show one page of the log."""
    service = staff().service
    # The log is locked for the one row about this look, and not while its chain is checked.
    with service.begin() as session:
        oversight.note_view(session, ring, service.journal, now())
    with service.read() as session:
        shown = oversight.view(session, ring, before)
    return page("audit.html", log=shown)


@guard.requires(Action.VIEW_AUDIT)
def ask_log(_ring: Ring) -> Response:
    """Ask what is looked for."""
    return page("audit_found.html", form=SiftForm.of({}), found=None)


@guard.requires(Action.VIEW_AUDIT)
def sift_log(ring: Ring) -> Response:
    """Show the rows that are looked for; what that is never stands in an address."""
    form = SiftForm.of(browser.posted(SiftForm))
    if not form.validate():
        return page("audit_found.html", HTTPStatus.UNPROCESSABLE_ENTITY, form=form, found=None)
    actor, subject = form.starts
    wanted = Filter(form.verb.data, actor, subject, Weeks(*form.weeks))
    found = oversight.sift(staff().service, ring, wanted, form.row, now())
    return page("audit_found.html", form=form, found=found)


@guard.requires(Action.VIEW_AUDIT)
def check_log(ring: Ring) -> Response:
    """Show what the chain and the signatures of the team prove."""
    proof = oversight.verify(staff().service, ring, now())
    return page("audit_check.html", proof=proof, standings=STANDINGS)


@guard.requires(Action.EXPORT_AUDIT)
def export_log(ring: Ring) -> Response:
    """Hand the whole log out, as a file to keep."""
    browser.posted(Form)
    extract = oversight.take_out(staff().service, ring, now())
    return downloads.handed_over(extract.lines(), EXTRACT_NAME)
