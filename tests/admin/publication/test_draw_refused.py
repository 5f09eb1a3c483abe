"""What can be wrong with a draw is seen before anything is spent."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction

import pytest
from flask import Flask
from sqlalchemy import delete, insert, select, update

from admin.budget_rows import BudgetEvent, PlanRow
from admin.errors import FiguresError, HiddenError
from admin.publication import approvals, draw, shelf
from admin.publication.frame_records import FrameError
from reporting.stat_rows import StatDueRow, StatFrameRow
from reporting.statistics import plan as plan_of
from tests.admin.publication.test_draw import booked, counting, drawn
from tests.builders import Seeds
from tests.builders_draws import (
    an_announced_plan,
    an_approved_plan,
    an_officer,
    instance_of,
    sign,
    unwatched,
)
from tests.builders_figures import CORRECTION, DRAW_DAY, RELEASE, a_plan
from tests.builders_frame import Counting, an_office_that_counts
from tests.builders_staff import the_staff, without_triggers
from tests.conftest import Clock

__all__ = ["counting"]

PLAN = a_plan()


def test_a_database_of_before_the_draw_draws_nothing_again(counting: Counting) -> None:
    """The ledger was given out before anybody could see a number; an old backup does not know."""
    service = the_staff(counting.app).service
    drawn(counting)
    without_triggers(service.database.engine, "budget_event")
    with service.begin() as session:
        session.execute(delete(BudgetEvent))

    with pytest.raises(FiguresError, match="put back to an old backup"):
        drawn(counting)
    assert nothing_spent(counting)


@pytest.mark.parametrize("data", [b"", b"{}", b"no ledger"])
def test_a_ledger_that_was_given_out_and_cannot_be_read_stops_the_draw(
    counting: Counting, data: bytes
) -> None:
    instance = the_staff(counting.app).service.settings.instance
    shelf.export(instance, data, None)

    with pytest.raises(FiguresError, match="Bring it back"):
        drawn(counting)
    assert nothing_spent(counting)


def nothing_spent(counting: Counting) -> bool:
    return booked(counting).events == ()


@pytest.mark.parametrize(
    ("now", "why"),
    [
        (datetime(2026, 12, 31, tzinfo=UTC), "from 16 April 2027 on"),
        (datetime(2027, 4, 15, 14, 59, tzinfo=UTC), "from 16 April 2027 on"),
        (datetime(2027, 7, 1, 15, 0, tzinfo=UTC), "destroyed on 2 July 2027"),
    ],
)
def test_a_year_is_drawn_in_its_time(
    counting: Counting, clock: Clock, now: datetime, why: str
) -> None:
    an_officer(counting, "oscar")
    clock.now = now

    with pytest.raises(FiguresError, match=why):
        drawn(counting)
    assert nothing_spent(counting)


def test_one_signature_is_not_enough(app: Flask, seeds: Seeds, clock: Clock) -> None:
    counting = an_office_that_counts(app, seeds, clock)
    an_announced_plan(counting, PLAN)
    sign(counting, "olga", RELEASE)
    clock.now = DRAW_DAY

    with pytest.raises(FiguresError, match="1 of 2 signatures"):
        drawn(counting)
    assert nothing_spent(counting)


def test_a_plan_that_is_not_as_it_was_given_out_is_not_drawn(counting: Counting) -> None:
    """Two signatures are not enough: everybody was to know it before anything was reported."""
    told = the_staff(counting.app).service.settings.instance / f"figures/plans/{RELEASE}.json"
    given_out = told.read_bytes()
    told.write_bytes(plan_of.encode(a_plan(eps=Fraction(4, 5), year=Fraction(4, 5))))
    with pytest.raises(FiguresError, match="somebody changed it"):
        drawn(counting)
    told.unlink()
    with pytest.raises(FiguresError, match="is not announced"):
        drawn(counting)
    told.write_bytes(given_out)
    with counting.desk("oscar") as desk:
        desk.session.execute(update(PlanRow).values(announced=0))
    with pytest.raises(FiguresError, match="is not announced"):
        drawn(counting)
    assert nothing_spent(counting)


def test_only_who_signed_draws(counting: Counting) -> None:
    officer = an_officer(counting, "olga")
    stranger = replace(officer.ring.person, id=bytes(16))

    with pytest.raises(FiguresError, match="you did not"):
        draw.draw(replace(officer, ring=replace(officer.ring, person=stranger)), RELEASE, unwatched)
    assert nothing_spent(counting)


@pytest.mark.parametrize("name", ["susan", "rei"])
def test_nobody_else_draws(counting: Counting, name: str) -> None:
    officer = an_officer(counting, "olga")
    with pytest.raises(HiddenError):
        draw.draw(replace(officer, ring=counting.office.rings[name]), RELEASE, unwatched)
    assert nothing_spent(counting)


def test_a_report_that_was_taken_back_is_cleaned_up_first(counting: Counting) -> None:
    with counting.desk("olga") as desk:
        desk.session.execute(insert(StatDueRow).values(case_id=bytes(16)))

    with pytest.raises(FiguresError, match="still to look at"):
        drawn(counting)
    assert nothing_spent(counting)


def test_a_row_that_was_altered_stops_the_draw(counting: Counting) -> None:
    with counting.desk("olga") as desk:
        first, second = desk.session.scalars(select(StatFrameRow).limit(2))
        first.record_sealed = second.record_sealed

    with pytest.raises(FrameError):
        drawn(counting)
    assert nothing_spent(counting)


def test_a_plan_of_another_opendp_is_planned_anew_first(
    app: Flask, seeds: Seeds, clock: Clock
) -> None:
    counting = an_office_that_counts(app, seeds, clock)
    an_approved_plan(counting, replace(PLAN, mechanism="OpenDP 0.1 make_laplace"))
    clock.now = DRAW_DAY

    with pytest.raises(FiguresError, match="another OpenDP"):
        drawn(counting)
    assert nothing_spent(counting)


def test_a_plan_that_changes_while_its_year_is_counted_is_not_drawn(counting: Counting) -> None:
    """The reservation is for the bytes that were signed, or there is none."""
    officer = an_officer(counting, "olga")

    @contextmanager
    def meddling(_length: int) -> Iterator[Callable[[int], None]]:
        yield lambda _done: None
        with counting.desk("oscar") as desk:
            approvals.draft(
                desk, instance_of(counting), replace(PLAN, mechanism="OpenDP 9.9.9 make_laplace")
            )

    with pytest.raises(FiguresError, match="was changed while"):
        draw.draw(officer, RELEASE, meddling)
    assert nothing_spent(counting)


def takes_back(counting: Counting) -> None:
    """Somebody withdraws, and casework has not looked yet."""
    with counting.desk("oscar") as desk:
        desk.session.execute(insert(StatDueRow).values(case_id=bytes(16)))


def leaves(counting: Counting) -> None:
    """Somebody withdrew, and casework took their row out."""
    with counting.desk("oscar") as desk:
        desk.session.delete(desk.session.scalars(select(StatFrameRow)).first())


def is_graded_anew(counting: Counting) -> None:
    """One unit gets the record of another grade."""
    with counting.desk("oscar") as desk:
        first, second = desk.session.scalars(select(StatFrameRow).limit(2))
        first.record_sealed = second.record_sealed


@pytest.mark.parametrize(
    ("meddle", "why"),
    [
        (takes_back, "still to look at"),
        (leaves, "changed while"),
        (is_graded_anew, "changed while"),
    ],
)
def test_who_withdraws_while_their_year_is_counted_is_not_drawn(
    counting: Counting, meddle: Callable[[Counting], None], why: str
) -> None:
    officer = an_officer(counting, "olga")
    an_officer(counting, "oscar")

    @contextmanager
    def meddling(_length: int) -> Iterator[Callable[[int], None]]:
        yield lambda _done: None
        meddle(counting)

    with pytest.raises(FiguresError, match=why):
        draw.draw(officer, RELEASE, meddling)
    assert nothing_spent(counting)


@pytest.mark.parametrize("is_drawn", [False, True])
def test_nobody_draws_a_second_time_and_chooses(counting: Counting, *, is_drawn: bool) -> None:
    if is_drawn:
        drawn(counting)
    before = booked(counting)
    an_approved_plan(counting, a_plan(CORRECTION, Fraction(1, 4)))

    with pytest.raises(FiguresError, match="could choose"):
        draw.draw(an_officer(counting, "oscar"), CORRECTION, unwatched)
    assert booked(counting) == before
