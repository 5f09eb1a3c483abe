"""Dossiers: what the managers keep about a person's vetting, in their circle's file about them.

It stands there under a key of its own, beside what others keep about the same person.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Self

from admin import circles
from admin.circles import Circle
from admin.desk import Desk
from admin.errors import AlarmError, NotHandedOnError
from admin.stages import Vetting
from admin.voices import Ballot
from crypto.envelope import OpenError
from reporting import records
from reporting.records import Record

KEY: Final = "vetting"


@dataclass(frozen=True, slots=True)
class Dossier:
    """The papers of a person, the managers' voices, and a step that lacks a signature.

    `proposed` is empty while no step is proposed.
    """

    papers: Vetting = field(default_factory=Vetting)
    ballots: tuple[Ballot, ...] = ()
    proposed: bytes = b""

    def written(self) -> Record:
        """Return it as a record."""
        return {
            "papers": self.papers.written(),
            "voices": [one.written() for one in self.ballots],
            "step": self.proposed.hex(),
        }

    @classmethod
    def read(cls, record: Record) -> Self:
        """Return the dossier that a record holds. Raises OpenError for any other record."""
        found = cls(
            papers=Vetting.read(records.child(record, "papers")),
            ballots=tuple(Ballot.read(each) for each in records.children(record, "voices")),
            proposed=records.row(record, "step"),
        )
        records.require_same(record, found.written())
        return found


@dataclass(frozen=True, slots=True)
class Filed:
    """A person as the managers' files have them; the name is empty where none stands there."""

    name: str = field(default="", repr=False)
    dossier: Dossier = field(default_factory=Dossier)


def read_all(desk: Desk) -> Mapping[bytes, Filed]:
    """Return what is filed about everybody.

    Raises NotHandedOnError while this manager cannot read the files, and AlarmError.
    """
    files = circles.open_key(desk.session, desk.ring, desk.verified, Circle.MANAGERS)
    names = _names(desk)
    known = circles.read(desk.session, files)
    return {
        member: _filed(known.get(member, {}), names.get(member, ""))
        for member in known.keys() | names.keys()
    }


def keep(desk: Desk, member: bytes, dossier: Dossier) -> None:
    """Keep a dossier, and leave alone what others keep about the same person."""
    files = circles.open_key(desk.session, desk.ring, desk.verified, Circle.MANAGERS)
    known = circles.read(desk.session, files).get(member, {})
    circles.write(desk.session, files, member, {**known, KEY: dossier.written()})
    desk.session.flush()


def _names(desk: Desk) -> Mapping[bytes, str]:
    """Return the names of those who are on the staff, as far as they were handed on."""
    try:
        shared = circles.open_key(desk.session, desk.ring, desk.verified, Circle.STAFF)
    except (
        NotHandedOnError
    ):  # pragma: no cover - managers are given the keys of both circles at once
        return {}
    known = circles.read(desk.session, shared)
    return {member: str(record.get("name", "")) for member, record in known.items()}


def _filed(record: Record, name: str) -> Filed:
    if KEY not in record:
        return Filed(str(record.get("name", "")) or name)
    try:
        dossier = Dossier.read(records.child(record, KEY))
    except OpenError:  # pragma: no cover - only managers have the key, and write no nonsense
        raise AlarmError("what managers keep about a person makes no sense") from None
    return Filed(str(record.get("name", "")) or name, dossier)
