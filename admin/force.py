"""Force: what happens, unseen, when somebody signs in because another person makes them."""

from datetime import datetime

from sqlalchemy.orm import Session

from admin import alerts, browsers, circles, grants, holds
from admin.alerts import Happened, Kind
from admin.authority import Person, event
from crypto.roster import Roster
from reporting.audit import Journal, append


def answer(
    session: Session, journal: Journal, verified: Roster, person: Person, now: datetime
) -> None:
    """Take a person's keys from them, end their sign-ins, and tell the supervisors.

    Kept is the last copy of a key that nobody else has: without it reports would be lost. It is
    not used while the person's keys are kept back.
    """
    append(session, journal, event(person, "duress", person.id), now)
    holds.keep_back(session, person.id)
    grants.take_back(session, verified)
    circles.take_back(session, verified, person.id)
    browsers.erase_all(session, person.id)
    alerts.raise_(session, verified, Happened(Kind.DURESS, person.id, person.name, now))
