"""Declarations: what a member declared on which day, and for how long it counts."""

import hashlib
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final, Self

from crypto.envelope import ROW_BYTES, opening
from forms.ties import Declared, Tie, TieKind
from reporting import records
from reporting.records import Record

COUNTS_MONTHS: Final = 6
ATTESTED_EVERY: Final = timedelta(days=90)
_MONTHS: Final = 12


@dataclass(frozen=True, slots=True)
class Declaration:
    """One declaration of one member. Raises ValueError for an id that is none."""

    member: bytes
    day: date
    declared: Declared

    def __post_init__(self) -> None:
        require_id(self.member)

    @property
    def due(self) -> date:
        """The day from which it counts no more."""
        return months_later(self.day, COUNTS_MONTHS)

    @property
    def digest(self) -> str:
        """What names this declaration, so that what was decided of it fits no other."""
        return hashlib.sha256(records.encode(self.written())).hexdigest()

    def written(self) -> Record:
        """Return it as a record."""
        said = self.declared
        return {
            "member": self.member.hex(),
            "day": self.day.isoformat(),
            "ties": [tie_written(tie) for tie in said.ties],
            "languages": list(said.languages),
            "region": said.region,
            "woman": said.is_woman,
            "government": said.in_government,
            "names": list(said.names),
        }

    @classmethod
    def read(cls, record: Record) -> Self:
        """Return the declaration that a record holds. Raises OpenError for any other record."""
        with opening():
            declared = Declared(
                ties=tuple(read_tie(each) for each in records.children(record, "ties")),
                languages=records.texts(record, "languages"),
                region=records.text(record, "region"),
                is_woman=records.truth(record, "woman"),
                in_government=records.truth(record, "government"),
                names=records.texts(record, "names"),
            )
            found = cls(records.row(record, "member"), records.day(record, "day"), declared)
        records.require_same(record, found.written())
        return found


@dataclass(frozen=True, slots=True)
class Attestation:
    """A member's word that what they declared last is still all there is to declare."""

    of: str = field(repr=False)
    day: date

    def written(self) -> Record:
        """Return it as a record."""
        return {"of": self.of, "day": self.day.isoformat()}

    @classmethod
    def read(cls, record: Record) -> Self:
        """Return the attestation that a record holds. Raises OpenError for any other record."""
        found = cls(records.text(record, "of"), records.day(record, "day"))
        records.require_same(record, found.written())
        return found


def tie_written(tie: Tie) -> Record:
    """Return a tie as a record."""
    return {"kind": tie.kind, "state": tie.state, "organisation": tie.organisation}


def read_tie(record: Record) -> Tie:
    """Return the tie that a record holds. Raises OpenError for any other record."""
    with opening():
        found = Tie(
            TieKind(records.text(record, "kind")),
            records.text(record, "state"),
            records.text(record, "organisation"),
        )
    records.require_same(record, tie_written(found))
    return found


def require_id(person: bytes) -> None:
    """Raise ValueError for what is no id of a person."""
    if len(person) != ROW_BYTES:
        raise ValueError("the id of a person has 16 bytes")


def months_later(day: date, months: int) -> date:
    """Return the same day some months later, or the last one of a month that is shorter."""
    years, month = divmod(day.month - 1 + months, _MONTHS)
    first = date(day.year + years, month + 1, 1)
    return first + timedelta(days=min(day.day, _days_in(first)) - 1)


def _days_in(first: date) -> int:
    years, month = divmod(first.month, _MONTHS)
    return (date(first.year + years, month + 1, 1) - first).days
