"""The table of checkpoints can be taken back and made again, on both databases."""

from collections.abc import Callable

import pytest
from sqlalchemy import inspect, select
from sqlalchemy.engine import URL

from admin.models import CheckpointRow
from migrations.upgrade import upgrade
from reporting.database import connect
from tests.migrations.moves import move


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
def test_checkpoints_come_and_go(new_database: Callable[[str], URL], dialect: str) -> None:
    database = connect(new_database(dialect))
    signed = CheckpointRow(id=bytes(16), n=1, member_id=bytes(16), signed=b"signed")
    move(database.engine, "0005-1")
    assert "checkpoint" not in inspect(database.engine).get_table_names()
    assert "audit_event" in inspect(database.engine).get_table_names()
    upgrade(database.engine)
    with database.begin() as session:
        session.add(signed)
    with database.read() as session:
        assert session.scalars(select(CheckpointRow.signed)).all() == [b"signed"]
    database.engine.dispose()
