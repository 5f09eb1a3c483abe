"""Checkpoints: each sign-in signs where the log ended, and the log is held against all of them.

What was signed stays true whatever becomes of the database: who rewrites the log, or cuts it off
before a row that somebody signed, needs that person's key.
"""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from enum import StrEnum
from hmac import compare_digest
from typing import Final

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from admin.audit import NEXT_STEP
from admin.errors import LogDamagedError, NoteError
from admin.models import CheckpointRow
from admin.witnesses import SigningKeys, Witnesses
from crypto import checkpoint
from crypto.chain import GENESIS, Head
from crypto.checkpoint import Countersignature, Note
from crypto.envelope import OpenError, Secret
from reporting.audit_rows import AuditRow

KEPT: Final = 50
_AT_A_TIME: Final = 1000


@dataclass(frozen=True, slots=True)
class Signer:
    """Who countersigns, and the name of the log they do it for."""

    person: bytes
    seed: Secret = field(repr=False)
    origin: str


class Standing(StrEnum):
    """What a countersignature says about the log as it is now."""

    HOLDS = "holds"
    LOST = "lost"  # the row that was signed was cut off or rewritten
    FORGED = "forged"  # this person never signed this, or signed it about another log
    UNKNOWN = "unknown"  # no key of this person is known here


@dataclass(frozen=True, slots=True)
class Countersigned:
    """One countersignature: of which row, by whom, on which day they say, and how it stands.

    Hash and day are there only when it is truly signed; until then the row is what the database
    says. `person` is empty for the end that a note of trustees names.
    """

    n: int
    person: bytes
    signed: bytes = field(repr=False)
    standing: Standing = Standing.UNKNOWN
    hash: bytes = b""
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Checked:
    """Countersignatures held against the log, of the newest row first."""

    all: tuple[Countersigned, ...]

    @property
    def valid(self) -> tuple[Countersigned, ...]:
        """Those that the log holds."""
        return self._standing(Standing.HOLDS)

    @property
    def unknown(self) -> tuple[Countersigned, ...]:
        """Those of people whose keys are not known here: they prove nothing, and are shown."""
        return self._standing(Standing.UNKNOWN)

    @property
    def invalid(self) -> tuple[Countersigned, ...]:
        """Those that show that somebody changed the database."""
        return self._standing(Standing.LOST, Standing.FORGED)

    @property
    def newest(self) -> Head:
        """The furthest end that the log still holds; its beginning where nobody known signed."""
        return next((Head(one.n, one.hash) for one in self.valid), GENESIS)

    def _standing(self, *wanted: Standing) -> tuple[Countersigned, ...]:
        return tuple(one for one in self.all if one.standing in wanted)


def keep(session: Session, signer: Signer, head: Head, now: datetime) -> None:
    """Sign this end of the log and keep that; of each person the newest fifty are kept.

    The caller guarantees that the log was verified up to there in this unit of work.
    """
    signed = checkpoint.sign(signer.seed, signer.origin, head, now.astimezone(UTC).date())
    made = {"id": secrets.token_bytes(16), "n": head.n, "member_id": signer.person}
    session.execute(insert(CheckpointRow).values(**made, signed=signed))
    theirs = select(CheckpointRow.id).where(CheckpointRow.member_id == signer.person)
    by_age = theirs.order_by(CheckpointRow.n.desc(), CheckpointRow.id)
    old = session.scalars(by_age.offset(KEPT)).all()
    session.execute(delete(CheckpointRow).where(CheckpointRow.id.in_(old)))


def check(session: Session, signing_keys: SigningKeys, origin: str) -> Checked:
    """Hold every countersignature that is kept against the log of this name.

    One that holds speaks for all rows before it only where the chain is whole as well.
    """
    columns = (CheckpointRow.n, CheckpointRow.member_id, CheckpointRow.signed)
    newest_first = select(*columns).order_by(CheckpointRow.n.desc(), CheckpointRow.member_id)
    kept = [Countersigned(*row) for row in session.execute(newest_first)]
    witnesses = Witnesses(origin, signing_keys)
    return _held(session, [_opened(witnesses, one) for one in kept])


