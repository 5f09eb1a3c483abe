"""The migration of working copies leaves reports and files as they were, and can be taken back."""

from collections.abc import Callable

import pytest
from sqlalchemy import inspect
from sqlalchemy.engine import URL

from migrations.upgrade import upgrade
from reporting.case_rows import CustodyRow
from reporting.database import connect
from reporting.models import Case, State
from tests.migrations.moves import move


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
def test_what_was_there_stays(new_database: Callable[[str], URL], dialect: str) -> None:
    database, case = connect(new_database(dialect)), bytes(16)
    with database.begin() as session:
        session.add(Case(id=case, state=State.RECEIVED, level=1, received_week=202648, rev=0))
    move(database.engine, "0019")
    assert "custody" not in inspect(database.engine).get_table_names()
    upgrade(database.engine)
    with database.begin() as session:
        assert session.get_one(Case, case).state == State.RECEIVED
        session.add(CustodyRow(case_id=case, rev=0, content_sealed=b"box"))
    database.engine.dispose()
