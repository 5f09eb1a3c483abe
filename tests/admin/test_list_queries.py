"""A list goes through what may be in it, never through every report there is."""

from typing import Any

import pytest
from sqlalchemy import Select, event, insert
from sqlalchemy.dialects import registry

from admin import list_queries
from reporting.case_rows import ListedRow
from reporting.models import Case, State
from tests.builders_cases import Office
from tests.builders_staff import the_staff

VALUES: dict[str, object] = {
    "state": State.MERGED,
    "states": (State.RECEIVED, State.ACTIVE, State.MONITORING),
    "ids": (bytes(16), bytes([1]) * 16),
    "tokens": (bytes(16), bytes([1]) * 16),
    "week": 202601,
    "size": 64,
}
WAYS = {
    "in a state": list_queries.IN_STATE,
    "in a state since a week": list_queries.IN_STATE_SINCE,
    "these": list_queries.THESE,
    "these in some states": list_queries.THESE_IN,
    "in a blind list": list_queries.LISTED,
    "written to": list_queries.WRITTEN_TO,
}

EVERY_REPORT = ("SCAN cases", "Seq Scan on cases")
OVER, LATE = 20_000, 2_000


@pytest.fixture
def full(office: Office) -> Office:
    """An office with many reports that are over, and with many that are in one blind list."""
    states = [State.CLOSED] * OVER + [State.ACTIVE] * LATE
    rows = [
        {"id": n.to_bytes(16, "big"), "state": state, "level": n % 4, "received_week": 202601}
        for n, state in enumerate(states)
    ]
    with the_staff(office.app).service.begin() as session:
        session.execute(insert(Case), [{**row, "rev": 0} for row in rows])
        listed = [{"token": bytes(16), "case_id": row["id"]} for row in rows[OVER:]]
        session.execute(insert(ListedRow), listed)
    engine = the_staff(office.app).service.database.engine
    if engine.dialect.name == "postgresql":
        # As it does by itself. SQLite is never asked to.
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("ANALYZE")
    return office


def test_no_list_asks_the_database_about_every_report(full: Office) -> None:
    after = {"after_level": 2, "after_week": 202601, "after_case": bytes(16)}
    for way, ids in WAYS.items():
        for query, values in ((ids, VALUES), (list_queries.beyond(ids), VALUES | after)):
            steps = plan(full, list_queries.rows(query), values)
            assert steps, way
            assert not [step for step in steps if step.startswith(EVERY_REPORT)], way


@pytest.mark.parametrize("way", ["in a blind list", "written to"])
def test_sqlite_alone_is_kept_from_looking_for_states(way: str) -> None:
    for name, told in ("sqlite", "AND +cases.state IN"), ("postgresql", "AND cases.state IN"):
        assert told in str(WAYS[way].compile(dialect=registry.load(name)()))


def plan(
    office: Office, query: Select[*tuple[object, ...]], values: dict[str, object]
) -> list[str]:
    """Return how the database would find the answer, step by step."""
    engine = the_staff(office.app).service.database.engine
    asked: list[tuple[str, Any]] = []
    with engine.connect() as connection:
        event.listen(connection, "before_cursor_execute", lambda *told: asked.append(told[2:4]))
        connection.execute(query, values)
        statement, filled_in = asked[0]
        cursor = connection.connection.cursor()
        if engine.dialect.name == "sqlite":
            return [row[3] for row in cursor.execute(f"EXPLAIN QUERY PLAN {statement}", filled_in)]
        cursor.execute(f"EXPLAIN {statement}", filled_in)
        return [row[0].strip(" ->") for row in cursor.fetchall()]
