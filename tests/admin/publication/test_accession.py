"""A report that was graded is counted once, in one year, and leaves no trace."""

from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import delete, insert, select
from sqlalchemy.exc import IntegrityError

from admin.errors import AlarmError, HiddenError
from admin.grades import CORROBORATED
from admin.grading import Said, answer
from admin.publication import frame_records
from reporting.models import Case
from reporting.stat_rows import StatDueRow, StatFrameRow
from tests.builders import Seeds
from tests.builders_cases import TOLD, a_grade
from tests.builders_frame import PLAUSIBLE, UNLIKELY, Counting, an_office_that_counts, boxes
from tests.builders_staff import flipped, the_staff
from tests.conftest import Clock


@pytest.fixture
def counting(app: Flask, seeds: Seeds, clock: Clock) -> Counting:
    return an_office_that_counts(app, seeds, clock)


def test_the_first_grade_that_counts_adds_one_row_and_a_worse_one_takes_it_away(
    counting: Counting,
) -> None:
    case = counting.graded(UNLIKELY)
    assert counting.rows() == []
    counting.grade(case, PLAUSIBLE)
    other = counting.graded()
    before = boxes(counting)
    assert counting.groups() == {frozenset({case}), frozenset({other})}
    counting.grade(case, a_grade("supported", "unclear"))
    assert {one.verif for one in counting.records()} == {1, 2}
    # What is counted of others stays as it was, byte for byte.
    assert len(before.items() & boxes(counting).items()) == 1
    counting.grade(case, UNLIKELY)
    assert counting.groups() == {frozenset({other})}
    counting.grade(case, PLAUSIBLE)
    assert counting.groups() == {frozenset({case}), frozenset({other})}


def test_corroborated_counts_once_a_second_person_agreed(counting: Counting) -> None:
    case = counting.graded(a_grade(CORROBORATED))
    assert counting.rows() == []
    with counting.office.desk("mei") as desk:
        answer(desk, case, Said(1, agrees=True))
    assert [one.verif for one in counting.records()] == [3]


def test_who_says_no_is_counted_no_more_and_who_says_yes_again_in_the_same_quarter(
    counting: Counting,
) -> None:
    case = counting.graded()
    counting.say(case, "no")
    assert counting.is_waiting()
    assert counting.rows()
    counting.run_due()
    assert not counting.is_waiting()
    assert counting.rows() == []
    quarter = counting.office.look("susan", case).work.counted
    assert quarter is not None
    counting.say(case, "yes")
    counting.run_due()
    assert [one.quarter for one in counting.records()] == [quarter.quarter]
    assert counting.groups() == {frozenset({case})}


def test_what_is_taken_back_leaves_with_the_next_session_and_counts_again_once_accepted(
    counting: Counting,
) -> None:
    case, other = counting.graded(), counting.graded()
    counting.take_back(case)
    assert counting.is_waiting()
    counting.run_due("rei")
    assert counting.is_waiting()
    counting.run_due()
    assert not counting.is_waiting()
    assert counting.groups() == {frozenset({other})}
    counting.bring_back(case)
    counting.run_due()
    assert counting.groups() == {frozenset({other})}
    counting.office.triage("both", case)
    counting.office.make("both", case, "accept")
    assert counting.groups() == {frozenset({case}), frozenset({other})}


def test_what_is_erased_before_anybody_looked_is_counted_no_more_either(
    counting: Counting,
) -> None:
    case = counting.graded()
    counting.take_back(case)
    with the_staff(counting.app).service.begin() as session:
        for table in (StatDueRow, StatFrameRow):
            assert session.scalars(select(table)).all()
        session.execute(delete(Case).where(Case.id == bytes(16)))
    counting.office.later(days=8)
    counting.office.rings.clear()
    counting.office.look("susan", counting.accepted())
    counting.run_due()
    assert counting.rows() == []


def test_refused_after_all_it_is_not_counted(counting: Counting) -> None:
    case = counting.graded()
    counting.office.make("simon", case, "decline_t", reason="scam", message=TOLD)
    assert counting.rows() == []


def test_a_second_row_of_a_unit_is_impossible_in_the_database(counting: Counting) -> None:
    counting.graded()
    (row,) = counting.rows()
    again = {"period": row.period, "unit_key": row.unit_key}
    boxes_of = {"record_sealed": row.record_sealed, "cluster_sealed": row.cluster_sealed}
    with pytest.raises(IntegrityError), the_staff(counting.app).service.begin() as session:
        session.execute(insert(StatFrameRow).values({**again, **boxes_of}))


def test_a_report_belongs_to_one_year_for_ever(counting: Counting, clock: Clock) -> None:
    case = counting.graded()
    period = counting.period
    clock.advance(datetime(period + 1, 1, 10, tzinfo=UTC) - clock())
    counting.office.rings.clear()
    counting.come_in("olga")
    counting.grade(case, a_grade("supported", "unclear"))
    other = counting.graded()
    counting.judge(case, other)
    assert counting.groups(period) == {frozenset({case})}
    assert counting.groups(period + 1) == {frozenset({other})}
    assert [one.verif for one in counting.records(period)] == [2]
    clock.advance(datetime(period + 1, 4, 2, tzinfo=UTC) - clock())
    counting.office.rings.clear()
    counting.come_in("olga")
    counting.grade(case, PLAUSIBLE)
    assert [one.verif for one in counting.records(period)] == [2]
    counting.grade(case, UNLIKELY)
    assert counting.rows()[0].period == period + 1
    counting.grade(case, PLAUSIBLE)
    assert len(counting.rows()) == 1


def test_a_reader_for_whom_it_does_not_exist_still_lets_it_go(counting: Counting) -> None:
    case = counting.graded()
    counting.say(case, "no")
    counting.office.recuse("susan", states=frozenset({"CN"}))
    with pytest.raises(HiddenError):
        counting.office.look("susan", case)
    counting.run_due()
    assert counting.rows() == []


def test_an_altered_row_is_an_alarm(counting: Counting) -> None:
    case = counting.graded()
    with the_staff(counting.app).service.begin() as session:
        row = session.scalars(select(StatFrameRow)).one()
        row.cluster_sealed = flipped(row.cluster_sealed)
    with pytest.raises(AlarmError):
        counting.grade(case, UNLIKELY)


def test_bands_are_none_in_a_year_that_does_not_measure_them(counting: Counting) -> None:
    counting.graded()
    (record,) = counting.records()
    assert (record.repeat, record.people) == (0, 0)
    assert [frame_records.repeat_band(n) for n in (1, 2, 3, 4, 40)] == [1, 2, 2, 3, 3]
    people = [frame_records.people_band(n) for n in (1, 2, 4, 5, 19, 20)]
    assert people == [1, 2, 2, 3, 3, 4]
