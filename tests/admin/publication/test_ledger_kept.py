"""What is booked is never changed, whoever changes it is found out, and everybody can check it."""

import hashlib
import json
from fractions import Fraction

import pytest
from sqlalchemy import Engine, delete, insert, update
from sqlalchemy.exc import DatabaseError

from admin.budget_rows import BudgetEvent, BudgetScope, MeasurementRow
from admin.errors import FiguresError
from admin.publication import ledger
from admin.publication.booked import State
from crypto.envelope import lp
from reporting import records
from reporting.runtime import Runtime
from tests.admin.publication.test_ledger import book, loaded, plant, service
from tests.builders_figures import RELEASE
from tests.builders_staff import without_triggers
from tests.conftest import Clock

__all__ = ["service"]


@pytest.mark.parametrize("table", [BudgetEvent, BudgetScope, MeasurementRow])
def test_no_row_is_ever_changed_or_taken_away(
    service: Runtime, clock: Clock, table: type[BudgetEvent | BudgetScope | MeasurementRow]
) -> None:
    book(service, clock, State.RESERVED)
    with service.begin() as session:
        row = {"release_id": RELEASE, "measured": "TOTAL", "noisy": b"[1]"}
        session.execute(insert(MeasurementRow).values(row))
    book(service, clock, State.DRAWN)
    changed: dict[str, object] = {"week": 1} if table is BudgetEvent else {"cap_num": 1}
    if table is MeasurementRow:
        changed = {"noisy": b"[2]"}

    for statement in (update(table).values(changed), delete(table)):
        with (
            pytest.raises(DatabaseError, match=r"never changed|once it is drawn"),
            service.begin() as session,
        ):
            session.execute(statement)


def test_a_cap_that_somebody_planted_is_none(service: Runtime, clock: Clock) -> None:
    with service.begin() as session:
        session.execute(insert(BudgetScope).values(scope="2026", cap_num=1, cap_den=4))
    assert loaded(service).caps == {}
    book(service, clock, State.RESERVED)

    assert loaded(service).caps == {"2026": Fraction(5, 4)}


def test_numbers_are_not_added_to_a_release_that_was_drawn(service: Runtime, clock: Clock) -> None:
    book(service, clock, State.RESERVED, State.DRAWN)

    with pytest.raises(DatabaseError, match="once it is drawn"), service.begin() as session:
        row = {"release_id": RELEASE, "measured": "TOTAL", "noisy": b"[1]"}
        session.execute(insert(MeasurementRow).values(row))


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"seq": 3}, "only where it ends"),
        ({"seq": 1}, "only where it ends"),
        ({"prev": bytes(32)}, "only where it ends"),
        ({"eps_num": 2}, "is reserved, then drawn"),
        ({"plan_sha256": bytes(32)}, "is reserved, then drawn"),
        ({"reason": "crash"}, "reason"),
        ({"state": "sold"}, "state"),
        ({"scope": "2027"}, "is reserved, then drawn"),
    ],
)
def test_the_database_refuses_a_row_that_does_not_follow(
    service: Runtime, clock: Clock, said: dict[str, object], why: str
) -> None:
    book(service, clock, State.RESERVED)

    with pytest.raises(DatabaseError, match=why):
        plant(service, State.DRAWN, **said)


def test_a_release_that_was_drawn_is_not_published_with_other_numbers(
    service: Runtime, clock: Clock
) -> None:
    book(service, clock, State.RESERVED, State.DRAWN)

    with pytest.raises(DatabaseError, match="reserved, then drawn"):
        plant(service, State.PUBLISHED, result_sha256=bytes(32))


@pytest.mark.parametrize("said", [{"week": 1}, {"eps_num": 2}, {"prev": bytes(31) + b"\1"}])
def test_who_owns_the_database_and_changes_a_row_is_found_out(
    service: Runtime, clock: Clock, said: dict[str, object]
) -> None:
    book(service, clock, State.RESERVED, State.DRAWN)
    overwrite(service.database.engine, said)

    with pytest.raises(FiguresError, match="does not hold at row 2"):
        loaded(service)
    with pytest.raises(FiguresError, match="does not hold at row 2"), service.read() as session:
        ledger.exported(session)


def overwrite(engine: Engine, said: dict[str, object]) -> None:
    without_triggers(engine, "budget_event")
    with engine.begin() as connection:
        connection.execute(update(BudgetEvent).where(BudgetEvent.seq == 2).values(said))


def test_who_takes_a_row_out_of_the_middle_is_found_out(service: Runtime, clock: Clock) -> None:
    book(service, clock, State.RESERVED, State.DRAWN)
    without_triggers(service.database.engine, "budget_event")
    with service.begin() as session:
        session.execute(delete(BudgetEvent).where(BudgetEvent.seq == 1))

    with pytest.raises(FiguresError, match="does not hold at row 2"):
        loaded(service)


def test_everybody_can_check_what_is_published(service: Runtime, clock: Clock) -> None:
    book(service, clock, State.RESERVED, State.DRAWN, State.PUBLISHED)
    with service.read() as session:
        published = ledger.exported(session)
        assert ledger.exported(session) == published
    said = json.loads(published)

    assert records.encode(said) == published
    assert said["scopes"] == [{"scope": "2026", "cap": "5/4"}]
    before = bytes(32).hex()
    for row in said["events"]:
        stated = {key: value for key, value in row.items() if key not in {"prev", "hash"}}
        assert row["prev"] == before
        before = hashlib.sha256(lp(bytes.fromhex(before), records.encode(stated))).hexdigest()
        assert row["hash"] == before
    assert said["head"] == before
    assert said["events"][0]["eps"] == "1/1"
