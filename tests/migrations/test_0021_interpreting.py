"""The migration of lent texts leaves reports as they were and can be taken back, on both."""

from collections.abc import Callable

import pytest
from sqlalchemy import inspect
from sqlalchemy.engine import URL

from migrations.upgrade import upgrade
from reporting.database import connect
from reporting.lent_rows import LentRow
from reporting.models import Case, State
from tests.migrations.moves import move


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
def test_what_was_there_stays(new_database: Callable[[str], URL], dialect: str) -> None:
    database, case = connect(new_database(dialect)), bytes(16)
    with database.begin() as session:
        session.add(Case(id=case, state=State.RECEIVED, level=1, received_week=202648, rev=0))
    move(database.engine, "0021-1")
    assert "lent" not in inspect(database.engine).get_table_names()
    upgrade(database.engine)
    with database.begin() as session:
        assert session.get_one(Case, case).state == State.RECEIVED
        session.add(LentRow(id=case, expires_hour=1, mark_sealed=b"box", content_sealed=b"box"))
    database.engine.dispose()
