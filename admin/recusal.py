"""Recusal: what two managers decide of each declared tie, and the card that comes of it.

A tie of which two managers did not decide alike recuses. So a new tie acts on the day it is
declared, and no manager alone can take a recusal away.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum, unique
from types import MappingProxyType
from typing import Final, Self

from admin.declarations import Declaration, read_tie, require_id, tie_written
from admin.likeness import fold
from crypto.envelope import opening
from forms.ties import Tie, TieKind
from reporting import records
from reporting.records import Record

NO_ORGANISATION: Final = frozenset({"unknown", "none"})
_NEEDED: Final = 2


@unique
class Outcome(StrEnum):
    """What comes of a tie; the words stand in sealed records and never change."""

    RECUSED = "recused"
    NOTED = "noted"


_SUGGESTED: Final[Mapping[TieKind, Outcome]] = MappingProxyType(
    {
        TieKind.NATIONALITY: Outcome.NOTED,
        TieKind.COMMUNITY: Outcome.NOTED,
        TieKind.FAMILY: Outcome.RECUSED,
        TieKind.WORK: Outcome.RECUSED,
        TieKind.PARTY: Outcome.RECUSED,
        TieKind.OFFICE: Outcome.RECUSED,
        TieKind.TRAVEL: Outcome.NOTED,
        TieKind.PRESSURE: Outcome.RECUSED,
        TieKind.PRESSURE_BEFORE: Outcome.NOTED,
    }
)


@dataclass(frozen=True, slots=True)
class Voice:
    """What one manager decided of one tie of one declaration, and why.

    `of` is the digest of the declaration. The caller guarantees that `by` was a manager. Raises
    ValueError without a reason.
    """

    of: str = field(repr=False)
    tie: Tie
    outcome: Outcome
    reason: str = field(repr=False)
    by: bytes

    def __post_init__(self) -> None:
        require_id(self.by)
        if not self.reason.strip():
            raise ValueError("a decision has a reason")

    def written(self) -> Record:
        """Return it as a record."""
        return {
            "of": self.of,
            "tie": tie_written(self.tie),
            "outcome": self.outcome,
            "reason": self.reason,
            "by": self.by.hex(),
        }

    @classmethod
    def read(cls, record: Record) -> Self:
        """Return the decision that a record holds. Raises OpenError for any other record."""
        with opening():
            found = cls(
                of=records.text(record, "of"),
                tie=read_tie(records.child(record, "tie")),
                outcome=Outcome(records.text(record, "outcome")),
                reason=records.text(record, "reason"),
                by=records.row(record, "by"),
            )
        records.require_same(record, found.written())
        return found


@dataclass(frozen=True, slots=True)
class Card:
    """What decides which cases a member sees, without any reason; it ends with the declaration.

    `states` and `organisations` are recused. `noted` are the states that count as the member's
    own community beside those. `by_family` are those recused by family alone. It stands in no
    record: the member's own session knows it, and nobody else whose family a state can reach.
    """

    states: frozenset[str] = field(repr=False)
    organisations: frozenset[str] = field(repr=False)
    noted: frozenset[str] = field(repr=False)
    languages: frozenset[str] = field(repr=False)
    region: str = field(repr=False)
    is_woman: bool = field(repr=False)
    in_government: bool = field(repr=False)
    until: date
    by_family: frozenset[str] = field(default=frozenset(), repr=False, compare=False)

    @property
    def of_helper(self) -> Self:
        """What decides which single texts they may translate: a tie by family alone bars nobody.

        It still makes the state's people their community, for reporters who want none of it.
        """
        return replace(self, states=self.states - self.by_family, noted=self.noted | self.by_family)

    @property
    def recuses(self) -> bool:
        """Whether there is anything that its member does not see."""
        return bool(self.states or self.organisations)

    @property
    def community(self) -> frozenset[str]:
        """The states whose people the member belongs to or has to do with."""
        return self.states | self.noted

    def written(self) -> Record:
        """Return it as a record."""
        return {
            "states": sorted(self.states),
            "organisations": sorted(self.organisations),
            "noted": sorted(self.noted),
            "languages": sorted(self.languages),
            "region": self.region,
            "woman": self.is_woman,
            "government": self.in_government,
            "until": self.until.isoformat(),
        }

    @classmethod
    def read(cls, record: Record) -> Self:
        """Return the card that a record holds. Raises OpenError for any other record."""
        found = cls(
            states=frozenset(records.texts(record, "states")),
            organisations=frozenset(records.texts(record, "organisations")),
            noted=frozenset(records.texts(record, "noted")),
            languages=frozenset(records.texts(record, "languages")),
            region=records.text(record, "region"),
            is_woman=records.truth(record, "woman"),
            in_government=records.truth(record, "government"),
            until=records.day(record, "until"),
        )
        records.require_same(record, found.written())
        return found


def suggested(tie: Tie) -> Outcome:
    """Return what a tie comes to unless two managers have a reason to see it otherwise."""
    return _SUGGESTED[tie.kind]


def decided(declaration: Declaration, voices: Iterable[Voice]) -> Mapping[Tie, Outcome]:
    """Return what at least two managers, all who spoke last, decided alike; other ties are open.

    Of each manager the last voice about a tie counts. What was said of another declaration, or by
    the member, counts for nothing.
    """
    last = {
        (voice.tie, voice.by): voice.outcome
        for voice in voices
        if voice.of == declaration.digest and voice.by != declaration.member
    }
    said = {
        tie: [outcome for (about, _), outcome in last.items() if about == tie]
        for tie in declaration.declared.ties
    }
    return {
        tie: outcomes[0]
        for tie, outcomes in said.items()
        if len(outcomes) >= _NEEDED and len(set(outcomes)) == 1
    }


def card_of(declaration: Declaration, voices: Iterable[Voice]) -> Card:
    """Return the card of a declaration as far as it is decided; what is open recuses."""
    outcomes = decided(declaration, voices)
    said = declaration.declared
    recused = [tie for tie in said.ties if outcomes.get(tie) is not Outcome.NOTED]
    # An office recuses from its organisation; one that is not named, from the whole state.
    named = [tie for tie in recused if fold(tie.organisation) not in {"", *NO_ORGANISATION}]
    states = frozenset(tie.state for tie in recused if tie not in named)
    # What two managers did not decide yet is no tie by family alone: it may be anything.
    family = {tie for tie in recused if tie.kind is TieKind.FAMILY and tie in outcomes}
    return Card(
        states=states,
        organisations=frozenset(tie.organisation for tie in named),
        noted=frozenset(tie.state for tie in said.ties) - states,
        languages=frozenset(said.languages),
        region=said.region,
        is_woman=said.is_woman,
        in_government=said.in_government,
        until=declaration.due,
        by_family=states - {tie.state for tie in recused if tie not in family},
    )
