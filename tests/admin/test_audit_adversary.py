"""Somebody with the whole database rewrites the log as cleverly as they like, and is noticed.

They own every table, without triggers, and every public key, so that they write chains and details
that hold. They have nobody's seed. What they do to rows up to the newest head that somebody signed,
on a signature still there or on a note that trustees keep, is always noticed. What they do to rows
after that may go unseen: that is the stated limit, and it is shown here, too.
"""

import shutil
from datetime import date
from pathlib import Path
from tempfile import mkdtemp

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import delete, update
from typing_extensions import override

from admin.models import CheckpointRow
from crypto import checkpoint
from reporting.audit import head
from tests.builders_audit import AIKO, ORIGIN, REN, STRANGER, Witness, put
from tests.conftest import MEMORY
from tests.rewriter import ATTACKS, World


class Adversary(RuleBasedStateMachine):
    """The office works, somebody touches its database, and after each step all is checked."""

    def __init__(self) -> None:
        super().__init__()
        place = MEMORY if MEMORY.is_dir() else None
        self.folder = Path(mkdtemp(prefix="tomoshibi-adversary-", dir=place))
        self.world = World(self.folder)
        self.is_noticed = False

    @initialize(person=st.sampled_from([AIKO, REN]), before=st.integers(0, 3))
    def begin(self, person: Witness, before: int) -> None:
        self.world.work(before)
        self.world.sign_in(person)
        self.world.work(2)

    @precondition(lambda self: not self.is_noticed)
    @rule(count=st.integers(1, 3))
    def work(self, count: int) -> None:
        self.world.work(count)

    @precondition(lambda self: not self.is_noticed)
    @rule(person=st.sampled_from([AIKO, REN, STRANGER]))
    def sign_in(self, person: Witness) -> None:
        self.world.sign_in(person)
        if person is STRANGER:  # nobody here knows their key, so it vouches for nothing
            self.world.signed = {
                signed: by for signed, by in self.world.signed.items() if by[0] != STRANGER.id
            }

    @precondition(lambda self: not self.is_noticed and self.world.length)
    @rule()
    def take_note(self) -> None:
        self.world.take_note()

    @precondition(lambda self: self.world.length)
    @rule(
        name=st.sampled_from(sorted(ATTACKS)),
        places=st.tuples(st.integers(0, 99), st.integers(0, 99)),
        cleverly=st.booleans(),
    )
    def touch(self, name: str, places: tuple[int, int], *, cleverly: bool) -> None:
        at, other = (place % self.world.length for place in places)
        self.world.attack(ATTACKS[name], at, other, cleverly=cleverly)

    @rule(at=st.integers(0, 99), count=st.integers(0, 12))
    def rewrite(self, at: int, count: int) -> None:
        self.world.rewrite(at % (self.world.length + 1), count)

    @rule(person=st.sampled_from([AIKO, REN]), kept=st.booleans())
    def forge(self, person: Witness, *, kept: bool) -> None:
        with self.world.database.begin() as session:
            if not kept:
                session.execute(delete(CheckpointRow).where(CheckpointRow.member_id == person.id))
            end = head(session)
            if end.n:
                signed = checkpoint.sign(STRANGER.seed, ORIGIN, end, date(2026, 11, 24))
                put(session, person, end.n, signed)

    @rule(person=st.sampled_from([AIKO, REN]), by=st.integers(-2, 2))
    def move_signatures(self, person: Witness, by: int) -> None:
        theirs = CheckpointRow.member_id == person.id
        with self.world.database.begin() as session:
            session.execute(update(CheckpointRow).where(theirs).values(n=CheckpointRow.n + by))

    @rule(person=st.sampled_from([AIKO, REN]))
    def swap_signers(self, person: Witness) -> None:
        with self.world.database.begin() as session:
            session.execute(update(CheckpointRow).values(member_id=person.id))

    @rule(gone=st.sets(st.integers(0, 9), min_size=1))
    def delete_signatures(self, gone: set[int]) -> None:
        self.world.delete_signatures(gone)

    @invariant()
    def nothing_before_a_signature_is_touched_unseen(self) -> None:
        self.is_noticed = self.world.notices()
        assert self.world.is_true or self.is_noticed

    @override
    def teardown(self) -> None:
        self.world.database.engine.dispose()
        shutil.rmtree(self.folder)


def test_whatever_is_done_before_a_signature_is_noticed() -> None:
    run_state_machine_as_test(
        Adversary,
        settings=settings(
            max_examples=60,
            stateful_step_count=12,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A log of seven rows, of which the fifth was signed last."""
    made = World(tmp_path)
    made.work(2)
    made.sign_in(AIKO)
    made.work(1)
    made.sign_in(REN)
    made.work(2)
    return made


def test_a_log_that_nobody_touched_raises_no_alarm(world: World) -> None:
    world.take_note()
    world.work(3)
    assert (world.remembered, world.length) == (7, 10)
    assert world.is_true
    assert not world.notices()


@pytest.mark.parametrize("cleverly", [False, True])
@pytest.mark.parametrize("name", sorted(ATTACKS))
def test_each_kind_of_attack_before_a_signature_is_noticed(
    world: World, name: str, *, cleverly: bool
) -> None:
    world.attack(ATTACKS[name], 1, 3, cleverly=cleverly)
    # Whoever computes all hashes anew takes an altered one back.
    assert world.is_true is (name == "hash altered" and cleverly)
    assert world.notices() is not world.is_true


@pytest.mark.parametrize("at", range(5))
def test_a_log_written_anew_from_any_row_that_was_signed_for_is_noticed(
    world: World, at: int
) -> None:
    world.rewrite(at, 9)
    assert world.notices()


def test_a_log_written_anew_with_every_signature_gone_is_noticed_by_who_has_a_note(
    world: World,
) -> None:
    world.take_note()
    world.rewrite(0, 9)
    with world.database.begin() as session:
        session.execute(delete(CheckpointRow))
    assert world.notices()


@pytest.mark.parametrize(("at", "count"), [(5, 0), (6, 0), (5, 4)])
def test_rows_after_the_newest_signature_can_be_cut_off_or_rewritten_unseen(
    world: World, at: int, count: int
) -> None:
    world.rewrite(at, count)
    assert world.is_true
    assert not world.notices()


def test_without_any_signature_and_any_note_nothing_shows_that_all_was_written_anew(
    world: World,
) -> None:
    world.rewrite(0, 9)
    with world.database.begin() as session:
        session.execute(delete(CheckpointRow))
    assert world.remembered == 0
    assert not world.notices()
