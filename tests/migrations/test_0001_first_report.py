"""The first migration can be made, used and taken back on both databases."""

from collections.abc import Callable

import pytest
from sqlalchemy import inspect
from sqlalchemy.engine import URL

from migrations.upgrade import upgrade
from reporting.database import connect
from tests.migrations.moves import move

pytestmark = pytest.mark.traced


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
def test_it_is_taken_back_and_made_again(new_database: Callable[[str], URL], dialect: str) -> None:
    engine = connect(new_database(dialect)).engine
    before = set(inspect(engine).get_table_names())
    move(engine, "base")
    assert set(inspect(engine).get_table_names()) == {"alembic_version"}
    upgrade(engine)
    assert set(inspect(engine).get_table_names()) == before
    engine.dispose()
