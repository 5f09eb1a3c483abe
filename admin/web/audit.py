"""Audit: the log for those who check it."""

from flask import Response

from admin import oversight
from admin.keyring import Ring
from admin.permissions import Action
from admin.web import guard
from admin.web.context import staff
from admin.web.rendering import page
from reporting.web.context import now


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
