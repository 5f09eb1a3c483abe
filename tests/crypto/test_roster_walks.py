"""Random walks: anybody signs anything, and a second, plainer book says what may become of it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from typing_extensions import override

from crypto.acts import Act, Change, Enrolment, Epoch, Person, Removal
from crypto.roles import Group, Role
from crypto.roster import RosterError, extend, verify
from tests.crypto.office import (
    AIKO,
    BENI,
    CHIE,
    EMI,
    FIRST_EPOCHS,
    FOUNDERS,
    GENESIS,
    OFFICE,
    PIN,
    TODAY,
    Somebody,
    an_epoch,
    signed,
)

NAMES = ("Aiko", "Beni", "Chie", "Emi", "Fumi", "Goro", "Hana", "Ichi")
ANYBODY = st.builds(Somebody, st.sampled_from(NAMES), st.integers(1, 6))
FOUNDED = dict(zip((AIKO, BENI, CHIE, EMI), FOUNDERS, strict=True))


@dataclass(frozen=True)
class Listing:
    """Roles and mark, before it is said of whom."""

    roles: tuple[Role, ...]
    is_manager: bool = False

    def of(self, keys: Somebody) -> Person:
        """Return somebody who is listed so."""
        return keys.listed(*self.roles, is_manager=self.is_manager)


LISTINGS = st.sampled_from(
    [
        Listing(()),
        Listing((Role.REVIEWER,)),
        Listing((Role.REVIEWER, Role.CASEWORKER)),
        Listing((Role.SUPERVISOR,)),
        Listing((Role.SUPERVISOR,), is_manager=True),
        Listing((Role.STEWARD, Role.STATISTICS_OFFICER), is_manager=True),
        Listing((Role.AUDITOR,)),
        Listing((Role.ADMINISTRATOR,)),
    ]
)


@dataclass(frozen=True)
class Line:
    """What the second book knows of somebody."""

    keys: Somebody
    listed: Person
    belongs: bool = True

    @property
    def decides(self) -> bool:
        """Whether this person is a manager now."""
        return self.belongs and self.listed.is_manager


@dataclass(frozen=True)
class Page:
    """Whose keys opened the seeds of a group behind one entry, and which epochs it had."""

    members: frozenset[Somebody]
    epochs: tuple[Epoch, ...]


def somebody_left(pages: list[Page]) -> bool:
    return any(before.members - after.members for before, after in pairwise(pages))


def is_stale(pages: list[Page]) -> bool:
    """Say from everything that ever was whether somebody outside knows the newest epoch."""
    since = [page for page in pages if page.epochs == pages[-1].epochs]
    of_the_founding = pages[0] in since and not pages[0].members
    return somebody_left(since) or (of_the_founding and any(page.members for page in since))


def exposed(pages: list[Page]) -> set[Epoch]:
    """Say from everything that ever was which epochs somebody took along."""
    of_the_founding = pages[0].epochs if not pages[0].members else ()
    given_up = of_the_founding if pages[-1].epochs != of_the_founding else ()
    gone = [before.epochs for before, after in pairwise(pages) if somebody_left([before, after])]
    return {epoch for epochs in (given_up, *gone) for epoch in epochs}


class Walk(RuleBasedStateMachine):
    """An office in which people try whatever comes to their minds."""

    def __init__(self) -> None:
        super().__init__()
        self.roster = OFFICE
        self.stored = [GENESIS]
        self.book = {keys.name: Line(keys, listed) for keys, listed in FOUNDED.items()}
        self.keys_seen = set(FOUNDED)
        self.epochs = list(FIRST_EPOCHS)
        self.pages: dict[Group, list[Page]] = {group: [] for group in Group}
        self._turn_pages()
        self.void: list[bytes] = []

    @rule(data=st.data(), keys=ANYBODY, listing=LISTINGS)
    def somebody_is_enrolled(self, data: st.DataObject, keys: Somebody, listing: Listing) -> None:
        signers = self._signers(data, 2, of=lambda line: line.decides)
        is_new = keys.name not in self.book and keys not in self.keys_seen
        person = listing.of(keys)
        if self._try(Enrolment(TODAY, person), signers, is_new and self._two(signers, keys.name)):
            self._note(keys, person)

    @rule(data=st.data(), keys=ANYBODY, listing=LISTINGS)
    def somebody_changes(self, data: st.DataObject, keys: Somebody, listing: Listing) -> None:
        signers = self._signers(data, 2, of=lambda line: line.decides)
        line = self.book.get(keys.name)
        may_have = line is not None and (keys == line.keys or keys not in self.keys_seen)
        person = listing.of(keys)
        remain = self._managers_without(keys.name) + person.is_manager >= 2
        is_right = may_have and remain and self._two(signers, keys.name)
        if self._try(Change(TODAY, person), signers, is_right):
            self._note(keys, person)

    @rule(data=st.data(), name=st.sampled_from(NAMES))
    def somebody_is_removed(self, data: st.DataObject, name: str) -> None:
        signers = self._signers(data, 1, of=lambda line: line.decides)
        line = self.book.get(name)
        one = len(signers) == 1 and self._decide(signers, name)
        belongs = line is not None and line.belongs
        is_right = one and belongs and self._managers_without(name) >= 2
        if self._try(Removal(TODAY, Somebody(name).id), signers, is_right):
            self.book[name] = replace(self.book[name], belongs=False)
            self._turn_pages()

    @rule(data=st.data(), group=st.sampled_from(Group), number=st.integers(1, 9))
    def a_group_gets_a_key(self, data: st.DataObject, group: Group, number: int) -> None:
        signers = self._signers(
            data, 1, of=lambda line: line.belongs and group in line.listed.groups
        )
        epoch = an_epoch(group, number)
        inside = [line for line in self._lines(signers) if group in line.listed.groups]
        is_right = epoch not in self.epochs and len(signers) == len(inside) == 1
        if self._try(epoch, signers, is_right):
            self.epochs.append(epoch)
            self._turn_pages()

    @rule(data=st.data())
    def an_old_entry_comes_again(self, data: st.DataObject) -> None:
        old = data.draw(st.sampled_from([*self.stored, *self.void]))
        with pytest.raises(RosterError) as refused:
            extend(self.roster, old)
        assert refused.value.n == len(self.stored)

    @precondition(lambda self: len(self.stored) > 2)
    @rule(data=st.data())
    def somebody_rearranges_the_rows(self, data: st.DataObject) -> None:
        at = data.draw(st.integers(0, len(self.stored) - 2))
        removed = self.stored[:at] + self.stored[at + 1 :]
        exchanged = [
            *self.stored[:at],
            self.stored[at + 1],
            self.stored[at],
            *self.stored[at + 2 :],
        ]
        for rows in (removed, exchanged, self.stored[:-1]):
            with pytest.raises(RosterError):
                verify(rows, PIN, self.roster.head)

    @invariant()
    def two_managers_remain(self) -> None:
        assert len(self.roster.managers) >= 2

    @invariant()
    def both_books_agree(self) -> None:
        people = {line.listed for line in self.book.values() if line.belongs}
        removed = {line.listed for line in self.book.values() if not line.belongs}
        assert set(self.roster.people.values()) == people
        assert set(self.roster.removed.values()) == removed
        assert all(self.roster.epochs[group] == self._epochs_of(group) for group in Group)

    @invariant()
    def both_books_know_what_is_known_outside(self) -> None:
        stale = {group for group, pages in self.pages.items() if is_stale(pages)}
        known = {epoch.id for pages in self.pages.values() for epoch in exposed(pages)}
        assert self.roster.stale == stale
        assert self.roster.exposed == known

    @invariant()
    def every_group_has_a_key(self) -> None:
        assert all(self.roster.epoch(group).group is group for group in Group)

    @override
    def teardown(self) -> None:
        assert verify(self.stored, PIN, self.roster.head) == self.roster

    def _signers(
        self, data: st.DataObject, wanted: int, *, of: Callable[[Line], bool]
    ) -> tuple[Somebody, ...]:
        """Draw who signs: mostly as many as it takes of those who may, sometimes anybody."""
        able = [line.keys for line in self.book.values() if of(line)]
        anybody = st.lists(ANYBODY, min_size=1, max_size=3, unique=True)
        if len(able) < wanted or data.draw(st.integers(0, 4)) == 0:
            return tuple(data.draw(anybody))
        return tuple(data.draw(st.permutations(able))[:wanted])

    def _lines(self, signers: tuple[Somebody, ...]) -> list[Line]:
        lines = self.book.values()
        return [line for line in lines if line.belongs and line.keys in signers]

    def _decide(self, signers: tuple[Somebody, ...], subject: str) -> bool:
        lines = self._lines(signers)
        allowed = all(line.decides and line.keys.name != subject for line in lines)
        return allowed and len(lines) == len(signers)

    def _two(self, signers: tuple[Somebody, ...], subject: str) -> bool:
        return len(signers) == 2 and self._decide(signers, subject)

    def _managers_without(self, name: str) -> int:
        return sum(line.decides for other, line in self.book.items() if other != name)

    def _try(self, act: Act, signers: tuple[Somebody, ...], is_right: bool) -> bool:
        """Add an entry where the second book says that it may be, and see it refused elsewhere."""
        entry = signed(self.roster, act, *signers)
        if is_right:
            self.roster = extend(self.roster, entry)
            self.stored.append(entry)
        else:
            with pytest.raises(RosterError) as refused:
                extend(self.roster, entry)
            assert refused.value.n == len(self.stored)
            self.void.append(entry)
        return is_right

    def _note(self, keys: Somebody, listed: Person) -> None:
        self.book[keys.name] = Line(keys, listed)
        self.keys_seen.add(keys)
        self._turn_pages()

    def _turn_pages(self) -> None:
        for group, pages in self.pages.items():
            inside = (
                line for line in self.book.values() if line.belongs and group in line.listed.groups
            )
            pages.append(Page(frozenset(line.keys for line in inside), self._epochs_of(group)))

    def _epochs_of(self, group: Group) -> tuple[Epoch, ...]:
        return tuple(epoch for epoch in self.epochs if epoch.group is group)


Walk.TestCase.settings = settings(max_examples=50, stateful_step_count=50)
TestWalk = Walk.TestCase
