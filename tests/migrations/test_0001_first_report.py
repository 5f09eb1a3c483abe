"""The first migration can be made, used and taken back on both databases."""

from collections.abc import Callable

import pytest
from alembic import command
from sqlalchemy import Engine, inspect
from sqlalchemy.engine import URL

from migrations.upgrade import config, upgrade
from reporting.database import connect

pytestmark = pytest.mark.traced


def downgrade(engine: Engine) -> None:
    with engine.begin() as connection:
        settings = config()
        settings.attributes["connection"] = connection
        command.downgrade(settings, "base")


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
def test_it_is_taken_back_and_made_again(new_database: Callable[[str], URL], dialect: str) -> None:
    engine = connect(new_database(dialect)).engine
    before = set(inspect(engine).get_table_names())
    downgrade(engine)
    assert set(inspect(engine).get_table_names()) == {"alembic_version"}
    upgrade(engine)
    assert set(inspect(engine).get_table_names()) == before
    engine.dispose()
