"""The migrations make exactly the tables that the code declares."""

import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import URL

import admin.models
import reporting.file_rows
import reporting.models
import reporting.office_rows
from migrations.upgrade import config, is_current
from reporting.database import Base, connect

DECLARED = (admin.models, reporting.file_rows, reporting.models, reporting.office_rows)


def test_there_is_one_head() -> None:
    assert len(ScriptDirectory.from_config(config()).get_heads()) == 1


def test_migrated_tables_are_the_declared_ones(database_url: URL) -> None:
    engine = connect(database_url).engine
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
    assert is_current(engine)
    engine.dispose()


def test_an_unmigrated_database_is_not_current() -> None:
    engine = sa.create_engine("sqlite://")
    assert not is_current(engine)
    engine.dispose()
