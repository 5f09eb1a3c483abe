"""Snapshots: people join an office once a run; later tests of theirs start from its rows.

Letting seven people join costs more than what most tests do with them. The rows of the first time
are put into the database of each later test, which has the same seeds, peppers and clock.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar, cast

from flask import Flask
from sqlalchemy import Connection, Engine, Table, func, insert, select

from admin.runtime import STAFF_PEPPER_FILE
from reporting.database import Base
from reporting.office import PIN_FILE
from tests.builders_staff import the_staff
from tests.conftest import Clock

T = TypeVar("T")
Rows = Mapping[Table, Sequence[Mapping[str, Any]]]
EMPTY_AT_FIRST = ("member", "cases", "audit_event", "sign_in")


@dataclass(frozen=True)
class _Snapshot:
    made: object
    rows: Rows
    until: datetime


_taken: dict[tuple[str, str, bytes, datetime], _Snapshot] = {}


def once(app: Flask, clock: Clock, name: str, build: Callable[[], T]) -> T:
    """Return what `build` makes in an office that was just founded, with its rows in place.

    What it returns must not know the application. In any other office it is built anew.
    """
    service = the_staff(app).service
    folder = service.settings.instance
    pepper = (folder / STAFF_PEPPER_FILE).read_bytes()
    key = name, (folder / PIN_FILE).read_text(), pepper, clock()
    engine = service.database.engine
    with engine.connect() as connection:
        is_new = _is_new(connection)
    if not is_new:
        return build()
    if key not in _taken:
        before = _rows(engine)
        made = build()
        _taken[key] = _Snapshot(made, _added(before, _rows(engine)), clock())
    else:
        clock.now = _taken[key].until
        with engine.begin() as connection:
            for table, rows in _taken[key].rows.items():
                connection.execute(insert(table), rows)
    return cast("T", _taken[key].made)


def _is_new(connection: Connection) -> bool:
    found = [_count(connection, table) for table in ("roster_entry", *EMPTY_AT_FIRST)]
    return found == [1, *(0 for _ in EMPTY_AT_FIRST)]


def _count(connection: Connection, table: str) -> int:
    rows = select(func.count()).select_from(Base.metadata.tables[table])
    return connection.execute(rows).scalar_one()


def _rows(engine: Engine) -> Rows:
    with engine.connect() as connection:
        return {
            table: [dict(row) for row in connection.execute(select(table)).mappings()]
            for table in Base.metadata.sorted_tables
        }


def _added(before: Rows, after: Rows) -> Rows:
    """Return the rows that came; what was there at the founding must have stayed as it was."""
    assert all(row in after[table] for table, rows in before.items() for row in rows)
    came = {table: [row for row in after[table] if row not in before[table]] for table in after}
    return {table: rows for table, rows in came.items() if rows}
