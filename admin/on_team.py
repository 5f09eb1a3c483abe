"""On team: who of those on call stands on the team today, as far as that is seen without a key."""

from collections.abc import Iterable
from typing import Final

from sqlalchemy.orm import Session

from admin import keeping
from admin.on_call import Called
from crypto.roles import Role
from crypto.roster import Roster

READ_REPORTS: Final = frozenset({Role.REVIEWER, Role.CASEWORKER, Role.SUPERVISOR})


def fit(session: Session, verified: Roster, people: Iterable[Called]) -> tuple[Called, ...]:
    """Return those of whom nobody said who they are, and of the others who may read reports today.

    Whoever left, lapsed, was suspended or is held until managers have looked is called no more.
    Raises AlarmError for a step of vetting that does not hold.
    """
    back = keeping.kept_back(session, verified)
    there = [
        one.id.hex()
        for one in verified.people.values()
        if one.id not in back and not READ_REPORTS.isdisjoint(one.roles)
    ]
    return tuple(
        person
        for person in people
        if not person.member or any(number.startswith(person.member) for number in there)
    )
