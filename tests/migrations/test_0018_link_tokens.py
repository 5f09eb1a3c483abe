"""The eighteenth migration leaves reports as they were and can be undone, on both databases."""

from collections.abc import Callable

import pytest
from sqlalchemy import inspect
from sqlalchemy.engine import URL

from crypto.roles import Group
from migrations.upgrade import upgrade
from reporting.case_rows import LinkKeyRow, LinkTokenRow
from reporting.database import connect
from reporting.models import Case, State
from reporting.office_rows import Epoch
from tests.migrations.moves import move

NEW = {"link_key", "link_token"}


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
def test_what_was_there_stays(new_database: Callable[[str], URL], dialect: str) -> None:
    database, case = connect(new_database(dialect)), bytes(16)
    with database.begin() as session:
        session.add(Case(id=case, state=State.RECEIVED, level=1, received_week=202648, rev=0))
    move(database.engine, "0018-1")
    assert not NEW & set(inspect(database.engine).get_table_names())
    upgrade(database.engine)
    with database.begin() as session:
        assert session.get_one(Case, case).state == State.RECEIVED
        epoch = bytes(range(16))
        session.add(Epoch(id=epoch, group=Group.CASEWORK))
        session.flush()
        session.add(LinkKeyRow(epoch_id=epoch, key_sealed=b"locked"))
        # The same mark may stand in any number of reports.
        for row in (b"a" * 16, b"b" * 16):
            session.add(LinkTokenRow(id=row, token=bytes(16), epoch_id=epoch, box_sealed=b"locked"))
    database.engine.dispose()
