"""Twelve processes at once ask for the correction of a year, and one of them gets it."""

import os
import signal
from fractions import Fraction

import pytest
from sqlalchemy import select

from admin.budget_rows import BudgetEvent
from admin.errors import FiguresError
from admin.publication import ledger
from admin.publication.booked import Reason
from reporting.runtime import Runtime
from reporting.statistics.plan import Plan
from tests.builders_figures import a_kept_plan, a_plan, costing
from tests.conftest import Clock

WORKERS = 12
THIRD = Fraction(1, 3)
YEAR = Fraction(4, 5)  # with its reserve that is a cap of 1


@pytest.fixture
def plans(runtime: Runtime) -> list[Plan]:
    """A plan of a year for a third of it, and twelve corrections for as much."""
    made = a_plan(eps=YEAR, year=YEAR)
    names = [f"TOMOSHIBI-JP-2026-{letter}" for letter in "ABCDEFGHIJKLM"]
    found = [costing(made, name, THIRD) for name in names]
    with runtime.begin() as session:
        for one in found:
            a_kept_plan(session, one)
    return found


def ask(service: Runtime, made: Plan, clock: Clock) -> None:  # pragma: no cover - in the child
    """Reserve in a process of its own, and end with 0 where it was granted."""
    refused = 1
    try:
        service.database.forget_connections()
        with service.begin() as session:
            ledger.reserve(session, made, clock())
        refused = 0
    except FiguresError:
        refused = 3
    finally:
        os._exit(refused)


def test_one_of_twelve_processes_gets_the_correction_of_a_year(
    runtime: Runtime, plans: list[Plan], clock: Clock
) -> None:
    with runtime.begin() as session:
        ledger.reserve(session, plans[0], clock())
        ledger.burn(session, plans[0].release, Reason.CRASH, clock())
    runtime.database.engine.dispose()
    for made in plans[1:]:
        if os.fork() == 0:  # pragma: no cover - the child ends by itself
            ask(runtime, made, clock)
    ends = sorted(os.waitstatus_to_exitcode(os.wait()[1]) for _ in range(WORKERS))

    assert ends == [0] + [3] * (WORKERS - 1)
    with runtime.read() as session:
        found = ledger.load(session)
    assert found.spent("2026") == 2 * THIRD
    assert len(found.events) == 3


def test_what_was_reserved_is_spent_when_its_process_is_killed(
    runtime: Runtime, plans: list[Plan], clock: Clock
) -> None:
    runtime.database.engine.dispose()
    if os.fork() == 0:  # pragma: no cover - the child is killed
        runtime.database.forget_connections()
        with runtime.begin() as session:
            ledger.reserve(session, plans[0], clock())
        os.kill(os.getpid(), signal.SIGKILL)
    assert os.waitstatus_to_exitcode(os.wait()[1]) == -signal.SIGKILL

    with runtime.read() as session:
        assert ledger.load(session).spent("2026") == THIRD
    with pytest.raises(FiguresError, match="burn"), runtime.begin() as session:
        ledger.reserve(session, plans[0], clock())


def test_what_was_not_committed_is_not_spent_when_its_process_is_killed(
    runtime: Runtime, plans: list[Plan], clock: Clock
) -> None:
    runtime.database.engine.dispose()
    if os.fork() == 0:  # pragma: no cover - the child is killed
        runtime.database.forget_connections()
        with runtime.begin() as session:
            ledger.reserve(session, plans[0], clock())
            os.kill(os.getpid(), signal.SIGKILL)
    assert os.waitstatus_to_exitcode(os.wait()[1]) == -signal.SIGKILL

    with runtime.read() as session:
        assert session.scalars(select(BudgetEvent)).all() == []
