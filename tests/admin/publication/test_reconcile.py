"""A supervisor learns which reports have no right row, and nothing of those that have."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import delete, insert, update

from admin.counted import Main
from admin.errors import HiddenError
from admin.grades import Grade
from admin.publication import reconcile, units
from admin.publication.reconcile import Failing
from reporting.models import Case, CasePart
from reporting.stat_rows import StatDueRow, StatFrameRow
from tests.builders import Seeds
from tests.builders_cases import a_grade, all_coded
from tests.builders_frame import UNLIKELY, Counting, an_office_that_counts
from tests.builders_staff import the_staff
from tests.conftest import Clock

FINE = Failing((), has_others=False)
ATTRIBUTED: Grade = a_grade("plausible", "official_act")


@pytest.fixture
def counting(app: Flask, seeds: Seeds, clock: Clock) -> Counting:
    return an_office_that_counts(app, seeds, clock)


def failing(counting: Counting, name: str = "susan", period: int = 0) -> Failing:
    with counting.office.desk(name) as desk:
        return reconcile.failing(desk, period or counting.period)


def test_nothing_is_said_where_every_report_has_its_row(counting: Counting) -> None:
    counting.accepted()
    counting.graded(UNLIKELY)
    counting.judge(counting.graded(), counting.graded())
    assert failing(counting) == FINE


def test_a_report_without_its_row_is_named(counting: Counting) -> None:
    case, _other = counting.graded(), counting.graded()
    unit = next(one for one in counting.units() if case in one.cases)
    key = counting.unit_keys().unit_key(unit.cluster)
    with the_staff(counting.app).service.begin() as session:
        session.execute(delete(StatFrameRow).where(StatFrameRow.unit_key == key))
    assert failing(counting) == Failing((case,), has_others=False)
    counting.office.recuse("susan", states=frozenset({"CN"}))
    assert failing(counting) == Failing((), has_others=True)


def test_a_report_that_is_counted_though_it_may_not_be_is_named(counting: Counting) -> None:
    case = counting.graded()
    counting.say(case, "no")
    assert failing(counting) == Failing((case,), has_others=False)


def test_a_report_whose_states_were_coded_anew_is_counted_as_it_is_graded(
    counting: Counting,
) -> None:
    case = counting.accepted()
    counting.office.make("mei", case, "assign")
    counting.office.recode("mei", case, all_coded(states=frozenset({"IR", "KP"})))
    counting.grade(case, ATTRIBUTED, Main(origin="KP"))
    counting.office.recode("mei", case, all_coded(states=frozenset({"IR", "CN"})))
    assert failing(counting) == FINE
    counting.grade(case, ATTRIBUTED, Main(origin="CN"))
    assert failing(counting) == FINE


def test_a_report_of_another_year_fails_nothing_and_one_of_none_does(
    counting: Counting, clock: Clock
) -> None:
    year = counting.period
    old = counting.graded()
    clock.advance(datetime(year + 1, 1, 10, tzinfo=UTC) - clock())
    counting.office.rings.clear()
    case = counting.graded()
    counting.come_in("olga")
    for period in (year, year + 1):
        assert failing(counting, period=period) == Failing((case,), has_others=False)
    counting.run_due()
    for period in (year, year + 1):
        assert failing(counting, period=period) == FINE
    assert counting.groups(year) == {frozenset({old})}


def test_a_report_that_does_not_open_is_told_without_its_number(counting: Counting) -> None:
    case = counting.graded()
    with the_staff(counting.app).service.begin() as session:
        session.execute(update(CasePart).values(content_sealed=b"?"))
    assert failing(counting) == Failing((), has_others=True)
    with the_staff(counting.app).service.begin() as session:
        session.execute(update(Case).where(Case.id == case).values(state="received"))
    assert failing(counting) == Failing((), has_others=True)


def test_a_row_too_many_of_a_report_that_is_gone_is_told(counting: Counting) -> None:
    case = counting.graded()
    counting.take_back(case)
    with the_staff(counting.app).service.begin() as session:
        session.execute(delete(StatDueRow))
    (unit,), keys = counting.units(), counting.unit_keys()
    with the_staff(counting.app).service.begin() as session:
        units.put(session, keys, None, replace(unit, cluster=bytes(16)))
    assert failing(counting) == Failing((), has_others=True)
    counting.run_due()
    assert failing(counting) == FINE
    assert counting.rows() == []


def test_a_report_in_two_rows_is_told(counting: Counting) -> None:
    counting.graded()
    (unit,), keys = counting.units(), counting.unit_keys()
    with the_staff(counting.app).service.begin() as session:
        units.put(session, keys, None, replace(unit, cluster=bytes(16)))
    assert failing(counting) == Failing((), has_others=True)


def test_linked_reports_in_two_rows_are_named(counting: Counting) -> None:
    first, middle, last = counting.graded(), counting.accepted(), counting.graded()
    counting.graded()
    before = {row.unit_key: row for row in counting.rows()}
    counting.judge(first, middle)
    counting.judge(middle, last)
    assert failing(counting) == FINE
    after = {row.unit_key for row in counting.rows()}
    with the_staff(counting.app).service.begin() as session:
        session.execute(delete(StatFrameRow))
        for row in before.values():
            boxes = {"record_sealed": row.record_sealed, "cluster_sealed": row.cluster_sealed}
            place = {"period": row.period, "unit_key": row.unit_key}
            session.execute(insert(StatFrameRow).values({**place, **boxes}))
    assert len(after) < len(before)
    assert failing(counting) == Failing(tuple(sorted([first, middle, last])), has_others=False)


def test_only_who_leads_the_team_may_ask(counting: Counting) -> None:
    for name in ("mei", "rei"):
        with pytest.raises(HiddenError):
            failing(counting, name)
