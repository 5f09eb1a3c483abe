"""Builders of standing: how far somebody came, as both managers signed it, and what they declared."""

from datetime import date
from itertools import takewhile

from sqlalchemy.orm import Session

from admin import letters, steps, words
from admin.accounts import Prepared
from admin.authority import Person
from admin.keyring import Ring, open_ring
from admin.letters import About, Kind
from admin.words import Word
from crypto import standing
from crypto.custody import LiveKeys
from crypto.roster import Roster
from crypto.standing import Held, Progress, Stage, managers_of
from tests.builders import FOUNDED, Seeds
from tests.builders_vetting import a_declaration_of

# Tests that move the clock by months are about other things than a declaration that ends.
FAR = date(2090, 1, 1)
WAY = (Stage.INVITED, Stage.VETTED, Stage.TRAINEE, Stage.PROBATION, Stage.MEMBER)


def came_to(
    session: Session, verified: Roster, seeds: Seeds, member: bytes, stage: Stage
) -> Progress:
    """Let both managers sign every step on the way to a stage, all of them on one day."""
    progress = steps.progress_of(session, verified, member)
    for each in (*takewhile(lambda one: one is not stage, WAY), stage):
        progress = signed_step(session, verified, seeds, progress, Held(each, FOUNDED))
    return progress


def signed_step(
    session: Session, verified: Roster, seeds: Seeds, progress: Progress, held: Held
) -> Progress:
    """Let both managers sign one step."""
    first, second = (manager.signing_seed for manager in seeds.managers)
    managers = managers_of(verified)
    step = standing.propose(progress, held, first, managers)
    step = standing.countersign(progress, step, second, managers)
    return steps.append(session, verified, progress, step)


def gave_their_word(session: Session, verified: Roster, prepared: Prepared, day: date) -> None:
    """Seal what somebody declared on a day to themself and to the managers."""
    ring = ring_of(verified, prepared)
    about = About(Kind.WORD, ring.person.id)
    record = words.signed(ring, Word(a_declaration_of(ring.person.id, day)))
    letters.send(session, about, letters.readers_of(about, verified).values(), record)


def ring_of(verified: Roster, prepared: Prepared) -> Ring:
    """Return the ring of somebody who has no key of a group."""
    listed = verified.people[prepared.identity.id]
    person = Person(listed.id, prepared.identity.name, listed.roles, listed.is_manager)
    return open_ring(person, LiveKeys(prepared.keyring, {}), verified)
