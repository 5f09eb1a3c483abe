"""The migration of the frame leaves reports as they were and can be taken back, on both."""

from collections.abc import Callable

import pytest
from alembic import command
from sqlalchemy import Engine, inspect
from sqlalchemy.engine import URL

from migrations.upgrade import config, upgrade
from reporting.database import connect
from reporting.models import Case, State
from reporting.stat_rows import StatDueRow, StatFrameRow

TABLES = {"stat_due", "stat_frame", "stat_period"}


def move(engine: Engine, where: str) -> None:
    with engine.begin() as connection:
        settings = config()
        settings.attributes["connection"] = connection
        command.downgrade(settings, where)


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
def test_what_was_there_stays(new_database: Callable[[str], URL], dialect: str) -> None:
    database, case = connect(new_database(dialect)), bytes(16)
    with database.begin() as session:
        session.add(Case(id=case, state=State.RECEIVED, level=1, received_week=202648, rev=0))
    move(database.engine, "0023-1")
    assert TABLES.isdisjoint(inspect(database.engine).get_table_names())
    upgrade(database.engine)
    with database.begin() as session:
        assert session.get_one(Case, case).state == State.RECEIVED
        session.add(StatDueRow(case_id=case))
        boxes = {"record_sealed": b"box", "cluster_sealed": b"box"}
        session.add(StatFrameRow(period=2026, unit_key=bytes(32), **boxes))
    database.engine.dispose()
