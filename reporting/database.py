"""The database: one engine, units of work, and what a table of ours always has."""

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Connection, Engine, MetaData, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.engine.interfaces import DBAPIConnection, IsolationLevel
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionLeftError
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker
from sqlalchemy.pool import ConnectionPoolEntry

from reporting.errors import BusyError
from reporting.ledger import Archive, about

# Errors are caught by these names, so they never change.
CONSTRAINT_NAMES: Final = {
    "pk": "pk_%(table_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
}
LOCK_SECONDS: Final = 10.0  # so long somebody waits for somebody else
LOCK_MILLISECONDS: Final = "10000"
PRAGMAS: Final = {
    "page_size": "8192",  # twice the usual: files are stored faster, and reports no slower
    "journal_mode": "WAL",
    "synchronous": "FULL",  # an acknowledged report survives a power cut
    "secure_delete": "ON",  # deleted rows are overwritten, not only forgotten
    "temp_store": "MEMORY",  # nothing is sorted or spilled on disk
    "foreign_keys": "ON",
    "busy_timeout": LOCK_MILLISECONDS,
    "cache_size": "-32768",  # 32 MiB: lists go through many pages of the file
    "trusted_schema": "OFF",
    "recursive_triggers": "ON",  # or REPLACE would delete an audit row past its trigger
}
TRUNCATE_SECONDS: Final = 2.0
# What runs statements: whoever takes one works in units of work of either kind.
Unit = Session | Connection
_SHREDDED: Final = "tomoshibi.shredded"
_READ_ONLY: Final = "tomoshibi_read_only"
_SNAPSHOT: Final[dict[str, Any]] = {
    "isolation_level": "REPEATABLE READ",
    "postgresql_readonly": True,
}


class Base(DeclarativeBase):
    """Base of all tables, in both packages, so that one migration history covers them."""

    metadata = MetaData(naming_convention=CONSTRAINT_NAMES)


def table(purpose: str, *constraints: object, archive: Archive | None = None) -> tuple[Any, ...]:
    """Return `__table_args__`: no hidden row number that would tell the order of arrival."""
    return (*constraints, {"sqlite_with_rowid": False, "info": about(purpose, archive)})


def shred(session: Session) -> None:
    """Note that keys are deleted here: after the commit no old page may stay in the log."""
    session.info[_SHREDDED] = TRUNCATE_SECONDS


def shred_soon(session: Session) -> None:
    """Note that something locked is deleted: the log is emptied if nobody reads just now.

    Nobody waits for it. What is deleted here is locked under a key that is not in the database.
    """
    session.info.setdefault(_SHREDDED, 0.0)


class Scrubbed(StrEnum):
    """What is left on the disk of rows that were deleted."""

    GONE = "gone"
    IN_USE = "in use"  # somebody was reading: traces stay until the next time
    FREED = "freed"  # PostgreSQL: free for other rows, and overwritten only by them


