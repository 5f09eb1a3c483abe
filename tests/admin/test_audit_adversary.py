"""Somebody with the whole database rewrites the log as cleverly as they like, and is noticed.

They own every table, without triggers, and every public key, so that they write chains and details
that hold. They have nobody's seed. What they do to rows up to the newest head that somebody signed,
on a signature still there or on a note that trustees keep, is always noticed. What they do to rows
after that may go unseen: that is the stated limit, and it is shown here, too.
"""

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from tempfile import mkdtemp
from typing import Final

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
from sqlalchemy import delete, insert, select, update
from sqlalchemy.engine import URL
from sqlalchemy.orm import Session
from typing_extensions import override

from admin import audit, checkpoints
from admin.errors import LogDamagedError
from admin.models import CheckpointRow
from crypto import chain, checkpoint, custody, entries, roster
from crypto.checkpoint import Note
from crypto.envelope import Secret
from crypto.roles import Group
from reporting import places
from reporting.audit import Event, Journal, append, head
from reporting.audit_rows import AuditRow, AuditSegment
from reporting.database import Base, Database, connect
from reporting.office import Office
from reporting.office_rows import Epoch
from tests.builders import Seeds
from tests.builders_audit import AIKO, KNOWN, ORIGIN, REN, STRANGER, Witness, put
from tests.conftest import MEMORY, Clock

Row = dict[str, object]
Rows = list[Row]
Attack = Callable[[Rows, int, int], Rows]

SEEDS: Final = Seeds.make()
OFFICE: Final = roster.verify([SEEDS.founding], entries.read(SEEDS.founding).hash)


def open_segment(segment: AuditSegment) -> Secret:
    """Open a stretch of the log as an auditor does."""
    seed = SEEDS.by_group[Group.AUDIT]
    return custody.open_sealed(seed, segment.key_sealed, places.segment(segment.id))


def rows_of(session: Session) -> Rows:
    """Return every row of the log as it lies in the database."""
    found = session.execute(select(AuditRow.__table__).order_by(AuditRow.n)).mappings()
    return [dict(row) for row in found]


def replace_rows(session: Session, rows: Rows) -> None:
    """Let the log be these rows."""
    session.execute(delete(AuditRow))
    if rows:
        session.execute(insert(AuditRow), rows)


def chained(rows: Rows) -> Rows:
    """Give rows the numbers and hashes of a chain that holds."""
    end, made = chain.GENESIS, Rows()
    for row in rows:
        week, segment, commitment = row["week"], row["segment_id"], row["commitment"]
        assert isinstance(week, int)
        assert isinstance(segment, bytes)
        assert isinstance(commitment, bytes)
        link = chain.append(end, week, segment, commitment)
        made.append({**row, "n": link.n, "prev": link.prev, "hash": link.hash})
        end = chain.Head(link.n, link.hash)
    return made


def altered(column: str, value: object) -> Attack:
    def attack(rows: Rows, at: int, _other: int) -> Rows:
        return [{**row, column: value} if n == at else row for n, row in enumerate(rows)]

    return attack


def detail_moved(rows: Rows, at: int, other: int) -> Rows:
    return altered("detail_sealed", rows[other]["detail_sealed"])(rows, at, other)


def removed(rows: Rows, at: int, other: int) -> Rows:
    return rows[:at] + rows[max(at, other) + 1 :]


def reordered(rows: Rows, at: int, other: int) -> Rows:
    moved = list(rows)
    moved[at], moved[other] = (
        {**rows[other], "n": rows[at]["n"]},
        {**rows[at], "n": rows[other]["n"]},
    )
    return moved


def inserted(rows: Rows, at: int, other: int) -> Rows:
    more = [*rows[:at], rows[other], *rows[at:]]
    return [{**row, "n": n} for n, row in enumerate(more, 1)]


def cut_off(rows: Rows, at: int, _other: int) -> Rows:
    return rows[:at]


ATTACKS: Final[dict[str, Attack]] = {
    "week altered": altered("week", 202001),
    "commitment altered": altered("commitment", bytes(32)),
    "hash altered": altered("hash", bytes(32)),
    "detail emptied": altered("detail_sealed", None),
    "detail altered": altered("detail_sealed", b"noise"),
    "detail moved": detail_moved,
    "removed": removed,
    "reordered": reordered,
    "inserted": inserted,
    "cut off": cut_off,
}


