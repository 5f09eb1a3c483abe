"""After the migration a row says of every report at work that no list knows it, on both."""

from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.engine import URL

from crypto.roles import Group
from migrations.upgrade import upgrade
from reporting.case_rows import HeaderRow
from reporting.database import connect
from reporting.listing import UNKNOWN
from reporting.models import Case, CaseWrap, State, Wrapped
from reporting.office_rows import Epoch
from tests.migrations.moves import move

EPOCH = bytes(range(16))
NEW, KNOWN, OVER = b"new" + bytes(13), b"known" + bytes(11), b"over" + bytes(12)


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
def test_only_what_is_at_work_and_has_no_row_gets_one(
    new_database: Callable[[str], URL], dialect: str
) -> None:
    database = connect(new_database(dialect))
    with database.begin() as session:
        session.add(Epoch(id=EPOCH, group=Group.INTAKE))
        for case in (NEW, KNOWN, OVER):
            state = State.CLOSED if case == OVER else State.RECEIVED
            session.add(Case(id=case, state=state, level=1, received_week=202648, rev=0))
            session.flush()
            wrap = {"case_id": case, "wrapped": Wrapped.CASE, "epoch_id": EPOCH}
            session.add(CaseWrap(**wrap, key_sealed=b"sealed"))
        session.add(HeaderRow(case_id=KNOWN, epoch_id=EPOCH, rev=0, box_sealed=b"locked"))
    move(database.engine, "0023")
    upgrade(database.engine)
    with database.begin() as session:
        rows = {row.case_id: row for row in session.scalars(select(HeaderRow))}
        assert set(rows) == {NEW, KNOWN}
        assert (rows[NEW].rev, rows[NEW].epoch_id, rows[NEW].box_sealed) == (UNKNOWN, EPOCH, b"")
        assert rows[KNOWN].box_sealed == b"locked"
    database.engine.dispose()