@dataclass(frozen=True, slots=True)
class Database:
    """An engine and the two ways to use it."""

    engine: Engine
    _reader: Engine
    _writing: sessionmaker[Session]
    _reading: sessionmaker[Session]
    lock_seconds: float = LOCK_SECONDS
    _writers: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def begin(self) -> Iterator[Session]:
        """Open one unit of work: committed whole at the end, or not at all.

        Raises BusyError when the store cannot be reached or stays locked for ten seconds.
        """
        with self._turn(), _busy_when_unreachable(), self._writing.begin() as session:
            yield session
        patience_seconds = session.info.pop(_SHREDDED, None)
        if patience_seconds is not None and self._is_sqlite:
            self.truncate_log(patience_seconds)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Open a unit of work that changes nothing; raises BusyError too.

        Not guaranteed on PostgreSQL: that two statements see one state.
        """
        with _busy_when_unreachable(), self._reading() as session:
            yield session

    @contextmanager
    def begin_bare(self) -> Iterator[Connection]:
        """Open a unit of work as `begin` does, for statements over tables: no object is followed.

        For what every visitor does: a page pays for every object that is followed.
        """
        with self._turn(), _busy_when_unreachable(), self.engine.begin() as connection:
            yield connection

    @contextmanager
    def read_bare(self) -> Iterator[Connection]:
        """Open a unit of work as `read` does, for statements over tables."""
        with _busy_when_unreachable(), self._reader.connect() as connection:
            yield connection

    @contextmanager
    def snapshot(self) -> Iterator[Session]:
        """Open a unit of work that changes nothing, in which all statements see one state.

        As long as it is open the write-ahead log of SQLite cannot be emptied. Raises BusyError.
        """
        frozen = self._reader if self._is_sqlite else self.engine.execution_options(**_SNAPSHOT)
        with _busy_when_unreachable(), Session(frozen) as session:
            yield session

    def forget_connections(self) -> None:
        """Leave the connections of a parent process alone; called first thing after a fork."""
        self._reader.dispose(close=False)
        self.engine.dispose(close=False)

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """Let writers of this process wait for each other here, where who waits is not forgotten.

        SQLite's own waiting is asking again, more and more rarely: in a crowd somebody new is
        always quicker than who has waited long. PostgreSQL has lines of its own.
        """
        if not self._is_sqlite:
            yield
            return
        if not self._writers.acquire(timeout=self.lock_seconds):
            raise BusyError
        try:
            yield
        finally:
            self._writers.release()

    @property
    def _is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    def scrub(self) -> Scrubbed:
        """Remove what deleted rows left on the disk, as far as this kind of database lets us."""
        if self._is_sqlite:
            return Scrubbed.GONE if self.truncate_log() else Scrubbed.IN_USE
        vacuuming = self.engine.execution_options(isolation_level="AUTOCOMMIT")
        with vacuuming.connect() as connection:
            connection.exec_driver_sql("VACUUM")
        return Scrubbed.FREED

    def truncate_log(self, patience_seconds: float = TRUNCATE_SECONDS) -> bool:
        """Empty SQLite's write-ahead log; say whether it is empty now.

        A reader in the middle of a page holds the log back. When the patience is over the rest is
        left to the next sweep.
        """
        deadline = time.monotonic() + patience_seconds
        while not self._truncated():
            if time.monotonic() >= deadline:
                return False
            time.sleep(0.01)
        return True

    def _truncated(self) -> bool:
        # Past SQLAlchemy: a checkpoint cannot run inside the transaction that it would begin.
        with closing(self.engine.raw_connection()) as connection:
            cursor = connection.cursor()
            # A checkpoint waits for readers as long as a writer waits for a writer: not here.
            cursor.execute("PRAGMA busy_timeout=0")
            try:
                cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                row = cursor.fetchone()
            except sqlite3.OperationalError:  # pragma: no cover - two must meet within microseconds
                return False  # somebody else is emptying it this moment
            finally:
                cursor.execute(f"PRAGMA busy_timeout={LOCK_MILLISECONDS}")
            return row is not None and row[0] == 0


@contextmanager
def _busy_when_unreachable() -> Iterator[None]:
    """Turn a store that is locked for too long, or away, into the error that says: try again."""
    try:
        yield
    except (OperationalError, sqlite3.OperationalError, NoConnectionLeftError):
        # Without its cause: what the driver says may name hosts and rows.
        raise BusyError from None


def connect(url: URL) -> Database:
    """Make the engine; no connection is opened before the first unit of work."""
    if url.get_backend_name() == "sqlite":
        # The connection that came back last: any other has to read again what was written since.
        engine = create_engine(
            url, hide_parameters=True, pool_size=32, max_overflow=32, pool_use_lifo=True
        )
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        reading: Engine = engine.execution_options(**{_READ_ONLY: True})
    else:
        engine = _postgresql(url, f"-c lock_timeout={LOCK_MILLISECONDS}")
        # Every statement of ours sees its own state on PostgreSQL anyway; without a transaction
        # around it a page costs one round trip instead of three.
        reading = _postgresql(url, "-c default_transaction_read_only=on", "AUTOCOMMIT")
        event.listen(engine, "engine_disposed", lambda _engine: reading.dispose())
    return Database(
        engine,
        reading,
        sessionmaker(engine, expire_on_commit=False),
        sessionmaker(reading, expire_on_commit=False),
    )


def _postgresql(url: URL, options: str, isolation: IsolationLevel = "READ COMMITTED") -> Engine:
    return create_engine(
        url,
        hide_parameters=True,
        pool_size=16,
        max_overflow=16,
        isolation_level=isolation,
        connect_args={"options": options},
    )


def _prepare_sqlite(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # pysqlite must not begin transactions by itself
    cursor = connection.cursor()
    for name, value in PRAGMAS.items():
        cursor.execute(f"PRAGMA {name}={value}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    # A writer takes the lock at once: a reader that later wants to write would be refused halfway.
    read_only = connection.get_execution_options().get(_READ_ONLY, False)
    # Past SQLAlchemy: this is part of every page, and needs none of its care for statements.
    with closing(connection.connection.cursor()) as cursor:
        cursor.execute("BEGIN" if read_only else "BEGIN IMMEDIATE")
