"""The second migration leaves reports as they were and can be taken back, on both databases."""

from collections.abc import Callable

import pytest
from sqlalchemy import func, inspect, select
from sqlalchemy.engine import URL

from migrations.upgrade import upgrade
from reporting.database import connect
from reporting.models import VisitRow
from tests.migrations.moves import move


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
def test_what_was_there_stays(new_database: Callable[[str], URL], dialect: str) -> None:
    database = connect(new_database(dialect))
    with database.begin() as session:
        session.add(VisitRow(id=bytes(16), expires_hour=1, rev=0, content_sealed=b"box"))
    move(database.engine, "0001")
    assert not {"file", "file_piece"} & set(inspect(database.engine).get_table_names())
    upgrade(database.engine)
    assert {"file", "file_piece"} <= set(inspect(database.engine).get_table_names())
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(VisitRow)) == 1
    database.engine.dispose()
