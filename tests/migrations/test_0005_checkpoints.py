"""The table of checkpoints can be taken back and made again, on both databases."""

from collections.abc import Callable

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, select
from sqlalchemy.engine import URL

from admin.models import CheckpointRow
from migrations.upgrade import config, upgrade
from reporting.database import connect


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
def test_checkpoints_come_and_go(new_database: Callable[[str], URL], dialect: str) -> None:
    database = connect(new_database(dialect))
    signed = CheckpointRow(id=bytes(16), n=1, member_id=bytes(16), signed=b"signed")
    with database.engine.begin() as connection:
        settings = config()
        settings.attributes["connection"] = connection
        before = ScriptDirectory.from_config(settings).get_revision("0005").down_revision
        assert isinstance(before, str)
        command.downgrade(settings, before)
    assert "checkpoint" not in inspect(database.engine).get_table_names()
    assert "audit_event" in inspect(database.engine).get_table_names()
    upgrade(database.engine)
    with database.begin() as session:
        session.add(signed)
    with database.read() as session:
        assert session.scalars(select(CheckpointRow.signed)).all() == [b"signed"]
    database.engine.dispose()
