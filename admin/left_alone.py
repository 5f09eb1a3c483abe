"""Left alone: whether something waits for somebody, and nobody of the team may open it.

Supervisors know everybody's card, so that they can tell. What it is about, how much it is and from
whom it is hidden for what is said to nobody: only that somebody is missing who may open it.
"""

from collections.abc import Iterator
from itertools import islice
from typing import Final

from admin import keeping, list_queries, readers
from admin.authority import Person
from admin.headers import IN_WORK, until
from admin.permissions import SUPERVISOR
from admin.scans import Scan, Seen
from admin.transitions import TABLE
from reporting.models import State

# What is hidden may stand behind much that is seen; the answer is remembered for a while.
MOST_LOOKED_AT: Final = 2_048
_READ_AGAIN: Final = (State.DECLINED, State.QUARANTINED)
_ENDED: Final = (State.CLOSED, *_READ_AGAIN)


def is_any(scan: Scan) -> bool:
    """Say so to a supervisor; what they may open themself is not left alone.

    Raises AlarmError for an altered card.
    """
    desk = scan.desk
    if SUPERVISOR not in desk.ring.person.roles:
        return False
    found = islice(_waiting(scan.of_all()), MOST_LOOKED_AT)
    hidden = [one for one in found if not scan.exists(one.header)]
    if not hidden:
        return False
    kept = keeping.kept_back(desk.session, desk.verified)
    team = [one for one in readers.team(desk) if one.id not in kept]
    return any(not any(_may_open(person, one) for person in team) for one in hidden)


def _waiting(scan: Scan) -> Iterator[Seen]:
    """Return what somebody has to do something about: time alone is over for none of it."""
    now = scan.desk.now
    late = scan.listed(until("due", now), IN_WORK)
    yield from (one for one in late if one.header.due < now)
    again = scan.listed(("unread_again",), _READ_AGAIN)
    yield from (one for one in again if "unread_again" in one.header.marks)
    mail = list_queries.WRITTEN_TO.limit(MOST_LOOKED_AT)
    yield from scan.these(scan.desk.session.scalars(mail, {"states": _ENDED}).all())


def _may_open(person: Person, one: Seen) -> bool:
    header, wrap = one.header, TABLE.states[one.header.state].wrap
    has_key = any(group in wrap for group in person.groups)
    is_conflict = person.id in header.of("conflict")
    return has_key and not is_conflict and readers.sees(person, header.matter, header.of("let_in"))
