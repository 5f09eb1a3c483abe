"""The eighth migration leaves sign-ins as they were, on both databases."""

from collections.abc import Callable

import pytest
from sqlalchemy import func, inspect, select
from sqlalchemy.engine import URL

from admin.models import SignIn, SpentCode
from migrations.upgrade import upgrade
from reporting.database import connect
from tests.migrations.moves import move


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
def test_what_was_there_stays_and_used_codes_begin_anew(
    new_database: Callable[[str], URL], dialect: str
) -> None:
    database = connect(new_database(dialect))
    row = {"member_id": bytes(16), "expires_hour": 1, "rev": 0, "box_sealed": b"box"}
    with database.begin() as session:
        session.add(SignIn(id=bytes(16), **row))
        session.add(SpentCode(id=bytes(16), expires_hour=1))
    move(database.engine, "0008-1")
    assert "spent_code" not in inspect(database.engine).get_table_names()
    upgrade(database.engine)
    with database.begin() as session:
        session.add(SpentCode(id=bytes(16), expires_hour=1))
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(SignIn)) == 1
        assert session.scalar(select(func.count()).select_from(SpentCode)) == 1
    database.engine.dispose()
