"""The sixth migration keeps nobody's keys back, on both databases."""

from collections.abc import Callable

import pytest
from sqlalchemy import inspect
from sqlalchemy.engine import URL

from admin.models import Alert, Member
from migrations.upgrade import upgrade
from reporting.database import connect
from tests.migrations.moves import move


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
def test_whoever_was_there_holds_their_keys(
    new_database: Callable[[str], URL], dialect: str
) -> None:
    database, member = connect(new_database(dialect)), bytes(16)
    with database.begin() as session:
        session.add(
            Member(
                id=member,
                name_tag=bytes(16),
                salt=bytes(16),
                sealing_key=b"key",
                signing_key=b"key",
                name_sealed=b"name",
                keyring_sealed=b"box",
                decoy_sealed=b"box",
                rev=3,
            )
        )
    move(database.engine, "0005")
    assert "alert" not in inspect(database.engine).get_table_names()
    assert "held" not in {each["name"] for each in inspect(database.engine).get_columns("member")}
    upgrade(database.engine)
    with database.begin() as session:
        found = session.get_one(Member, member)
        assert (found.held, found.rev, found.keyring_sealed) == (0, 3, b"box")
        session.add(Alert(id=member, member_id=member, key_sealed=b"key", content_sealed=b"box"))
    database.engine.dispose()
