"""The third migration leaves reports as they were and can be taken back, on both databases."""

from collections.abc import Callable

import pytest
from sqlalchemy import func, inspect, select
from sqlalchemy.engine import URL

from migrations.upgrade import upgrade
from reporting.database import connect
from reporting.models import Case, ConsentRow, State
from tests.migrations.moves import move

NEW = {"consent", "trace", "parked", "drops"}


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
def test_what_was_there_stays(new_database: Callable[[str], URL], dialect: str) -> None:
    database = connect(new_database(dialect))
    case, row = bytes(16), {"case_id": bytes(16), "content_sealed": b"box"}
    with database.begin() as session:
        session.add(Case(id=case, state=State.RECEIVED, level=1, received_week=202648, rev=0))
        session.flush()
        session.add(ConsentRow(id=bytes(16), **row))
    move(database.engine, "0002")
    assert not NEW & set(inspect(database.engine).get_table_names())
    upgrade(database.engine)
    assert set(inspect(database.engine).get_table_names()) >= NEW
    with database.begin() as session:
        session.add(ConsentRow(id=bytes(16), **row))
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Case)) == 1
        assert session.scalar(select(func.count()).select_from(ConsentRow)) == 1
    database.engine.dispose()
