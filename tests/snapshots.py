"""Snapshots: an office is founded and people join it once a run; later tests start from its rows.

Founding an office and letting seven people join cost more than what most tests do with them. The
rows of the first time are put into the database of each later test, which has the same seeds,
peppers and clock.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar, cast

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection, Engine, Table, func, insert, select

from admin.runtime import STAFF_PEPPER_FILE
from reporting.database import Base, connect
from reporting.office import PIN_FILE
from reporting.runtime import RECEIPT_PEPPER_FILE
from reporting.settings import Settings
from tests.builders_staff import SIGNED_IN, StaffMember, cookie_of, sign_in, the_staff
from tests.conftest import Clock

T = TypeVar("T")
Rows = Mapping[Table, Sequence[Mapping[str, Any]]]
PEPPERS = (RECEIPT_PEPPER_FILE, STAFF_PEPPER_FILE)
EMPTY_AT_FIRST = ("member", "cases", "audit_event", "sign_in")


@dataclass(frozen=True)
class _Snapshot:
    made: object
    rows: Rows
    until: datetime
    files: Mapping[str, bytes]


_taken: dict[tuple[Hashable, ...], _Snapshot] = {}


def founding(settings: Settings, clock: Clock, who: Hashable, found: Callable[[], T]) -> T:
    """Return what `found` makes in an instance in which nothing is yet, with its rows and files.

    What it returns must not know the application. In any other instance it is called anew.
    """
    folder, engine = settings.instance, connect(settings.database).engine
    files = {path.name: path.read_bytes() for path in folder.iterdir()}
    try:
        if files.keys() != set(PEPPERS) or any(_rows(engine).values()):
            return found()
        key = who, *(files[name] for name in PEPPERS), clock()
        if key not in _taken:
            made = found()
            came = {path.name: path.read_bytes() for path in folder.iterdir()}
            came = {name: content for name, content in came.items() if name not in PEPPERS}
            _taken[key] = _Snapshot(made, _rows(engine), clock(), came)
        else:
            _put_back(engine, clock, _taken[key])
            for name, content in _taken[key].files.items():
                (folder / name).write_bytes(content)
        return cast("T", _taken[key].made)
    finally:
        engine.dispose()


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
        _taken[key] = _Snapshot(made, _added(before, _rows(engine)), clock(), {})
    else:
        _put_back(engine, clock, _taken[key])
    return cast("T", _taken[key].made)


def come_in(
    client: FlaskClient, clock: Clock, who: str, join: Callable[[], StaffMember]
) -> StaffMember:
    """Let somebody join an office that was just founded, and sign in with this browser."""

    def build() -> tuple[StaffMember, str]:
        person = join()
        sign_in(client, person, clock)
        return person, cookie_of(client)

    person, cookie = once(client.application, clock, who, build)
    client.set_cookie(SIGNED_IN, cookie)
    return person


def _put_back(engine: Engine, clock: Clock, taken: _Snapshot) -> None:
    clock.now = taken.until
    with engine.begin() as connection:
        for table, rows in taken.rows.items():
            if rows:
                connection.execute(insert(table), rows)


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
