"""Who is linked over reports that somebody cannot open is counted once all of them were seen."""

from itertools import pairwise

import pytest
from flask import Flask

from admin import linking
from admin.links import Verdict
from reporting import withdrawal
from reporting.ids import CaseId
from tests.builders import Seeds
from tests.builders_frame import PLAUSIBLE, Counting, an_office_that_counts
from tests.builders_staff import the_staff
from tests.conftest import Clock


@pytest.fixture
def counting(app: Flask, seeds: Seeds, clock: Clock) -> Counting:
    return an_office_that_counts(app, seeds, clock)


def unopened(counting: Counting, by: str = "rei") -> CaseId:
    """Return a report that nobody of casework alone opens."""
    case, _code = counting.office.filed()
    counting.office.claim(by, case)
    return case


def same(counting: Counting, one: CaseId, other: CaseId, by: str = "susan") -> None:
    with counting.office.desk(by) as desk:
        linking.judge(desk, one, other, Verdict.SAME_INCIDENT)


@pytest.mark.parametrize("between", [1, 2, 3])
def test_who_is_linked_over_reports_that_nobody_here_opens_is_no_second_row(
    counting: Counting, between: int
) -> None:
    first, last = counting.graded(), counting.accepted()
    chain = [first, *(unopened(counting) for _ in range(between)), last]
    for one, other in pairwise(chain):
        same(counting, one, other)
    counting.office.make("mei", last, "assign")
    counting.grade(last, PLAUSIBLE, by="mei")
    assert len(counting.groups()) == 1
    assert not counting.is_waiting()
    counting.run_due()
    assert counting.groups() == {frozenset({first, last})}


@pytest.mark.parametrize("hidden", [1, 2])
def test_who_could_be_linked_to_somebody_unseen_waits_until_somebody_sees_it(
    counting: Counting, hidden: int
) -> None:
    first, last = counting.accepted(), counting.accepted()
    chain = [first, *(unopened(counting) for _ in range(hidden)), last]
    for one, other in pairwise(chain):
        same(counting, one, other)
    for case in (first, last):
        counting.office.make("mei", case, "assign")
        counting.grade(case, PLAUSIBLE, by="mei")
        assert counting.groups() == set()
    counting.run_due("mei")
    assert counting.groups() == set()
    assert not counting.is_waiting()
    counting.run_due()
    assert counting.groups() == {frozenset({first, last})}


def test_who_is_linked_to_somebody_of_whom_not_all_is_seen_is_counted_once_it_is(
    counting: Counting,
) -> None:
    first, second, third = counting.graded(), counting.graded(), counting.accepted()
    counting.judge(first, second)
    same(counting, third, unopened(counting))
    same(counting, second, third, by="mei")
    assert counting.groups() == set()
    counting.run_due("mei")
    assert not counting.is_waiting()
    assert counting.groups() == set()
    counting.run_due()
    assert counting.groups() == {frozenset({first, second})}


def test_two_chains_that_intake_ties_together_are_one_once_casework_has_looked(
    counting: Counting,
) -> None:
    first, last = counting.graded(), counting.graded()
    one, other = unopened(counting), unopened(counting)
    same(counting, first, one)
    same(counting, other, last)
    same(counting, one, other, by="rei")
    assert counting.is_waiting()
    counting.run_due("mei")
    assert counting.is_waiting()
    counting.run_due()
    assert not counting.is_waiting()
    assert counting.groups() == {frozenset({first, last})}


def test_what_intake_parts_is_parted_once_casework_has_looked(counting: Counting) -> None:
    first, last = counting.graded(), counting.graded()
    one, other = unopened(counting), unopened(counting)
    for here, there in ((first, one), (other, last)):
        same(counting, here, there)
    same(counting, one, other, by="rei")
    counting.run_due()
    with counting.office.desk("rei") as desk:
        linking.take_back(desk, one, other)
    assert counting.is_waiting()
    counting.run_due()
    assert counting.groups() == {frozenset({first}), frozenset({last})}
    assert not counting.is_waiting()


def test_what_intake_links_of_reports_that_lead_nowhere_keeps_nobody_waiting(
    counting: Counting,
) -> None:
    counting.graded()
    same(counting, unopened(counting), unopened(counting), by="rei")
    assert not counting.is_waiting()


def test_a_tie_that_nobody_looked_at_is_looked_at_when_it_is_brought_back(
    counting: Counting,
) -> None:
    first, last = counting.graded(), counting.graded()
    hidden = []
    for _ in range(2):
        case, code = counting.office.filed()
        counting.codes[case] = code
        hidden.append(case)
        counting.office.claim("rei", case)
    one, other = hidden
    same(counting, first, one)
    same(counting, other, last)
    same(counting, one, other, by="rei")
    for case in hidden:
        counting.take_back(case)
    counting.run_due()
    assert not counting.is_waiting()
    assert len(counting.groups()) == 2
    counting.bring_back(one)
    counting.bring_back(other)
    assert counting.is_waiting()
    counting.run_due()
    assert not counting.is_waiting()
    assert counting.groups() == {frozenset({first, last})}


def test_who_is_linked_over_what_was_taken_back_waits_until_that_is_final(
    counting: Counting,
) -> None:
    first, middle, last = counting.accepted(), counting.accepted(), counting.accepted()
    same(counting, first, middle)
    same(counting, middle, last)
    counting.take_back(middle)
    counting.run_due()
    counting.grade(first, PLAUSIBLE)
    counting.grade(last, PLAUSIBLE)
    counting.run_due()
    assert counting.groups() == set()
    assert not counting.is_waiting()
    with the_staff(counting.app).service.begin() as session:
        withdrawal.erase(session, middle, counting.office.clock())
    counting.run_due()
    assert counting.groups() == {frozenset({first, last})}
