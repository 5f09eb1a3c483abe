"""The ledger, the plans and the noisy numbers come back with an office, and stay guarded there."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import delete
from sqlalchemy.engine import URL
from sqlalchemy.exc import DatabaseError

from admin.budget_rows import BudgetEvent
from admin.publication import approvals, draw, ledger, measurements
from reporting.settings import Settings
from tests.archivist import Archivist
from tests.builders import Seeds
from tests.builders_draws import an_approved_plan, an_officer, unwatched
from tests.builders_figures import DRAW_DAY, RELEASE, a_plan
from tests.builders_frame import an_office_that_counts
from tests.conftest import Clock

PLAN = a_plan()


@pytest.fixture
def archivist(
    settings: Settings, clock: Clock, tmp_path: Path, new_database: Callable[[str], URL]
) -> Archivist:
    return Archivist(settings, clock, tmp_path / "archives", new_database)


def test_what_was_booked_signed_and_drawn_is_brought_back(
    app: Flask,
    seeds: Seeds,
    archivist: Archivist,
) -> None:
    clock = archivist.clock
    counting = an_office_that_counts(app, seeds, clock)
    an_approved_plan(counting, PLAN)
    clock.now = DRAW_DAY
    draw.draw(an_officer(counting, "olga"), RELEASE, unwatched)
    with counting.desk("olga") as desk:
        before = ledger.exported(desk.session)
        signed = approvals.exported(desk.session, PLAN)
    archivist.make(app)
    archivist.move()
    archivist.restore()

    with archivist.database() as database:
        with database.read() as session:
            assert ledger.exported(session) == before
            assert approvals.exported(session, PLAN) == signed
            result = ledger.load(session).of(RELEASE)[-1].result_sha256
            assert len(measurements.load(session, PLAN, result)) == len(PLAN.tables)
        with pytest.raises(DatabaseError, match="never changed"), database.begin() as session:
            session.execute(delete(BudgetEvent))


def test_what_is_erased_since_it_could_not_be_brought_back_is_counted_no_more(
    app: Flask, seeds: Seeds, archivist: Archivist
) -> None:
    counting = an_office_that_counts(app, seeds, archivist.clock)
    kept = counting.graded()
    archivist.make(app, "old")
    counting.graded()
    counting.run_due()
    archivist.make(app, "new")
    archivist.move()
    assert len(archivist.restore("old", "new").lost) == 1
    with archivist.opened() as there:
        back = replace(counting, office=replace(counting.office, app=there))
        assert back.is_waiting()
        back.run_due()
        assert not back.is_waiting()
        assert back.groups() == {frozenset({kept})}
