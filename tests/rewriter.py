"""An office whose log people countersign, and whoever owns its database and rewrites the log."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from sqlalchemy import delete, insert, select
from sqlalchemy.engine import URL
from sqlalchemy.orm import Session

from admin import audit, checkpoints
from admin.errors import LogDamagedError
from admin.models import CheckpointRow
from crypto import chain, custody, entries, roster
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
from tests.builders_audit import KNOWN, ORIGIN, Witness
from tests.conftest import Clock

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