@dataclass
class World:
    """An office whose log people countersign, and the database that somebody else owns."""

    folder: Path
    clock: Clock = field(default_factory=Clock)
    signed: dict[bytes, tuple[bytes, int]] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)
    honest: Rows = field(default_factory=list)

    def __post_init__(self) -> None:
        """Make the tables, which nothing guards."""
        self.database: Database = connect(URL.create("sqlite", database=str(self.folder / "db")))
        Base.metadata.create_all(self.database.engine)
        with self.database.begin() as session:
            session.add(Epoch(id=SEEDS.epochs[Group.AUDIT], group=Group.AUDIT))
        self.journal = Journal(Office(OFFICE, self.folder))

    def work(self, count: int) -> None:
        """Let things happen that the log keeps."""
        self._believe()
        for _ in range(count):
            with self.database.begin() as session:
                append(session, self.journal, Event("system", "", "due_work.run"), self.clock())
        self._believe()

    def sign_in(self, person: Witness) -> None:
        """Let somebody come in and countersign, who verified the log first."""
        self.work(1)
        with self.database.begin() as session:
            end = audit.verify_whole(session)
            checkpoints.keep(session, person.signer, end, self.clock())
            for row in session.scalars(select(CheckpointRow).where(CheckpointRow.n == end.n)):
                self.signed[row.signed] = (person.id, end.n)

    def take_note(self) -> None:
        """Let a trustee keep where the log ends."""
        self._believe()
        with self.database.read() as session:
            checked = checkpoints.check(session, KNOWN.keys, ORIGIN)
            note = checkpoints.note_of(checked, ORIGIN, head(session))
        self.notes.append(Note.read(note.write()))

    def attack(self, attack: Attack, at: int, other: int, *, cleverly: bool) -> None:
        """Let the rows be touched, and all hashes computed anew if that is clever."""
        with self.database.begin() as session:
            rows = attack(rows_of(session), at, other)
            replace_rows(session, chained(rows) if cleverly else rows)

    def rewrite(self, at: int, count: int) -> None:
        """Let rows be written anew as the program itself writes them, with details that open."""
        with self.database.begin() as session:
            replace_rows(session, rows_of(session)[:at])
        invented = Journal(Office(OFFICE, self.folder))
        for _ in range(count):
            with self.database.begin() as session:
                append(session, invented, Event("system", "", "nothing.happened"), self.clock())

    def delete_signatures(self, gone: set[int]) -> None:
        """Delete signatures by their place among all, which is the same in each run."""
        with self.database.begin() as session:
            kept = list(session.scalars(select(CheckpointRow)))
            kept.sort(key=lambda row: (row.n, row.member_id, row.signed in self.signed))
            for at in gone & set(range(len(kept))):
                session.delete(kept[at])

    def notices(self) -> bool:
        """Say whether whoever checks the log would notice anything."""
        with self.database.read() as session:
            try:
                audit.inspect(session)
            except LogDamagedError:
                return True
            found = [checkpoints.check(session, KNOWN.keys, ORIGIN)]
            found += [checkpoints.hold(session, KNOWN, note) for note in self.notes]
            return any(one.invalid for one in found) or not self._all_readable(session)

    @property
    def remembered(self) -> int:
        """The newest row that somebody signed, where that signature or a note is left."""
        with self.database.read() as session:
            kept = session.execute(
                select(CheckpointRow.signed, CheckpointRow.member_id, CheckpointRow.n)
            ).all()
        genuine = [row.n for row in kept if self.signed.get(row[0]) == (row[1], row[2])]
        return max([*genuine, *(note.head.n for note in self.notes)], default=0)

    @property
    def is_true(self) -> bool:
        """Whether the log still says up to there what the office wrote."""
        with self.database.read() as session:
            now = rows_of(session)
        return now[: self.remembered] == self.honest[: self.remembered]

    @property
    def length(self) -> int:
        """How many rows lie in the database."""
        with self.database.read() as session:
            return len(rows_of(session))

    def _believe(self) -> None:
        """What nobody noticed is what the office goes on from."""
        with self.database.read() as session:
            self.honest = rows_of(session)

    def _all_readable(self, session: Session) -> bool:
        before = None
        while page := audit.read(session, open_segment, before):
            if any(entry.detail is not audit.Detail.READABLE for entry in page):
                return False
            before = page[-1].n
        return True


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
