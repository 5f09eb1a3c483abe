"""Declaring: what somebody of the staff says of their own ties, and what follows for themself."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date

from sqlalchemy import delete
from sqlalchemy.orm import Session

from admin import cards, letters, steps, words
from admin.authority import authorize
from admin.declarations import Declaration
from admin.desk import Desk
from admin.errors import HiddenError
from admin.keeping import kept_back
from admin.keyring import Ring
from admin.letters import About, Kind
from admin.models import Lapse
from admin.permissions import Action
from admin.recusal import Card
from admin.standing import Standing, in_force
from admin.words import Word, Words
from crypto.roster import Roster
from crypto.standing import Progress
from forms.ties import Declared
from reporting.clock import day_of


@dataclass(frozen=True, slots=True)
class Own:
    """What somebody sees of their own standing; `words` and `cards` are one each, or none."""

    progress: Progress
    standing: Standing
    words: Words = field(repr=False)
    cards: tuple[Card, ...] = field(repr=False)


def view(desk: Desk) -> Own:
    """Return somebody's own standing. Raises AlarmError for what was altered."""
    authorize(desk.ring.person, Action.DECLARE)
    session, ring, verified = desk.session, desk.ring, desk.verified
    progress = _stage(session, ring, verified)
    if ring.person.is_kept_back:
        return Own(progress, ring.person.standing, (), ())
    said = own_words(session, ring, verified)
    own_cards = tuple(cards.own(session, ring, verified, word) for word in said)
    return Own(progress, words.standing_by(progress, said), said, own_cards)


def own_words(session: Session, ring: Ring, verified: Roster) -> Words:
    """Return what somebody said of themself. Raises AlarmError for an altered letter."""
    record = letters.read_own(session, ring, Kind.WORD)
    return words.heard(record, verified.people[ring.person.id])


def with_standing(session: Session, ring: Ring, verified: Roster) -> Ring:
    """Return the ring of somebody with their standing and, once they declared, their card.

    Whoever is kept back cannot open what they declared, and is asked for nothing. Raises AlarmError
    for what was altered.
    """
    progress = _stage(session, ring, verified)
    if ring.person.is_kept_back:
        return replace(ring, person=replace(ring.person, standing=in_force(progress)))
    said = own_words(session, ring, verified)
    card = next((cards.own(session, ring, verified, word) for word in said), None)
    names = next((word.declaration.declared.names for word in said), ())
    standing = words.standing_by(progress, said)
    person = replace(ring.person, standing=standing, card=card, names=names)
    return replace(ring, person=person)


def declare(desk: Desk, declared: Declared) -> None:
    """Keep what somebody declares of themself; every tie recuses until managers decided of it.

    If their keys were kept back for want of it, colleagues hand them on again from now on. What
    somebody says who is held goes nowhere: it may be said under force.
    """
    member = desk.ring.person.id
    rule = authorize(desk.ring.person, Action.DECLARE, member)
    if desk.ring.person.is_kept_back:
        return
    desk.note("declaration.made", member, rule)
    before = own_words(desk.session, desk.ring, desk.verified)
    conduct = tuple(one for word in before for one in word.conduct)
    word = Word(Declaration(member, day_of(desk.now), declared), conduct=conduct)
    _keep(desk, word)
    cards.issue(desk.session, desk.ring, desk.verified, word, ())
    desk.session.execute(delete(Lapse).where(Lapse.member_id == member))


def attest(desk: Desk) -> None:
    """Keep somebody's word that their declaration still holds. Raises HiddenError without one."""
    _add(desk, "declaration.attested", Word.attested_on)


def agree(desk: Desk) -> None:
    """Keep that somebody signed the code of conduct. Raises HiddenError before they declared."""
    _add(desk, "conduct.signed", Word.agreed_on)


def _add(desk: Desk, verb: str, added: Callable[[Word, date], Word]) -> None:
    member = desk.ring.person.id
    rule = authorize(desk.ring.person, Action.DECLARE, member)
    if desk.ring.person.is_kept_back:
        return
    said = own_words(desk.session, desk.ring, desk.verified)
    if not said:
        raise HiddenError(Action.DECLARE, member, f"{Action.DECLARE}: nothing declared yet")
    desk.note(verb, member, rule)
    _keep(desk, added(said[0], day_of(desk.now)))


def _keep(desk: Desk, word: Word) -> None:
    about = About(Kind.WORD, desk.ring.person.id)
    readers = letters.readers_of(about, desk.verified, kept_back(desk.session, desk.verified))
    letters.send(desk.session, about, readers.values(), words.signed(desk.ring, word))


def _stage(session: Session, ring: Ring, verified: Roster) -> Progress:
    return steps.progress_of(session, verified, ring.person.id)
