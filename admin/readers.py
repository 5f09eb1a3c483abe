"""Readers: whether a report exists for somebody of the team, and which languages they read.

Nobody works without a declaration, so everybody's own card is there. Of a colleague only
supervisors were given it; without it no tie hides a report from them here, and the colleague's own
session does.
"""

from collections.abc import Collection
from dataclasses import replace

from admin import cards, names
from admin.authority import Person
from admin.desk import Desk
from admin.visibility import Matter, Reader, exclusions_of, visible
from admin.work import Work
from forms.answers import Answers


def exists_for(person: Person, matter: Matter, work: Work) -> bool:
    """Say whether a report exists for somebody: by their card, and by what they said of it."""
    return not work.is_conflict_of(person.id) and sees(person, matter, work.let_in)


def sees(person: Person, matter: Matter, let_in: Collection[bytes] = ()) -> bool:
    """Say whether somebody's card lets them see a report, or two people let them in.

    Without a card nothing hides it here, not even their name.
    """
    if person.card is None:
        return True
    asked = matter.let_in if person.id in let_in else matter
    return visible(Reader(person.card, (person.name, *person.names)), asked)


def team(desk: Desk) -> tuple[Person, ...]:
    """Return everybody on the staff as far as this person knows them, themself first.

    Supervisors were given cards; names are those that people sign in with. Raises AlarmError for an
    altered card.
    """
    me = desk.ring.person
    given = cards.of_everybody(desk.session, desk.ring, desk.verified)
    called = names.known_here(desk)
    others = (
        Person(member, called.get(member, ""), listed.roles, listed.is_manager)
        for member, listed in sorted(desk.verified.people.items())
        if member != me.id
    )
    return (me, *(replace(one, card=given.get(one.id)) for one in others))


def colleague(desk: Desk, member: bytes) -> Person:
    """Return a member of the staff as `team` does; oneself for whoever is none."""
    found = {one.id: one for one in team(desk)} if member in desk.verified.people else {}
    return found.get(member, desk.ring.person)


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
