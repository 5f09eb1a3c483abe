"""Moves: a migrated database is taken back to an earlier version of its tables."""

from alembic import command
from sqlalchemy import Engine

from migrations.upgrade import config


def move(engine: Engine, where: str) -> None:
    """Undo every migration after `where`, in one transaction; "base" undoes them all."""
    with engine.begin() as connection:
        settings = config()
        settings.attributes["connection"] = connection
        command.downgrade(settings, where)
