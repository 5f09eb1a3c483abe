"""The seventh migration makes what is kept of vetting, and takes it away again whole."""

from collections.abc import Callable

import pytest
from sqlalchemy import delete, inspect
from sqlalchemy.engine import URL
from sqlalchemy.exc import DatabaseError

from admin.models import Lapse, LetterRow, StandingRow
from migrations.upgrade import upgrade
from reporting.database import connect
from tests.migrations.moves import move

pytestmark = pytest.mark.traced

NEW = {"standing_step", "letter", "lapse"}


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
def test_steps_are_kept_for_ever_and_the_rest_can_be_taken_back(
    new_database: Callable[[str], URL], dialect: str
) -> None:
    database = connect(new_database(dialect))
    letter = {"key_sealed": b"key", "content_sealed": b"box"}
    with database.begin() as session:
        session.add(StandingRow(member_id=bytes(16), n=0, signed=b"step"))
        session.add(LetterRow(kind="word", subject_id=bytes(16), reader_id=bytes(16), **letter))
        session.add(Lapse(member_id=bytes(16)))
    with pytest.raises(DatabaseError, match="never"), database.begin() as session:
        session.execute(delete(StandingRow))
    with database.begin() as session:
        session.execute(delete(LetterRow))
        session.execute(delete(Lapse))
    move(database.engine, "0006")
    assert not NEW & set(inspect(database.engine).get_table_names())
    upgrade(database.engine)
    assert set(inspect(database.engine).get_table_names()) >= NEW
    database.engine.dispose()
