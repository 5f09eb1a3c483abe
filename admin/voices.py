"""Voices: what single managers decided of somebody's ties, each signed by the one who said it.

The reason is not signed: it stands in the managers' files, and nobody else is given it.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final, Self

from admin.keyring import Ring
from admin.recusal import Voice
from crypto.cosigned import Cosigned
from crypto.envelope import OpenError
from crypto.signing import Document, Prefix
from reporting import records
from reporting.records import Record

WITHHELD: Final = "withheld"


@dataclass(frozen=True, slots=True)
class Ballot:
    """A voice with the signature of the manager whose it is."""

    voice: Voice
    signed: bytes

    def without_reason(self) -> Self:
        """Return it as the person whom it is about may have it."""
        return replace(self, voice=replace(self.voice, reason=WITHHELD))

    def written(self) -> Record:
        """Return it as a record."""
        return {"voice": self.voice.written(), "signed": self.signed.hex()}

    @classmethod
    def read(cls, record: Record) -> Self:
        """Return the voice that a record holds. Raises OpenError for any other record."""
        found = cls(Voice.read(records.child(record, "voice")), records.row(record, "signed"))
        records.require_same(record, found.written())
        return found


def cast(ring: Ring, member: bytes, voice: Voice) -> Ballot:
    """Return this manager's voice about a tie of somebody, signed."""
    return Ballot(voice, ring.sign(Prefix.VOICE, _document(member, voice)).encode())


def heard(
    member: bytes, ballots: Iterable[Ballot], managers: Mapping[bytes, bytes]
) -> Iterator[Voice]:
    """Yield the voices that were signed by whom they name; `managers` says whose each key is."""
    for ballot in ballots:
        if _signers(member, ballot, managers) == {ballot.voice.by}:
            yield ballot.voice


def _signers(member: bytes, ballot: Ballot, managers: Mapping[bytes, bytes]) -> set[bytes]:
    try:
        mark = Cosigned.decode(Prefix.VOICE, ballot.signed)
        is_it = mark.document() == _document(member, ballot.voice)
    except OpenError:
        return set()
    return {managers.get(key, b"") for key in mark.signers} if is_it else set()


def _document(member: bytes, voice: Voice) -> Document:
    return {
        "member": member.hex(),
        "of": voice.of,
        "kind": voice.tie.kind,
        "state": voice.tie.state,
        "organisation": voice.tie.organisation,
        "outcome": voice.outcome,
    }
