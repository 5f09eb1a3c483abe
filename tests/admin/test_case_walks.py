"""Random walks: four people do whatever the table lets them; a plainer book says who had a part.

Everybody has every role, and everything that is not about persons is as good for them as can be.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from hashlib import shake_256
from itertools import islice
from types import MappingProxyType

import pytest

from admin.case_table import REPORTER, SYSTEM, Table
from admin.facts import NOBODY, Deed, Facts, Lease, Look, Proposal
from admin.permissions import CASEWORKER, REVIEWER, SUPERVISOR
from admin.table_rules import TableError, checked
from admin.transitions import TABLE, Move, NotAllowedError, NotNowError, decide
from tests.builders_facts import COUNTERSIGN, FIT, NOW, days_ago, the_facts

PEOPLE = tuple(bytes([n]) * 16 for n in range(1, 5))
IN_AN_HOUR = NOW + timedelta(hours=1)
EVERY_ROLE = frozenset({REVIEWER, CASEWORKER, SUPERVISOR})
ENDS = frozenset({"closed", "declined", "merged", "quarantined"})
WORKING = frozenset({"active", "monitoring", "review"})
MOVES = 12_000


@dataclass
class Book:
    """One case as an onlooker notes it down; `part` had to do with it since it was taken up."""

    state: str = "received"
    owner: bytes = NOBODY
    owners: set[bytes] = field(default_factory=set)
    deeds: list[Deed] = field(default_factory=list)
    proposer: bytes = NOBODY
    part: set[bytes] = field(default_factory=set)
    was_active: bool = False

    def facts(self, name: str, actor: bytes, dice: Iterator[int]) -> Facts:
        """Return what the actor would find who tries this now."""
        role = REVIEWER if actor else SYSTEM
        agreeing = [one for one in PEOPLE if next(dice) % 2]
        return replace(
            the_facts(name, role),
            actor=actor,
            owner=self.owner,
            owner_has_left=next(dice) % 4 == 0,
            earlier_owners=frozenset(self.owners),
            deeds=tuple(self.deeds),
            countersigns=tuple(replace(COUNTERSIGN[name], by=one) for one in agreeing),
            lease=Lease(actor, IN_AN_HOUR),
            second_look=Look(PEOPLE[next(dice) % 4], NOW, agrees=True),
            assignee=replace(FIT, id=PEOPLE[next(dice) % 4]),
            proposal=Proposal(self.proposer, b"digest"),
            has_unread_mail=name == "wake",
        )

    def note(self, move: Move, actor: bytes, facts: Facts) -> None:
        """Write down a move that was made."""
        if move.to == "active" and self.state not in WORKING:
            self.part, self.was_active = set(), True
        if move.name in {"assign", "reopen"} and facts.assignee is not None:
            self.owner = facts.assignee.id
        if "clear_owner" in move.effects:
            self.owner = NOBODY
        if move.name == "propose_close":
            self.proposer = actor
        self.owners |= {self.owner} - {NOBODY}
        self.part |= {actor, self.owner} - {NOBODY}
        self.deeds.append(Deed(move.name, actor, days_ago(50)))
        self.state = move.to

    def is_alone(self, move: Move, actor: bytes) -> bool:
        """Say whether this move lets one person alone end work that had begun."""
        if not (self.was_active and move.to in ENDS):
            return False
        did_it_all = not self.part - {actor}
        closes_own = move.to == "closed" and actor == self.proposer
        return did_it_all or actor in self.owners or closes_own


@dataclass
class Walk:
    """What came of a walk: how often which move was made, and by whom alone."""

    made: Counter[str] = field(default_factory=Counter)
    ended: Counter[str] = field(default_factory=Counter)
    alone: list[Move] = field(default_factory=list)


def throws(seed: bytes) -> Iterator[int]:
    """Yield bytes that look random and are the same in every run."""
    n = 0
    while True:
        yield from shake_256(seed + n.to_bytes(8, "big")).digest(4096)
        n += 1


def actors(dice: Iterator[int]) -> tuple[bytes, frozenset[str]]:
    """Return who tries something next, seldom the reporter, and their roles."""
    n = next(dice) % 32
    if n == 0:
        return NOBODY, frozenset({REPORTER})
    return (NOBODY, frozenset({SYSTEM})) if n < 6 else (PEOPLE[n % 4], EVERY_ROLE)


def attempts(table: Table, dice: Iterator[int]) -> Iterator[tuple[Book, Move, bytes, Facts]]:
    """Yield every move that somebody got through, before it is noted down; cases begin anew."""
    book = Book()
    while True:
        actor, roles = actors(dice)
        names = [name for name, move in table.transitions.items() if book.state in move.sources]
        if not names or next(dice) == 0:
            book = Book()
            continue
        name = names[next(dice) % len(names)]
        facts = book.facts(name, actor, dice)
        try:
            move = decide(table, book.state, name, roles, facts)
        except (NotAllowedError, NotNowError):
            continue
        yield book, move, actor, facts
        book.note(move, actor, facts)


def walk(table: Table, moves: int) -> Walk:
    """Walk for so many moves."""
    seen = Walk()
    for book, move, actor, _ in islice(attempts(table, throws(b"a walk")), moves):
        seen.made[move.name] += 1
        if book.was_active and move.to in ENDS:
            seen.ended[move.to] += 1
        if book.is_alone(move, actor):
            seen.alone.append(move)
    return seen


def without(guard: str, *names: str) -> Table:
    """Return the table in which a guard does not hold these moves back."""
    spoilt = dict(TABLE.transitions)
    for name in names:
        kept = tuple(code for code in spoilt[name].guards if code != guard)
        spoilt[name] = replace(spoilt[name], guards=kept)
    return replace(TABLE, transitions=MappingProxyType(spoilt))


def test_nobody_alone_brings_a_case_from_work_to_an_end() -> None:
    seen = walk(TABLE, MOVES)

    assert seen.alone == []
    assert seen.made.total() == MOVES
    assert seen.made.keys() == TABLE.transitions.keys()
    assert all(seen.ended[end] >= 10 for end in ENDS)


@pytest.mark.parametrize(
    ("guard", "name"),
    [
        ("fresh_eyes", "quarantine"),
        ("fresh_eyes", "decline"),
        ("fresh_eyes", "decline_t"),
        ("fresh_eyes", "merge"),
        ("fresh_eyes", "merge_t"),
        ("fresh_eyes", "merge_a"),
        ("not_proposer_nor_owner", "approve_close"),
    ],
)
def test_without_any_one_guard_of_them_somebody_could(guard: str, name: str) -> None:
    spoilt = without(guard, name)

    assert {move.name for move in walk(spoilt, 3_000).alone} == {name}
    with pytest.raises(TableError, match=f"^{name} lets one"):
        checked(spoilt)
