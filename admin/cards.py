"""Cards: what comes of a declaration, handed to the supervisors and to the one whom it is about.

Supervisors are given the card, signed by whoever made it. The person is given the signed voices of
the managers, and makes the card of their own declaration: nobody plants them one that hides less.
"""

import hashlib
from collections.abc import Iterable, Mapping

from sqlalchemy.orm import Session

from admin import letters, voices
from admin.errors import AlarmError
from admin.keeping import kept_back
from admin.keyring import Ring
from admin.letters import About, Kind
from admin.recusal import Card, card_of
from admin.voices import Ballot
from admin.words import Word
from crypto.cosigned import Cosigned
from crypto.envelope import OpenError
from crypto.roster import Roster
from crypto.signing import Document, Prefix
from reporting import records
from reporting.records import Record


def issue(
    session: Session, ring: Ring, verified: Roster, word: Word, ballots: Iterable[Ballot]
) -> None:
    """Hand out the card of a declaration as far as it is decided by these voices."""
    member, said = word.declaration.member, tuple(ballots)
    record = _signed(ring, member, made_of(verified, word, said))
    _send(session, verified, About(Kind.CARD, member), record)
    kept = [one.without_reason().written() for one in said]
    _send(session, verified, About(Kind.VOICES, member), {"ballots": kept})


def made_of(verified: Roster, word: Word, ballots: Iterable[Ballot]) -> Card:
    """Return the card of a declaration; only voices that managers signed count."""
    managers = verified.succession.once_managers
    return card_of(word.declaration, voices.heard(word.declaration.member, ballots, managers))


def own(session: Session, ring: Ring, verified: Roster, word: Word) -> Card:
    """Return somebody's own card. Raises AlarmError for an altered letter."""
    record = letters.read_own(session, ring, Kind.VOICES) or {"ballots": []}
    try:
        ballots = [Ballot.read(each) for each in records.children(record, "ballots")]
    except OpenError:
        raise AlarmError("the voices about a person were altered") from None
    return made_of(verified, word, ballots)


def of_everybody(session: Session, ring: Ring, verified: Roster) -> Mapping[bytes, Card]:
    """Return the cards that this supervisor was given, as managers or their owners signed them.

    Raises AlarmError for an altered letter.
    """
    found = letters.read(session, ring, Kind.CARD)
    cards = {member: _read(verified, member, record) for member, record in found.items()}
    return {member: card for member, read in cards.items() for card in read}


def _send(session: Session, verified: Roster, about: About, record: Record) -> None:
    readers = letters.readers_of(about, verified, kept_back(session, verified))
    letters.send(session, about, readers.values(), record)


def _signed(ring: Ring, member: bytes, card: Card) -> Record:
    record = card.written()
    mark = ring.sign(Prefix.CARD, _document(member, record)).encode()
    return {"card": record, "signed": mark.hex()}


def _read(verified: Roster, member: bytes, record: Record) -> tuple[Card, ...]:
    """Return the card if somebody signed it who may: a manager, or the one whose card it is."""
    try:
        said, mark = records.child(record, "card"), records.row(record, "signed")
        signed = Cosigned.decode(Prefix.CARD, mark)
        is_it = signed.document() == _document(member, said)
        card = Card.read(said)
    except OpenError:
        return ()
    keys = {
        one.signing_key for one in verified.people.values() if one.is_manager or one.id == member
    }
    return (card,) if is_it and signed.signers <= keys else ()


def _document(member: bytes, record: Record) -> Document:
    digest = hashlib.sha256(records.encode(record)).hexdigest()
    return {"member": member.hex(), "sha256": digest}
