"""Words: what somebody of the staff said of themself, signed with their own key.

A record in the database may be anybody's. What counts is signed by the person whom it is about;
anything else is as if it were not there, so that they are asked again.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Self

from admin.conduct import CONDUCT
from admin.declarations import Attestation, Declaration
from admin.keyring import Ring
from admin.stages import Checked
from admin.standing import NO_STANDING, Standing, standing_of
from crypto import acts
from crypto.cosigned import Cosigned
from crypto.envelope import OpenError, opening
from crypto.signing import Document, Prefix
from crypto.standing import Progress
from reporting import records
from reporting.records import Record


@dataclass(frozen=True, slots=True)
class Word:
    """A declaration, the newest word that it still holds, and the code of conduct as signed."""

    declaration: Declaration
    attested: tuple[Attestation, ...] = ()
    conduct: tuple[Checked, ...] = ()

    def attested_on(self, day: date) -> Self:
        """Return it with the word that on this day the declaration still held."""
        return replace(self, attested=(Attestation(self.declaration.digest, day),))

    def agreed_on(self, day: date) -> Self:
        """Return it with the code of conduct, in the version in force, signed on this day."""
        agreed = Checked(CONDUCT.version, day, self.declaration.member)
        return replace(self, conduct=(*self.conduct, agreed))

    def written(self) -> Record:
        """Return it as a record."""
        return {
            "declaration": self.declaration.written(),
            "attested": [one.written() for one in self.attested],
            "conduct": [one.written() for one in self.conduct],
        }

    @classmethod
    def read(cls, record: Record) -> Self:
        """Return what a record holds. Raises OpenError for any other record."""
        with opening():
            found = cls(
                declaration=Declaration.read(records.child(record, "declaration")),
                attested=tuple(
                    Attestation.read(each) for each in records.children(record, "attested")
                ),
                conduct=tuple(Checked.read(each) for each in records.children(record, "conduct")),
            )
        records.require_same(record, found.written())
        return found


# None at all, or the one that counts.
Words = tuple[Word, ...]


def signed(ring: Ring, word: Word) -> Record:
    """Return what somebody says of themself as a record that they signed."""
    record = word.written()
    mark = ring.sign(Prefix.WORD, _document(ring.person.id, record)).encode()
    return {"word": record, "signed": mark.hex()}


def heard(record: Record, person: acts.Person) -> Words:
    """Return what a record says of this person if they signed it with the key they have now."""
    try:
        said, mark = records.child(record, "word"), records.row(record, "signed")
        signed_by = Cosigned.decode(Prefix.WORD, mark)
        is_theirs = signed_by.document() == _document(person.id, said)
        word = Word.read(said)
    except OpenError:
        return ()
    is_own = is_theirs and signed_by.signers == {person.signing_key}
    return (word,) if is_own and word.declaration.member == person.id else ()


def standing_by(progress: Progress, words: Words) -> Standing:
    """Return the standing that comes of a stage and of what somebody said of themself."""
    if not progress.held:
        return NO_STANDING
    return standing_of(
        progress,
        [word.declaration.day for word in words],
        _days(words),
    )


def _days(words: Words) -> Iterable[date]:
    """Return the days of attestations of the declaration in force; of another none counts."""
    return [one.day for word in words for one in word.attested if one.of == word.declaration.digest]


def _document(member: bytes, record: Record) -> Document:
    digest = hashlib.sha256(records.encode(record)).hexdigest()
    return {"member": member.hex(), "sha256": digest}
