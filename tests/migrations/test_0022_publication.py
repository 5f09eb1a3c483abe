"""The twenty-second migration makes the ledger of figures and what guards it, and takes it away."""

from collections.abc import Callable

import pytest
from alembic import command
from sqlalchemy import Engine, delete, insert, inspect
from sqlalchemy.engine import URL
from sqlalchemy.exc import DatabaseError

from admin.budget_rows import ApprovalRow, BudgetEvent, BudgetScope, MeasurementRow, PlanRow
from migrations.upgrade import config, upgrade
from reporting.database import connect

pytestmark = pytest.mark.traced

NEW = {"budget_event", "budget_scope", "stat_approval", "stat_burn"}
NEW |= {"stat_measurement", "stat_plan"}
RELEASE = {"release_id": "TOMOSHIBI-JP-2026-A"}
EVENT = RELEASE | {
    "seq": 1,
    "scope": "2026",
    "state": "reserved",
    "eps_num": 1,
    "eps_den": 1,
    "plan_sha256": bytes(32),
    "result_sha256": b"",
    "reason": "",
    "week": 202648,
    "prev": bytes(32),
    "hash": bytes(32),
}
DRAWN = {"seq": 2, "state": "drawn", "result_sha256": bytes(32)}
SIGNED = RELEASE | {"member_id": bytes(16), "signing_key": bytes(32), "signature": bytes(64)}


def move(engine: Engine, where: str) -> None:
    with engine.begin() as connection:
        settings = config()
        settings.attributes["connection"] = connection
        command.downgrade(settings, where)


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
def test_rows_are_guarded_as_long_as_the_tables_are_there(
    new_database: Callable[[str], URL], dialect: str
) -> None:
    database = connect(new_database(dialect))
    with database.begin() as session:
        session.execute(insert(PlanRow).values(RELEASE | {"period": 2026, "plan": b"{}"}))
        session.execute(insert(ApprovalRow).values(SIGNED))
        session.execute(insert(BudgetScope).values(scope="2026", cap_num=5, cap_den=4))
        values = RELEASE | {"measured": "TOTAL", "noisy": b"[1]"}
        session.execute(insert(MeasurementRow).values(values))
        session.execute(insert(BudgetEvent).values(EVENT))
        session.execute(insert(BudgetEvent).values(EVENT | DRAWN))
    for table in (BudgetEvent, BudgetScope, MeasurementRow, ApprovalRow, PlanRow):
        kept = pytest.raises(DatabaseError, match=r"never changed|once it is drawn")
        with kept, database.begin() as session:
            session.execute(delete(table))
    with pytest.raises(DatabaseError, match="once it is drawn"), database.begin() as session:
        session.execute(insert(ApprovalRow).values(SIGNED | {"member_id": bytes([1]) * 16}))
    move(database.engine, "0021")
    assert not NEW & set(inspect(database.engine).get_table_names())
    upgrade(database.engine)
    assert set(inspect(database.engine).get_table_names()) >= NEW
    with pytest.raises(DatabaseError, match="never changed"), database.begin() as session:
        session.execute(insert(PlanRow).values(RELEASE | {"period": 2026, "plan": b"{}"}))
        session.execute(insert(BudgetScope).values(scope="2026", cap_num=5, cap_den=4))
        session.execute(insert(BudgetEvent).values(EVENT))
        session.execute(delete(BudgetScope))
    database.engine.dispose()
