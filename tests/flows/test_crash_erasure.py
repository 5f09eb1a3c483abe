"""Whatever stops an erasure, a report is whole or gone, and the log says which."""

import os
import signal

import pytest
from flask import Flask
from sqlalchemy import func, select

from admin import moves
from reporting import audit
from reporting.ids import CaseId
from reporting.models import Case, CasePart, CaseWrap, Mailbox, State
from reporting.runtime import Runtime
from tests.builders import Seeds
from tests.builders_cases import Office, an_office_at_work
from tests.builders_ended import set_aside
from tests.builders_staff import the_staff
from tests.conftest import Clock
from tests.flows.test_crash import kill_before
from tests.forking import in_another_process


@pytest.fixture
def office(app: Flask, seeds: Seeds, clock: Clock) -> Office:
    return an_office_at_work(app, seeds, clock)


def rows_of(service: Runtime, case: CaseId) -> tuple[int, ...]:
    with service.read() as session:
        counted = (
            select(func.count()).select_from(model).where(model.case_id == case)
            for model in (CaseWrap, CasePart, Mailbox)
        )
        return tuple(session.scalars(one).one() for one in counted)


def state_and_log(service: Runtime, case: CaseId) -> tuple[str, int]:
    with service.read() as session:
        return session.get_one(Case, case).state, audit.head(session).n


def erase(office: Office, case: CaseId) -> None:
    with office.desk("susan") as desk:
        moves.make_due(desk, case)


def killed(office: Office, case: CaseId, statement: int) -> bool:
    """Erase a report in a process that is killed before the statement of that number."""
    database = the_staff(office.app).service.database

    def act() -> None:  # pragma: no cover - in the child
        database.forget_connections()
        kill_before(database, statement)
        erase(office, case)

    status = in_another_process(act)
    return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL


def test_a_process_killed_before_any_statement_leaves_a_report_whole_or_gone(
    office: Office,
) -> None:
    service, (case, _code) = the_staff(office.app).service, set_aside(office, is_seen=True)
    office.later(days=31)
    before, whole = state_and_log(service, case), rows_of(service, case)
    service.database.engine.dispose()
    statement = 0
    while killed(office, case, statement):
        assert (state_and_log(service, case), rows_of(service, case)) == (before, whole), statement
        service.database.engine.dispose()
        statement += 1
    assert statement > len(whole)
    assert rows_of(service, case) == (0, 0, 0)
    assert state_and_log(service, case) == (State.ERASED, before[1] + 1)
