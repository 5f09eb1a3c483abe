"""Readers: whether a report exists for somebody of the team, and which languages they read.

Nobody works without a declaration, so everybody's own card is there. Of a colleague only
supervisors were given it; without it no tie hides a report from them here, and the colleague's own
session does.
"""

from admin import cards
from admin.authority import Person
from admin.desk import Desk
from admin.visibility import Matter, Reader, exclusions_of, visible
from admin.work import Work
from forms.answers import Answers


def exists_for(person: Person, matter: Matter, work: Work) -> bool:
    """Say whether a report exists for somebody: by their card, and by what they said of it."""
    if work.is_conflict_of(person.id):
        return False
    return person.card is None or visible(Reader(person.card, (person.name,)), matter)


def colleague(desk: Desk, member: bytes) -> Person:
    """Return a member of the staff as far as this person knows them: supervisors were given cards.

    Raises AlarmError for an altered one.
    """
    person = desk.ring.person
    if member == person.id or member not in desk.verified.people:
        return person
    listed = desk.verified.people[member]
    given = cards.of_everybody(desk.session, desk.ring, desk.verified)
    return Person(member, "", listed.roles, is_manager=listed.is_manager, card=given.get(member))


def reads(person: Person, language: str) -> bool:
    """Say whether somebody reads a language."""
    return person.card is None or language in person.card.languages


def matter_of(answers: Answers, keep_to: Answers, work: Work) -> Matter:
    """Return what of a report decides who sees it: what its reporter said and what was coded."""
    return Matter(
        states=frozenset(answers.get("state", ())) | work.triage.states,
        organisations=work.triage.organisations,
        exclusions=exclusions_of(keep_to),
    )