def hold(session: Session, witnesses: Witnesses, note: Note) -> Checked:
    """Hold the log against a note that was kept elsewhere, and against each signature on it.

    Raises NoteError for a note about a log of another name.
    """
    if note.origin != witnesses.origin:
        raise NoteError(
            f"This note is about the log {note.origin!r}; the one here is {witnesses.origin!r}."
        )
    # Whoever kept the note vouches for the end that it names.
    named = Countersigned(note.head.n, b"", b"", Standing.HOLDS, note.head.hash)
    signed = [Countersigned(note.head.n, one.person, one.signed) for one in note.countersignatures]
    return _held(session, [named, *(_opened(witnesses, one, is_kept=False) for one in signed)])


def note_of(checked: Checked, origin: str, end: Head) -> Note:
    """Return what trustees keep: the end of the log, and the newest signature of each person.

    The caller guarantees that the log was verified. Raises NoteError while it is empty.
    """
    if not end.n:
        raise NoteError("The log is empty: there is nothing to keep a note of yet.")
    newest: dict[bytes, Countersignature] = {}
    for one in checked.all:
        if one.standing in {Standing.HOLDS, Standing.UNKNOWN}:
            newest.setdefault(one.person, Countersignature(one.person, one.signed))
    return Note(origin, end, tuple(newest.values()))


def require_held(checked: Checked) -> None:
    """Raise LogDamagedError, whose text says which rows, unless nothing speaks against the log."""
    lost = [one.n for one in checked.invalid if one.standing is Standing.LOST]
    if lost:
        raise LogDamagedError(
            f"The audit log was cut off or rewritten at or before row {min(lost)}, which somebody "
            f"signed: {NEXT_STEP}"
        )
    if checked.invalid:
        rows = ", ".join(str(one.n) for one in checked.invalid)
        raise LogDamagedError(f"Countersignatures of these rows are false ({rows}): {NEXT_STEP}")


def _opened(witnesses: Witnesses, one: Countersigned, *, is_kept: bool = True) -> Countersigned:
    """Say what its person signed, as far as that can be known before the log is read."""
    for key in witnesses.keys.get(one.person, ()):
        try:
            stated = checkpoint.read(key, one.signed)
        except OpenError:
            continue
        # The row beside a kept one only puts them in order, and is held to what was signed.
        is_ours = stated.origin == witnesses.origin and (stated.head.n == one.n or not is_kept)
        standing = Standing.HOLDS if is_ours else Standing.FORGED
        return replace(
            one, n=stated.head.n, standing=standing, hash=stated.head.hash, day=stated.day
        )
    is_known = one.person in witnesses.keys
    return replace(one, standing=Standing.FORGED if is_known else Standing.UNKNOWN)


def _held(session: Session, opened: list[Countersigned]) -> Checked:
    """Let those stand as lost whose row the log does not have."""
    hashes = _hashes(session, [one.n for one in opened if one.standing is Standing.HOLDS])
    judged = [
        replace(one, standing=Standing.LOST)
        if one.standing is Standing.HOLDS and not compare_digest(hashes.get(one.n, b""), one.hash)
        else one
        for one in opened
    ]
    return Checked(tuple(sorted(judged, key=lambda one: -one.n)))


def _hashes(session: Session, rows: Iterable[int]) -> dict[int, bytes]:
    """Return the hashes of these rows of the log, of those that are there."""
    wanted, found = sorted(set(rows)), dict[int, bytes]()
    for at in range(0, len(wanted), _AT_A_TIME):
        few = select(AuditRow.n, AuditRow.hash).where(AuditRow.n.in_(wanted[at : at + _AT_A_TIME]))
        found.update({row.n: row.hash for row in session.execute(few)})
    return found
