"""The fourth migration stops where somebody is on the staff; elsewhere it keeps what is there."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, inspect, select
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError

from admin.models import Member
from migrations.upgrade import upgrade
from reporting.database import connect
from reporting.errors import SettingsError
from reporting.models import VisitRow
from reporting.office_rows import RosterRow
from reporting.settings import Settings
from tests.migrations.moves import move
from wsgi import Installation

pytestmark = pytest.mark.traced

NEW = {"roster_entry", "circle", "circle_key", "about", "invitation", "proposal"}
BOTH = pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
EARLIER_MEMBER = """
INSERT INTO member (id, name_tag, salt, public_key, name_sealed, keyring_sealed, rev)
VALUES ({0}, {0}, {0}, {0}, {0}, {0}, 0)
"""


def shape(engine: Engine) -> dict[str, set[str]]:
    """Return the columns of every table."""
    shown = inspect(engine)
    return {name: {c["name"] for c in shown.get_columns(name)} for name in shown.get_table_names()}


def somebody() -> Member:
    return Member(
        id=bytes(16),
        name_tag=bytes(16),
        salt=bytes(16),
        sealing_key=bytes(1216),
        signing_key=bytes(32),
        name_sealed=b"box",
        keyring_sealed=b"box",
        decoy_sealed=b"box",
        rev=0,
    )


@BOTH
def test_it_is_taken_back_and_made_again_where_nobody_is_on_the_staff(
    new_database: Callable[[str], URL], dialect: str
) -> None:
    database = connect(new_database(dialect))
    before = shape(database.engine)
    with database.begin() as session:
        session.add(VisitRow(id=bytes(16), expires_hour=1, rev=0, content_sealed=b"box"))
    move(database.engine, "0003")
    earlier = shape(database.engine)
    assert not NEW & earlier.keys()
    assert {"kid", "public_key", "made_week"} <= earlier["epoch"]
    assert "public_key" in earlier["member"]
    assert "member_id" not in earlier["sign_in"]
    upgrade(database.engine)
    assert shape(database.engine) == before
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(VisitRow)) == 1
    database.engine.dispose()


@BOTH
def test_entries_are_kept_by_the_database_after_it_was_made_again(
    new_database: Callable[[str], URL], dialect: str
) -> None:
    database = connect(new_database(dialect))
    move(database.engine, "0003")
    upgrade(database.engine)
    with database.begin() as session:
        session.add(RosterRow(n=0, entry=b"entry"))
    for statement in ("DELETE FROM roster_entry", "UPDATE roster_entry SET n = 1"):
        with pytest.raises(DBAPIError, match="entries of the roster"), database.begin() as session:
            session.connection().exec_driver_sql(statement)
    database.engine.dispose()


@BOTH
def test_it_is_not_taken_back_under_a_staff_that_no_earlier_version_could_let_in(
    new_database: Callable[[str], URL], dialect: str
) -> None:
    database = connect(new_database(dialect))
    before = shape(database.engine)
    with database.begin() as session:
        session.add(somebody())
    with pytest.raises(RuntimeError, match="TOMOSHIBI_INSTANCE"):
        move(database.engine, "0003")
    assert shape(database.engine) == before
    with database.read() as session:
        assert session.get(Member, bytes(16)) is not None
    database.engine.dispose()


@BOTH
def test_a_staff_of_an_earlier_version_is_not_touched_and_init_says_what_to_do(
    new_database: Callable[[str], URL], dialect: str, tmp_path: Path
) -> None:
    url = new_database(dialect)
    database = connect(url)
    move(database.engine, "0003")
    earlier = shape(database.engine)
    sixteen = "x'" + "00" * 16 + "'" if dialect == "sqlite" else "'\\x" + "00" * 16 + "'::bytea"
    with database.engine.begin() as connection:
        connection.exec_driver_sql(EARLIER_MEMBER.format(sixteen))
    shown = url.render_as_string(hide_password=False)
    with pytest.raises(SettingsError, match="found the office there"):
        Installation(Settings(tmp_path / "instance", shown)).initialise()
    assert shape(database.engine) == earlier
    database.engine.dispose()
