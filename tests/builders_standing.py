"""Builders of standing: how far somebody came as two managers signed it, and what they declared."""

from collections.abc import Sequence
from datetime import date
from itertools import takewhile

from sqlalchemy.orm import Session

from admin import letters, steps, words
from admin.authority import Person
from admin.keyring import Ring, open_ring
from admin.letters import About, Kind
from admin.words import Word
from crypto import acts, standing
from crypto.custody import Keyring, LiveKeys
from crypto.envelope import Secret
from crypto.roster import Roster
from crypto.standing import Held, Progress, Stage, managers_of
from tests.builders import FOUNDED
from tests.builders_vetting import a_declaration_of

# Tests that move the clock by months are about other things than a declaration that ends.
FAR = date(2090, 1, 1)
WAY = (Stage.INVITED, Stage.VETTED, Stage.TRAINEE, Stage.PROBATION, Stage.MEMBER)


def came_to(
    session: Session,
    verified: Roster,
    signers: Sequence[Secret],
    member: bytes,
    stage: Stage = Stage.MEMBER,
) -> Progress:
    """Let two managers sign every step on the way to a stage, all of them on one day."""
    progress = steps.progress_of(session, verified, member)
    for each in (*takewhile(lambda one: one is not stage, WAY), stage):
        progress = signed_step(session, verified, signers, progress, Held(each, FOUNDED))
    return progress


def signed_step(
    session: Session, verified: Roster, signers: Sequence[Secret], progress: Progress, held: Held
) -> Progress:
    """Let two managers sign one step."""
    first, second = signers
    managers = managers_of(verified)
    step = standing.propose(progress, held, first, managers)
    step = standing.countersign(progress, step, second, managers)
    return steps.append(session, verified, progress, step)


def gave_their_word(
    session: Session, verified: Roster, keyring: Keyring, person: acts.Person, day: date = FAR
) -> None:
    """Seal what somebody declared on a day to themself and to the managers."""
    ring, about = ring_of(verified, keyring, person), About(Kind.WORD, person.id)
    record = words.signed(ring, Word(a_declaration_of(person.id, day)))
    letters.send(session, about, letters.readers_of(about, verified).values(), record)


def ring_of(verified: Roster, keyring: Keyring, person: acts.Person) -> Ring:
    """Return the ring of somebody who has no key of a group."""
    signed_in = Person(person.id, "", person.roles, person.is_manager)
    return open_ring(signed_in, LiveKeys(keyring, {}), verified)
