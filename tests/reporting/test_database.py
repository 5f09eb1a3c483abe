"""The store keeps its promises: whole commits, overwritten deletions, an empty log."""

import sqlite3
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import delete, event, insert, select
from sqlalchemy.engine import URL
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError

from reporting.database import (
    LOCK_MILLISECONDS,
    PRAGMAS,
    TRUNCATE_SECONDS,
    Base,
    Database,
    Scrubbed,
    connect,
    shred,
    shred_soon,
)
from reporting.errors import BusyError
from reporting.models import Case, VisitRow

CANARY = b"canary-of-a-deleted-row" * 50


@pytest.fixture
def sqlite(new_database: Callable[[str], URL]) -> Database:
    return connect(new_database("sqlite"))


def path_of(database: Database) -> Path:
    return Path(str(database.engine.url.database))


def everything_on_disk(database: Database) -> bytes:
    path = path_of(database)
    return b"".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*"))


def a_row(number: int) -> dict[str, object]:
    return {"id": number.to_bytes(16, "big"), "expires_hour": 1, "rev": 0, "content_sealed": CANARY}


def test_every_connection_is_set_up_safely(sqlite: Database) -> None:
    wanted = {"journal_mode": "wal", "synchronous": 2, "secure_delete": 1, "temp_store": 2}
    with sqlite.engine.connect() as connection:
        for name, value in wanted.items():
            assert connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() == value
    assert set(wanted) < set(PRAGMAS)
    sqlite.engine.dispose()


def test_the_connection_that_came_back_last_is_taken_first(sqlite: Database) -> None:
    with sqlite.engine.connect() as first, sqlite.engine.connect() as last:
        theirs = last.connection.dbapi_connection
        first.close()
    for _ in range(3):
        with sqlite.engine.connect() as again:
            assert again.connection.dbapi_connection is theirs
    sqlite.engine.dispose()


def test_no_table_has_a_hidden_row_number(sqlite: Database) -> None:
    with sqlite.engine.connect() as connection:
        # But for the pieces of files, whose numbers are ours and random.
        for name in Base.metadata.tables.keys() - {"file_piece"}:
            with pytest.raises(DBAPIError, match="no such column"):
                connection.exec_driver_sql(f"SELECT rowid FROM {name}")  # noqa: S608 - our own names
    sqlite.engine.dispose()


def test_a_shredded_row_leaves_neither_the_file_nor_the_log(sqlite: Database) -> None:
    with sqlite.begin() as session:
        session.execute(insert(VisitRow), [a_row(number) for number in range(20)])
    assert CANARY[:40] in everything_on_disk(sqlite)
    with sqlite.begin() as session:
        session.execute(delete(VisitRow))
        shred(session)
    assert CANARY[:40] not in everything_on_disk(sqlite)
    sqlite.engine.dispose()


def test_what_is_shredded_soon_waits_for_no_reader(sqlite: Database) -> None:
    with sqlite.read() as reader:
        reader.get(VisitRow, bytes(16))
        began = time.monotonic()
        with sqlite.begin() as session:
            session.execute(insert(VisitRow), [a_row(1)])
            shred_soon(session)
        assert time.monotonic() - began < TRUNCATE_SECONDS / 2
    with sqlite.begin() as session:
        session.execute(delete(VisitRow))
        shred_soon(session)
    assert CANARY[:40] not in everything_on_disk(sqlite)
    sqlite.engine.dispose()


def test_while_somebody_writes_the_log_stays_and_later_waits_are_as_long_as_ever(
    sqlite: Database,
) -> None:
    with sqlite.begin() as session:
        session.execute(insert(VisitRow), [a_row(1)])
        assert not sqlite.truncate_log(0.0)
    with sqlite.engine.connect() as connection:
        waits = connection.exec_driver_sql("PRAGMA busy_timeout").scalar_one()
    assert str(waits) == LOCK_MILLISECONDS
    sqlite.engine.dispose()


