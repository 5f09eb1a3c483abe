"""Queue: the page that staff begin with."""

from flask import Response

from admin import due, queue
from admin.keyring import Ring
from admin.permissions import CASEWORKER, Action, is_allowed
from admin.queue import Place
from admin.web import alerts, guard
from admin.web.audit import log_page
from admin.web.context import staff
from admin.web.people import people_page
from admin.web.practice import PRACTICE
from admin.web.rendering import page
from reporting.web.context import now
from reporting.web.rendering import to


@guard.signed_in
def home(ring: Ring) -> Response:
    """Show what this person does here: reports to reviewers, the log to auditors.

    Caseworkers have nothing to do yet; to everybody else it is people.
    """
    marks = ring.person.marks
    if is_allowed(Action.VIEW_QUEUE, marks):
        return queue_page(ring, None)
    if is_allowed(Action.VIEW_AUDIT, marks):
        return log_page(ring, None)
    if not marks:
        return to(PRACTICE)
    if CASEWORKER in marks or not is_allowed(Action.VIEW_PEOPLE, marks):
        return page("nothing.html", alerts=alerts.of(ring))
    return people_page(ring)


@guard.requires(Action.VIEW_QUEUE)
def queue_from(ring: Ring, after: Place) -> Response:
    """Show the queue from behind a place."""
    return queue_page(ring, after)


def queue_page(ring: Ring, after: Place | None) -> Response:
    """Show one page of the queue."""
    service = staff().service
    due.run(service, ring, now())
    with service.begin() as session:
        shown = queue.view(session, ring, service.journal, after, now())
    return page("queue.html", queue=shown, first=after is None, alerts=alerts.of(ring))
