"""Visibility: whether a case exists for somebody, from their card and what the case names.

Pure: the caller opened the facets in this person's own session, and asks before anything is shown.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum, unique
from typing import Final

from admin.likeness import fold, is_near
from admin.recusal import NO_ORGANISATION, Card
from forms.answers import Answers
from forms.codebook import COUNTRIES

_STATES: Final = frozenset(COUNTRIES)
# Never a full stop, a middle dot or a dash: they stand inside names.
_BETWEEN: Final = re.compile("[,;/\n\u3001\uff0c\uff1b\u060c\u061b]")


@unique
class Ground(StrEnum):
    """Why a case is hidden; for the audit log and the supervisors, never for the person."""

    STATE = "state"
    ORGANISATION = "organisation"
    NO_STATE = "no_state"
    EXCLUDED = "excluded"
    NAMED = "named"


@dataclass(frozen=True, slots=True)
class Exclusions:
    """Whom a reporter does not want to read: nobody of `regions`, and none of `people`."""

    no_community: bool = field(default=False, repr=False)
    women_only: bool = field(default=False, repr=False)
    no_government: bool = field(default=False, repr=False)
    regions: frozenset[str] = field(default=frozenset(), repr=False)
    people: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Matter:
    """What of a case decides who sees it.

    `states` are the codes as answered. `organisations` are codes or names. `people` are those
    whom the report names.
    """

    states: frozenset[str] = field(repr=False)
    organisations: frozenset[str] = field(default=frozenset(), repr=False)
    people: tuple[str, ...] = field(default=(), repr=False)
    exclusions: Exclusions = field(default=Exclusions(), repr=False)

    @property
    def named_states(self) -> frozenset[str]:
        """The states it names; not knowing, not saying and being in no list name none."""
        return self.states & _STATES

    @property
    def named_organisations(self) -> frozenset[str]:
        """The organisations it names; that none is known names none."""
        return self.organisations - NO_ORGANISATION

    @property
    def let_in(self) -> "Matter":
        """What decides about somebody for whom two people set the wish about community aside."""
        return replace(self, exclusions=replace(self.exclusions, no_community=False))


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who would see: their card, and all the names they declared."""

    card: Card
    names: tuple[str, ...] = field(repr=False)


def exclusions_of(answers: Answers) -> Exclusions:
    """Return the exclusions that the questions of the form ask for."""
    rules = answers.get("contact_rule", ())
    return Exclusions(
        no_community="no" in answers.get("interpreter", ()) or "not_community" in rules,
        women_only="woman_only" in rules,
        no_government="not_japanese_gov" in rules,
        regions=frozenset(answers.get("not_regions", ())),
        people=tuple(_names_in(answers.get("not_names", ()))),
    )


def _names_in(typed: Iterable[str]) -> Iterator[str]:
    """Return the names in what somebody typed, with the commas and stops of any script between."""
    pieces = (piece.strip() for line in typed for piece in _BETWEEN.split(line))
    return (piece for piece in pieces if piece)


def may_hide_otherwise(before: Matter, after: Matter) -> bool:
    """Say whether what a report is about now may hide it from others than before."""
    one, other = (
        replace(each, states=each.named_states, organisations=each.named_organisations)
        for each in (before, after)
    )
    return one != other


def visible(reader: Reader, matter: Matter) -> bool:
    """Say whether a case exists for somebody."""
    return not grounds(reader, matter)


def grounds(reader: Reader, matter: Matter) -> frozenset[Ground]:
    """Return everything for which a case is hidden from somebody.

    The caller refuses a card that has ended: this is no matter of single cases.
    """
    card = reader.card
    holds = {
        Ground.STATE: not card.states.isdisjoint(matter.named_states),
        Ground.ORGANISATION: not _folded(card.organisations).isdisjoint(
            _folded(matter.named_organisations)
        ),
        Ground.NO_STATE: not matter.named_states and card.recuses,
        Ground.EXCLUDED: _is_excluded(card, matter),
        Ground.NAMED: _is_named(reader.names, (*matter.people, *matter.exclusions.people)),
    }
    return frozenset(ground for ground, is_so in holds.items() if is_so)


def _is_excluded(card: Card, matter: Matter) -> bool:
    wishes = matter.exclusions
    return (
        (wishes.no_community and _is_community(card, matter))
        or (wishes.women_only and not card.is_woman)
        or (wishes.no_government and card.in_government)
        or card.region in wishes.regions
    )


def _is_community(card: Card, matter: Matter) -> bool:
    # Whose community it is, nobody knows before a state is named: then it may be anybody's.
    if not matter.named_states:
        return bool(card.community)
    return not card.community.isdisjoint(matter.named_states)


def _is_named(own: tuple[str, ...], people: tuple[str, ...]) -> bool:
    return any(is_near(name, other) for name in own for other in people)


def _folded(names: frozenset[str]) -> frozenset[str]:
    return frozenset(fold(name) for name in names) - {""}