def test_a_reader_in_the_middle_holds_the_log_back_until_the_next_sweep(sqlite: Database) -> None:
    with sqlite.begin() as session:
        session.execute(insert(VisitRow), [a_row(1)])
    with sqlite.read() as reader:
        reader.get(VisitRow, bytes(16))
        with sqlite.begin() as session:
            session.execute(insert(VisitRow), [a_row(2)])
        assert not sqlite.truncate_log()
    assert sqlite.truncate_log()
    sqlite.engine.dispose()


def test_a_unit_of_work_that_fails_leaves_nothing(database_url: URL) -> None:
    database = connect(database_url)
    with pytest.raises(ZeroDivisionError), database.begin() as session:
        session.execute(insert(VisitRow), [a_row(1)])
        session.flush()
        raise ZeroDivisionError
    with database.read() as session:
        assert session.get(VisitRow, a_row(1)["id"]) is None
    database.engine.dispose()


def test_the_database_itself_refuses_a_level_that_does_not_exist(database_url: URL) -> None:
    database = connect(database_url)
    row = {"id": bytes(16), "state": "received", "level": 4, "received_week": 202648, "rev": 0}
    with pytest.raises(DBAPIError, match="ck_cases_level"), database.begin() as session:
        session.execute(insert(Case), [row])
    database.engine.dispose()


def test_what_goes_wrong_in_a_statement_never_shows_its_values(database_url: URL) -> None:
    database = connect(database_url)
    with pytest.raises(DBAPIError) as caught, database.begin() as session:
        session.execute(insert(VisitRow), [a_row(1), a_row(1)])
    assert "canary" not in str(caught.value)
    database.engine.dispose()


def test_a_reading_unit_of_work_cannot_change_anything_on_postgresql(
    new_database: Callable[[str], URL],
) -> None:
    database = connect(new_database("postgresql"))
    assert database.scrub() is Scrubbed.FREED
    with pytest.raises(DBAPIError, match="read-only"), database.read() as session:
        session.execute(delete(VisitRow))
    database.engine.dispose()


def test_a_store_that_stays_locked_is_busy(database_url: URL) -> None:
    database, another_process = connect(database_url), connect(database_url)
    event.listen(another_process.engine, "connect", _be_impatient)
    with database.begin() as session:
        session.execute(insert(VisitRow), [a_row(1)])
        with pytest.raises(BusyError), another_process.begin() as other:
            other.execute(insert(VisitRow), [a_row(1)])
    database.engine.dispose()
    another_process.engine.dispose()


def test_writers_of_one_process_wait_for_each_other_and_not_for_ever(sqlite: Database) -> None:
    hasty = replace(sqlite, lock_seconds=0.01)
    with sqlite.begin() as session:
        session.execute(insert(VisitRow), [a_row(1)])
        with pytest.raises(BusyError), hasty.begin():
            pass
    with hasty.begin() as session:
        session.execute(insert(VisitRow), [a_row(2)])
    sqlite.engine.dispose()


def _be_impatient(connection: DBAPIConnection, _entry: object) -> None:
    cursor = connection.cursor()
    on_sqlite = isinstance(connection, sqlite3.Connection)
    cursor.execute("PRAGMA busy_timeout=20" if on_sqlite else "SET lock_timeout=20")
    cursor.close()
    if not on_sqlite:
        connection.commit()


def test_the_python_side_speaks_to_a_recent_sqlite() -> None:
    assert sqlite3.sqlite_version_info >= (3, 35)


def test_a_snapshot_sees_one_state_whatever_others_write(database_url: URL) -> None:
    database = connect(database_url)
    with database.begin() as session:
        session.execute(insert(VisitRow).values(**a_row(1)))
    with database.snapshot() as session:
        before = session.scalars(select(VisitRow.id)).all()
        with database.begin() as other:
            other.execute(insert(VisitRow).values(**a_row(2)))
        assert session.scalars(select(VisitRow.id)).all() == before
    with database.snapshot() as session:
        assert len(session.scalars(select(VisitRow.id)).all()) == 2
    database.engine.dispose()
