"""Unguarded: a unit of work in which the database lets rows of figures be put back.

Triggers hold what was booked and signed still. Who owns the database can take them away, and so
change a row; only so can it be put back. They stand again before anything is kept.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import product
from typing import Final

from sqlalchemy import Connection
from sqlalchemy.orm import Session

TABLES: Final = ("budget_scope", "stat_plan", "stat_approval", "stat_measurement", "budget_event")
CHANGES: Final = ("insert", "update", "delete")


@contextmanager
def unguarded(session: Session) -> Iterator[None]:
    """Take the guards of figures away, and put them back; a failure leaves all as it was."""
    session.flush()
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        _each(connection, "ALTER TABLE {} DISABLE TRIGGER USER")
        yield
        session.flush()
        _each(connection, "ALTER TABLE {} ENABLE TRIGGER USER")
        return
    guards = _guards(connection)
    for name in guards:
        connection.exec_driver_sql(f"DROP TRIGGER {name}")
    yield
    session.flush()
    for guard in guards.values():
        connection.exec_driver_sql(guard)


def _each(connection: Connection, statement: str) -> None:
    for table in TABLES:
        connection.exec_driver_sql(statement.format(table))


def _guards(connection: Connection) -> dict[str, str]:
    """Return our guards by their names, each as it was made."""
    ours = {f"{table}_{change}" for table, change in product(TABLES, CHANGES)}
    asked = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
    found = connection.exec_driver_sql(asked).all()
    return {name: guard for name, guard in found if name in ours}
