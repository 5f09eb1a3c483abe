"""The office: the verified roster, and the public keys that reports are sealed to.

The founding is pinned by its hash in a file of the instance folder. A process verifies every entry
of the roster from that pin before it uses a key, and each later one before it believes it. How far
the roster went is kept in a second file outside the database: one that was rolled back or forked is
refused, and a row that somebody plants never receives a report.
"""

import fcntl
import hashlib
import logging
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Final

from sqlalchemy import bindparam, insert, select
from sqlalchemy.orm import Session

from crypto import roster
from crypto.acts import Epoch
from crypto.chain import Head
from crypto.roles import Group
from crypto.roster import Roster, RosterError
from reporting.database import Base, Unit
from reporting.errors import OfficeError
from reporting.office_rows import RosterRow

LOG: Final = logging.getLogger("tomoshibi.office")
PIN_FILE: Final = "office.pin"
HEAD_FILE: Final = "office.head"
NEXT_STEP: Final = "Run `tomoshibi genesis` first."
CHANGED: Final = (
    "The roster does not hold at entry {}: somebody changed the database. "
    "Take the service down and compare the database with a backup."
)

# Written once, over the table: every report that comes in asks it.
_ROSTER: Final = Base.metadata.tables[RosterRow.__tablename__]
_AFTER: Final = (
    select(_ROSTER.c.entry).where(_ROSTER.c.n > bindparam("after")).order_by(_ROSTER.c.n)
)


class Office:
    """The roster as far as this process has verified it; any thread may ask."""

    def __init__(self, verified: Roster, instance: Path) -> None:
        self._roster = verified
        self._instance = instance
        self._lock = Lock()

    @property
    def roster(self) -> Roster:
        """People and epochs as far as this process has followed."""
        return self._roster

    def epoch(self, group: Group) -> Epoch:
        """Return the epoch of a group that is in force."""
        return self._roster.epoch(group)

    def follow(self, unit: Unit) -> Roster:
        """Verify what was appended meanwhile; return the roster with it.

        The caller has appended nothing itself in this unit of work. Raises OfficeError.
        """
        with self._lock:
            fresh = _entries(unit, after=self._roster.head.n)
            for entry in fresh:
                try:
                    self._roster = roster.extend(self._roster, entry)
                except RosterError as error:
                    raise OfficeError(CHANGED.format(error.n)) from None
            if fresh:
                remember(self._instance, self._roster.head)
            return self._roster

    def keep_up(self, unit: Unit) -> None:
        """Follow as far as entries hold: reports go on to the keys that were verified before."""
        try:
            self.follow(unit)
        except OfficeError as error:
            LOG.critical("%s", error)


def load(session: Session, instance: Path) -> Office:
    """Return the office with this pin; raise OfficeError that says what to do."""
    pin, known = read_pin(instance), _read_head(instance)
    try:
        verified = roster.verify(_entries(session, after=-1), pin, known)
    except RosterError as error:
        raise OfficeError(CHANGED.format(error.n)) from None
    remember(instance, verified.head)
    return Office(verified, instance)


def append(session: Session, grown: Roster, entry: bytes) -> Roster:
    """Store an entry and return the roster with it; this process believes it after the commit.

    The caller holds the end of the audit log, so that nobody else appends. Raises RosterError.
    """
    further = roster.extend(grown, entry)
    store(session, further.head.n, entry)
    return further


def store(session: Session, n: int, entry: bytes) -> None:
    """Write the row of an entry."""
    session.execute(insert(RosterRow).values(n=n, entry=entry))


def read_pin(instance: Path) -> bytes:
    """Return the hash of the founding; raise OfficeError before there is one."""
    try:
        return _digest((instance / PIN_FILE).read_text(encoding="ascii"))
    except FileNotFoundError:
        raise OfficeError(f"Nobody can read reports here yet. {NEXT_STEP}") from None
    except ValueError:
        raise OfficeError(f"{PIN_FILE} is damaged. Put its copy back.") from None


def write_pin(instance: Path, pin: bytes) -> None:
    """Pin the founding of a new office; raise OfficeError when one is pinned already."""
    try:
        handle = os.open(instance / PIN_FILE, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
    except FileExistsError:
        raise OfficeError(f"{PIN_FILE} exists: this instance has its office already.") from None
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(pin.hex())
        file.flush()
        os.fsync(file.fileno())


def remember(instance: Path, head: Head) -> None:
    """Keep how far the roster went, unless another process has seen more of it."""
    with _held(instance):
        known = _read_head(instance)
        if known is not None and known.n >= head.n:
            return
        unfinished = instance / f"{HEAD_FILE}.unfinished"
        unfinished.write_text(f"{head.n} {head.hash.hex()}", encoding="ascii")
        unfinished.replace(instance / HEAD_FILE)


def _read_head(instance: Path) -> Head | None:
    try:
        n, digest = (instance / HEAD_FILE).read_text(encoding="ascii").split()
        return Head(int(n), _digest(digest))
    except FileNotFoundError:
        return None
    except ValueError:
        raise OfficeError(f"{HEAD_FILE} is damaged. Put its copy back.") from None


def _digest(text: str) -> bytes:
    """Return the hash that a file states; raise ValueError for what is none."""
    digest = bytes.fromhex(text)
    if len(digest) != hashlib.sha256().digest_size:
        raise ValueError("a hash has another length")
    return digest


@contextmanager
def _held(instance: Path) -> Iterator[None]:
    """Let one process at a time look at the file and write it."""
    handle = os.open(instance, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _entries(unit: Unit, after: int) -> Iterable[bytes]:
    return unit.scalars(_AFTER, {"after": after}).all()
