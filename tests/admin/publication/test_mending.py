"""What somebody altered in the database two officers put back, and only from what is signed."""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from functools import partial
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from admin.budget_rows import ApprovalRow, BudgetEvent, BudgetScope, MeasurementRow, PlanRow
from admin.errors import FiguresError, HiddenError
from admin.publication import approvals, draw, ledger, mending, originals, releases, resuming, shelf
from reporting.statistics import bundle
from reporting.statistics import plan as plan_of
from reporting.statistics.release import Release
from tests.admin.publication.test_releases import KEYS, drawn, publish, signed
from tests.builders import Seeds
from tests.builders_draws import (
    an_announced_plan,
    an_approved_plan,
    an_officer,
    give_up,
    instance_of,
    sign,
    unwatched,
)
from tests.builders_figures import DRAW_DAY, PUBLIC_DAY, RELEASE, a_plan
from tests.builders_frame import Counting, an_office_that_counts
from tests.builders_staff import the_staff, without_triggers
from tests.conftest import Clock

PLAN = a_plan()
OTHER = a_plan(eps=Fraction(4, 5), year=Fraction(4, 5))
GUARDED = ("budget_event", "budget_scope", "stat_approval", "stat_measurement", "stat_plan")


@pytest.fixture
def counting(app: Flask, seeds: Seeds, clock: Clock) -> Counting:
    """An office that has the keys of releases, and two officers who have come in."""
    made = an_office_that_counts(app, seeds, clock)
    made.come_in("oscar")
    (instance_of(made) / shelf.KEYS).write_text(KEYS.encode(), encoding="ascii")
    return made


@pytest.fixture
def public(counting: Counting, tmp_path: Path, clock: Clock) -> Counting:
    """The same office, once it published a year."""
    an_approved_plan(counting, PLAN)
    clock.now = DRAW_DAY
    drawn(counting)
    one = signed(counting, tmp_path)
    clock.now = PUBLIC_DAY
    publish(counting, one)
    export(counting)
    return counting


def export(counting: Counting) -> None:
    with the_staff(counting.app).service.read() as session:
        releases.export(session, instance_of(counting))


def alter(counting: Counting, *changes: Callable[[Session], object]) -> None:
    """Change rows, as somebody who owns the database can; its guards stand again afterwards."""
    service = the_staff(counting.app).service
    engine = service.database.engine
    asked = "SELECT sql FROM sqlite_master WHERE type = 'trigger'"
    is_sqlite = engine.dialect.name == "sqlite"
    with engine.begin() as connection:
        guards = connection.exec_driver_sql(asked).scalars().all() if is_sqlite else []
    for table in GUARDED:
        without_triggers(engine, table)
    with service.begin() as session:
        for change in changes:
            change(session)
    with engine.begin() as connection:
        for guard in guards:
            if any(f" ON {table} " in guard for table in GUARDED):
                connection.exec_driver_sql(guard)


def mend(
    counting: Counting,
    first: str = "olga",
    second: str = "oscar",
    brought: tuple[Release, ...] = (),
) -> tuple[str, ...]:
    instance = instance_of(counting)
    with counting.desk(first) as desk:
        other = replace(desk, ring=counting.rings[second])
        return mending.mend(desk, other, instance, originals.gather(instance, brought))


def state_of(counting: Counting) -> object:
    """Return all that figures rest on, as the database has it."""
    with the_staff(counting.app).service.read() as session:
        planned = session.execute(select(PlanRow.plan, PlanRow.announced)).all()
        numbers = session.execute(select(MeasurementRow.measured, MeasurementRow.noisy)).all()
        caps = session.execute(select(BudgetScope.cap_num, BudgetScope.cap_den)).all()
        return ledger.exported(session), approvals.exported(session, PLAN), planned, numbers, caps


PLANTED = {
    "a plan": lambda s: s.execute(update(PlanRow).values(plan=b"{}")),
    "that it was announced": lambda s: s.execute(update(PlanRow).values(announced=0)),
    "a signature": lambda s: s.execute(update(ApprovalRow).values(signature=bytes(64))),
    "who signed": lambda s: s.execute(delete(ApprovalRow)),
    "a number": lambda s: s.execute(update(MeasurementRow).values(noisy=b"[1]")),
    "what may be spent": lambda s: s.execute(update(BudgetScope).values(cap_num=2, cap_den=1)),
    "a price": lambda s: s.execute(
        update(BudgetEvent).where(BudgetEvent.seq == 1).values(eps_num=1, eps_den=2)
    ),
    "a week that everybody can see": lambda s: s.execute(
        update(BudgetEvent).where(BudgetEvent.seq == 3).values(week=1)
    ),
    "a row in the middle": lambda s: s.execute(delete(BudgetEvent).where(BudgetEvent.seq == 1)),
}


@pytest.mark.traced
def test_whatever_of_a_published_year_was_altered_is_as_it_was(
    public: Counting, subtests: pytest.Subtests
) -> None:
    before = state_of(public)
    for name, change in PLANTED.items():
        with subtests.test(name):
            alter(public, change)
            mend(public)
            resume_rest(public)
            assert state_of(public) == before
            is_guarded(public)
    alter(public, *PLANTED.values())
    assert mend(public) == ("ledger", RELEASE)
    resume_rest(public)
    assert state_of(public) == before
    with pytest.raises(FiguresError, match="nothing to mend"):
        mend(public)


