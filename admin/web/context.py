"""Context: the way from a request to the running staff site."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, cast

from flask import current_app, g

from admin import holds
from admin.admission import followed
from admin.desk import Desk
from admin.errors import NotSignedInError
from admin.keyring import Ring
from admin.known import NotKnownError
from admin.runtime import Staff
from admin.web import browser
from reporting import audit
from reporting.web.budgets import Kind
from reporting.web.context import now

EXTENSION: Final = "tomoshibi.staff"
NOWHERE: Final = "staff.nowhere"  # what answers where no page does


def staff() -> Staff:
    """Return the runtime of the staff site, as the browser of this request meets it."""
    if "staff" not in g:
        # Flask keeps extensions as untyped values; `install` puts a Staff here and nothing else.
        running = cast("Staff", current_app.extensions[EXTENSION])
        try:
            g.staff = running.of(browser.known_as(running.door.pepper))
        except NotKnownError:
            g.staff = running
    return cast("Staff", g.staff)


def line_at_the_door() -> Kind:
    """Say whether this browser waits with strangers or with those who came in before."""
    return Kind.SIGN_IN_AGAIN if staff().patience.browser else Kind.SIGN_IN


def is_page(address: str) -> bool:
    """Say whether there is a page of the staff site at an address."""
    endpoint, _values = current_app.url_map.bind("").match(address, "GET")
    return bool(endpoint != NOWHERE)


@contextmanager
def case_desk(ring: Ring) -> Iterator[Desk]:
    """Begin a unit of work about reports: committed whole at the end, or not at all.

    Whoever works on a report takes hold of it before the log, so the log is not held yet here.
    Raises NotSignedInError for somebody whom a colleague removed in this very moment.
    """
    service = staff().service
    with service.begin() as session:
        verified = followed(session, staff())
        if ring.person.id not in verified.people:
            raise NotSignedInError
        yield Desk(session, ring, verified, service.journal, now())


@contextmanager
def desk(ring: Ring) -> Iterator[Desk]:
    """Begin a unit of work about people: committed whole at the end, or not at all.

    Raises NotSignedInError for somebody whom a colleague removed in this very moment.
    """
    service = staff().service
    with service.begin() as session:
        # Before the roster is read: what is signed here comes behind what stands there.
        audit.hold(session)
        verified = followed(session, staff())
        if ring.person.id not in verified.people:
            raise NotSignedInError
        if ring.person.is_kept_back:
            verified = holds.alone(ring.person.id, verified)
        yield Desk(session, ring, verified, service.journal, now())


@contextmanager
def looking_desk(ring: Ring) -> Iterator[Desk]:
    """Begin a look at reports that writes nothing: nobody waits for it.

    Raises NotSignedInError for somebody whom a colleague removed in this very moment.
    """
    service = staff().service
    with service.read() as session:
        verified = followed(session, staff())
        if ring.person.id not in verified.people:
            raise NotSignedInError
        yield Desk(session, ring, verified, service.journal, now())
