"""Queue: the list of the reports that nobody has decided about."""

from functools import partial

from flask import Response

from admin import due, unopened
from admin import queue as reports
from admin.keyring import Ring
from admin.permissions import Action
from admin.queue import Place
from admin.web import guard
from admin.web.context import case_desk, staff
from admin.web.rendering import keyed
from reporting.web.context import now


@guard.requires(Action.VIEW_QUEUE)
def queue(ring: Ring) -> Response:
    """Show the list of new reports from its top."""
    return queue_page(ring, None)


@guard.requires(Action.VIEW_QUEUE)
def queue_from(ring: Ring, after: Place) -> Response:
    """Show the queue from behind a place."""
    return queue_page(ring, after)


def queue_page(ring: Ring, after: Place | None) -> Response:
    """Show one page of the queue."""
    service = staff().service
    due.run(service, ring, now())
    with service.begin() as session:
        shown = reports.view(session, ring, service.journal, after, now())
    unopened.tell(partial(case_desk, ring), [one.case for one in shown.waiting if one.is_altered])
    return keyed("queue.html", name="received", queue=shown, first=after is None)