def resume_rest(counting: Counting) -> None:
    """Book again what is missing at the end, once what is there holds."""
    instance = instance_of(counting)
    found = originals.gather(instance, ())
    with counting.desk("olga") as desk:
        if len(ledger.load(desk.session).events) < len(found.rows):
            other = replace(desk, ring=counting.rings["oscar"])
            resuming.resume(desk, other, instance, found)


def is_guarded(counting: Counting) -> None:
    """Check that the database holds its rows still again."""
    for table in (BudgetEvent, PlanRow, MeasurementRow):
        with pytest.raises(DatabaseError), counting.desk("olga") as desk:
            desk.session.execute(delete(table))


def test_a_row_that_nobody_signed_is_not_put_back(public: Counting, tmp_path: Path) -> None:
    """Without the signed folder, a price of the ledger is only what a file says."""
    alter(public, PLANTED["a price"])
    hidden = tmp_path / "hidden"
    (instance_of(public) / shelf.RELEASES).rename(hidden)
    for refusing in (lambda: mend(public), lambda: draw_again(public)):
        with pytest.raises(FiguresError, match=r"Row 1 of|at row 1"):
            refusing()
    hidden.rename(instance_of(public) / shelf.RELEASES)
    (instance_of(public) / shelf.FIGURES / shelf.LEDGER).unlink()
    with pytest.raises(FiguresError, match="Bring back the folders"):
        mend(public)


def draw_again(counting: Counting) -> None:
    draw.draw(an_officer(counting, "olga"), RELEASE, unwatched)


def test_rows_behind_the_signed_ones_stay_as_they_are_if_they_hold(public: Counting) -> None:
    before = state_of(public)
    given_out = instance_of(public) / shelf.FIGURES / shelf.LEDGER
    given_out.write_bytes(releases.shelved(instance_of(public)).fit[0].files[shelf.LEDGER])
    alter(public, PLANTED["a price"])
    assert mend(public) == ("ledger",)
    assert state_of(public) == before
    alter(public, PLANTED["a week that everybody can see"])
    with pytest.raises(FiguresError, match="Row 3 of the ledger"):
        mend(public)


def test_the_plan_of_a_year_that_was_given_up_comes_out_of_its_folder(
    counting: Counting, tmp_path: Path, clock: Clock
) -> None:
    an_approved_plan(counting, PLAN)
    clock.now = DRAW_DAY
    drawn(counting)
    give_up(counting)
    one = signed(counting, tmp_path)
    alter(counting, PLANTED["a plan"], PLANTED["who signed"])
    assert not one.measured
    assert mend(counting, brought=(one,)) == (RELEASE,)
    with the_staff(counting.app).service.read() as session:
        assert approvals.exported(session, PLAN) == one.files[bundle.APPROVALS]


def test_nobody_mends_alone(public: Counting) -> None:
    alter(public, PLANTED["a number"])
    with pytest.raises(FiguresError, match="the same person"):
        mend(public, "olga", "olga")
    public.rings["susan"] = public.office.rings["susan"]
    for pair in (("olga", "susan"), ("susan", "olga")):
        with pytest.raises(HiddenError):
            mend(public, *pair)
    with pytest.raises(FiguresError, match="are not those that were drawn"):
        publish_numbers(public)
    assert mend(public) == (RELEASE,)
    publish_numbers(public)


def publish_numbers(counting: Counting) -> None:
    with the_staff(counting.app).service.read() as session:
        releases.rendered(session, RELEASE, instance_of(counting))


def test_a_plan_that_is_not_drawn_yet_is_put_back_as_it_was_given_out_and_signed(
    counting: Counting, clock: Clock
) -> None:
    an_announced_plan(counting, PLAN)
    sign(counting, "olga", RELEASE)
    for planted in ({"plan": b"{}"}, {"plan": plan_of.encode(OTHER)}, {"announced": 0}):
        change = update(PlanRow).values(planted)
        alter(counting, partial(Session.execute, statement=change))
        assert mend(counting) == (RELEASE,)
        found = planned(counting)
        assert (found.plan, found.is_announced, len(found.signers)) == (PLAN, True, 2)
    clock.now = DRAW_DAY
    drawn(counting)
    alter(counting, PLANTED["a plan"])
    # Booked, and in no signed folder yet: the ledger says which plan it was.
    assert mend(counting) == (RELEASE,)
    told = instance_of(counting) / f"figures/plans/{RELEASE}.json"
    told.write_bytes(plan_of.encode(OTHER))
    with pytest.raises(FiguresError, match="nothing to mend"):
        mend(counting)


def planned(counting: Counting) -> approvals.Planned:
    service = the_staff(counting.app).service
    with service.read() as session:
        return approvals.require(session, service.office.follow(session), RELEASE)


def test_a_plan_that_may_be_changed_still_is_its_officers_business(counting: Counting) -> None:
    coming = a_plan("TOMOSHIBI-JP-2027-A")
    an_announced_plan(counting, coming)
    with counting.desk("olga") as desk:
        approvals.draft(
            desk,
            instance_of(counting),
            a_plan("TOMOSHIBI-JP-2027-A", Fraction(4, 5), Fraction(4, 5)),
        )
    (instance_of(counting) / "figures/plans/TOMOSHIBI-odd.json").write_bytes(b"{}")
    with pytest.raises(FiguresError, match="nothing to mend"):
        mend(counting)
    alter(counting, PLANTED["a plan"])
    assert mend(counting) == (coming.release,)
