"""The fifteenth migration brings requests for a call, and leaves reports as they were."""

from collections.abc import Callable

import pytest
from sqlalchemy import func, inspect, select
from sqlalchemy.engine import URL

from admin.models import CallRequest
from migrations.upgrade import upgrade
from reporting.database import connect
from reporting.models import Case
from tests.migrations.moves import move


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
def test_reports_stay_and_requests_begin_anew(
    new_database: Callable[[str], URL], dialect: str
) -> None:
    database = connect(new_database(dialect))
    with database.begin() as session:
        session.add(Case(id=bytes(16), state="received", level=3, received_week=202648, rev=0))
        session.add(CallRequest(id=bytes(16)))
    move(database.engine, "0015-1")
    assert "call_request" not in inspect(database.engine).get_table_names()
    upgrade(database.engine)
    with database.begin() as session:
        session.add(CallRequest(id=bytes(16)))
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Case)) == 1
        assert session.scalar(select(func.count()).select_from(CallRequest)) == 1
    database.engine.dispose()
