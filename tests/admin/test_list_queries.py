"""A list goes through what may be in it, never through every report there is."""

from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import Select, event

from admin import list_queries
from reporting.models import State
from tests.builders_cases import Office
from tests.builders_staff import the_staff

VALUES: dict[str, object] = {
    "state": State.MERGED,
    "states": (State.MERGED, State.CLOSED),
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


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("is_first", [True, False])
def test_no_list_asks_the_database_about_every_report(
    office: Office, way: str, is_first: bool
) -> None:
    after = {"after_level": 2, "after_week": 202601, "after_case": bytes(16)}
    ids: Select[bytes] = WAYS[way] if is_first else list_queries.beyond(WAYS[way])
    steps = plan(office, list_queries.rows(ids), VALUES | ({} if is_first else after))
    assert steps
    assert not [step for step in steps if step.startswith("SCAN cases")]


def plan(
    office: Office, query: Select[*tuple[object, ...]], values: dict[str, object]
) -> list[str]:
    """Return how SQLite would find the answer, step by step."""
    engine = the_staff(office.app).service.database.engine
    if engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL goes through every report as long as they are few")
    asked: list[tuple[str, Sequence[Any]]] = []
    with engine.connect() as connection:
        event.listen(connection, "before_cursor_execute", lambda *told: asked.append(told[2:4]))
        connection.execute(query, values)
        statement, filled_in = asked[0]
        cursor = connection.connection.cursor()
        return [row[3] for row in cursor.execute(f"EXPLAIN QUERY PLAN {statement}", filled_in)]
