"""Covering: how many could read what, for supervisors, and from them for the stewards.

Cards are sealed to the supervisors. A steward is given the figures that come of them, sealed again
whenever a supervisor signs in.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Self

from sqlalchemy.orm import Session

from admin import cards, letters
from admin.authority import authorize
from admin.coverage import Colleague, Cover, coverage
from admin.desk import Desk
from admin.errors import AlarmError
from admin.keeping import kept_back
from admin.keyring import Ring
from admin.letters import About, Kind
from admin.permissions import Action
from crypto.envelope import OpenError
from crypto.roles import Role
from crypto.roster import Roster
from forms.codebook import COUNTRIES
from reporting import records
from reporting.clock import day_of
from reporting.records import Record

# Stands for every country that nobody has to do with.
ELSEWHERE: Final = ""


@dataclass(frozen=True, slots=True)
class Coverage:
    """What could be read by how many on a day; `covers` begin with any country not named."""

    day: date
    covers: tuple[Cover, ...]

    @property
    def is_thin(self) -> bool:
        """Whether something could be read by fewer than two."""
        return any(cover.is_thin for cover in self.covers)

    def written(self) -> Record:
        """Return it as a record."""
        return {
            "day": self.day.isoformat(),
            "covers": [
                {
                    "state": one.state,
                    "language": one.language,
                    "reviewers": one.reviewers,
                    "caseworkers": one.caseworkers,
                }
                for one in self.covers
            ],
        }

    @classmethod
    def read(cls, record: Record) -> Self:
        """Return what a record holds. Raises OpenError for any other record."""
        found = cls(
            records.day(record, "day"),
            tuple(
                Cover(
                    state=records.text(one, "state"),
                    language=records.text(one, "language"),
                    reviewers=records.number(one, "reviewers"),
                    caseworkers=records.number(one, "caseworkers"),
                )
                for one in records.children(record, "covers")
            ),
        )
        records.require_same(record, found.written())
        return found


def view(desk: Desk) -> tuple[Coverage, ...]:
    """Return the coverage, or none where no supervisor has made figures for this steward yet.

    Raises AlarmError for what was altered.
    """
    authorize(desk.ring.person, Action.VIEW_COVERAGE)
    if desk.ring.person.is_kept_back:
        return ()
    if Role.SUPERVISOR in desk.ring.person.roles:
        return (_made(desk.session, desk.ring, desk.verified, day_of(desk.now)),)
    record = letters.read_own(desk.session, desk.ring, Kind.COVERAGE)
    try:
        return (Coverage.read(record),) if record else ()
    except OpenError:  # pragma: no cover - nobody writes a letter that makes no sense but by hand
        raise AlarmError("the figures of the coverage were altered") from None


def hand_on(session: Session, ring: Ring, verified: Roster, now: datetime) -> None:
    """Seal the figures of today for every steward, if this person is a supervisor."""
    stewards = [one.id for one in verified.people.values() if Role.STEWARD in one.roles]
    if Role.SUPERVISOR not in ring.person.roles or not stewards:
        return
    record = _made(session, ring, verified, day_of(now)).written()
    for steward in stewards:
        about = About(Kind.COVERAGE, steward)
        letters.send(session, about, letters.readers_of(about, verified).values(), record)


def _made(session: Session, ring: Ring, verified: Roster, today: date) -> Coverage:
    kept = kept_back(session, verified)
    working = {
        member: card
        for member, card in cards.of_everybody(session, ring, verified).items()
        if member not in kept and today < card.until
    }
    colleagues = [Colleague(verified.people[id_].roles, card) for id_, card in working.items()]
    languages = sorted({tongue for card in working.values() for tongue in card.languages})
    tied = sorted({state for card in working.values() for state in card.states})
    return Coverage(today, tuple(_covers(colleagues, tied, languages)))


def _covers(
    colleagues: Iterable[Colleague], tied: list[str], languages: list[str]
) -> Iterable[Cover]:
    elsewhere = next(state for state in COUNTRIES if state not in tied)
    for cover in coverage(colleagues, (elsewhere, *tied), languages):
        state = ELSEWHERE if cover.state == elsewhere else cover.state
        yield Cover(state, cover.language, cover.reviewers, cover.caseworkers)
