"""What two officers book again fits what the database has, and is of their own office."""

from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import delete, update

from admin.budget_rows import BudgetEvent, PlanRow
from admin.errors import FiguresError
from admin.publication import approvals, ledger, originals, resuming, shelf
from admin.publication.booked import Reason
from reporting.statistics import bundle, papers
from reporting.statistics.plan import encode
from reporting.statistics.release import Release
from tests.admin.publication.test_mending import alter
from tests.admin.publication.test_releases import KEYS, drawn, signed
from tests.builders import Seeds
from tests.builders_draws import an_approved_plan, instance_of
from tests.builders_figures import DRAW_DAY, RELEASE, a_plan
from tests.builders_frame import Counting, an_office_that_counts
from tests.conftest import Clock
from tests.reporting.statistics import editions
from tests.reporting.statistics.editions import approved, booked

PLAN = a_plan()
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def counting(app: Flask, seeds: Seeds, clock: Clock) -> Counting:
    """An office that drew a year; its ledger was given out."""
    made = an_office_that_counts(app, seeds, clock)
    (instance_of(made) / shelf.KEYS).write_text(KEYS.encode(), encoding="ascii")
    an_approved_plan(made, PLAN)
    clock.now = DRAW_DAY
    drawn(made)
    return made


def resume(counting: Counting, *brought: Release) -> None:
    instance = instance_of(counting)
    with counting.desk("olga") as desk:
        other = replace(desk, ring=counting.rings["oscar"])
        resuming.resume(desk, other, instance, originals.gather(instance, brought))


def forget(counting: Counting) -> None:
    alter(counting, lambda session: session.execute(delete(BudgetEvent)))


def given_out(counting: Counting) -> Path:
    return instance_of(counting) / shelf.FIGURES / shelf.LEDGER


def test_a_ledger_that_was_given_out_and_is_none_is_not_resumed_from(counting: Counting) -> None:
    forget(counting)
    one = papers.bookings(given_out(counting).read_bytes())[0]
    unknown = {**one.stated, "state": "guessed"}
    odd = {**one.stated, "approved": 1}
    for data in (b"{}", b"no ledger", editions.chained([unknown]), editions.chained([odd])):
        given_out(counting).write_bytes(data)
        with pytest.raises(FiguresError, match="is not the ledger as it was written last"):
            resume(counting)


def test_papers_that_tell_different_histories_are_not_resumed_from(
    counting: Counting, tmp_path: Path
) -> None:
    one = signed(counting, tmp_path)
    forget(counting)
    given_out(counting).write_bytes(booked(PLAN))
    with pytest.raises(FiguresError, match="tell different histories"):
        resume(counting, one)


def test_a_release_of_invented_numbers_books_nothing(counting: Counting, tmp_path: Path) -> None:
    one = signed(counting, tmp_path)
    invented = replace(one, stated=replace(one.stated, is_synthetic=True))
    with pytest.raises(FiguresError, match="is of invented numbers"):
        resume(counting, invented)


def test_a_database_that_went_on_by_itself_is_not_resumed(counting: Counting) -> None:
    given = given_out(counting).read_bytes()
    forget(counting)
    with counting.desk("olga") as desk:
        ledger.reserve(desk.session, PLAN, desk.now)
        ledger.burn(desk.session, RELEASE, Reason.CRASH, desk.now)
    given_out(counting).write_bytes(given)
    with pytest.raises(FiguresError, match="booked something else at row 1"):
        resume(counting)


def test_what_was_booked_is_booked_again_only_with_its_plan(counting: Counting) -> None:
    forget(counting)
    told = instance_of(counting) / f"figures/plans/{RELEASE}.json"
    other = encode(a_plan(eps=1, year=1, release="TOMOSHIBI-JP-2027-A"))
    told.write_bytes(other)
    alter(counting, lambda session: session.execute(update(PlanRow).values(plan=other)))
    with pytest.raises(FiguresError, match="is not here as it was booked"):
        resume(counting)
    told.write_bytes(encode(PLAN))
    resume(counting)
    assert states(counting) == ["reserved"]


def test_a_release_that_strangers_approved_books_nothing(
    counting: Counting, tmp_path: Path
) -> None:
    one = signed(counting, tmp_path)
    forget(counting)
    foreign = replace(one, files={**one.files, bundle.APPROVALS: approved(encode(PLAN))})
    with pytest.raises(FiguresError, match="never belonged to this office"):
        resume(counting, foreign)
    assert states(counting) == []
    resume(counting, one)
    assert states(counting) == ["reserved", "drawn"]
    with counting.desk("olga") as desk:
        assert approvals.exported(desk.session, PLAN) == one.files[bundle.APPROVALS]


def test_a_release_of_another_plan_of_that_name_is_no_original(
    counting: Counting, tmp_path: Path
) -> None:
    one = signed(counting, tmp_path)
    forget(counting)
    changed = replace(one, plan=replace(PLAN, mechanism="OpenDP 0.1 make_laplace"))
    resume(counting, changed)
    assert states(counting) == ["reserved", "drawn"]


def states(counting: Counting) -> list[str]:
    with counting.desk("olga") as desk:
        return [event.state.value for event in ledger.load(desk.session).events]
