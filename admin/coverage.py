"""Coverage: how many could see a case of some state in some language. No case is looked at."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from admin.recusal import Card
from admin.visibility import Matter, Reader, visible
from crypto.roles import Role

FEWEST: Final = 2


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody who may work, their roles and their card."""

    roles: frozenset[Role]
    card: Card


@dataclass(frozen=True, slots=True)
class Cover:
    """How many could see such a case: one that names this state alone and excludes nobody."""

    state: str
    language: str
    reviewers: int
    caseworkers: int

    @property
    def is_thin(self) -> bool:
        """Whether supervisors and stewards are to be warned."""
        return min(self.reviewers, self.caseworkers) < FEWEST


def coverage(
    colleagues: Iterable[Colleague], states: Iterable[str], languages: Iterable[str]
) -> Iterator[Cover]:
    """Yield the cover of every state and language, state by state.

    The caller leaves out whoever may not work today.
    """
    everybody = tuple(colleagues)
    tongues = tuple(languages)
    for state in states:
        seeing = [one for one in everybody if _sees(one, state)]
        for language in tongues:
            able = [one.roles for one in seeing if language in one.card.languages]
            yield Cover(state, language, _count(able, Role.REVIEWER), _count(able, Role.CASEWORKER))


def _sees(colleague: Colleague, state: str) -> bool:
    return visible(Reader(colleague.card, ()), Matter(frozenset({state})))


def _count(held: Iterable[frozenset[Role]], role: Role) -> int:
    return sum(role in roles for roles in held)
