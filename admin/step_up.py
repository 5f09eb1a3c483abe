"""Step-up: somebody signed in shows a second factor again, before what cannot be undone.

A browser that somebody left open, or whose cookie was stolen, is not enough then.
"""

from dataclasses import replace

from admin import browsers, spent, tries
from admin.authority import event
from admin.browsers import TRIES, Live
from admin.errors import CodeRefusedError, SignInEndedError
from admin.models import Member
from admin.presence import Presence
from admin.runtime import Staff
from admin.second_factors import Factors, Offer, Shown
from reporting.audit import append


def is_fresh(staff: Staff, here: Presence) -> bool:
    """Say whether they showed a second factor a moment ago; raise NotSignedInError."""
    with staff.service.read() as session:
        return browsers.find_live(session, here.keys, here.now).is_confirmed(here.now)


def offer(staff: Staff, here: Presence) -> Offer:
    """Return what they can be asked for now; raise NotSignedInError."""
    with staff.service.read() as session:
        live = browsers.find_live(session, here.keys, here.now)
    factors = Factors.decode(here.ring.factors)
    return factors.offer(staff.service.settings.staff_origin, live.challenge)


def confirm(staff: Staff, here: Presence, shown: Shown) -> None:
    """Check the second factor, use it up, and note in the log that it was shown.

    Raises CodeRefusedError while tries are left, SignInEndedError with the last, which ends the
    sign-in, and BusyError. Who fails is answered as late as at the door.
    """
    with staff.service.read() as session:
        tag = session.get_one(Member, here.ring.person.id).name_tag
    with staff.patience.attempt(tag):
        with staff.service.begin() as session:
            live = tries.take_live(session, here.keys, here.now)
        try:
            _accept(staff, here, shown, live)
        except CodeRefusedError:
            staff.patience.failed(tag)
            _refuse(staff, here, shown, live)
            raise
    staff.patience.succeeded(tag)


def _accept(staff: Staff, here: Presence, shown: Shown, live: Live) -> None:
    person, service = here.ring.person, staff.service
    proof = shown.to(service.settings.staff_origin, live.challenge)
    with service.begin() as session:
        spent.accept(session, Factors.decode(here.ring.factors), proof, here.now)
        append(session, service.journal, event(person, "step_up", person.id), here.now)
        tries.confirm(session, here.keys, here.now)


def _refuse(staff: Staff, here: Presence, shown: Shown, live: Live) -> None:
    """Note the failure; with the last try the sign-in ends: its owner can come in again."""
    person, service = here.ring.person, staff.service
    failed = replace(event(person, "step_up.failed", person.id), fields=(shown.kind,))
    with service.begin() as session:
        append(session, service.journal, failed, here.now)
        if live.tries == TRIES:
            browsers.erase(session, here.keys)
    if live.tries == TRIES:
        raise SignInEndedError from None
